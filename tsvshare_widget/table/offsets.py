"""Numbers that are kept in a file, or in memory as long as there are few.

They only ever grow at their end, so whoever knows how many there are can read them at any time,
from any thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from .files import ReadFile, WriteFile
from .places import Positions


class Offsets(Protocol):
    """Numbers that grow at their end."""

    def append(self, numbers: Positions) -> None:
        """Take in the next numbers."""

    def read(self, first: int, count: int) -> Positions:
        """``count`` numbers, from the one numbered ``first``."""

    def close(self) -> None:
        """Take in that no more will come."""


class MemoryOffsets:
    """The index of a table of which only the beginning has come."""

    def __init__(self) -> None:
        self._numbers = np.empty(0, np.int64)

    def append(self, numbers: Positions) -> None:
        """See :class:`Offsets`."""
        self._numbers = np.concatenate((self._numbers, numbers))

    def read(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`."""
        return self._numbers[first : first + count]

    def close(self) -> None:
        """See :class:`Offsets`."""


class FileOffsets:
    """The same in a file, as unsigned 64-bit numbers, low byte first."""

    def __init__(self, path: Path, *, grows: bool) -> None:
        self._writer = WriteFile(path) if grows else None
        self._reader = ReadFile(path)

    def append(self, numbers: Positions) -> None:
        """See :class:`Offsets`."""
        if self._writer is None:
            raise ValueError("this index was opened to be read")
        self._writer.write(np.ascontiguousarray(numbers, "<i8").data.cast("B"))

    def read(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`."""
        return np.frombuffer(self._reader.read(8 * first, 8 * count), "<u8").astype(np.int64)

    def close(self) -> None:
        """See :class:`Offsets`."""
        if self._writer is not None:
            self._writer.close()


class Pairs:
    """Some of the rows, each with a number; the rows ascend.

    Found by halving, in a file that is not read as a whole: there may be as many as rows.
    """

    def __init__(self, numbers: Offsets, count: int = 0) -> None:
        self.count = count
        self._numbers = numbers

    def append(self, rows: Positions, numbers: Positions) -> None:
        """Take in the next rows and their numbers."""
        if len(rows):
            self._numbers.append(np.stack((rows, numbers), axis=1).reshape(-1))
            self.count += len(rows)

    def between(self, first: int, stop: int) -> tuple[Positions, Positions]:
        """The rows from ``first`` to before ``stop``, and their numbers."""
        start, end = self._place(first), self._place(stop)
        pairs = self._numbers.read(2 * start, 2 * (end - start)).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def at_or_before(self, row: int) -> tuple[int, int] | None:
        """The last pair whose row is not after ``row``."""
        place = self._place(row + 1) - 1
        if place < 0:
            return None
        found, number = self._numbers.read(2 * place, 2).tolist()
        return found, number

    def close(self) -> None:
        """Take in that no more will come."""
        self._numbers.close()

    def _place(self, row: int) -> int:
        """How many pairs have a smaller row."""
        low, high = 0, self.count
        while low < high:
            middle = (low + high) // 2
            if int(self._numbers.read(2 * middle, 1)[0]) < row:
                low = middle + 1
            else:
                high = middle
        return low
