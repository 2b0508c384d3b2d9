"""The messages of one viewer, handled one after the other while more of them are read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MOST_WAITING = 64
"""Messages that may wait; no more are read until one of them has been handled."""

MOST_BYTES = 256 * 1024
"""Bytes of all messages that wait, after which no more are read either."""


ROUNDS_FIRST = 2
"""Of the event loop before more is read, for that takes a while even if nothing has come: in one a
message is handled, in the other everyone is shown what it changed."""


class Inbox:
    """Handles messages in the order in which they came, but not while the connection is read.

    So a sign of life of the viewer is heard even while an earlier message takes its time.
    """

    __slots__ = ("_bytes", "_room", "_waiting", "_working")
    # There is one for each viewer, and nearly all of them are empty: so what is in them is made
    # when it is needed.

    def __init__(self) -> None:
        self._waiting: deque[tuple[Callable[[], Awaitable[None]], int]] | None = None
        self._bytes = 0
        self._working: asyncio.Task[None] | None = None
        self._room: asyncio.Event | None = None

    async def put(self, handle: Callable[[], Awaitable[None]], size: int) -> None:
        """Have a message of ``size`` bytes handled after those before it; waits if much waits."""
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append((handle, size))
        self._bytes += size
        if self._working is None:
            self._working = asyncio.create_task(self._work())
            for _ in range(ROUNDS_FIRST):
                await asyncio.sleep(0)
        while self._waiting and (len(self._waiting) >= MOST_WAITING or self._bytes > MOST_BYTES):
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()

    def close(self) -> None:
        """Drop what waits; a message that is being handled is handled to its end."""
        self._waiting = None
        self._bytes = 0
        self._make_room()

    def _make_room(self) -> None:
        if self._room is not None:
            self._room.set()

    async def _work(self) -> None:
        try:
            while self._waiting:
                handle, size = self._waiting.popleft()
                self._bytes -= size
                self._make_room()
                await handle()
        finally:
            self._working = self._waiting = self._room = None
            self._bytes = 0
