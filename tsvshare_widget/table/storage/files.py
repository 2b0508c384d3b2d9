"""Files as tables need them: read at any position by any thread, appended to, copied."""

from __future__ import annotations

import mmap
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from tsvshare_widget.errors import NotFound

from .elsewhere import Elsewhere, Part

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
_FICLONE = 0x40049409  # ioctl of Linux: let two files share their blocks until one is written to


Buffer = bytes | mmap.mmap


class Text(Protocol):
    """A text with random access: any thread may read it, also while it grows."""

    def read(self, start: int, size: int) -> bytes:
        """``size`` bytes from ``start``, fewer only at its end."""

    def read_into(self, start: int, target: memoryview) -> None:
        """Fill ``target`` with the bytes from ``start``, all of which must exist."""

    def gather(self, starts: list[int], sizes: list[int]) -> bytes:
        """Several short parts as one, all of which must exist."""

    def view(self, start: int, size: int) -> AbstractContextManager[tuple[Buffer, int]]:
        """A part as memory, mapped if it is a file's, and the position of ``start`` in that."""

    def close(self) -> None:
        """Give back its descriptor; reading raises :class:`NotFound` from here on."""


class MemoryText:
    """A text in memory: one that is short, or of which only the beginning has come."""

    def __init__(self, text: bytes = b"") -> None:
        self._bytes = bytearray(text)

    def append_text(self, text: bytes | memoryview) -> None:
        """Add ``text`` at the end."""
        self._bytes += text

    def __len__(self) -> int:
        return len(self._bytes)

    def read(self, start: int, size: int) -> bytes:
        """See :class:`Text`."""
        return bytes(self._bytes[start : start + size])

    def read_into(self, start: int, target: memoryview) -> None:
        """See :class:`Text`."""
        target[:] = self.read(start, len(target))

    def gather(self, starts: list[int], sizes: list[int]) -> bytes:
        """See :class:`Text`."""
        return b"".join(map(self.read, starts, sizes))

    @contextmanager
    def view(self, start: int, size: int) -> Iterator[tuple[Buffer, int]]:
        """See :class:`Text`."""
        yield self.read(start, size), 0

    def close(self) -> None:
        """See :class:`Text`: there is none, and who still reads may go on."""


class ReadFile:
    """A file with random access: any thread may read it, also while it grows.

    It is closed by :meth:`close`, or when nothing refers to it any more.  A read under way is never
    cut off, and never finds that its descriptor has become another file's: the last one closes it.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | _BINARY)
        self._lock = threading.Lock()
        self._readers = 0  # that are reading just now
        self._closed = False
        self._close = weakref.finalize(self, os.close, self._descriptor)
        # The end of a program would close it under those who still read, before they are stopped.
        self._close.atexit = False

    def read(self, start: int, size: int) -> bytes:
        """``size`` bytes from ``start``, fewer only at the end of the file."""
        parts = []
        with self._reading():
            while size > 0 and (part := self._read_once(start, size)):
                parts.append(part)
                start += len(part)
                size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def read_into(self, start: int, target: memoryview) -> None:
        """See :class:`Text`."""
        with self._reading():
            while len(target):
                size = self._read_into_once(start, target)
                if not size:
                    raise EOFError(f"the file ends before byte {start + len(target):,}")
                start, target = start + size, target[size:]

    def gather(self, starts: list[int], sizes: list[int]) -> bytes:
        """See :class:`Text`."""
        with self._reading():
            return b"".join(map(self._read_once, starts, sizes))

    def size(self) -> int:
        """Its size in bytes now."""
        with self._reading():
            return os.fstat(self._descriptor).st_size

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here, and need not be asked for before it is mapped."""
        return True

    def need(self, starts: list[int], sizes: list[int]) -> None:
        """Have these bytes here before they are looked at in a map of the file."""

    @property
    def closed(self) -> bool:
        """Whether it can be read no more."""
        return self._closed

    def close(self) -> None:
        """See :class:`Text`; more than once does no harm."""
        with self._lock:
            self._closed = True
            if not self._readers:
                self._close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise NotFound("this table has been closed")
            self._readers += 1
        try:
            yield
        finally:
            with self._lock:
                self._readers -= 1
                if self.closed and not self._readers:
                    self._close()

    @contextmanager
    def view(self, start: int, size: int) -> Iterator[tuple[Buffer, int]]:
        """See :class:`Text`."""
        inside = start % mmap.ALLOCATIONGRANULARITY
        with self._reading():
            mapped = mmap.mmap(
                self._descriptor, inside + size, access=mmap.ACCESS_READ, offset=start - inside
            )
        with mapped:
            yield mapped, inside

    def map(self) -> mmap.mmap:
        """The whole file, as large as it is now, mapped into memory; it must not be empty."""
        with self._reading():
            return mmap.mmap(self._descriptor, 0, access=mmap.ACCESS_READ)

    if sys.platform == "win32":

        def _read_once(self, start: int, size: int) -> bytes:
            with self._lock:
                os.lseek(self._descriptor, start, os.SEEK_SET)
                return os.read(self._descriptor, size)

        def _read_into_once(self, start: int, target: memoryview) -> int:
            part = self._read_once(start, len(target))
            target[: len(part)] = part
            return len(part)
    else:

        def _read_once(self, start: int, size: int) -> bytes:
            return os.pread(self._descriptor, size, start)

        def _read_into_once(self, start: int, target: memoryview) -> int:
            return os.preadv(self._descriptor, [target], start)


