"""Bytes that wait in memory for somebody's network, limited by viewer, by document and in all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from .asker import Asker

SMALL_BYTES = 64 * 1024
"""What is not larger is not counted: how many of these a viewer may have is limited elsewhere."""


class ByteBudget:
    """A number of bytes that may be held at a time: in all, for a document, and for a viewer.

    Who wants more than may be held counts as one who wants all of it.  Who waits is served in the
    order in which they came, but for those whose own document or viewer has too much.
    """

    def __init__(self, total: int, document: int, viewer: int) -> None:
        self._limits = (total, document, viewer)
        self._used: Counter[object] = Counter()
        self._waiting: list[_Waiting] = []

    @property
    def used(self) -> int:
        """How many bytes are held."""
        return self._used[ALL]

    @asynccontextmanager
    async def hold(self, asker: Asker, size: int) -> AsyncIterator[None]:
        """Hold ``size`` bytes within the block; waits until that is possible."""
        if size <= SMALL_BYTES:
            yield
            return
        size = min(size, *self._limits)
        await self._wait_for_turn(asker, size)
        try:
            yield
        finally:
            self._give_back(asker, size)

    async def _wait_for_turn(self, asker: Asker, size: int) -> None:
        entry = _Waiting(asker, size, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._serve()
        try:
            await entry.turn
        except asyncio.CancelledError:
            if entry in self._waiting:
                self._waiting.remove(entry)
            else:
                self._give_back(asker, size)
            raise

    def _give_back(self, asker: Asker, size: int) -> None:
        for holder in _holders(asker):
            self._used[holder] -= size
            if not self._used[holder]:
                del self._used[holder]
        self._serve()

    def _serve(self) -> None:
        total, *_ = self._limits
        for entry in list(self._waiting):
            if self._used[ALL] + entry.size > total:
                return  # nobody overtakes one who waits for others than their own
            if self._fits(entry):
                self._waiting.remove(entry)
                for holder in _holders(entry.asker):
                    self._used[holder] += entry.size
                if not entry.turn.done():
                    entry.turn.set_result(None)

    def _fits(self, entry: _Waiting) -> bool:
        return all(
            self._used[holder] + entry.size <= limit
            for holder, limit in zip(_holders(entry.asker), self._limits, strict=True)
        )


ALL = object()


class _Waiting(NamedTuple):
    asker: Asker
    size: int
    turn: asyncio.Future[None]


def _holders(asker: Asker) -> tuple[object, object, object]:
    """All, the document and the viewer, as what bytes are counted for."""
    return ALL, asker.document, asker
