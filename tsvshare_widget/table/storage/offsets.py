"""Lists of 64-bit numbers, in a file, or in memory as long as they are short.

They are only ever appended to, so any thread that knows how many numbers there are can read them at
any time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from .elsewhere import NOWHERE, Elsewhere
from .files import WriteFile, open_file

SMALL_BYTES = 1 << 20
"""A list up to so long comes as a whole, if it is not here yet."""


class Offsets(Protocol):
    """A list of numbers that is appended to."""

    def append_numbers(self, numbers: Positions) -> None:
        """Append ``numbers``."""

    def read_numbers(self, first: int, count: int) -> Positions:
        """A copy of ``count`` numbers from number ``first`` on; read-only."""

    def view_numbers(self, count: int) -> Positions:
        """The first ``count`` numbers without copying them, to look some of them up; read-only."""

    def numbers_at(self, places: Positions) -> Positions:
        """The numbers at these places, in any order."""

    def pairs_at(self, places: Positions) -> Positions:
        """The numbers at a few places and those after them, in an array of shape (count, 2)."""

    @property
    def is_near(self) -> bool:
        """Whether looking some of them up costs nothing, because all of them are here."""

    def end_writing(self) -> None:
        """Append no more."""

    def close(self) -> None:
        """Append no more and, if this is a file, read no more."""


class MemoryOffsets:
    """A list in memory, of a table of which only the beginning has come."""

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

    def numbers_at(self, places: Positions) -> Positions:
        """See :class:`Offsets`."""
        return self._numbers[places]

    def pairs_at(self, places: Positions) -> Positions:
        """See :class:`Offsets`."""
        return np.stack((self._numbers[places], self._numbers[places + 1]), axis=1)

    @property
    def is_near(self) -> bool:
        """See :class:`Offsets`."""
        return True

    def end_writing(self) -> None:
        """See :class:`Offsets`."""

    def close(self) -> None:
        """See :class:`Offsets`."""


class FileOffsets:
    """A list in a file of unsigned 64-bit numbers, low byte first."""

    def __init__(
        self, path: Path, *, grows: bool, new: bool = True, elsewhere: Elsewhere = NOWHERE
    ) -> None:
        """``grows``: it is appended to, in a ``new`` file or in one that exists."""
        self._writer = WriteFile(path, new=new) if grows else None
        try:
            self._reader = open_file(path, elsewhere)
        except BaseException:
            self.end_writing()
            raise
        self._mapped = np.empty(0, np.int64)  # as many as there were when they were last mapped

    def append_numbers(self, numbers: Positions) -> None:
        """See :class:`Offsets`."""
        if self._writer is None:
            raise ValueError("this index was opened to be read")
        self._writer.write(np.ascontiguousarray(numbers, "<i8").data.cast("B"))

    def read_numbers(self, first: int, count: int) -> Positions:
        """See :class:`Offsets`.

        Not out of the map: going through all numbers would leave all of them in memory.
        """
        return np.frombuffer(self._reader.read(8 * first, 8 * count), "<i8")

    def view_numbers(self, count: int) -> Positions:
        """See :class:`Offsets`.  Of a file that is only partly here all is fetched."""
        self._reader.need([0], [8 * count])
        return self._map(count)

    def numbers_at(self, places: Positions) -> Positions:
        """See :class:`Offsets`.  Of a file that is only partly here no more is fetched."""
        if not len(places):
            return places
        if not self._reader.is_whole:
            self._reader.need((8 * places).tolist(), [8] * len(places))
        return self._map(int(places.max()) + 1)[places]

    def pairs_at(self, places: Positions) -> Positions:
        """See :class:`Offsets`.

        Not out of the map: places all over the list would leave most of it in memory.
        """
        pairs = self._reader.gather((8 * places).tolist(), [16] * len(places))
        return np.frombuffer(pairs, "<i8").reshape(-1, 2)

    @property
    def is_near(self) -> bool:
        """See :class:`Offsets`."""
        return self._reader.is_whole

    def _map(self, count: int) -> Positions:
        mapped = self._mapped
        if len(mapped) < count:
            memory = self._reader.map()  # a number at its end may have come in part
            mapped = self._mapped = np.frombuffer(memory, "<i8", len(memory) // 8)
            if self._reader.closed:  # in another thread meanwhile
                self._mapped = mapped[:0].copy()
        return mapped[:count]

    def end_writing(self) -> None:
        """See :class:`Offsets`."""
        if self._writer is not None:
            self._writer.close()

    def close(self) -> None:
        """See :class:`Offsets`.

        The map, which keeps the file open too, goes with whoever still looks at it.
        """
        self.end_writing()
        self._reader.close()
        self._mapped = np.empty(0, np.int64)


class Pairs:
    """A sorted map from some of the rows to a number each.

    Looked up by binary search in a file that is not read as a whole: it may have one for each row.
    """

    def __init__(self, numbers: Offsets, count: int = 0) -> None:
        self.count = count
        self._numbers = numbers

    def append_pairs(self, rows: Positions, numbers: Positions) -> None:
        """Append rows, which ascend, and their numbers."""
        if len(rows):
            self._numbers.append_numbers(np.stack((rows, numbers), axis=1).reshape(-1))
            self.count += len(rows)

    def at_or_before(self, rows: Positions) -> tuple[Positions, Positions]:
        """For each of ``rows``, the last pair whose row is not after it; there must be one.

        Returns the rows of these pairs, and their numbers.
        """
        places = self._places(rows, "right") - 1
        return self._numbers.numbers_at(2 * places), self._numbers.numbers_at(2 * places + 1)

    def at(self, rows: Positions) -> tuple[Flags, Positions]:
        """Flags of those of ``rows`` that have a number, and these numbers."""
        places = self._places(rows, "left")
        places[places == self.count] = 0
        found: Flags = self._numbers.numbers_at(2 * places) == rows
        return found, self._numbers.numbers_at(2 * places[found] + 1)

    def before(self, row: int) -> int:
        """The number of pairs whose row is before this one."""
        return int(self._places(np.array([row]), "left")[0])

    def _places(self, rows: Positions, side: Literal["left", "right"]) -> Positions:
        """As ``searchsorted`` of numpy among the rows that have a number."""
        if self._numbers.is_near or 16 * self.count <= SMALL_BYTES:
            return np.searchsorted(self.all_pairs()[:, 0], rows, side=side)
        low, high = np.zeros(len(rows), np.int64), np.full(len(rows), self.count)
        # All rows at once, so that what they look at comes at once.
        while len(open_ := np.flatnonzero(low < high)):
            middle = (low[open_] + high[open_]) // 2
            keys = self._numbers.numbers_at(2 * middle)
            after = keys <= rows[open_] if side == "right" else keys < rows[open_]
            low[open_[after]] = middle[after] + 1
            high[open_[~after]] = middle[~after]
        return low

    def all_pairs(self) -> Positions:
        """All pairs, in an array of shape (count, 2)."""
        return self._numbers.view_numbers(2 * self.count).reshape(-1, 2)

    def end_writing(self) -> None:
        """Append no more."""
        self._numbers.end_writing()

    def close(self) -> None:
        """Append and read no more."""
        self._numbers.close()
