"""One frame to many connections without a copy, a future or a callback for each of them.

Tornado's ``IOStream.write`` keeps bytes that the network does not take, which few frames need: most
are taken whole by the system at once.  This is the one place that looks into a stream for that
(Tornado 6.5 and 6.6; ``tests/relay/rooms/test_at_once.py`` holds what it relies on).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from tornado.iostream import IOStream, SSLIOStream

FILE_BYTES = 16 * 1024
"""A frame of so many bytes is sent out of a file in memory, which the system need not copy."""

FILE_VIEWERS = 8
"""To fewer viewers than these it is copied all the same: making the file costs more."""

Send: TypeAlias = Callable[[IOStream], int]
"""Hands a frame to the system for one stream; how many of its bytes were taken."""


@contextmanager
def sending(data: bytes, n_viewers: int) -> Iterator[Send]:
    """The cheapest way to send ``data`` to so many streams, as long as the block lasts.

    It takes nothing of streams that are encrypted, closed, or have bytes that wait: those are
    written to as ever.
    """
    if len(data) < FILE_BYTES or n_viewers < FILE_VIEWERS or not hasattr(os, "memfd_create"):
        yield _by_copy(data)
        return
    file = os.memfd_create("frame", os.MFD_CLOEXEC)
    try:
        with open(file, "wb", buffering=0, closefd=False) as memory:
            written = memory.write(data)
        yield _by_file(file, len(data)) if written == len(data) else _by_copy(data)
    finally:
        os.close(file)


def _by_copy(data: bytes) -> Send:
    def send(stream: IOStream) -> int:
        if not is_idle(stream):
            return 0
        try:
            return stream.socket.send(data)
        except OSError:  # full; or gone, which the stream finds out by itself
            return 0

    return send


def _by_file(file: int, size: int) -> Send:
    sendfile = os.sendfile

    def send(stream: IOStream) -> int:
        if not is_idle(stream):
            return 0
        try:
            return sendfile(stream.socket.fileno(), file, 0, size)
        except OSError:
            return 0

    return send


def is_idle(stream: IOStream) -> bool:
    """Whether the socket of a stream may be written to: it is plain and open, and nothing waits."""
    return (
        not isinstance(stream, SSLIOStream)
        and stream._total_write_index == stream._total_write_done_index
        and not stream._closed
    )