class PartlyHere(ReadFile):
    """A file of which parts come when they are read: see :class:`.elsewhere.Part`."""

    def __init__(self, path: Path, part: Part) -> None:
        super().__init__(path)
        self._part = part

    @property
    def is_whole(self) -> bool:
        """See :class:`ReadFile`."""
        return False

    def need(self, starts: list[int], sizes: list[int]) -> None:
        """See :class:`ReadFile`."""
        self._part.need(starts, sizes)

    def read(self, start: int, size: int) -> bytes:
        """See :class:`Text`."""
        self.need([start], [size])
        return super().read(start, size)

    def read_into(self, start: int, target: memoryview) -> None:
        """See :class:`Text`."""
        self.need([start], [len(target)])
        super().read_into(start, target)

    def gather(self, starts: list[int], sizes: list[int]) -> bytes:
        """See :class:`Text`."""
        self.need(starts, sizes)
        return super().gather(starts, sizes)

    @contextmanager
    def view(self, start: int, size: int) -> Iterator[tuple[Buffer, int]]:
        """See :class:`Text`."""
        self.need([start], [size])
        with super().view(start, size) as found:
            yield found


def open_file(path: Path, elsewhere: Elsewhere) -> ReadFile:
    """A file of a table that is also kept elsewhere."""
    part = elsewhere.part(path)
    return ReadFile(path) if part is None else PartlyHere(path, part)


class WriteFile:
    """A file that is appended to; what was written can be read at once."""

    def __init__(self, path: Path, *, new: bool = True) -> None:
        """``new``: the file must not exist yet; else it must."""
        flags = os.O_WRONLY | os.O_APPEND | _BINARY | (os.O_CREAT | os.O_EXCL if new else 0)
        self._descriptor: int | None = os.open(path, flags, 0o600)
        self._lock = threading.Lock()

    def write(self, data: bytes | memoryview) -> None:
        """Append all of ``data``.  Raises ``ValueError`` after :meth:`close`."""
        view = memoryview(data)
        with self._lock:  # against a close() in another thread
            if self._descriptor is None:
                raise ValueError("the table was closed while bytes were still coming in")
            while len(view):
                view = view[os.write(self._descriptor, view) :]

    def close(self) -> None:
        """Close the file; once is enough, more often does no harm."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
            self._descriptor = None


class Copy:
    """Copies a file into another one, which exists already, block by block."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source.open("rb", buffering=0)
        try:
            self._target = target.open("r+b", buffering=0)
        except OSError:
            self._source.close()
            raise

    def some(self, size: int) -> int:
        """Copy at most ``size`` more bytes; return how many, 0 at the end."""
        copied = self._in_the_kernel(size)
        if copied:
            return copied
        data = self._source.read(size)  # the kernel does not tell an end from what it cannot copy
        view = memoryview(data)
        while len(view):
            view = view[self._target.write(view) :]
        return len(data)

    def close(self) -> None:
        """Close both files."""
        self._source.close()
        self._target.close()

    def _in_the_kernel(self, size: int) -> int:
        if sys.platform != "linux":
            return 0
        try:
            return os.copy_file_range(self._source.fileno(), self._target.fileno(), size)
        except OSError:  # not between these two
            return 0


def clone_file(source: Path, target: Path) -> bool:
    """Make ``target`` a clone of ``source`` that shares its blocks; return whether that worked.

    Not all file systems can.  Raises ``OSError`` if ``source`` cannot be read.
    """
    with source.open("rb") as original, target.open("wb") as copy:
        if sys.platform != "linux":
            return False
        import fcntl

        try:
            fcntl.ioctl(copy.fileno(), _FICLONE, original.fileno())
        except OSError:
            return False
        return True
