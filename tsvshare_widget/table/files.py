"""Files as the table needs them: read at a place from any thread, written in one go, cloned."""

from __future__ import annotations

import mmap
import os
import sys
import threading
import weakref
from pathlib import Path

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
_FICLONE = 0x40049409  # ioctl of Linux: let two files share their blocks until one is written to


class ReadFile:
    """A file that any thread reads at any place, also while it grows.

    It is closed when nobody refers to it any more, not before: a read under way is never cut off,
    and never finds that its descriptor has become another file's.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | _BINARY)
        self._lock = threading.Lock()
        weakref.finalize(self, os.close, self._descriptor)

    def read(self, start: int, size: int) -> bytes:
        """``size`` bytes from ``start``, fewer only where the file ends."""
        parts = []
        while size > 0 and (part := self._read_once(start, size)):
            parts.append(part)
            start += len(part)
            size -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def map(self, start: int, size: int) -> tuple[mmap.mmap, int]:
        """A part of the file as memory, read when looked at, and where in it ``start`` is."""
        inside = start % mmap.ALLOCATIONGRANULARITY
        mapped = mmap.mmap(
            self._descriptor, inside + size, access=mmap.ACCESS_READ, offset=start - inside
        )
        return mapped, inside

    if sys.platform == "win32":

        def _read_once(self, start: int, size: int) -> bytes:
            with self._lock:
                os.lseek(self._descriptor, start, os.SEEK_SET)
                return os.read(self._descriptor, size)
    else:

        def _read_once(self, start: int, size: int) -> bytes:
            return os.pread(self._descriptor, size, start)


class WriteFile:
    """A new file that grows at its end; what was written can be read at once."""

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | _BINARY
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


def clone_file(source: Path, target: Path) -> bool:
    """Let ``target`` be a copy of ``source`` that shares its blocks, where the file system can.

    Returns whether it could.  Raises ``OSError`` if ``source`` cannot be read.
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
