"""Bytes of messages that are still coming in, limited in all.

They are counted as they come, not as they are announced: so who announces much and sends nothing
takes nothing from others.  If there are too many, whoever holds most of an unfinished message gives
them up; messages that are complete are never given up, others wait until the relay is done with
them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Unfinished:
    """The bytes that one connection holds of one message."""

    def __init__(self, give_up: Callable[[], None]) -> None:
        self.give_up = give_up
        self.size = 0
        self.complete = False


class UnfinishedBytes:
    """How many bytes of messages may be in memory at a time, for all connections of a relay."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: dict[Unfinished, None] = {}
        self._room = asyncio.Event()
        self.used = 0

    async def add(self, message: Unfinished, size: int) -> None:
        """Count ``size`` more bytes of a message, which may be given up for it, or others."""
        self._held[message] = None
        message.size += size
        self.used += size
        while self.used > self._limit and message in self._held:
            if any(other.complete for other in self._held):
                self._room.clear()
                await self._room.wait()
            else:
                largest = max(self._held, key=lambda other: other.size)
                self.release(largest)
                largest.give_up()

    def release(self, message: Unfinished) -> None:
        """Count a message no longer: it has been dealt with, or given up."""
        if message in self._held:
            del self._held[message]
            self.used -= message.size
            self._room.set()
