"""Rows of a text in blocks: what is asked of many rows is asked of a block at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from tsvshare_widget.errors import TooMuchMemory
from tsvshare_widget.table.lines.bitmaps import Bytes, Counts, Flags, Positions
from tsvshare_widget.table.lines.syntax import BACKSLASH, CR, LF, QUOTE, WRAPPED, Syntax
from tsvshare_widget.table.state import Contents
from tsvshare_widget.table.storage.row_index import Bounds

from .column import PAD_BYTES, Column
from .delimiters import (
    QuoteRuns,
    all_delimiters,
    count_between,
    find_quotes,
    outside_escapes,
    outside_quotes,
)

BLOCK_BYTES = 1 << 20
"""Bytes of text looked at at once, if rows are not larger: its arrays stay near the processor."""

GIANT_ROW_BYTES = 1 << 24
"""Bytes from which on a row is not read as a whole, but only the cells that are asked for."""

LARGEST_CELL_BYTES = 1 << 26
"""Bytes of the largest cell in such a row that is looked at."""

_STEP_ROWS = 1 << 16  # rows whose places are looked up at once


class Block:
    """Some rows as they stand in the text.

    ``data`` are bytes of the text and then ``PAD_BYTES`` zero bytes; ``starts`` and ``stops`` say where
    in it the rows are, their line ends left out.
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
        """How many rows."""
        return len(self.starts)

    @property
    def is_whole(self) -> bool:
        """Whether ``data`` has the rows; if not, they can be asked for alone."""
        return True

    @property
    def is_plain(self) -> bool:
        """Whether no cell is anything but what stands between two delimiters of one byte."""
        if not self.is_whole or len(self._syntax.delimiter) > 1:
            return False
        if self._syntax.quotes == "backslash":
            return not (self.data == BACKSLASH).any()
        return self._quotes is None

    def numbers_at(self, rows: Positions, places: Positions) -> Positions:
        """In which columns, from 0, some places in some rows are, if this is plain."""
        numbers: Positions = self._counts.before(places) - self._counts.before(self.starts[rows])
        return numbers

    def column(self, number: int) -> Column:
        """The cells of a column, counted from 0."""
        found = self.ascii_column(number)
        return found if self._is_valid else _mended(found)

    def ascii_column(self, number: int) -> Column:
        """The same, for what is asked only of ASCII: other bytes are as they stand in the text."""
        found = self._raw(number)
        if self._syntax.quotes == "backslash":
            return self._unescaped(found)
        return found if self._quotes is None else self._unquoted(found, self._quotes)

    def row(self, number: int) -> list[str]:
        """All cells of one of the rows."""
        start, stop = int(self.starts[number]), int(self.stops[number])
        return self._cells.split(self.data[start:stop].tobytes(), 0, stop - start)

    # --- where cells stand ----------------------------------------------------------------------

    def _raw(self, number: int) -> Column:
        """The cells as they stand in the text, with what quotes or escapes them."""
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

    @cached_property
    def _counts(self) -> Counts:
        return Counts(self.data == self._syntax.delimiter[0])

    @cached_property
    def _delimiters(self) -> Positions:
        """Those that separate cells; and maybe some that stand between rows."""
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
        """The delimiters of each row, as a row of an array, if all rows have as many."""
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
        """Which delimiter is the first one of each row, and how many it has."""
        first = np.searchsorted(self._delimiters, self.starts)
        stops = self.stops - (len(self._syntax.delimiter) - 1)
        return first, np.searchsorted(self._delimiters, np.maximum(stops, self.starts)) - first

    # --- what cells mean ------------------------------------------------------------------------

    def _unquoted(self, raw: Column, quotes: QuoteRuns) -> Column:
        begin = np.flatnonzero((raw.bytes_at(0) == QUOTE) & (raw.ends > raw.starts))
        starts, ends = raw.starts[begin], raw.ends[begin]
        inside = count_between(quotes.places, starts, ends)
        run = np.searchsorted(quotes.starts, starts)
        if self._syntax.quotes == "careful":
            whole = quotes.even[run] & (quotes.ends[run] == ends)
            coded = np.flatnonzero(whole | quotes.opening[run])
            begin, starts, ends, inside = begin[coded], starts[coded], ends[coded], inside[coded]
        simple = (inside == 2) & (self.data[ends - 1] == QUOTE)
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
    """The same with U+FFFD for what does not decode."""
    rows = column.not_ascii()
    contents = column.only(rows).contents()
    return column.replaced(
        rows, [content.decode("utf-8", "replace").encode() for content in contents]
    )


