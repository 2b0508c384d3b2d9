"""Distinct cells: how many there are, and which are the most frequent; by the hashes of cells."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.table.columns.hashes import Hashes
from tsvshare_widget.table.lines.bitmaps import Positions

TOP_CELLS = 10
"""Most frequent cells in a profile."""

IN_MEMORY_NUMBERS = 1 << 24
"""Numbers that are kept in memory; more are kept in a file without a name."""

PART_HASHES = 1 << 22
"""Hashes that are sorted at once."""

_CHUNK_HASHES = 1 << 16


def room_for(count: int, kind: str) -> NDArray[Any]:
    """An array for ``count`` numbers of eight bytes, in memory or in a temporary file."""
    if count <= IN_MEMORY_NUMBERS:
        return np.empty(count, kind)
    with tempfile.TemporaryFile() as file:  # the map of it stays
        return np.memmap(file, kind, "w+", shape=(count,))


class DistinctCounter:
    """Counts distinct cells.  ``rows`` is how many cells will come, those not counted included."""

    def __init__(self, rows: int) -> None:
        self._hashes: Hashes = room_for(rows, "<u8")  # 0: does not count
        self._known = 0

    def add_hashes(self, hashes: Hashes) -> None:
        """Add the hashes of the next cells, 0 for those that are not counted."""
        self._hashes[self._known : self._known + len(hashes)] = hashes
        self._known += len(hashes)

    @property
    def hashes(self) -> Hashes:
        """The hashes of all cells, in their order."""
        return self._hashes[: self._known]

    def distinct_and_top(self, left_out: Hashes) -> tuple[int, list[tuple[int, int]]]:
        """The number of distinct cells, and row and count of the most frequent ones.

        Those with one of the hashes ``left_out`` do not count.  The row, from 0, is the first one
        with this cell; of equally frequent cells, those that come first are taken.
        """
        bits = max(0, (self._known - 1) // PART_HASHES).bit_length()
        distinct, top = 0, list[tuple[int, int]]()
        for part in range(1 << bits):
            keys, counts = _cells_and_counts(self._part(part, bits))
            if len(left_out):
                # Not by a table: numpy 2.0 fails for hashes that are larger than its integers.
                others = ~np.isin(keys, left_out, kind="sort")
                keys, counts = keys[others], counts[others]
            distinct += len(keys)
            top = sorted([*top, *self._top_of(keys, counts)], key=lambda one: (-one[1], one[0]))
        return distinct, top[:TOP_CELLS]

    def _part(self, part: int, bits: int) -> Hashes:
        """The hashes whose first ``bits`` are the number ``part``, sorted."""
        shift, wanted, chunks = np.uint64(64 - bits), np.uint64(part), []
        for start in range(0, self._known, _CHUNK_HASHES):
            chunk = self._hashes[start : min(start + _CHUNK_HASHES, self._known)]
            is_part = chunk >> shift == wanted if bits else True
            chunks.append(chunk[(chunk != 0) & is_part])
        found = np.concatenate(chunks) if chunks else self._hashes[:0].copy()
        chunks.clear()
        found.sort()
        return found

    # --- the most frequent ----------------------------------------------------------------------

    def _top_of(self, keys: Hashes, counts: Positions) -> list[tuple[int, int]]:
        """First row and count of the most frequent cells; ``keys`` are sorted."""
        if not len(keys):
            return []
        least = int(np.partition(counts, -TOP_CELLS)[-TOP_CELLS]) if len(counts) > TOP_CELLS else 0
        more, equal = counts > least, counts == least
        found = self._first(keys[more], counts[more], TOP_CELLS)
        return found + self._first(keys[equal], counts[equal], TOP_CELLS - len(found))

    def _first(self, keys: Hashes, counts: Positions, most: int) -> list[tuple[int, int]]:
        """First row and count of the ``most`` cells that come first."""
        found = dict[int, int]()  # places in keys, by row
        most = min(most, len(keys))
        for start in range(0, self._known, _CHUNK_HASHES):
            if len(found) == most:
                break
            chunk = self._hashes[start : min(start + _CHUNK_HASHES, self._known)]
            places = np.minimum(np.searchsorted(keys, chunk), len(keys) - 1)
            hits = np.flatnonzero(keys[places] == chunk)
            _, first = np.unique(places[hits], return_index=True)
            for row in np.sort(hits[first]).tolist():
                if len(found) < most:
                    found.setdefault(int(places[row]), start + row)
        return [(row, int(counts[place])) for place, row in found.items()]


def _cells_and_counts(hashes: Hashes) -> tuple[Hashes, Positions]:
    """The distinct ones of sorted hashes, and the count of each."""
    if not len(hashes):
        return hashes, np.empty(0, np.int64)
    first = np.concatenate(([0], np.flatnonzero(hashes[1:] != hashes[:-1]) + 1))
    return hashes[first], np.diff(first, append=len(hashes))
