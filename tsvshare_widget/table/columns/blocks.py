"""Blocks: many rows of a text at once, and their cells column by column."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Bytes, Counts, Positions
from tsvshare_widget.table.lines.syntax import BACKSLASH
from tsvshare_widget.table.state import Contents

from .column import Column
from .delimiters import (
    QuoteRuns,
    all_delimiters,
    count_between,
    find_quotes,
    outside_escapes,
    outside_quotes,
)


class Block:
    """Some rows as they stand in the text.

    ``data`` are bytes of the text and then ``PAD_BYTES`` zero bytes; ``starts`` and ``stops`` are
    the positions of the rows in it, their line ends left out.
    """

    def __init__(
        self, data: Bytes, starts: Positions, stops: Positions, contents: Contents
    ) -> None:
        self.data = data
        self.starts = starts
        self.stops = stops
        self._syntax = contents.syntax
        self._cells = contents.cells
        self._known_valid = contents.valid

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.starts)

    @property
    def is_whole(self) -> bool:
        """Whether ``data`` has the rows; if not, only :meth:`row` and :meth:`column` work."""
        return True

    @property
    def is_plain(self) -> bool:
        """Whether each cell is just the text between two delimiters of one byte."""
        if not self.is_whole or len(self._syntax.delimiter) > 1:
            return False
        if self._syntax.quotes == "backslash":
            return not (self.data == BACKSLASH).any()
        return self._quotes is None

    def numbers_at(self, rows: Positions, places: Positions) -> Positions:
        """The columns, from 0, of some positions in some rows; of a plain block only."""
        numbers: Positions = self._counts.before(places) - self._counts.before(self.starts[rows])
        return numbers

    def column(self, number: int) -> Column:
        """The cells of a column, counted from 0."""
        found = self.ascii_column(number)
        return found if self._is_valid else _mended(found)

    def ascii_column(self, number: int) -> Column:
        """The cells of a column for a look at ASCII only: other bytes are as in the text."""
        return self._as_text(self._raw(number))

    def cells(self, columns: range, rows: Positions | slice) -> Column:
        """The cells of adjacent columns in some of the rows, row after row."""
        found = self._as_text(self._raw_cells(columns, rows))
        return found if self._is_valid else _mended(found)

    def row(self, number: int) -> list[str]:
        """All cells of one of the rows."""
        start, stop = int(self.starts[number]), int(self.stops[number])
        return self._cells.split(self.data[start:stop].tobytes(), 0, stop - start)

    # --- positions of cells ---------------------------------------------------------------------

    def _raw(self, number: int) -> Column:
        """The cells as they stand in the text, with their quotes or escapes."""
        width, grid = len(self._syntax.delimiter), self._grid
        if grid is not None and number <= grid.shape[1]:
            starts = grid[:, number - 1] + width if number else self.starts
            ends = grid[:, number] if number < grid.shape[1] else self.stops
            return Column(self.data, starts, ends, np.zeros(len(starts), np.bool_))
        first, counts = self._in_rows
        starts, ends = self.starts.copy(), self.stops.copy()
        if number:
            there = counts >= number
            starts[there] = self._delimiters[first[there] + (number - 1)] + width
            starts[~there] = ends[~there] = 0
        ended = counts > number
        ends[ended] = self._delimiters[first[ended] + number]
        return Column(self.data, starts, ends, counts < number)

    def _raw_cells(self, columns: range, rows: Positions | slice) -> Column:
        """:meth:`_raw` of adjacent columns in some of the rows, row after row."""
        numbers, found = np.arange(columns.start, columns.stop), self._delimiters
        first, counts = (each[rows, np.newaxis] for each in self._in_rows)
        missing = counts < numbers
        row_starts, row_stops = self.starts[rows, np.newaxis], self.stops[rows, np.newaxis]
        if not len(found):
            found = np.zeros(1, np.int64)  # none of it is taken
        last = len(found) - 1
        begins = found[np.clip(first + (numbers - 1), 0, last)] + len(self._syntax.delimiter)
        ends = np.where(counts > numbers, found[np.minimum(first + numbers, last)], row_stops)
        starts = np.where(numbers == 0, row_starts, begins)
        starts[missing] = ends[missing] = 0
        return Column(self.data, starts.ravel(), ends.ravel(), missing.ravel())

    @cached_property
    def _counts(self) -> Counts:
        return Counts.of(self.data == self._syntax.delimiter[0])

    @cached_property
    def _delimiters(self) -> Positions:
        """Positions of the delimiters that separate cells, and maybe of some between rows."""
        found = all_delimiters(self.data, self._syntax)
        if self._syntax.quotes == "backslash":
            return outside_escapes(self.data, found, self.starts)
        return found if self._quotes is None else outside_quotes(found, self._quotes)

    @cached_property
    def _quotes(self) -> QuoteRuns | None:
        if not self._syntax.quoted:
            return None
        return find_quotes(self.data, self.starts, self.stops, self._syntax)

    @cached_property
    def _grid(self) -> Positions | None:
        """The delimiters as an array with a row for each row, if all rows have as many."""
        found = self._delimiters
        count, rest = divmod(len(found), len(self))
        if rest or not count:
            return None
        grid = found.reshape(-1, count)
        fits = (grid[:, 0] >= self.starts) & (
            grid[:, -1] + len(self._syntax.delimiter) <= self.stops
        )
        return grid if fits.all() else None

    @cached_property
    def _in_rows(self) -> tuple[Positions, Positions]:
        """The number of the first delimiter of each row, and how many it has."""
        first = np.searchsorted(self._delimiters, self.starts)
        stops = self.stops - (len(self._syntax.delimiter) - 1)
        return first, np.searchsorted(self._delimiters, np.maximum(stops, self.starts)) - first

    # --- contents of cells ----------------------------------------------------------------------

    def _as_text(self, raw: Column) -> Column:
        """The cells without their quotes or escapes."""
        if self._syntax.quotes == "backslash":
            return self._unescaped(raw)
        return raw if self._quotes is None else self._unquoted(raw, self._quotes)

    def _unquoted(self, raw: Column, quotes: QuoteRuns) -> Column:
        begin = np.flatnonzero((raw.bytes_at(0) == self._syntax.quote[0]) & (raw.ends > raw.starts))
        starts, ends = raw.starts[begin], raw.ends[begin]
        inside = count_between(quotes.places, starts, ends)
        run = np.searchsorted(quotes.starts, starts)
        if self._syntax.quotes == "careful":
            whole = quotes.even[run] & (quotes.ends[run] == ends)
            coded = np.flatnonzero(whole | quotes.opening[run])
            begin, starts, ends, inside = begin[coded], starts[coded], ends[coded], inside[coded]
        simple = (inside == 2) & (self.data[ends - 1] == self._syntax.quote[0])
        if self._syntax.escape:
            escapes = np.flatnonzero(self.data == self._syntax.escape[0])
            simple &= count_between(escapes, starts, ends) == 0
        found = raw._replace(starts=raw.starts.copy(), ends=raw.ends.copy())
        found.starts[begin[simple]] += 1
        found.ends[begin[simple]] -= 1
        return self._decoded(found, begin[~simple])

    def _unescaped(self, raw: Column) -> Column:
        places = np.flatnonzero(raw.data == BACKSLASH)
        if not len(places):
            return raw
        return self._decoded(raw, np.flatnonzero(count_between(places, raw.starts, raw.ends)))

    def _decoded(self, found: Column, rows: Positions) -> Column:
        contents = [self._cells.decode(content) for content in found.only(rows).contents()]
        return found.replaced(rows, contents)

    @cached_property
    def _is_valid(self) -> bool:
        """Whether all of it is UTF-8."""
        if self._known_valid or not (self.data >= 0x80).any():
            return True
        try:
            str(self.data.data, "utf-8")
        except UnicodeDecodeError:
            return False
        return True


def _mended(column: Column) -> Column:
    """The column with U+FFFD for invalid UTF-8."""
    rows = column.not_ascii()
    contents = column.only(rows).contents()
    return column.replaced(
        rows, [content.decode("utf-8", "replace").encode() for content in contents]
    )


# --- out of a text -----------------------------------------------------------------------------
