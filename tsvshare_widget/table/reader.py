"""Rows and cells of a table at one moment: the part of it that only reads."""

from __future__ import annotations

import bisect
from abc import ABC, abstractmethod
from typing import Literal

import numpy as np

from tsvshare_widget.errors import NotFound

from .cells.column_names import find_names
from .cells.pages import Rows, Window, read_cell, read_rows
from .cells.split import Cell
from .cells.verbatim import Verbatim, read_verbatim
from .lines.bitmaps import Positions
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
        """What is known of the table at this moment."""
        return self._now().facts

    @property
    def named_by(self) -> Literal["file", "format"] | None:
        """Where the names of the columns are from: a line that is the header, or anything else."""
        facts, contents = self._now()
        if contents is not None and contents.headers:
            return "file"
        return None if facts.dialect.names is None else "format"

    def names(self, start: int, stop: int, most: int = CELL_CHARACTERS) -> list[str] | None:
        """The names of the columns ``start`` to ``stop``, half open; None if there are none.

        They are the header's cells, or the ``names`` of the reading, of which there may be fewer
        than columns.
        """
        facts, contents = self._readable()
        if contents is not None and contents.headers:
            return _read_window(contents, 0, 1, Window(start, stop, most)).cells[0]
        names = facts.dialect.names
        return None if names is None else [name[:most] for name in names[start:stop]]

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
        """The same of rows in any order.  Raises :class:`NotFound` if one is not there."""
        if not len(rows):
            return Rows([], [])
        _, contents, places = self._places(rows)
        bounds = contents.index.bounds_at(places)
        return read_rows(contents.text, bounds, Window(start, stop, most), contents.cells)

    def verbatim_at(self, rows: Positions) -> Verbatim | None:
        """These rows as they stand in the text, in any order; None if that is not of any use.

        Raises :class:`NotFound` if one is not there.
        """
        facts, contents, places = self._places(rows)
        valid = facts.complete and not facts.line_stats.undecodable
        bounds = contents.index.bounds_at(places)
        return read_verbatim(contents.text, bounds, contents.syntax, valid=valid)

    def span(self, first: int, count: int) -> int:
        """How many bytes of text these rows are; cheap, to decide where to read them."""
        facts, contents = self._readable()
        first, count = _clip(first, count, facts.rows)
        if contents is None or not count:
            return 0
        bounds = contents.index.bounds(contents.headers + first, count)
        return int(bounds.ends[-1] - bounds.starts[0])

    def span_at(self, rows: Positions) -> int:
        """How many bytes of text these rows are.  Raises :class:`NotFound` as :meth:`rows_at`."""
        _, contents, places = self._places(rows)
        bounds = contents.index.bounds_at(places)
        return int((bounds.ends - bounds.starts).sum())

    def line_number(self, row: int) -> int:
        """The line, from 1, of the text on which a row starts.  Raises :class:`NotFound`."""
        return self.line_numbers_at(np.array([row]))[0]

    def row_at_line(self, line: int) -> int:
        """The row that a line of the text, from 1, is part of.

        Before the first row, that one; after comments, the row before them.
        """
        return bisect.bisect_right(range(self.facts.rows), line, lo=1, key=self.line_number) - 1

    def line_numbers(self, first: int, count: int) -> list[int]:
        """The lines, from 1, of the text on which ``count`` rows from ``first`` start.

        Fewer where the table ends.  A row may be of several lines, and comments lie between rows.
        """
        first, count = _clip(first, count, self._readable().facts.rows)
        return self.line_numbers_at(np.arange(first, first + count))

    def line_numbers_at(self, rows: Positions) -> list[int]:
        """The same of rows in any order.  Raises :class:`NotFound` if one is not there."""
        if not len(rows):
            return []
        _, contents, places = self._places(rows)
        numbers: list[int] = (contents.index.lines(places) + 1).tolist()
        return numbers

    def find_columns(self, text: str, limit: int) -> tuple[int, list[tuple[int, str]]]:
        """How many columns have ``text`` in their names, and the first of them by position.

        Case-folded; those that are named just so come first, then those that begin with it.
        """
        names = self.names(0, self.facts.columns) or []
        return find_names(names, text, limit)

    def cell(self, row: int, column: int, most: int) -> Cell:
        """One cell, of at most ``most`` characters.  Raises :class:`NotFound` if there is none."""
        facts, contents = self._readable()
        found = None
        if contents is not None and 0 <= row < facts.rows and column >= 0:
            bounds = contents.index.bounds(contents.headers + row, 1)
            found = read_cell(contents.text, bounds, column, most, contents.cells)
        if found is None:
            raise NotFound(f"there is no cell in row {row + 1:,}, column {column + 1:,}")
        return found

    def _places(self, rows: Positions) -> tuple[Facts, Contents, Positions]:
        """What is known, what the rows are read from, and their places in the index."""
        facts, contents = self._readable()
        if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < facts.rows:
            wrong = rows[(rows < 0) | (rows >= facts.rows)]
            raise NotFound(f"there is no row {int(wrong[0]) + 1:,}")
        if contents is None:
            raise NotFound("there is no row yet")
        return facts, contents, rows + contents.headers


def _read_window(contents: Contents, first: int, count: int, window: Window) -> Rows:
    """Rows of the index, the header being one of them."""
    bounds = contents.index.bounds(first, count)
    return read_rows(contents.text, bounds, window, contents.cells)


def _clip(first: int, count: int, known: int) -> tuple[int, int]:
    first = max(0, min(first, known))
    return first, max(0, min(count, known - first))
