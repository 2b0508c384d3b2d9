"""Decompressors: compressed bytes in, text out, piece by piece; pure."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any, NamedTuple, Protocol, cast

PIECE_BYTES = 1 << 18
"""Size of the largest piece of text: few enough bytes to stay in a processor's cache."""

_SLICE_BYTES = 1 << 16  # compressed bytes looked at at once
_GZIP = b"\x1f\x8b"

Problem = tuple[str, str]
"""A problem with the bytes of a file: a code for programs, a sentence for people."""


class Decompressor(Protocol):
    """Turns the bytes of a file into its text.

    ``problem`` is set once the stream turns out to be damaged; the text before stays good.
    """

    problem: Problem | None

    def unpack_bytes(self, data: bytes | memoryview) -> Iterator[bytes]:
        """The text of the next bytes; if these are compressed, in pieces up to ``PIECE_BYTES``."""

    def unpack_rest(self) -> Iterator[bytes]:
        """The text that is left, now that no bytes follow.

        A stream that has not ended is a problem.
        """


class Uncompressed:
    """The text is the file itself.

    A piece is good until the next one: getting new memory from the system can take longer than
    copying into it.  What is bytes already is passed on.
    """

    problem: Problem | None = None

    def __init__(self) -> None:
        self._piece = bytearray()

    def unpack_bytes(self, data: bytes | memoryview) -> Iterator[bytes]:
        """See :class:`Decompressor`."""
        if isinstance(data, bytes | bytearray):
            yield data
            return
        if len(data) < len(self._piece):  # now and then
            yield bytes(data)
            return
        if len(data) > len(self._piece):
            self._piece = bytearray(len(data))
        with memoryview(self._piece) as piece:
            piece[:] = data
        yield cast("bytes", self._piece)

    def unpack_rest(self) -> Iterator[bytes]:
        """See :class:`Decompressor`."""
        return iter(())


