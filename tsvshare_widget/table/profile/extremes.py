"""Extremes: the least and the greatest of many cells, verbatim; pure."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tsvshare_widget.table.columns.column import Column, Words
from tsvshare_widget.table.columns.dates import Dates
from tsvshare_widget.table.columns.hashes import Hashes
from tsvshare_widget.table.columns.numbers import Floats, exactly
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

_COMPARED_BYTES = 32  # of texts that are compared many at once


class Extremes(NamedTuple):
    """The least and the greatest of some cells, the first ones if several are equal.

    ``low`` and ``high`` are the values by which they are compared.
    """

    low: Any
    least: bytes
    high: Any
    greatest: bytes

    def then(self, later: Extremes) -> Extremes:
        """The extremes of these and of later cells."""
        low = (later.low, later.least) if later.low < self.low else (self.low, self.least)
        high = (later.high, later.greatest) if later.high > self.high else self[2:]
        return Extremes(*low, *high)


def extremes_of_numbers(cells: Column, values: Floats, hashes: Hashes) -> Extremes:
    """The smallest and the largest number; those with the same float are compared exactly."""
    least = min(_different(cells, hashes, values == values.min()), key=exactly)
    greatest = max(_different(cells, hashes, values == values.max()), key=exactly)
    return Extremes(exactly(least), least, exactly(greatest), greatest)


def extremes_of_dates(cells: Column, dates: Dates) -> Extremes:
    """The earliest and the latest date."""
    ticks, nanos = dates.ticks, dates.nanos
    earliest, latest = np.flatnonzero(ticks == ticks.min()), np.flatnonzero(ticks == ticks.max())
    low, high = int(earliest[nanos[earliest].argmin()]), int(latest[nanos[latest].argmax()])
    return Extremes(
        *((int(ticks[low]), int(nanos[low])), _cell(cells, low)),
        *((int(ticks[high]), int(nanos[high])), _cell(cells, high)),
    )


def extremes_of_texts(cells: Column, words: Words, hashes: Hashes) -> Extremes:
    """The first and the last text by code point; ``words`` are the first eight bytes of each cell.

    That is the order of bytes in UTF-8.
    """
    least = min(_foremost(cells, words, hashes, np.minimum))
    greatest = max(_foremost(cells, words, hashes, np.maximum))
    return Extremes(least, least, greatest, greatest)


def _foremost(cells: Column, words: Words, hashes: Hashes, foremost: np.ufunc) -> list[bytes]:
    """Candidates for the least, or the greatest, cell; few in most columns."""
    rows = np.flatnonzero(words == foremost.reduce(words))
    for place in range(8, _COMPARED_BYTES, 8):
        if (hashes[rows] == hashes[rows[0]]).all():
            break
        words = cells.only(rows).words_at(place)
        rows = rows[words == foremost.reduce(words)]
    return _different(cells, hashes, rows)


def _different(cells: Column, hashes: Hashes, chosen: Flags | Positions) -> list[bytes]:
    """The distinct ones of the chosen cells, in their order."""
    cells, hashes = cells.only(chosen), hashes[chosen]
    if (hashes == hashes[0]).all():
        return [_cell(cells, 0)]
    _, first = np.unique(hashes, return_index=True)
    return cells.only(np.sort(first)).contents()


def _cell(cells: Column, row: int) -> bytes:
    return cells.data[cells.starts[row] : cells.ends[row]].tobytes()
