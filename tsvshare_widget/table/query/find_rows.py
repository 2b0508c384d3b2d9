"""Queries answered: the rows of a view, in its order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec.structs import replace

from tsvshare_widget.query import Filter, Query, Spelling
from tsvshare_widget.table.columns.block_scan import BlockScan, Part, StepProgress
from tsvshare_widget.table.columns.blocks import Block
from tsvshare_widget.table.columns.numbers import numbers_of
from tsvshare_widget.table.columns.spelling import find_spelling, may_be_spelled, respelled
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Flags, Positions
from tsvshare_widget.table.lines.syntax import Syntax
from tsvshare_widget.table.state import Snapshot

from .filters import compares_text, compile_filter
from .order import RowNumbers
from .search import Search, SearchInColumn
from .sort import sort_rows


def find_rows(
    snapshot: Snapshot,
    query: Query,
    report_progress: Callable[[float], None],
    earlier: Positions | None = None,
    earlier_of: int = 0,
) -> RowNumbers:
    """The rows of a view, in its order.

    ``report_progress`` is called with the share that is done, from 0 to 1.  Without a sort,
    ``earlier`` may be the result of the same query for the first ``earlier_of`` rows.  Raises
    :class:`BadValue`, and :class:`TooMuchMemory` if a cell is too large.
    """
    facts, contents = snapshot
    if contents is None or not facts.rows:
        return np.empty(0, np.int64)
    narrow = bool(query.filters or query.search)
    progress = StepProgress(report_progress, narrow + len(query.sort))
    chosen: Positions | None = None
    told = ToldColumns(snapshot)
    if narrow:
        is_spelled = any(wanted.by == "number" for wanted in query.filters)
        start = 0 if earlier is None or query.sort or is_spelled else earlier_of
        filters = [_Filter(each, contents.syntax, told) for each in query.filters]
        search = Search(query.search, contents.syntax) if query.search else None
        chosen = _passing(BlockScan(contents, start, facts.rows, progress), filters, search)
        progress.next_step()
        if start and earlier is not None:
            return np.concatenate((earlier, chosen + start))
    scan = BlockScan(contents, 0, facts.rows, progress, chosen)
    rows = sort_rows(scan, query.sort, told, progress.next_step).rows
    return rows if chosen is None else chosen[rows]


def _passing(scan: BlockScan, filters: list[_Filter], search: Search | None) -> Positions:
    """The rows that pass all filters and the search."""

    def work(part: Part) -> Positions:
        found = np.ones(len(part.block), np.bool_)
        for one in filters:
            found &= one.flag_rows(part.block)
        if search is not None and found.any():
            found &= search.flag_rows(part.block)
        return np.flatnonzero(found)

    def passing() -> Positions:
        return np.concatenate([begin + found for begin, _, found in scan.each_block(work)])

    found = passing()
    # Cells that are no numbers may be such in the spelling that all of their column has.
    respelled_ones = [one for one in filters if one.respell(scan)]
    return passing() if respelled_ones else found


class _Filter:
    """A filter, applied to blocks."""

    def __init__(self, wanted: Filter, syntax: Syntax, told: ToldColumns) -> None:
        self._column = wanted.column
        self._nothing = told.nothing_in(wanted.column)
        self._by_number = wanted.by == "number"
        self._may_be_spelled = False
        self._spelling: Spelling | None = None
        self._parts = [
            (compile_filter(part), compares_text(part)) for part in _texts_and_others(wanted)
        ]
        self._search = SearchInColumn(wanted, syntax) if wanted.op == "contains" else None

    def flag_rows(self, block: Block) -> Flags:
        found = None if self._search is None else self._search.flag_rows(block)
        if found is not None:
            return found
        cells = block.column(self._column)
        if self._by_number and self._spelling is None and not self._may_be_spelled:
            self._may_be_spelled = may_be_spelled(cells, numbers_of(cells).fits)
        # What says nothing by words that were told is missing, but where text is compared.
        others = respelled(self._nothing.left_out_of(cells), self._spelling)
        passing = [passes(cells if as_text else others) for passes, as_text in self._parts]
        flags: Flags = np.logical_or.reduce(passing)
        return flags

    def respell(self, scan: BlockScan) -> bool:
        """Whether the cells are numbers in another spelling, and to be looked at again."""
        if self._may_be_spelled:
            self._spelling = find_spelling(scan, self._column, self._nothing)
        return self._spelling is not None


def _texts_and_others(wanted: Filter) -> list[Filter]:
    """The filter, in two parts if it asks for texts and for numbers."""
    values = wanted.value
    if wanted.op != "in" or not isinstance(values, tuple):
        return [wanted]
    texts = tuple(value for value in values if isinstance(value, str))
    others = tuple(value for value in values if not isinstance(value, str))
    return [replace(wanted, value=some) for some in (texts, others) if some or not values]