# --- out of a text -----------------------------------------------------------------------------


def plan(contents: Contents, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """The rows from ``first`` to before ``stop``, in parts that :func:`load` takes."""
    while first < stop:
        count = min(_STEP_ROWS, stop - first)
        ends = contents.index.bounds(first + contents.headers, count).ends
        begin = contents.index.row_end(first + contents.headers)
        done = 0
        while done < count:
            last = max(done + 1, int(np.searchsorted(ends, begin + BLOCK_BYTES, side="right")))
            if last == count and first + count < stop and done:
                break  # there may be room for more
            yield first + done, first + last
            begin, done = int(ends[last - 1]), last
        first += done


def load(contents: Contents, first: int, stop: int) -> Block:
    """The rows from ``first`` to before ``stop``."""
    bounds = contents.index.bounds(first + contents.headers, stop - first)
    begin = int(bounds.starts[0])
    size = int(bounds.ends[-1]) - begin
    if stop - first == 1 and size > GIANT_ROW_BYTES:
        return _GiantRow(contents, bounds)
    data = np.empty(size + PAD_BYTES, np.uint8)
    contents.text.read_into(begin, data[:size].data)
    data[size:] = 0
    starts, ends = bounds.starts - begin, bounds.ends - begin
    stops = _without_line_ends(data, starts, ends, contents.syntax)
    return Block(data, starts, stops, contents)


def _without_line_ends(
    data: Bytes, starts: Positions, ends: Positions, syntax: Syntax
) -> Positions:
    """What :meth:`Cells.without_line_end` says of one row, of many."""
    last = data[ends - 1]
    is_lf: Flags = last == LF
    stops: Positions
    if syntax.ends == "cr":
        stops = ends - (last == CR)
    elif syntax.ends == "any":
        stops = ends - (is_lf | (last == CR))
    else:
        stops = ends - is_lf
    if syntax.ends != "cr" and (data == CR).any():
        stops -= is_lf & (stops > starts) & (data[stops - 1] == CR)
    if syntax.delimiter == WRAPPED:
        bar = (
            (stops >= starts + 2)
            & (data[stops - 2] == WRAPPED[0])
            & (data[stops - 1] == WRAPPED[1])
        )
        stops -= 2 * bar
    return stops


class _GiantRow(Block):
    """A block of one row that is too large to be read as a whole."""

    def __init__(self, contents: Contents, bounds: Bounds) -> None:
        nothing, zero = np.zeros(PAD_BYTES, np.uint8), np.zeros(1, np.int64)
        super().__init__(nothing, zero, zero, contents)
        self._text = contents.text
        self._start, self._end = int(bounds.starts[0]), int(bounds.ends[0])

    @property
    def is_whole(self) -> bool:
        """See :class:`Block`."""
        return False

    def column(self, number: int) -> Column:
        """See :class:`Block`."""
        size = self._end - self._start
        with self._text.view(self._start, size) as (buffer, inside):
            stop = self._cells.without_line_end(buffer, inside, inside + size)
            found = self._cells.range_of(buffer, inside, stop, number, number + 1)
            content = None
            if found is not None:
                span = next(self._cells.spans(buffer, *found))
                _check_size(span.end - span.start)
                content = self._cells.cell_at(buffer, span, LARGEST_CELL_BYTES).text.encode()
        missing = np.array([content is None])
        none = Column(self.data, self.starts, self.stops, missing)
        return none if content is None else none.replaced(np.zeros(1, np.int64), [content])

    def row(self, number: int) -> list[str]:
        """See :class:`Block`."""
        size = self._end - self._start
        _check_size(size)
        with self._text.view(self._start, size) as (buffer, inside):
            stop = self._cells.without_line_end(buffer, inside, inside + size)
            return self._cells.split(buffer, inside, stop)


def _check_size(size: int) -> None:
    if size > LARGEST_CELL_BYTES:
        raise TooMuchMemory(
            f"a cell of {size:,} bytes is too large to be compared: up to {LARGEST_CELL_BYTES:,} are"
        )
