"""The least and the greatest of many cells, as they stand in the file."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .columns import Column, Words
from .places import Flags, Positions
from .tally import Hashes

_COMPARED = 32  # bytes of texts that are compared many at once


class Extremes:
    """Keeps the first least and the first greatest cell of those it is told, with their keys."""

    def __init__(self) -> None:
        self.least: bytes | None = None
        self.greatest: bytes | None = None
        self._low: Any = None
        self._high: Any = None

    def add(self, low: tuple[Any, bytes], high: tuple[Any, bytes]) -> None:
        """Take in the least and greatest ones of the next cells: key and cell of each."""
        if self.least is None or low[0] < self._low:
            self._low, self.least = low
        if self.greatest is None or high[0] > self._high:
            self._high, self.greatest = high


def extreme_numbers(
    extremes: Extremes, cells: Column, values: NDArray[np.float64], hashes: Hashes
) -> None:
    """Tell the least and greatest number; those that are the same float are compared exactly."""
    low, high = (
        [(exactly(cell), cell) for cell in _different(cells, hashes, values == value)]
        for value in (values.min(), values.max())
    )
    extremes.add(min(low, key=_key), max(high, key=_key))


def extreme_dates(extremes: Extremes, cells: Column, ticks: Positions) -> None:
    """Tell the earliest and latest date."""
    low, high = int(ticks.argmin()), int(ticks.argmax())
    extremes.add((int(ticks[low]), _cell(cells, low)), (int(ticks[high]), _cell(cells, high)))


def extreme_texts(extremes: Extremes, cells: Column, words: Words, hashes: Hashes) -> None:
    """Tell the first and the last text by code point, which is the order of bytes in UTF-8.

    ``words`` are the first ones of the cells.
    """
    low = _least_texts(cells, words, hashes, np.minimum)
    high = _least_texts(cells, words, hashes, np.maximum)
    extremes.add((min(low), min(low)), (max(high), max(high)))


def exactly(cell: bytes) -> Decimal:
    """A cell that is a number, without any rounding but of exponents of 18 digits and more."""
    text = cell.decode().strip(" ")
    try:
        return Decimal(text)
    except InvalidOperation:
        sign, small = text.startswith("-"), "e-" in text.lower()
        return Decimal(0) if small else Decimal("-Infinity" if sign else "Infinity")


def _least_texts(cells: Column, words: Words, hashes: Hashes, least: np.ufunc) -> list[bytes]:
    """Cells of which one is the least, or the greatest: few in most columns."""
    rows = np.flatnonzero(words == least.reduce(words))
    for place in range(8, _COMPARED, 8):
        if (hashes[rows] == hashes[rows[0]]).all():
            break
        words = cells.only(rows).words_at(place)
        rows = rows[words == least.reduce(words)]
    return _different(cells, hashes, rows)


def _different(cells: Column, hashes: Hashes, chosen: Flags | Positions) -> list[bytes]:
    """The different ones of some cells, the first of them first."""
    cells, hashes = cells.only(chosen), hashes[chosen]
    if (hashes == hashes[0]).all():
        return [_cell(cells, 0)]
    _, first = np.unique(hashes, return_index=True)
    return cells.only(np.sort(first)).contents()


def _cell(cells: Column, row: int) -> bytes:
    return cells.data[cells.starts[row] : cells.ends[row]].tobytes()


def _key(found: tuple[Any, bytes]) -> Any:
    return found[0]
