"""The requests of one viewer that are not answered yet: when each is worked on, and given up."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack, nullcontext
from typing import TYPE_CHECKING

from tsvshare_widget.errors import Cancelled
from tsvshare_widget.protocol import Look, Op, Request, SetAccess, encode, rejection
from tsvshare_widget.relay.changes.ops import takes_long
from tsvshare_widget.relay.rate import Rate
from tsvshare_widget.relay.rooms.room import Room
from tsvshare_widget.relay.rooms.viewers import LiveViewer

from .answers import Answers

if TYPE_CHECKING:
    from tsvshare_widget.relay.hub import Hub

AT_ONCE = 4
"""Requests of one kind that are worked on at a time for one viewer; others wait their turn."""

MOST_WAITING = 64
"""Requests of one kind that are not answered yet; then the oldest of them is given up."""

WAITING_BYTES = 256 * 1024
"""Of all messages of one viewer that are not answered yet; then the oldest is given up."""


class Requests:
    """The requests of one viewer; none waits for one of another kind."""

    def __init__(self, hub: Hub, viewer: LiveViewer) -> None:
        self._hub = hub
        self._viewer = viewer
        self._answers = Answers(hub, viewer)
        self._running: dict[asyncio.Task[None], Request] = {}
        self._sizes: dict[asyncio.Task[None], int] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._rate = Rate(hub.settings.requests_per_second)
        self._turns: defaultdict[type, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def start(self, room: Room, request: Request, size: int) -> None:
        """Answer a request: now if it changes the page, else as soon as that is possible.

        ``size`` is that of its message.  Who asks too often is heard later: its messages wait.
        """
        wait = self._rate.queue(asyncio.get_running_loop().time())
        if wait:
            await asyncio.sleep(wait)
        if _is_done_at_once(request):
            answer = await self._answers.answer(room, request, AsyncExitStack())
            await asyncio.sleep(0)  # everyone is shown first what it has changed
            await self._viewer.answer(answer)
            return
        await self._make_room(request, size)
        task = asyncio.create_task(self._work(room, request))
        self._running[task], self._sizes[task] = request, size

    async def _make_room(self, request: Request, size: int) -> None:
        """Give up what is not wanted any more once ``request`` has come, and what is too much."""
        if isinstance(request, Look):
            self._give_up_other_looks(request)
        alike = [task for task, asked in self._running.items() if type(asked) is type(request)]
        if len(alike) >= MOST_WAITING:
            self._give_up(alike[0])
        while self._running and sum(self._sizes.values()) + size > WAITING_BYTES:
            self._give_up(next(iter(self._running)))
        if len(self._telling) >= MOST_WAITING:  # who does not read is not read for a while
            await asyncio.wait(self._telling, return_when=asyncio.FIRST_COMPLETED)

    def cancel(self, uuid: str, request_id: str) -> None:
        """Give up a request; one that is answered already or not known changes nothing."""
        for task, request in list(self._running.items()):
            if request.id == request_id:
                self._give_up(task)
                if isinstance(request, Op):
                    self._hub.ops.cancel(uuid, request_id)

    def stop(self) -> None:
        """Give up all requests of a viewer who has gone."""
        for task in self._running:
            task.cancel()
        self._running.clear()
        self._sizes.clear()

    def _give_up_other_looks(self, look: Look) -> None:
        for task, asked in list(self._running.items()):
            if isinstance(asked, Look) and asked.query != look.query and _is_by_same(asked, look):
                self._give_up(task)

    def _give_up(self, task: asyncio.Task[None]) -> None:
        request = self._forget(task)
        task.cancel()
        cancelled = rejection(request.id, Cancelled("this is not wanted any more"))
        telling = asyncio.create_task(self._viewer.answer(encode(cancelled)))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    def _forget(self, task: asyncio.Task[None]) -> Request:
        self._sizes.pop(task, None)
        return self._running.pop(task)

    async def _work(self, room: Room, request: Request) -> None:
        # The turn lasts until the answer has gone out: a few answers at most are held in memory.
        # What is asked for everyone has small answers, and the newest one is never to wait.
        turn = nullcontext() if isinstance(request, Op) else self._turns[type(request)]
        async with turn, AsyncExitStack() as held:
            answer = await self._answers.answer(room, request, held)
            me = asyncio.current_task()
            assert me is not None
            self._forget(me)
            await self._viewer.answer(answer)


def _is_done_at_once(request: Request) -> bool:
    """Whether a request changes something for everyone, and has no work to do before that."""
    return isinstance(request, SetAccess) or (isinstance(request, Op) and not takes_long(request))


def _is_by_same(one: Look, other: Look) -> bool:
    """Whether two looks are by one view of a viewer: a notebook may have several outputs."""
    return one.id.partition(":")[0] == other.id.partition(":")[0]
