"""A journal: records appended to a file, for what is put in its place later.

An appended record outlives the process, though not a power cut, and costs a hundredth of a file
that is written and renamed.  A record is a line; half a line, which a power cut may leave at the
end, is none.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


class Journal:
    """The files ``NAME.log`` and, while what it holds is put in its place, ``NAME.old.log``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._current = folder / f"{name}.log"
        self._old = folder / f"{name}.old.log"
        self._file: io.FileIO | None = None
        self._bytes = self._current.stat().st_size if self._current.exists() else 0
        self._has_old = self._old.exists()

    @property
    def is_empty(self) -> bool:
        """Whether there is no record."""
        return self._bytes == 0 and not self._has_old

    def read(self) -> Iterator[bytes]:
        """All records, the oldest first."""
        for path in (self._old, self._current):
            with suppress(FileNotFoundError):
                *lines, _ = path.read_bytes().split(b"\n")
                yield from lines

    def append(self, record: bytes) -> None:
        """Add a record, which has no line feed.  Raises OSError, and has added nothing then."""
        file = self._file or self._open()
        line = record + b"\n"
        try:
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, "no space left for the journal")
        except OSError:
            with suppress(OSError):
                file.truncate(self._bytes)
            raise
        self._bytes += len(line)

    def set_aside(self) -> None:
        """Begin anew; what was there is kept until :meth:`drop_old`."""
        self.close()
        self._bytes = 0
        self._has_old = True
        if self._old.exists():  # what it holds could not be put in its place: one after the other
            with self._old.open("ab") as old, suppress(FileNotFoundError):
                old.write(self._current.read_bytes())
            self._current.unlink(missing_ok=True)
        else:
            with suppress(FileNotFoundError):
                self._current.rename(self._old)

    def drop_old(self) -> None:
        """Forget what was set aside."""
        self._old.unlink(missing_ok=True)
        self._has_old = False

    def close(self) -> None:
        """Give back the open file; it is opened again when it is needed."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> io.FileIO:
        self._file = io.FileIO(self._current, "a")
        self._bytes = self._file.seek(0, io.SEEK_END)
        return self._file
