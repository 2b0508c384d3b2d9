"""Sort: rows in the order of some columns, whose cells become words that sort alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from tsvshare_widget.query import Sort, SortBy, Spelling
from tsvshare_widget.table.columns.block_scan import BlockScan, Part
from tsvshare_widget.table.columns.column import Column, Words
from tsvshare_widget.table.columns.dates import dates_of
from tsvshare_widget.table.columns.numbers import Numbers, exactly, numbers_of
from tsvshare_widget.table.columns.spelling import find_spelling, may_be_spelled, respelled
from tsvshare_widget.table.columns.text import folded, natural
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions

from .order import Order
from .sort_text import Change, TextSorter

_Fitting = Literal["all", "some", "any"]
"""How many cells must fit a type so that a column is sorted by it."""

_ATTEMPTS: dict[str, tuple[tuple[SortBy, _Fitting], ...]] = {
    "auto": (("number", "all"), ("date", "all"), ("text", "any")),
    "number": (("number", "some"), ("text", "any")),
    "date": (("date", "some"), ("text", "any")),
    "text": (("text", "any"),),
}
"""What is tried for a column of which nobody says how to sort it, by what it is said to be."""

_SIGN = np.uint64(1 << 63)
_POWERS = np.array([10**power for power in range(19)], np.int64)


class _Misfit(Exception):
    """A cell does not fit the type that its column seemed to have."""


def sort_rows(
    scan: BlockScan,
    keys: tuple[Sort, ...],
    told: ToldColumns,
    next_step: Callable[[], None],
) -> Order:
    """The chosen rows, in the order of ``keys``; ``next_step`` is called after each of these."""
    order = Order(scan.row_count)
    for key in keys if scan.row_count else ():
        declared = _ATTEMPTS[told.type_of(key.column)]
        for by, fitting in declared if key.by == "auto" else ((key.by, "any"),):
            try:
                _Sorter(scan, key, order, told, fitting).sort(by)
            except _Misfit:
                continue
            break
        next_step()
    return order


class _Respelled(Exception):
    """The cells are numbers in another spelling, and are to be looked at again."""


class _Sorter:
    """Refines an order by one column; raises :class:`_Misfit` if its cells do not fit the type."""

    def __init__(
        self, scan: BlockScan, key: Sort, order: Order, told: ToldColumns, fitting: _Fitting
    ) -> None:
        self._scan = scan
        self._key = key
        self._order = order
        self._nothing = told.nothing_in(key.column)
        self._some_fit = self._has_values = False
        self._may_be_spelled = False
        self._spelling: Spelling | None = None
        self._fitting = fitting
        self._every = fitting != "any"  # whether the rows that are not chosen matter

    def sort(self, by: SortBy) -> None:
        """Refine the order by the cells as numbers, dates or text."""
        if by == "number":
            try:
                self._by_number()
            except _Respelled:
                self._by_number()
        elif by == "date":
            self._by_dates()
        else:
            descending = self._key.direction == "desc"
            column, change = self._key.column, self._change(by)
            TextSorter(self._order, self._scan, column, change, descending=descending).sort()

    def _change(self, by: SortBy) -> Change | None:
        """What is done to cells before they are compared as text."""
        change = {"caseless": folded, "natural": natural}.get(by)
        if not self._nothing.told:
            return change
        leave_out = self._nothing.left_out_of
        return leave_out if change is None else lambda column: change(leave_out(column))

    def _by_number(self) -> None:
        if not self._by_decimals():
            self._by_floats()

    def _refine(self, words: Words, absent: Flags | None = None) -> None:
        if self._key.direction == "desc":
            np.invert(words, out=words)
        self._order.refine(words, absent)

    def _check(self, column: Column, fits: Flags) -> None:
        """Raise :class:`_Misfit` unless so many cells fit as have to.

        Cells that say that there is nothing need not.
        """
        if self._fitting == "some":
            self._some_fit = self._some_fit or bool(fits.any())
        elif self._fitting == "all":
            misfits = column.only(np.flatnonzero(~fits & (column.ends > column.starts)))
            if not self._nothing.flags(misfits).all():
                raise _Misfit
            self._some_fit = self._some_fit or bool(fits.any())
            if not self._some_fit:
                self._has_values = self._has_values or self._nothing.has_values(misfits)

    def _check_all(self) -> None:
        """Raise :class:`_Misfit` if none fits, and words for nothing are values then."""
        if not self._some_fit and (self._has_values or self._fitting == "some"):
            raise _Misfit

    def _check_spelling(self) -> None:
        """Raise :class:`_Respelled` if all cells of the table are numbers in another spelling."""
        if self._may_be_spelled:
            self._may_be_spelled = False
            self._spelling = find_spelling(self._scan, self._key.column, self._nothing)
            if self._spelling is not None:
                raise _Respelled

    # --- numbers and dates ----------------------------------------------------------------------

    def _numbers(self, part: Part) -> Numbers:
        column = self._nothing.left_out_of(part.block.ascii_column(self._key.column))
        found = numbers_of(respelled(column, self._spelling))
        self._check(column, found.fits)
        if self._fitting != "all" and self._spelling is None:
            self._may_be_spelled = self._may_be_spelled or may_be_spelled(column, found.fits)
        return Numbers._make(field[part.local] for field in found)

    def _by_decimals(self) -> bool:
        """Sort by integers with a common power of ten; return whether there is one."""
        count = self._scan.row_count
        mantissas, scales = np.zeros(count, np.int64), np.zeros(count, np.int8)
        fits = np.zeros(count, np.bool_)
        for begin, end, found in self._scan.each_block(self._decimals, every=self._every):
            if found is None:
                return False
            fits[begin:end], mantissas[begin:end], scales[begin:end] = found
        self._check_spelling()
        self._check_all()
        largest = scales.max(initial=0)
        if largest != scales.min(initial=0):
            factors = _POWERS[largest - scales]
            if (np.abs(mantissas) > np.iinfo(np.int64).max // factors).any():
                return False
            mantissas *= factors
            del factors
        del scales
        words = mantissas.view(np.uint64)
        words ^= _SIGN
        self._refine(words, ~fits)
        return True

    def _decimals(self, part: Part) -> tuple[Flags, Positions, Positions] | None:
        found = self._numbers(part)
        fits = found.fits
        scales = np.where(fits, found.scales, 0)
        if (fits & ~found.exact).any() or not ((scales >= 0) & (scales < len(_POWERS))).all():
            return None
        return fits, np.where(fits, found.mantissas, 0), scales

    def _by_floats(self) -> None:
        count = self._scan.row_count
        words, fits = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
        unsure = np.zeros(count, np.bool_)
        for begin, end, found in self._scan.each_block(self._floats, every=self._every):
            fits[begin:end], words[begin:end], unsure[begin:end] = found
        self._check_spelling()
        self._refine(words, ~fits)
        rows = self._order.tied_with(unsure)
        if len(rows):
            self._refine_exactly(rows)

    def _floats(self, part: Part) -> tuple[Flags, Words, Flags]:
        found = self._numbers(part)
        bits = (found.values + 0.0).view(np.uint64)  # one zero for both
        words = bits ^ np.where(bits & _SIGN, np.uint64(2**64 - 1), _SIGN)
        words += (found.endless & (found.values > 0)).view(np.uint8)  # beyond what is too large
        words -= (found.endless & (found.values < 0)).view(np.uint8)
        return found.fits, words, found.fits & ~(found.sure() | found.endless)

    def _refine_exactly(self, rows: Positions) -> None:
        """Refine the order of rows whose floats are the same by their exact numbers."""
        contents: list[bytes] = []
        for _, _, found in self._scan.only(rows).each_block(self._contents):
            contents += found
        numbers = [exactly(content) for content in contents]
        ranks = {number: rank for rank, number in enumerate(sorted(set(numbers)))}
        words = np.zeros(self._scan.row_count, np.uint64)
        words[rows] = [ranks[number] for number in numbers]
        self._refine(words)

    def _contents(self, part: Part) -> list[bytes]:
        cells = part.block.column(self._key.column).only(part.local)
        return respelled(cells, self._spelling).contents()

    def _by_dates(self) -> None:
        count = self._scan.row_count
        words, fits = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
        nanos = np.zeros(count, np.uint8)
        for begin, end, found in self._scan.each_block(self._dates, every=self._every):
            fits[begin:end], words[begin:end], nanos[begin:end] = found
        self._check_all()
        self._refine(words, ~fits)
        if nanos.any():
            self._refine(nanos.astype(np.uint64))

    def _dates(self, part: Part) -> tuple[Flags, Words, Bytes]:
        column = self._nothing.left_out_of(part.block.ascii_column(self._key.column))
        found = dates_of(column, years=self._fitting != "all")
        self._check(column, found.fits)
        words = found.ticks[part.local].view(np.uint64) ^ _SIGN
        return found.fits[part.local], words, found.nanos[part.local]