class Gunzip:
    """Decompresses gzip members one after the other, as gzip(1) does; counts what follows them."""

    def __init__(self) -> None:
        self.problem: Problem | None = None
        self._member: Any = _new_member()
        self._between = b""  # what followed a member, while it may be the start of another
        self._ended = False
        self._left = 0  # bytes after the last member

    def unpack_bytes(self, data: bytes | memoryview) -> Iterator[bytes]:
        """See :class:`Decompressor`."""
        view = memoryview(data)
        for start in range(0, len(view), _SLICE_BYTES):
            rest = bytes(view[start : start + _SLICE_BYTES])
            while rest and not self._ended:
                if self._member is None:
                    rest = self._start_member(self._between + rest)
                else:
                    rest = yield from self._decompress(rest)
            self._left += len(rest)

    def unpack_rest(self) -> Iterator[bytes]:
        """See :class:`Decompressor`."""
        left = self._left + len(self._between)
        if self._member is not None and not self._ended:
            self._stop("truncated", "the gzip stream ends early: what follows is missing")
        elif self.problem is None and left:
            self._stop("trailing", _left_out(left, "gzip"))
        return iter(())

    def _start_member(self, rest: bytes) -> bytes:
        rest = rest.lstrip(b"\0")  # padding, as tar and some tapes leave it
        self._between = b""
        if rest == _GZIP[:1]:
            self._between = rest
            return b""
        if rest.startswith(_GZIP):
            self._member = _new_member()
        elif rest:
            self._ended = True
        return rest

    def _decompress(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Yield the text of ``data``; return the bytes after the end of the member."""
        full = True
        while data or full:
            before = self._member.copy()
            try:
                text = self._member.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                yield _before_the_error(before, data)
                self._stop("corrupt", _damage(error))
                return b""
            if text:
                yield text
            if self._member.eof:
                rest: bytes = self._member.unused_data
                self._member = None
                return rest
            data, full = self._member.unconsumed_tail, len(text) == PIECE_BYTES
        return b""

    def _stop(self, code: str, message: str) -> None:
        self.problem = (code, message)
        self._ended = True


def _damage(error: Exception) -> str:
    """What to say of a gzip stream that is damaged."""
    if "check" in str(error):  # of the text, or of its length: all of it is there
        return (
            f"the checksum of the gzip stream is wrong ({error}): some of the text may not be "
            "what it was, and what follows is missing"
        )
    return f"the gzip stream is damaged ({error}): the rest is missing"


def _left_out(size: int, name: str) -> str:
    """What to say of bytes after the last part of a file."""
    return f"{size:,} bytes after the last {name} part are no {name} and are left out"


def _new_member() -> Any:
    return zlib.decompressobj(wbits=31)


def _before_the_error(member: Any, data: bytes) -> bytes:
    """The text before the first error in ``data``; the same however the stream was cut."""
    good = bytearray()
    with suppress(zlib.error):
        for byte in data:
            good += member.decompress(bytes((byte,)))
    return bytes(good)


class Parts:
    """Decompresses parts that end by themselves, one after the other; counts what follows them.

    The bytes are used in steps of a fixed size, so that the text before a damaged place is the same
    however the stream was cut.
    """

    def __init__(self, coding: Coding) -> None:
        self.problem: Problem | None = None
        self._coding = coding
        self._part: Any = coding.start()
        self._waiting = b""  # not used yet: less than a step
        self._between = b""  # what followed a part, while it may start another
        self._ended = False
        self._left = 0  # bytes after the last part

    def unpack_bytes(self, data: bytes | memoryview) -> Iterator[bytes]:
        """See :class:`Decompressor`."""
        view, step_bytes = memoryview(data), self._coding.step_bytes
        start = 0
        while len(self._waiting) + len(view) - start >= step_bytes:
            stop = start + step_bytes - len(self._waiting)
            piece, self._waiting = self._waiting + bytes(view[start:stop]), b""
            start = stop
            yield from self._use(piece)
        self._waiting += bytes(view[start:])

    def unpack_rest(self) -> Iterator[bytes]:
        """See :class:`Decompressor`."""
        yield from self._use(self._waiting)
        name, left = self._coding.name, self._left + len(self._between)
        if self._part is not None and not self._ended:
            self._stop("truncated", f"the {name} stream ends early: what follows is missing")
        elif self.problem is None and left:
            self._stop("trailing", _left_out(left, name))

    def _use(self, data: bytes) -> Iterator[bytes]:
        while data and not self._ended:
            if self._part is None:
                data = self._start_part(self._between + data)
            else:
                data = yield from self._decompress(data)
        self._left += len(data)

    def _start_part(self, rest: bytes) -> bytes:
        rest = rest.lstrip(b"\0")
        self._between = b""
        if rest.startswith(self._coding.starts):
            self._part = self._coding.start()
        elif any(start.startswith(rest) for start in self._coding.starts):
            self._between, rest = rest, b""
        else:
            self._ended = True
        return rest

    def _decompress(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Yield the text of ``data``; return the bytes after the end of the part."""
        more = True
        while more:
            try:
                text = self._part.decompress(data, PIECE_BYTES)
            except self._coding.errors as error:
                name = self._coding.name
                self._stop(
                    "corrupt", f"the {name} stream is damaged ({error}): the rest is missing"
                )
                return b""
            yield from (
                text[start : start + PIECE_BYTES] for start in range(0, len(text), PIECE_BYTES)
            )
            data, more = b"", not (self._part.eof or self._part.needs_input)
        if not self._part.eof:
            return b""
        rest: bytes = self._part.unused_data
        self._part = None
        return rest

    def _stop(self, code: str, message: str) -> None:
        self.problem = (code, message)
        self._ended = True


class Coding(NamedTuple):
    """A compression whose files are chains of parts, each of which starts with one of ``starts``.

    The decompressor is given ``step_bytes`` bytes at once: so few that not too much text can hide
    in them.
    """

    name: str
    starts: tuple[bytes, ...]
    start: Callable[[], Any]
    errors: tuple[type[Exception], ...]
    step_bytes: int = 1 << 12


class ZstdPart:
    """Adapts a zstd frame to the methods of Python's decompressors for bzip2 and xz."""

    needs_input = True

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.eof = False
        self.unused_data = b""

    def decompress(self, data: bytes, most: int) -> bytes:
        """All text of ``data``, even if it is more than ``most`` bytes."""
        text: bytes = self._frame.decompress(data)
        self.eof, self.unused_data = self._frame.eof, self._frame.unused_data
        return text
