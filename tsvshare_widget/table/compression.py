"""Compressed bytes in, text out, piece by piece; pure.

Which compression a file has is decided by its first bytes, never by its name.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any, Literal, Protocol

from tsvshare_widget.errors import BadTable

Compression = Literal["none", "gzip"]

PIECE = 1 << 18
"""Most bytes in a piece of text: few enough to stay in a processor's cache."""

_SLICE = 1 << 16  # compressed bytes looked at at once

Problem = tuple[str, str]
"""What is wrong with the bytes: a code for programs, a sentence for people."""


class Decompressor(Protocol):
    """Turns the bytes of a file into its text.

    ``problem`` is set once the stream turns out to be damaged; what came before stays good.
    """

    problem: Problem | None

    def feed(self, data: bytes | memoryview) -> Iterator[bytes | memoryview]:
        """Take the next bytes; yield the text they give, in pieces of at most ``PIECE`` bytes."""

    def finish(self) -> None:
        """Take in that no bytes follow; a stream that has not ended is a problem."""


class Uncompressed:
    """The text is the file itself."""

    problem: Problem | None = None

    def feed(self, data: bytes | memoryview) -> Iterator[bytes | memoryview]:
        """See :class:`Decompressor`."""
        view = memoryview(data)
        for start in range(0, len(view), PIECE):
            yield view[start : start + PIECE]

    def finish(self) -> None:
        """See :class:`Decompressor`."""


class Gunzip:
    """A chain of gzip members, read as gzip(1) does: what follows the last one is ignored."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self._member: Any = _new_member()
        self._between = b""  # what followed a member, while it may be the start of another
        self._ended = False

    def feed(self, data: bytes | memoryview) -> Iterator[bytes | memoryview]:
        """See :class:`Decompressor`."""
        view = memoryview(data)
        for start in range(0, len(view), _SLICE):
            rest = bytes(view[start : start + _SLICE])
            while rest and not self._ended:
                if self._member is None:
                    rest = self._start_member(self._between + rest)
                else:
                    rest = yield from self._decompress(rest)

    def finish(self) -> None:
        """See :class:`Decompressor`."""
        if self._member is not None and not self._ended:
            self._stop("truncated", "the gzip stream ends early: what follows is missing")

    def _start_member(self, rest: bytes) -> bytes:
        rest = rest.lstrip(b"\0")  # padding, as tar and some tapes leave it
        self._between = b""
        if rest == GZIP[:1]:
            self._between = rest
            return b""
        if rest.startswith(GZIP):
            self._member = _new_member()
        elif rest:
            self._ended = True
        return rest

    def _decompress(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Yield the text of ``data``; return what of it stands after the end of the member."""
        full = True
        while data or full:
            before = self._member.copy()
            try:
                text = self._member.decompress(data, PIECE)
            except zlib.error as error:
                yield _before_the_error(before, data)
                self._stop("corrupt", f"the gzip stream is damaged ({error}): the rest is missing")
                return b""
            if text:
                yield text
            if self._member.eof:
                rest: bytes = self._member.unused_data
                self._member = None
                return rest
            data, full = self._member.unconsumed_tail, len(text) == PIECE
        return b""

    def _stop(self, code: str, message: str) -> None:
        self.problem = (code, message)
        self._ended = True


def _new_member() -> Any:
    return zlib.decompressobj(wbits=31)


def _before_the_error(member: Any, data: bytes) -> bytes:
    """The text before the first error in ``data``, the same however the stream was cut."""
    good = bytearray()
    with suppress(zlib.error):
        for byte in data:
            good += member.decompress(bytes((byte,)))
    return bytes(good)


GZIP = b"\x1f\x8b"

_COMPRESSIONS: tuple[tuple[bytes, Compression, Callable[[], Decompressor]], ...] = (
    (GZIP, "gzip", Gunzip),
)
"""First bytes, name, and what undoes it."""

_NOT_READ_YET = (
    *((b"BZh%d1AY&SY" % level, "bzip2") for level in range(1, 10)),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


def is_undecided(head: bytes) -> bool:
    """Whether a file that starts with ``head`` has to go on before its compression is known."""
    magics = [entry[0] for entry in _COMPRESSIONS] + [entry[0] for entry in _NOT_READ_YET]
    return any(len(head) < len(magic) and magic.startswith(head) for magic in magics)


def recognise(head: bytes) -> tuple[Compression, Decompressor]:
    """The compression of a file that starts with ``head``, and what undoes it.

    Raises :class:`BadTable` on a compression that is known and not read yet.
    """
    for magic, name in _NOT_READ_YET:
        if head.startswith(magic):
            raise BadTable(f"this is a {name} file, which is not read yet: decompress it first")
    for magic, compression, decompressor in _COMPRESSIONS:
        if head.startswith(magic):
            return compression, decompressor()
    return "none", Uncompressed()
