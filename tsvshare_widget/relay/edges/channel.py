"""A stream of messages between two processes, each after its length."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import suppress
from typing import Protocol

LENGTH = struct.Struct("!I")

READ_AHEAD = 1024 * 1024
"""Bytes that may have come and wait to be taken."""

MUCH = 1024 * 1024
"""Bytes that wait for the other side, from which on what can be left out is left out."""

LAST_SECONDS = 1.0
"""Seconds that the other side has to take what was said before the end."""


BEAT_SECONDS = 2.0
"""Seconds between two signs of life on a channel to another computer."""

SILENT_SECONDS = 8.0
"""Seconds without a sign of life after which such a channel counts as broken."""


class Pipe(Protocol):
    """Bytes, both ways."""

    async def read(self, size: int) -> bytes:
        """So many bytes.  Raises OSError at the end."""

    async def write(self, data: bytes) -> None:
        """Send these, and wait while too much waits.  Raises OSError at the end."""

    def abort(self) -> None:
        """End it now."""


class ProcessPipe:
    """Between two processes of this computer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(self, size: int) -> bytes:
        """See :class:`Pipe`."""
        try:
            return await self._reader.readexactly(size)
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("the other side has gone") from error

    async def write(self, data: bytes) -> None:
        """See :class:`Pipe`."""
        self._writer.write(data)
        await self._writer.drain()

    def abort(self) -> None:
        """See :class:`Pipe`."""
        self._writer.transport.abort()


class Channel:
    """One end of it.  What waits to be sent is a queue, in which a newer snapshot replaces an older
    one: however long the other side takes nothing, it holds one of each.
    """

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._waiting: deque[bytes | None] = deque()
        self._newest: dict[Hashable, bytes] = {}
        self._keys: deque[Hashable] = deque()
        self._bytes = 0
        self._heard = 0.0
        self._writing: asyncio.Task[None] | None = None
        self._closed = False

    @classmethod
    async def connect(cls, path: str) -> Channel:
        """To whoever listens there.  Raises OSError."""
        return cls(ProcessPipe(*await asyncio.open_unix_connection(path, limit=READ_AHEAD)))

    @classmethod
    async def of(cls, connection: socket.socket) -> Channel:
        """Over a connection that is there."""
        streams = await asyncio.open_unix_connection(sock=connection, limit=READ_AHEAD)
        return cls(ProcessPipe(*streams))

    @property
    def has_much(self) -> bool:
        """Whether much waits for the other side."""
        return self._bytes > MUCH

    def send(self, message: bytes) -> None:
        """Send this after all that was sent before."""
        if not self._closed:
            self._waiting.append(message)
            self._bytes += len(message)
            self._go_on()

    def send_newest(self, key: Hashable, message: bytes) -> None:
        """Send this, in the place of an earlier one of the same ``key`` that has not gone out."""
        if self._closed:
            return
        earlier = self._newest.get(key)
        self._newest[key] = message
        self._bytes += len(message) - len(earlier or b"")
        if earlier is None:
            self._waiting.append(None)
            self._keys.append(key)
        self._go_on()

    async def messages(self) -> AsyncIterator[bytes]:
        """What the other side sends, until it is gone."""
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while True:
                (size,) = LENGTH.unpack(await self._pipe.read(LENGTH.size))
                message = await self._pipe.read(size)
                self._heard = loop.time()
                yield message

    async def end_with_silence(self, word: bytes) -> None:
        """Say ``word`` every now and then, and end this when nothing is heard any more."""
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        while loop.time() - self._heard < SILENT_SECONDS:
            self.send_newest(word, word)
            await asyncio.sleep(BEAT_SECONDS)
        self.abort()

    async def close(self) -> None:
        """End it, once all that was sent has gone out, or soon."""
        self._closed = True
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=LAST_SECONDS)
        self.abort()

    def abort(self) -> None:
        """End it now."""
        self._closed = True
        self._waiting.clear()
        self._pipe.abort()

    def _go_on(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while self._waiting:
                message = self._next()
                await self._pipe.write(LENGTH.pack(len(message)) + message)
                self._bytes -= len(message)
        except OSError:
            self.abort()

    def _next(self) -> bytes:
        message = self._waiting.popleft()
        return self._newest.pop(self._keys.popleft()) if message is None else message
