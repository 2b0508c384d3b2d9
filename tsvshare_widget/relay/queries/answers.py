"""Answers about the rows of views, kept and shared by all who ask, as long as their tables."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, Protocol, TypeVar

from tsvshare_widget.errors import Stale, TSVShareError

from .pool import OnAdvance
from .single_flight import SingleFlight
from .view import Key
from .view_cache import Views


class OfView(Hashable, Protocol):
    """What an answer depends on: a view, and more."""

    @property
    def view(self) -> Key:
        """The view."""


KeyT = TypeVar("KeyT", bound=OfView)
T = TypeVar("T")


class Answers(Generic[KeyT, T]):
    """The answers of one kind, ``most`` of them.  They belong to the event loop's thread."""

    def __init__(self, views: Views, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[KeyT, T] = OrderedDict()
        self._finding: SingleFlight[KeyT, T] = SingleFlight()
        views.follow(self)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def running(self) -> int:
        """How many are being worked on or wait for that."""
        return len(self._finding)

    async def get(
        self,
        key: KeyT,
        find: Callable[[OnAdvance], Awaitable[T]],
        on_advance: OnAdvance,
        *,
        is_kept: bool = True,
    ) -> T:
        """The answer that is kept, or what ``find`` finds, for all who wait for it.

        What ``find`` finds is kept for those who come later, unless it is said that it is not.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]

        async def work(advance: OnAdvance) -> T:
            answer = await find(advance)
            if is_kept:
                self._kept[key] = answer
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return answer

        return await self._finding.get(key, work, on_advance)

    def end(self, which: Callable[[Key], bool], error: TSVShareError) -> None:
        """End the work on some views: whoever waits is told ``error``."""
        self._finding.end(lambda key: which(key.view), error)

    def forget(self, table_id: str) -> None:
        """Drop all that is of a table that is needed no more."""
        self.end(lambda key: key.table == table_id, Stale("the table is gone"))
        for key in [key for key in self._kept if key.view.table == table_id]:
            del self._kept[key]
