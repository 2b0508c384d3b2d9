"""Text sort: rows in the order of a column's text, by its first eight bytes and then the next ones.

A column with few different cells is scanned only once: the different cells are sorted, and each row
gets the rank of its cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from tsvshare_widget.table.columns.block_scan import BlockScan, Part
from tsvshare_widget.table.columns.column import Column, Words
from tsvshare_widget.table.columns.hashes import Hasher, Hashes
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from .order import Order

_ROOM_BYTES = 1 << 26  # for words that are taken from the text at once
_MOST_WORDS = 4
_ROWS_PER_CELL = 4  # to a different cell, on average, from which on ranks are worth while
_CHUNK_ROWS = 1 << 20

Change = Callable[[Column], Column]

Result = TypeVar("Result")


class Cells(Protocol):
    """The cells of rows that are sorted by them."""

    @property
    def row_count(self) -> int:
        """The number of cells."""

    def only(self, places: Positions) -> Cells:
        """Some of the cells, by their numbers, which ascend."""

    def each_part(self, work: Callable[[Column], Result]) -> Iterator[tuple[int, int, Result]]:
        """The results of ``work``, with the number of the first cell and the one after the last."""


class ScannedCells:
    """The cells of a column of a table, to which ``change`` is applied, read at each use."""

    def __init__(self, scan: BlockScan, column: int, change: Change | None) -> None:
        self._scan = scan
        self._column = column
        self._change = change

    @property
    def row_count(self) -> int:
        """See :class:`Cells`."""
        return self._scan.row_count

    def only(self, places: Positions) -> ScannedCells:
        """See :class:`Cells`."""
        return ScannedCells(self._scan.only(places), self._column, self._change)

    def each_part(self, work: Callable[[Column], Result]) -> Iterator[tuple[int, int, Result]]:
        """See :class:`Cells`; ``work`` is called by several threads."""

        def look_at(part: Part) -> Result:
            cells = part.block.column(self._column).only(part.local)
            return work(cells if self._change is None else self._change(cells))

        return self._scan.each_block(look_at)


class HeldCells:
    """Cells in memory."""

    def __init__(self, cells: Column) -> None:
        self._cells = cells

    @property
    def row_count(self) -> int:
        """See :class:`Cells`."""
        return len(self._cells.starts)

    def only(self, places: Positions) -> HeldCells:
        """See :class:`Cells`."""
        return HeldCells(self._cells.only(places))

    def each_part(self, work: Callable[[Column], Result]) -> Iterator[tuple[int, int, Result]]:
        """See :class:`Cells`."""
        yield 0, self.row_count, work(self._cells)


class _BlockWords(NamedTuple):
    """Words of the cells of a block, the sizes of the cells, and their hashes."""

    words: list[Words]
    sizes: Positions
    hashes: Hashes | None
    nul: bool


class _RowWords:
    """Words and hashes of the cells of all rows; ``longer`` flags cells with more bytes."""

    def __init__(self, rows: int, words: int, *, hashed: bool) -> None:
        self.words = np.zeros((words, rows), np.uint64)
        self.longer = np.zeros(rows, np.bool_)
        self.absent = np.zeros(rows, np.bool_)
        self.hashes: Hashes = np.zeros(rows if hashed else 0, np.uint64)
        self.nul = False

    def add_words(self, places: Positions | slice, found: _BlockWords, end: int) -> None:
        """Add the words of some rows; ``end`` is the offset in cells where the words end."""
        for word, more in zip(self.words, found.words, strict=True):
            word[places] = more
        self.longer[places] = found.sizes > end
        self.absent[places] = found.sizes == 0
        if found.hashes is not None:
            self.hashes[places] = found.hashes
        self.nul |= found.nul


class TextSorter:
    """Refines the order of rows by their ``cells`` as text."""

    def __init__(self, order: Order, cells: Cells, *, descending: bool) -> None:
        self._order = order
        self._cells = cells
        self._descending = descending
        self._hasher = Hasher()

    def sort(self) -> None:
        """Put tied rows in order, empty and missing cells last."""
        taken = self._take_words(0, None, hashed=True)
        if taken.longer.any():
            different = np.unique(taken.hashes)
            if len(different) * _ROWS_PER_CELL <= len(taken.hashes):
                taken.words = taken.words[:, :0]
                self._refine(self._ranks(different, taken.hashes), taken.absent)
                return
        taken.hashes = taken.hashes[:0]
        self._by_bytes(taken)

    def _by_bytes(self, taken: _RowWords) -> None:
        """Sort by the words that were taken, and then by as many more as are needed."""
        absent, place, nul = taken.absent, 0, False
        while True:
            for word in taken.words:
                self._refine(word, absent if place == 0 else None)
                place += 8
            nul |= taken.nul
            rows = self._order.tied_with(taken.longer)
            rows = rows[taken.longer[rows]]
            if not len(rows):
                break
            taken = self._take_words(place, rows)
        if nul:
            self._by_sizes()

    def _refine(self, words: Words, absent: Flags | None) -> None:
        if self._descending:
            np.invert(words, out=words)
        self._order.refine(words, absent)

    # --- out of the table -----------------------------------------------------------------------

    def _take_words(self, place: int, rows: Positions | None, *, hashed: bool = False) -> _RowWords:
        """The words of some rows, or all, from an offset in their cells on."""
        cells, count = (self._cells if rows is None else self._cells.only(rows)), self._count
        words = max(1, min(_MOST_WORDS, _ROOM_BYTES // (8 * count)))
        taken = _RowWords(count, words, hashed=hashed)
        for begin, end, found in cells.each_part(self._word_finder(place, words, hashed=hashed)):
            places = slice(begin, end) if rows is None else rows[begin:end]
            taken.add_words(places, found, place + 8 * words)
        return taken

    @property
    def _count(self) -> int:
        return self._cells.row_count

    def _word_finder(
        self, place: int, words: int, *, hashed: bool
    ) -> Callable[[Column], _BlockWords]:
        def find_words(column: Column) -> _BlockWords:
            found = [column.words_at(place + 8 * word) for word in range(words)]
            hashes = self._hasher.hash(column, found[0]) if hashed else None
            nul = len(column.having(column.data == 0)) > 0
            return _BlockWords(found, column.sizes, hashes, nul)

        return find_words

    def _by_sizes(self) -> None:
        """Sort cells that differ only in the number of NUL characters at their end."""
        sizes = np.zeros(self._count, np.uint64)
        for begin, end, found in self._cells.each_part(self._word_finder(0, 1, hashed=False)):
            sizes[begin:end] = found.sizes
        self._refine(sizes, None)

    # --- few different cells --------------------------------------------------------------------

    def _ranks(self, different: Hashes, hashes: Hashes) -> Words:
        """The rank of each row's cell among the ``different`` ones; overwrites the hashes."""
        first = np.zeros(len(different), np.int64)  # the first row of each
        for begin in reversed(range(0, len(hashes), _CHUNK_ROWS)):
            part = hashes[begin : begin + _CHUNK_ROWS]
            numbers = np.searchsorted(different, part)
            first[numbers[::-1]] = np.arange(begin, begin + len(part))[::-1]
            part[:] = numbers
        ranks = self._ranks_of(first)
        for begin in range(0, len(hashes), _CHUNK_ROWS):
            part = hashes[begin : begin + _CHUNK_ROWS]
            part[:] = ranks[part]
        return hashes

    def _ranks_of(self, rows: Positions) -> Words:
        """The ranks of the cells of some rows among each other."""
        ascending = np.argsort(rows)
        cells, order = self._cells.only(rows[ascending]), Order(len(rows))
        sorter = TextSorter(order, cells, descending=False)
        sorter._by_bytes(sorter._take_words(0, None))
        ranks = np.zeros(len(rows), np.uint64)
        ranks[ascending[order.rows]] = np.cumsum(~order.tied)
        return ranks
