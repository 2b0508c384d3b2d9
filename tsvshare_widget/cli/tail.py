"""A text file that is being written, read line by line as ``tail -F`` does."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tsvshare_widget.errors import BadTable
from tsvshare_widget.table.text.compression import recognise

READ_BYTES = 1 << 20
"""Bytes read at a time."""

HEAD_BYTES = 1 << 16
"""Bytes at the start of the first file that are kept, to know its header again."""

COMPARED_BYTES = 64
"""Bytes of what was read last that are compared with what stands there now."""

QUIET_SECONDS = 1.0
"""Seconds of silence after which a file that was replaced is taken to be done with."""

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Follower:
    """The complete lines of the file at ``path``, as they come.

    A file that was cut off is read again from its start.  One that another takes the place of is
    read to its end first; until then, and while there is none, nothing is missed.  The first lines
    of such a file that also stand at the head of the first one (see :meth:`leave_out`) are left
    out.  A cell in quotes that goes over several lines has to be written at once.  Raises
    ``OSError`` if there is no file at first.
    """

    def __init__(self, path: Path, *, quiet_seconds: float = QUIET_SECONDS) -> None:
        self._path = path
        self._quiet_seconds = quiet_seconds
        self._file: IO[bytes] = path.open("rb", buffering=0)
        self._pending = b""
        self._newline: bytes | None = None
        self._head = b""
        self._known: list[bytes] = []
        self._lines_to_check = 0
        self._is_first = True
        self._latest = b""
        self._last_read = time.monotonic()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def leave_out(self, lines: int) -> None:
        """Leave the first ``lines`` lines of the first file out of those that replace it."""
        self._known = [_bare(line) for line in self._head.split(self._line_end())[:lines]]

    def read_lines(self) -> bytes:
        """The lines that have come since the last call, at most about :data:`READ_BYTES` bytes.

        Empty if there is none at the moment; complete, but for the last line of a file that was
        replaced.  Raises :class:`BadTable` for a file that has no lines to tell apart.
        """
        is_replaced = self._is_replaced()  # asked before reading: so what is read is all of it
        if self._is_rewritten():
            return self._begin_anew(is_replaced)
        while piece := self._file.read(READ_BYTES):
            self._latest = (self._latest + piece)[-COMPARED_BYTES:]
            self._last_read = time.monotonic()
            if lines := self._whole_lines(piece):
                return lines
        if is_replaced and self._is_quiet():
            return self._begin_anew(is_replaced)
        return b""

    def read_present(self) -> Iterator[bytes]:
        """What the file holds now, or a little more, piece by piece."""
        size = os.fstat(self._file.fileno()).st_size
        while self._file.tell() < size and (piece := self.read_lines()):
            yield piece

    # --- lines ---

    def _whole_lines(self, piece: bytes) -> bytes:
        if self._is_first and len(self._head) < HEAD_BYTES:
            self._head = (self._head + piece)[:HEAD_BYTES]
            _check_followable(self._head)
        self._pending += piece
        end = self._pending.rfind(self._line_end()) + 1
        lines, self._pending = self._pending[:end], self._pending[end:]
        return self._without_head(lines)

    def _line_end(self) -> bytes:
        """LF, or CR in a file that has nothing but those."""
        if self._newline is None:
            only_cr = b"\n" not in self._pending and b"\r" in self._pending[:-1]
            self._newline = b"\r" if only_cr else b"\n"
        return self._newline

    def _without_head(self, lines: bytes) -> bytes:
        kept = b""
        while self._lines_to_check and lines:
            line, end, lines = lines.partition(self._line_end())
            self._lines_to_check -= 1
            if _bare(line) not in self._known:
                kept += line + end
        return kept + lines

    # --- files ---

    def _is_replaced(self) -> bool:
        """Whether another file stands at the path now."""
        with contextlib.suppress(FileNotFoundError):
            return not os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        return False

    def _is_rewritten(self) -> bool:
        """Whether what was read last does not stand there any longer: the file was cut off.

        Asked of its size, this would be missed if as much was written again meanwhile.
        """
        position = self._file.tell()
        self._file.seek(position - len(self._latest))
        there = self._file.read(len(self._latest))
        self._file.seek(position)
        return there != self._latest

    def _is_quiet(self) -> bool:
        return time.monotonic() - self._last_read >= self._quiet_seconds

    def _begin_anew(self, is_replaced: bool) -> bytes:
        """Go to the start of the file that is there now; the unfinished line of the old one."""
        if is_replaced:
            with contextlib.suppress(FileNotFoundError):
                file = self._path.open("rb", buffering=0)
                self._file.close()
                self._file = file
        else:
            self._file.seek(0)
        self._is_first = False
        self._latest = b""
        self._lines_to_check = len(self._known)
        rest, self._pending = self._pending, b""
        return rest + self._line_end() if rest else b""


def _bare(line: bytes) -> bytes:
    return line.removesuffix(b"\r").removeprefix(_UTF_8_MARK)


def _check_followable(head: bytes) -> None:
    """Raise :class:`BadTable` for what a piece of is not whole lines of text."""
    compression, _ = recognise(head)
    if compression != "none":
        raise BadTable(f"a compressed file ({compression}) cannot be followed")
    if head.startswith(_UTF_16_MARKS):
        raise BadTable("a file in UTF-16 cannot be followed; one in UTF-8 can")
