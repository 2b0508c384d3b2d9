"""Sort: rows in the order of some columns, whose cells become words that sort alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.query import Sort, SortBy
from tsvshare_widget.table.columns.block_scan import BlockScan, Part
from tsvshare_widget.table.columns.column import Words
from tsvshare_widget.table.columns.numbers import exactly
from tsvshare_widget.table.columns.spelling import find_spelling
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from .order import Order
from .sort_cells import POWERS, SIGN, Misfit, SortCells, attempts_at
from .sort_text import ScannedCells, TextSorter


def sort_rows(
    scan: BlockScan,
    keys: tuple[Sort, ...],
    told: ToldColumns,
    next_step: Callable[[], None],
) -> Order:
    """The chosen rows, in the order of ``keys``; ``next_step`` is called after each of these."""
    order = Order(scan.row_count)
    for key in keys if scan.row_count else ():
        for by, fitting in attempts_at(key, told.type_of(key.column)):
            cells = SortCells(key, told.nothing_in(key.column), fitting)
            try:
                _Sorter(scan, cells, order).sort(by)
            except Misfit:
                continue
            break
        next_step()
    return order


class _Respelled(Exception):
    """The cells are numbers in another spelling, and are to be looked at again."""


class _Sorter:
    """Refines an order by one column; raises :class:`Misfit` if its cells do not fit the type."""

    def __init__(self, scan: BlockScan, cells: SortCells, order: Order) -> None:
        self._scan = scan
        self._cells = cells
        self._order = order
        self._descending = cells.key.direction == "desc"

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
            change = self._cells.change(by)
            cells = ScannedCells(self._scan, self._cells.key.column, change)
            TextSorter(self._order, cells, descending=self._descending).sort()

    def _by_number(self) -> None:
        if not self._by_decimals():
            self._by_floats()

    def _refine(self, words: Words, absent: Flags | None = None) -> None:
        if self._descending:
            np.invert(words, out=words)
        self._order.refine(words, absent)

    def _check_spelling(self) -> None:
        """Raise :class:`_Respelled` if all cells of the table are numbers in another spelling."""
        cells = self._cells
        if cells.fit.may_be_spelled and cells.spelling is None:
            cells.spelling = find_spelling(self._scan, cells.key.column, cells.nothing)
            if cells.spelling is not None:
                raise _Respelled

    # --- numbers and dates ----------------------------------------------------------------------

    def _by_decimals(self) -> bool:
        """Sort by integers with a common power of ten; return whether there is one."""
        count, every = self._scan.row_count, self._cells.every
        mantissas, scales = np.zeros(count, np.int64), np.zeros(count, np.int8)
        fits = np.zeros(count, np.bool_)
        for begin, end, found in self._scan.each_block(self._cells.decimals, every=every):
            if found is None:
                return False
            fits[begin:end], mantissas[begin:end], scales[begin:end] = found
        self._check_spelling()
        self._cells.fit.check(self._cells.fitting)
        if take_common_scale(mantissas, scales) is None:
            return False
        del scales
        words = mantissas.view(np.uint64)
        words ^= SIGN
        self._refine(words, ~fits)
        return True

    def _by_floats(self) -> None:
        count, every = self._scan.row_count, self._cells.every
        words, fits = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
        unsure = np.zeros(count, np.bool_)
        for begin, end, found in self._scan.each_block(self._cells.floats, every=every):
            fits[begin:end], words[begin:end], unsure[begin:end] = found
        self._check_spelling()
        self._refine(words, ~fits)
        rows = self._order.tied_with(unsure)
        if len(rows):
            self._refine_exactly(rows)

    def _refine_exactly(self, rows: Positions) -> None:
        """Refine the order of rows whose floats are the same by their exact numbers."""
        contents: list[bytes] = []
        for _, _, found in self._scan.only(rows).each_block(self._contents):
            contents += found
        words = np.zeros(self._scan.row_count, np.uint64)
        words[rows] = exact_ranks(contents)
        self._refine(words)

    def _contents(self, part: Part) -> list[bytes]:
        return self._cells.written(part).contents()

    def _by_dates(self) -> None:
        count, every = self._scan.row_count, self._cells.every
        words, fits = np.zeros(count, np.uint64), np.zeros(count, np.bool_)
        nanos = np.zeros(count, np.uint8)
        for begin, end, found in self._scan.each_block(self._cells.dates, every=every):
            fits[begin:end], words[begin:end], nanos[begin:end] = found
        self._cells.fit.check(self._cells.fitting)
        self._refine(words, ~fits)
        if nanos.any():
            self._refine(nanos.astype(np.uint64))


def take_common_scale(mantissas: Positions, scales: NDArray[np.int8]) -> int | None:
    """Put decimals in units of the smallest power of ten among their scales, which is returned.

    None if one of them is too large for that.
    """
    largest = int(scales.max(initial=0))
    if largest != scales.min(initial=0):
        factors = POWERS[largest - scales]
        if (np.abs(mantissas) > np.iinfo(np.int64).max // factors).any():
            return None
        mantissas *= factors
    return largest


def exact_ranks(contents: list[bytes]) -> list[int]:
    """The ranks of numbers, as they are written, among each other."""
    numbers = [exactly(content) for content in contents]
    ranks = {number: rank for rank, number in enumerate(sorted(set(numbers)))}
    return [ranks[number] for number in numbers]
