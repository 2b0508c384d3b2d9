"""Narrowing: which rows of a block pass the filters and the search of a query."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from tsvshare_widget.query import Filter, Query, Spelling
from tsvshare_widget.table.columns.blocks import Block
from tsvshare_widget.table.columns.nothing import Nothing
from tsvshare_widget.table.columns.numbers import numbers_of
from tsvshare_widget.table.columns.spelling import may_be_spelled, respelled
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Flags
from tsvshare_widget.table.lines.syntax import Syntax

from .filters import compares_text, compile_filter
from .search import Search, SearchInColumn


class Narrowing:
    """The filters and the search of a query.

    ``spellings`` says for each filter how the numbers in its column are written, where all cells
    are of another spelling; cells that are no numbers may be such then.
    """

    def __init__(
        self,
        query: Query,
        syntax: Syntax,
        told: ToldColumns,
        spellings: Sequence[Spelling | None] | None = None,
    ) -> None:
        known = spellings or [None] * len(query.filters)
        self.filters = [
            RowFilter(each, syntax, told, spelling)
            for each, spelling in zip(query.filters, known, strict=True)
        ]
        self._search = Search(query.search, syntax) if query.search else None

    def flag_rows(self, block: Block) -> Flags:
        """Flags of the rows of a block that pass all filters and the search."""
        found = np.ones(len(block), np.bool_)
        for one in self.filters:
            found &= one.flag_rows(block)
        if self._search is not None and found.any():
            found &= self._search.flag_rows(block)
        return found


class RowFilter:
    """A filter, applied to blocks.

    ``may_be_spelled``: some cells that are no numbers may be such in another ``spelling``.
    """

    def __init__(
        self, wanted: Filter, syntax: Syntax, told: ToldColumns, spelling: Spelling | None = None
    ) -> None:
        self.column = wanted.column
        self.nothing: Nothing = told.nothing_in(wanted.column)
        self.spelling = spelling
        self.may_be_spelled = False
        self._by_number = wanted.by == "number"
        self._parts = [
            (compile_filter(part), compares_text(part)) for part in _texts_and_others(wanted)
        ]
        self._search = SearchInColumn(wanted, syntax) if wanted.op == "contains" else None

    def flag_rows(self, block: Block) -> Flags:
        """Flags of the rows of a block that pass."""
        found = None if self._search is None else self._search.flag_rows(block)
        if found is not None:
            return found
        cells = block.column(self.column)
        if self._by_number and self.spelling is None and not self.may_be_spelled:
            if may_be_spelled(cells, numbers_of(cells).fits):
                self.may_be_spelled = True
        # What says nothing by words that were told is missing, but where text is compared.
        others = respelled(self.nothing.left_out_of(cells), self.spelling)
        passing = [passes(cells if as_text else others) for passes, as_text in self._parts]
        flags: Flags = np.logical_or.reduce(passing)
        return flags


def _texts_and_others(wanted: Filter) -> list[Filter]:
    """The filter, in two parts if it asks for texts and for numbers."""
    values = wanted.value
    if wanted.op != "in" or not isinstance(values, tuple):
        return [wanted]
    texts = tuple(value for value in values if isinstance(value, str))
    others = tuple(value for value in values if not isinstance(value, str))
    return [replace(wanted, value=some) for some in (texts, others) if some or not values]
