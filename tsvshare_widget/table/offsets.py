"""The index of a table: where each row starts in its text, and where the last one ends.

It only ever grows, so whoever knows how many offsets there are can read them at any time, from any
thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from .files import ReadFile, WriteFile
from .indexer import Positions


class Offsets(Protocol):
    """An index that grows at its end."""

    def append(self, offsets: Positions) -> None:
        """Take in the next offsets."""

    def read(self, first: int, count: int) -> Positions:
        """``count`` offsets, from the one numbered ``first``."""

    def close(self) -> None:
        """Take in that it grows no more."""


class MemoryOffsets:
    """The index of a table of which only the beginning has come."""

    def __init__(self) -> None:
        self._offsets = np.empty(0, np.int64)

    def append(self, offsets: Positions) -> None:
        """See :class:`Offsets`."""
        self._offsets = np.concatenate((self._offsets, offsets))

    def read(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`."""
        return self._offsets[first : first + count]

    def close(self) -> None:
        """See :class:`Offsets`."""


class FileOffsets:
    """An index in a file, as unsigned 64-bit numbers, low byte first."""

    def __init__(self, path: Path, *, grows: bool) -> None:
        self._writer = WriteFile(path) if grows else None
        self._reader = ReadFile(path)

    def append(self, offsets: Positions) -> None:
        """See :class:`Offsets`."""
        if self._writer is None:
            raise ValueError("this index was opened to be read")
        self._writer.write(offsets.astype("<u8").tobytes())

    def read(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`."""
        return np.frombuffer(self._reader.read(8 * first, 8 * count), "<u8").astype(np.int64)

    def close(self) -> None:
        """See :class:`Offsets`."""
        if self._writer is not None:
            self._writer.close()
