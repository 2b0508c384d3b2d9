"""Connections that bring much: read seldom, and then all that has come, up to two megabytes.

What it costs to take in a piece hardly depends on its size.  Tornado reads 64 KB at a time, as soon
as the first byte of them is there, and into new memory each time.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, cast
from weakref import WeakSet

from tornado.iostream import IOStream, SSLIOStream

LARGE_BYTES = 1 << 21
"""Of a body that are read at once, at most."""

MOST_LARGE = 8
"""Connections of a relay that read so much at once; others read as Tornado does."""

REST_SECONDS = 0.002
"""For more to come, after a piece that was not large."""

_SMALL_BYTES = 1 << 16


class Memory:
    """What one connection reads into."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(LARGE_BYTES))


class Memories:
    """Memory for the few connections of a relay that bring much at a time."""

    def __init__(self) -> None:
        self._taken: WeakSet[Memory] = WeakSet()

    @property
    def taken(self) -> int:
        """How many connections have some."""
        return len(self._taken)

    def take(self) -> Memory | None:
        """Memory, which is given back when nothing refers to it; None if too many have some."""
        if len(self._taken) >= MOST_LARGE:
            return None
        memory = Memory()
        self._taken.add(memory)
        return memory


class PlainStream(IOStream):
    """A connection, without TLS but for :class:`SecureStream`.

    If it ``may_bring_much``, and ``LARGE_BYTES`` or more are asked for in part, :meth:`read_bytes`
    may return a ``memoryview``, which is good until the next read: that uses the same memory.
    """

    # Not in the dictionary, which Tornado's stream has filled: with more it would not share its
    # keys with those of all others, and take a kilobyte more.
    __slots__ = ("_is_drained", "_may_rest", "_memories", "_memory", "may_bring_much")

    fast_bytes = _SMALL_BYTES
    """A connection that brings fewer at once is slow, and needs no more memory."""

    def __init__(self, connection: socket.socket, memories: Memories, **limits: int) -> None:
        super().__init__(connection, **limits)
        self.may_bring_much = False
        self._memories = memories
        self._memory: Memory | None = None
        self._may_rest = False
        self._is_drained = False

    def read_bytes(self, num_bytes: int, partial: bool = False) -> Awaitable[bytes]:
        """The next bytes; see :class:`IOStream`."""
        if not (self.may_bring_much and partial and num_bytes >= LARGE_BYTES):
            self._memory = None
            return super().read_bytes(num_bytes, partial)
        if self._memory is None:
            return self._read_small()
        return self._read_large(self._memory.view)

    async def _read_small(self) -> bytes:
        piece: bytes = await super().read_bytes(_SMALL_BYTES, partial=True)
        if len(piece) >= self.fast_bytes:  # there is more
            self._memory = self._memories.take()
            self._is_drained = False
            self._may_rest = self._memory is not None and _make_room(self.socket)
        return piece

    async def _read_large(self, memory: memoryview) -> bytes:
        if self._is_drained and self._may_rest:
            await asyncio.sleep(REST_SECONDS)
        # If it is not full, the stream holds nothing back: what follows is in the socket.  An end
        # or an error is found by the next read.
        size = await self.read_into(cast(Any, memory), partial=True)
        if size < LARGE_BYTES:
            with suppress(OSError):
                while size < LARGE_BYTES and (more := self.socket.recv_into(memory[size:])):
                    size += more
        self._is_drained = size < LARGE_BYTES // 2
        if size < self.fast_bytes:
            self._memory = None
        return cast(bytes, memory[:size])


class SecureStream(PlainStream, SSLIOStream):
    """A connection with TLS, which comes in records of up to 16 KB."""

    __slots__ = ()

    fast_bytes = 1 << 14


def _make_room(connection: socket.socket) -> bool:
    """Let the system hold so much that it does not have to stop the sender during a rest.

    Returns whether it does: Linux, where TCP is asked to wait for so much, makes room for it.
    """
    if sys.platform != "linux" or connection.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    for size in (LARGE_BYTES, 1):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
    return True
