"""Whose turn it is, where only so many may work at once.

Urgent work goes first.  Among equals the group that works least goes first, then the one that was
served longest ago, then who came first; so nobody waits because somebody else wants a lot.  Long
work does not keep others out either: who is better entitled to a place takes it, and whoever had it
gives way and begins again later.  Where all places are taken by groups that have one each, nobody
is better entitled; then who has waited for long, in vain, gets one place more than there are.

Doubtful work, which may take for ever, has a lane of its own: all places but one.  So however many
groups want such work, what is not doubtful waits for none of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE_SECONDS = 5.0
"""Seconds after which who waits, with nobody of their group at work, gets an additional place."""


class Turn:
    """Somebody's wish to work.  Wishes with the same ``group`` count together.

    ``doubtful`` work may never come to an end; among equals what has less ``weight`` goes first.
    """

    def __init__(
        self, group: str, *, urgent: bool, doubtful: bool = False, weight: int = 0
    ) -> None:
        self.group = group
        self.urgent = urgent
        self.doubtful = doubtful
        self.weight = weight
        self.number = 0
        self.since = 0.0
        self.begins: asyncio.Future[None]
        self.working: asyncio.Task[Any] | None = None
        self.gives_way = False

    def give_way(self) -> None:
        """Work no more until the next turn."""
        self.gives_way = True
        if self.working is not None:
            self.working.cancel()


class Scheduler:
    """Who works at so many ``places``, and who waits for one.

    All methods belong to the event loop's thread.
    """

    def __init__(self, places: int, patience: float = PATIENCE_SECONDS) -> None:
        self._places = places
        self._patience = patience
        self._number = 0
        self._waiting: list[Turn] = []
        self._working: list[Turn] = []
        self._served: dict[str, int] = {}

    @property
    def taken(self) -> bool:
        """Whether there is no place left."""
        return len(self._working) >= self._places

    async def enter(self, turn: Turn) -> None:
        """Wait for a place, to be left by :meth:`leave`."""
        loop = asyncio.get_running_loop()
        turn.begins, turn.since = loop.create_future(), loop.time()
        turn.number = turn.number or self._next_number()
        turn.gives_way = False
        self._waiting.append(turn)
        self._settle()
        late = loop.call_later(self._patience, self._settle)
        try:
            await turn.begins
        except asyncio.CancelledError:
            if turn in self._working:
                self.leave(turn)
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise
        finally:
            late.cancel()

    async def work(self, turn: Turn, work: Coroutine[Any, Any, T]) -> T | None:
        """What came of ``work``, or None if it had to give way, which is a reason to enter again.

        It is cancelled then, and if this is.
        """
        working = asyncio.create_task(work)
        turn.working = working
        if turn.gives_way:
            working.cancel()
        try:
            return await working
        except asyncio.CancelledError:
            me = asyncio.current_task()
            if not turn.gives_way or (me is not None and me.cancelling()):
                raise
            return None
        finally:
            turn.working = None

    def leave(self, turn: Turn) -> None:
        """Give up a place."""
        self._working.remove(turn)
        if not any(turn.group == other.group for other in self._working + self._waiting):
            self._served.pop(turn.group, None)
        self._settle()

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _settle(self) -> None:
        """Give all places away; if there are too few, see who has to give way."""
        self._waiting = [turn for turn in self._waiting if not turn.begins.cancelled()]
        while turn := next(filter(self._may_begin, sorted(self._waiting, key=self._rank)), None):
            self._waiting.remove(turn)
            self._working.append(turn)
            self._served[turn.group] = self._next_number()
            turn.begins.set_result(None)
        if not self._waiting or any(turn.gives_way for turn in self._working):
            return
        first = min(self._waiting, key=self._rank)
        others = [turn for turn in self._working if self._is_before(first, turn)]
        if others:
            others[-1].give_way()  # who has lost least by it

    def _rank(self, turn: Turn) -> tuple[bool, bool, int, int, int, int]:
        busy, served = self._at_work(turn.group), self._served.get(turn.group, 0)
        return not turn.urgent, turn.doubtful, busy, turn.weight, served, turn.number

    def _may_begin(self, turn: Turn) -> bool:
        if turn.doubtful and self._lane_is_full():
            return False
        return not self.taken or self._gets_one_more(turn)

    def _lane_is_full(self) -> bool:
        return self._doubtful_at_work() >= max(1, self._places - 1)

    def _gets_one_more(self, turn: Turn) -> bool:
        waited = asyncio.get_running_loop().time() - turn.since
        in_vain = waited >= self._patience and not self._at_work(turn.group)
        return in_vain and len(self._working) == self._places

    def _is_before(self, turn: Turn, other: Turn) -> bool:
        """Whether ``turn``, which waits, is better entitled to the place that ``other`` has."""
        if turn.doubtful and not other.doubtful and self._lane_is_full():
            return False  # it could not take that place
        if turn.urgent != other.urgent:
            return turn.urgent
        if turn.doubtful != other.doubtful:
            return other.doubtful and self._doubtful_at_work() == len(self._working)
        return not self._at_work(turn.group) and self._at_work(other.group) > 1

    def _at_work(self, group: str) -> int:
        return sum(turn.group == group for turn in self._working)

    def _doubtful_at_work(self) -> int:
        return sum(turn.doubtful for turn in self._working)
