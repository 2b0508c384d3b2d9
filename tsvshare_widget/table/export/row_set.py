"""Row sets: some rows of a table, a range of it or of a view; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tsvshare_widget.table.cells.pages import Rows
from tsvshare_widget.table.cells.verbatim import Verbatim
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.table import Table


class RowOrder(Protocol):
    """The rows of a view, in its order."""

    @property
    def count(self) -> int:
        """The number of rows."""

    def ids(self, first: int, count: int) -> Positions:
        """The ids (row numbers in the table) of ``count`` rows of the view from ``first`` on."""


@dataclass(frozen=True)
class RowSet:
    """``count`` rows from ``first`` on; in a view, ``ids`` are their row numbers in the table."""

    first: int
    count: int
    ids: Positions | None = None

    def span(self, table: Table) -> int:
        """The size of the rows in bytes of text."""
        if self.ids is None:
            return table.span(self.first, self.count)
        return table.span_at(self.ids)

    def read_cells(self, table: Table, start: int, stop: int, most: int) -> Rows:
        """The cells ``start`` to ``stop`` (half open), each cut after ``most`` characters."""
        if self.ids is None:
            return table.rows(self.first, self.count, start, stop, most)
        return table.rows_at(self.ids, start, stop, most)

    def verbatim(self, table: Table) -> Verbatim | None:
        """The rows verbatim; None if they have to be read cell by cell."""
        ids = self.ids
        if ids is None:
            ids = np.arange(self.first, min(self.first + self.count, table.facts.rows))
        return table.verbatim_at(ids) if len(ids) else None

    def slice(self, first: int, count: int) -> RowSet:
        """``count`` of them, or as many as there are, from the one at ``first`` on."""
        count = max(0, min(count, self.count - first))
        ids = None if self.ids is None else self.ids[first : first + count]
        return RowSet(self.first + first, count, ids)

    def only(self, places: Positions) -> RowSet:
        """The rows with these numbers among them."""
        ids = self.first + places if self.ids is None else self.ids[places]
        return RowSet(0, len(places), ids)

    def line_numbers(self, table: Table) -> list[int]:
        """The lines of the text on which the rows start."""
        if self.ids is None:
            return table.line_numbers(self.first, self.count)
        return table.line_numbers_at(self.ids)

    def row_ids(self) -> list[int]:
        """The row numbers in the table; empty for a range of the table from ``first`` on."""
        if self.ids is None:
            return []
        row_ids: list[int] = self.ids.tolist()
        return row_ids
