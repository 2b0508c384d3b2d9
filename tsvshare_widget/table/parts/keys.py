"""What rows are sorted by, taken out of the table: so it can be compared with that of other parts.

Numbers and dates are words that sort alike, text is text.  Numbers that floats cannot tell apart
are kept as they are written, too.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import total_ordering
from typing import Any

import numpy as np

from tsvshare_widget.query import SortBy
from tsvshare_widget.table.columns.block_scan import BlockScan, Part
from tsvshare_widget.table.columns.column import Column, Words, joined_columns
from tsvshare_widget.table.columns.numbers import exactly
from tsvshare_widget.table.lines.bitmaps import Flags, Positions
from tsvshare_widget.table.query.order import Order, RowNumbers
from tsvshare_widget.table.query.sort import exact_ranks, take_common_scale
from tsvshare_widget.table.query.sort_cells import POWERS, SIGN, SortCells
from tsvshare_widget.table.query.sort_text import HeldCells, ScannedCells, TextSorter

_MOST_SCALE = len(POWERS) - 1
_MOST_BORDER = 1_000  # bytes of a text that is a border between ranges of rows


@dataclass(frozen=True)
class KeyValues:
    """The values of one key in some rows; those that are ``absent`` come last.

    They are ordered by ``words``: of decimals, with a sign, in units of ``1 / 10 ** scale``; and
    then by ``cells``: those of numbers (``unsure`` flags what no float tells apart), or text.
    """

    absent: Flags
    words: tuple[Words, ...] = ()
    scale: int | None = None
    cells: Column | None = None
    unsure: Flags | None = None

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.absent)

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        held = [self.absent, *self.words]
        if self.cells is not None:
            held += [self.cells.data, self.cells.starts, self.cells.ends]
        return sum(each.nbytes for each in held)

    def only(self, chosen: RowNumbers | slice) -> KeyValues:
        """The values in some of the rows."""
        return KeyValues(
            self.absent[chosen],
            tuple(word[chosen] for word in self.words),
            self.scale,
            None if self.cells is None else self.cells.only(_as_places(chosen)).packed(),
            None if self.unsure is None else self.unsure[chosen],
        )

    def largest(self) -> int:
        """The largest of the decimals, without their signs."""
        return int(np.abs((self.words[0] ^ SIGN).view(np.int64)).max(initial=0))

    def refine(self, order: Order, *, descending: bool) -> None:
        """Put tied rows in the order of their values."""
        if not len(self):
            return
        absent: Flags | None = self.absent
        for word in self.words:
            order.refine(~word if descending else word.copy(), absent)
            absent = None
        if self.cells is None:
            return
        if self.unsure is None:
            TextSorter(order, HeldCells(self.cells), descending=descending).sort()
            return
        rows = order.tied_with(self.unsure)
        if len(rows):
            ranks = np.zeros(len(self), np.uint64)
            ranks[rows] = exact_ranks(self.cells.only(rows).contents())
            order.refine(~ranks if descending else ranks)

    def comparable(self, row: int, *, descending: bool, most: int = sys.maxsize) -> tuple[Any, ...]:
        """Something that compares with that of other rows as these are ordered.

        Text is cut after ``most`` bytes, which is a place in the order as well.
        """
        if self.absent[row]:
            return (True,)
        sign = -1 if descending else 1
        if self.scale is not None:
            number = int(self.words[0][row]) - int(SIGN)
            return False, sign * number * 10 ** (_MOST_SCALE - self.scale)
        values: list[Any] = [sign * int(word[row]) for word in self.words]
        if self.cells is not None:
            start, end = int(self.cells.starts[row]), int(self.cells.ends[row])
            cell = self.cells.data[start : min(end, start + most)].tobytes()
            if self.unsure is not None:
                exact = exactly(self.cells.data[start:end].tobytes())
                values.append(exact.copy_negate() if descending else exact)
            else:
                values.append(_Backwards(cell) if descending else cell)
        return (False, *values)

    def border(self, row: int, *, descending: bool) -> tuple[Any, ...]:
        """The same, small enough to be sent to everybody."""
        return self.comparable(row, descending=descending, most=_MOST_BORDER)


def _as_places(rows: RowNumbers | slice) -> Positions | slice:
    return rows if isinstance(rows, slice) else rows.astype(np.int64)


@total_ordering
class _Backwards:
    """A text that comes before those that it is after."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Backwards) and self._text == other._text

    def __lt__(self, other: _Backwards) -> bool:
        return self._text > other._text

    __hash__ = None  # type: ignore[assignment]


