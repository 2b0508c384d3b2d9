"""Numbers that are kept in a file, or in memory as long as there are few.

They only ever grow at their end, so whoever knows how many there are can read them at any time,
from any thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from .files import ReadFile, WriteFile


class Offsets(Protocol):
    """Numbers that grow at their end."""

    def append_numbers(self, numbers: Positions) -> None:
        """Take in the next numbers."""

    def read_numbers(self, first: int, count: int) -> Positions:
        """``count`` numbers, from the one numbered ``first``; not to be written to."""

    def view_numbers(self, count: int) -> Positions:
        """The first ``count`` numbers, to look at some of them; not to be written to."""

    def close(self) -> None:
        """Take in that no more will come."""


class MemoryOffsets:
    """The index of a table of which only the beginning has come."""

    def __init__(self, numbers: Positions | None = None) -> None:
        self._numbers = np.empty(0, np.int64) if numbers is None else numbers

    def append_numbers(self, numbers: Positions) -> None:
        """See :class:`Offsets`."""
        self._numbers = np.concatenate((self._numbers, numbers))

    def read_numbers(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`."""
        return self._numbers[first : first + count]

    def view_numbers(self, count: int) -> Positions:
        """See :class:`Offsets`."""
        return self._numbers[:count]

    def close(self) -> None:
        """See :class:`Offsets`."""


class FileOffsets:
    """The same in a file, as unsigned 64-bit numbers, low byte first."""

    def __init__(self, path: Path, *, grows: bool, new: bool = True) -> None:
        """``grows``: more will come, to a ``new`` file or to one that is there."""
        self._writer = WriteFile(path, new=new) if grows else None
        self._reader = ReadFile(path)
        self._mapped = np.empty(0, np.int64)  # as many as there were when they were last mapped

    def append_numbers(self, numbers: Positions) -> None:
        """See :class:`Offsets`."""
        if self._writer is None:
            raise ValueError("this index was opened to be read")
        self._writer.write(np.ascontiguousarray(numbers, "<i8").data.cast("B"))

    def read_numbers(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`.

        Not out of the map: whoever goes through all numbers would end with all of them in memory.
        """
        return np.frombuffer(self._reader.read(8 * first, 8 * count), "<i8")

    def view_numbers(self, count: int) -> Positions:
        """See :class:`Offsets`."""
        mapped = self._mapped
        if len(mapped) < count:
            memory = self._reader.map()  # a number at its end may have come in part
            mapped = self._mapped = np.frombuffer(memory, "<i8", len(memory) // 8)
        return mapped[:count]

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

    def append_pairs(self, rows: Positions, numbers: Positions) -> None:
        """Take in the next rows and their numbers."""
        if len(rows):
            self._numbers.append_numbers(np.stack((rows, numbers), axis=1).reshape(-1))
            self.count += len(rows)

    def at_or_before(self, rows: Positions) -> tuple[Positions, Positions]:
        """For each of ``rows``, the last pair whose row is not after it; there must be one."""
        pairs = self.all_pairs()
        places = np.searchsorted(pairs[:, 0], rows, side="right") - 1
        return pairs[places, 0], pairs[places, 1]

    def at(self, rows: Positions) -> tuple[Flags, Positions]:
        """Which of ``rows`` have a number, and these numbers."""
        pairs = self.all_pairs()
        places = np.searchsorted(pairs[:, 0], rows)
        places[places == len(pairs)] = 0
        found: Flags = pairs[places, 0] == rows
        return found, pairs[places[found], 1]

    def before(self, row: int) -> int:
        """How many pairs are of rows before this one."""
        return int(np.searchsorted(self.all_pairs()[:, 0], row))

    def all_pairs(self) -> Positions:
        """All pairs, of shape (count, 2)."""
        return self._numbers.view_numbers(2 * self.count).reshape(-1, 2)

    def close(self) -> None:
        """Take in that no more will come."""
        self._numbers.close()
