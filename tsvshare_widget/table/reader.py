"""The reader: the part of a table that reads rows and cells."""

from __future__ import annotations

import bisect
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

import numpy as np

from tsvshare_widget.errors import NotFound

from .cells.column_names import find_names, named_columns
from .cells.pages import Rows, Window, read_cell, read_rows
from .cells.split import Cell
from .cells.verbatim import Verbatim, read_verbatim
from .lines.bitmaps import Positions
from .names import names_at
from .state import Contents, Facts, Snapshot

CELL_CHARACTERS = 10_000
"""Characters after which a cell is cut, unless the caller says otherwise."""


class TableReader(ABC):
    """Reads rows and cells, each time of the newest snapshot.

    Any thread may do so at any time.  Rows and columns count from 0; the header is not a row.
    """

    @abstractmethod
    def _now(self) -> Snapshot:
        """The newest snapshot."""

    @abstractmethod
    def _readable(self) -> Snapshot:
        """The same.  Raises :class:`NotFound` if the table has been closed."""

    @property
    def facts(self) -> Facts:
        """Facts about the table at this moment."""
        return self._now().facts

    @property
    def named_by(self) -> Literal["file", "format"] | None:
        """The origin of the columns' names: the header line, or the format or options."""
        facts, contents = self._now()
        if contents is not None and contents.headers:
            return "file"
        return None if facts.dialect.names is None else "format"

    @property
    def header_bytes(self) -> int:
        """The size in bytes of what the names of the columns are read from; cheap."""
        facts, contents = self._now()
        if contents is None or not contents.headers:
            return sum(map(len, facts.dialect.names or ()))
        bounds = contents.index.bounds(0, contents.headers)
        return int(bounds.ends[-1] - bounds.starts[0])

    def names(self, start: int, stop: int, most: int = CELL_CHARACTERS) -> list[str] | None:
        """The names of the columns ``start`` to ``stop`` (half open); None if they have none.

        They are the header's cells, after an empty name for a column of row names, or the ``names``
        of the dialect, of which there may be fewer than columns.
        """
        return names_at(self._readable(), start, stop, most)

    def rows(
        self, first: int, count: int, start: int, stop: int, most: int = CELL_CHARACTERS
    ) -> Rows:
        """The cells ``start`` to ``stop`` (half open) of ``count`` rows from ``first``.

        Fewer rows where the table ends, fewer cells where a row does.  Cells of more than ``most``
        characters are cut, and named as such.
        """
        facts, contents = self._readable()
        first, count = _clip(first, count, facts.rows)
        if contents is None or not count:
            return Rows([], [])
        return _read_window(contents, first + contents.headers, count, Window(start, stop, most))

    def rows_at(self, rows: Positions, start: int, stop: int, most: int = CELL_CHARACTERS) -> Rows:
        """The cells ``start`` to ``stop`` (half open) of these rows, in any order.

        Raises :class:`NotFound` if there is no such row.
        """
        if not len(rows):
            return Rows([], [])
        _, contents, places = self._index_rows(rows)
        bounds = contents.index.bounds_at(places)
        return read_rows(contents.text, bounds, Window(start, stop, most), contents.cells)

    def verbatim_at(self, rows: Positions) -> Verbatim | None:
        """These rows verbatim, in any order; None if they have to be read cell by cell.

        Raises :class:`NotFound` if there is no such row.
        """
        facts, contents, places = self._index_rows(rows)
        valid = facts.complete and not facts.line_stats.undecodable
        bounds = contents.index.bounds_at(places)
        return read_verbatim(contents.text, bounds, contents.syntax, valid=valid)

    def span(self, first: int, count: int) -> int:
        """The size of ``count`` rows from ``first`` on in bytes of text; cheap to know."""
        facts, contents = self._readable()
        first, count = _clip(first, count, facts.rows)
        if contents is None or not count:
            return 0
        bounds = contents.index.bounds(contents.headers + first, count)
        return int(bounds.ends[-1] - bounds.starts[0])

    def span_at(self, rows: Positions) -> int:
        """The size of these rows in bytes of text.  Raises :class:`NotFound` as :meth:`rows_at`."""
        _, contents, places = self._index_rows(rows)
        bounds = contents.index.bounds_at(places)
        return int((bounds.ends - bounds.starts).sum())

    def line_number(self, row: int) -> int:
        """The line of the text, from 1, on which a row starts.  Raises :class:`NotFound`."""
        return self.line_numbers_at(np.array([row]))[0]

    def row_at_line(self, line: int) -> int:
        """The row to which a line of the text, from 1, belongs.

        That is the first row for lines before it, and the row before for comments.
        """
        return bisect.bisect_right(range(self.facts.rows), line, lo=1, key=self.line_number) - 1

    def line_numbers(self, first: int, count: int) -> list[int]:
        """The lines of the text, from 1, on which ``count`` rows from ``first`` on start.

        Fewer where the table ends.  A row may be of several lines, and comments lie between rows.
        """
        first, count = _clip(first, count, self._readable().facts.rows)
        return self.line_numbers_at(np.arange(first, first + count))

    def line_numbers_at(self, rows: Positions) -> list[int]:
        """The lines on which these rows start, in any order.  Raises :class:`NotFound`."""
        if not len(rows):
            return []
        _, contents, places = self._index_rows(rows)
        numbers: list[int] = (contents.index.lines(places) + 1).tolist()
        return numbers

    def snapshot(self) -> Snapshot:
        """The table as it is now.  Raises :class:`NotFound` if it was closed."""
        return self._readable()

    def find_columns(self, text: str, limit: int) -> tuple[int, list[tuple[int, str]]]:
        """The number of columns with ``text`` in their names, case-folded, and the best of them.

        Each comes with its position: first names that equal it, then those that begin with it.
        """
        names = self.names(0, self.facts.columns) or []
        return find_names(names, text, limit)

    def columns_named(self, wanted: Sequence[str]) -> list[tuple[int, str]]:
        """The columns that are called so, in the order of the names; of the same name all."""
        return named_columns(self.names(0, self.facts.columns) or [], wanted)

    def cell(self, row: int, column: int, most: int) -> Cell:
        """One cell, cut after ``most`` characters.  Raises :class:`NotFound` if there is none."""
        facts, contents = self._readable()
        found = None
        if contents is not None and 0 <= row < facts.rows and column >= 0:
            bounds = contents.index.bounds(contents.headers + row, 1)
            found = read_cell(contents.text, bounds, column, most, contents.cells)
        if found is None:
            raise NotFound(f"there is no cell in row {row + 1:,}, column {column + 1:,}")
        return found

    def _index_rows(self, rows: Positions) -> tuple[Facts, Contents, Positions]:
        """Facts, the means to read these rows, and their numbers in the index."""
        facts, contents = self._readable()
        if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < facts.rows:
            wrong = rows[(rows < 0) | (rows >= facts.rows)]
            raise NotFound(f"there is no row {int(wrong[0]) + 1:,}")
        if contents is None:
            raise NotFound("there is no row yet")
        return facts, contents, rows + contents.headers


def _read_window(contents: Contents, first: int, count: int, window: Window) -> Rows:
    """The cells of ``count`` rows from ``first`` on, where the header counts as a row."""
    bounds = contents.index.bounds(first, count)
    return read_rows(contents.text, bounds, window, contents.cells)


def _clip(first: int, count: int, known: int) -> tuple[int, int]:
    first = max(0, min(first, known))
    return first, max(0, min(count, known - first))