def joined_values(parts: list[KeyValues]) -> KeyValues:
    """The values of several parts, one after the other; decimals in the same units."""
    first = parts[0]
    if first.scale is not None:
        scale = max(one.scale or 0 for one in parts)
        parts = [_with_scale(one, scale) for one in parts]
    return KeyValues(
        np.concatenate([one.absent for one in parts]),
        tuple(map(np.concatenate, zip(*(one.words for one in parts), strict=True))),
        parts[0].scale,
        None if first.cells is None else joined_columns([_cells(one) for one in parts]),
        None if first.unsure is None else np.concatenate([_unsure(one) for one in parts]),
    )


def _with_scale(values: KeyValues, scale: int) -> KeyValues:
    assert values.scale is not None
    if values.scale == scale:
        return values
    mantissas = (values.words[0] ^ SIGN).view(np.int64) * POWERS[scale - values.scale]
    return replace(values, words=(mantissas.view(np.uint64) ^ SIGN,), scale=scale)


def _cells(values: KeyValues) -> Column:
    assert values.cells is not None
    return values.cells


def _unsure(values: KeyValues) -> Flags:
    assert values.unsure is not None
    return values.unsure


# --- out of a table ----------------------------------------------------------------------------


def read_text(scan: BlockScan, cells: SortCells, by: SortBy) -> KeyValues:
    """The values of a key as text."""
    scanned = ScannedCells(scan, cells.key.column, cells.change(by))
    parts = [found for _, _, found in scanned.each_part(lambda column: column.packed())]
    column = joined_columns(parts) if parts else Column.of([])
    column = column._replace(missing=np.zeros(len(column.starts), np.bool_))
    return KeyValues(column.sizes == 0, cells=column)


def read_decimals(scan: BlockScan, cells: SortCells) -> KeyValues | None:
    """The values of a key as decimals; None if they are none, or of too many scales."""
    count = scan.row_count
    mantissas, scales = np.zeros(count, np.int64), np.zeros(count, np.int8)
    fits = np.zeros(count, np.bool_)
    for begin, end, found in scan.each_block(cells.decimals, every=cells.every):
        if found is None:
            return None
        fits[begin:end], mantissas[begin:end], scales[begin:end] = found
    scale = take_common_scale(mantissas, scales)
    if scale is None:
        return None
    return KeyValues(~fits, (mantissas.view(np.uint64) ^ SIGN,), scale)


def read_floats(scan: BlockScan, cells: SortCells) -> KeyValues:
    """The values of a key as floats, and as they are written."""

    def work(part: Part) -> KeyValues:
        fits, words, unsure = cells.floats(part)
        written = cells.written(part).packed()
        return KeyValues(~fits, (np.where(fits, words, 0),), None, written, unsure)

    found = [one for _, _, one in scan.each_block(work, every=cells.every)]
    if not found:
        none = np.zeros(0, np.bool_)
        return KeyValues(none, (np.zeros(0, np.uint64),), None, Column.of([]), none)
    return joined_values(found)


def read_dates(scan: BlockScan, cells: SortCells) -> KeyValues:
    """The values of a key as dates."""
    count = scan.row_count
    words, fits = np.zeros((2, count), np.uint64), np.zeros(count, np.bool_)
    for begin, end, found in scan.each_block(cells.dates, every=cells.every):
        fits[begin:end], words[0, begin:end], words[1, begin:end] = found
    words[:, ~fits] = 0
    return KeyValues(~fits, (words[0], words[1]))
