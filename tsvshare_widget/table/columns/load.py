"""Loads the rows of a text block by block; a row that is too large for that, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tsvshare_widget.errors import TooMuchMemory
from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions
from tsvshare_widget.table.lines.syntax import CR, LF, MOST_CRS, WRAPPED, Syntax
from tsvshare_widget.table.state import Contents
from tsvshare_widget.table.storage.row_index import Bounds

from .blocks import Block
from .column import PAD_BYTES, Column

BLOCK_BYTES = 1 << 20
"""Size of a block unless a row is larger: its arrays fit into a processor's cache."""

GIANT_ROW_BYTES = 1 << 24
"""Size from which on a row is not read as a whole, but cell by cell."""

LARGEST_CELL_BYTES = 1 << 26
"""Size of the largest cell in such a row that is read."""

_STEP_ROWS = 1 << 16  # that are looked up in the index at once


def plan_blocks(contents: Contents, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Parts of the rows from ``first`` to before ``stop``, each fit for :func:`load_block`."""
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


def load_block(contents: Contents, first: int, stop: int) -> Block:
    """The rows from ``first`` to before ``stop`` as a block."""
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


def load_rows(contents: Contents, rows: Positions, most_bytes: int) -> tuple[Block, Positions]:
    """A few rows, which ascend, as a block; and those of them that it has.

    Rows that together are over ``most_bytes`` are left out, evenly, and so is a giant one.
    """
    bounds = contents.index.bounds_of_few(rows + contents.headers)
    sizes = bounds.ends - bounds.starts
    fits = np.flatnonzero(sizes <= most_bytes)
    step = max(1, -(-int(sizes[fits].sum()) // most_bytes))
    kept = fits[::step]
    begins = np.concatenate(([0], np.cumsum(sizes[kept])))
    data = np.empty(int(begins[-1]) + PAD_BYTES, np.uint8)
    for place, start, end in zip(bounds.starts[kept], begins[:-1], begins[1:], strict=True):
        contents.text.read_into(int(place), data[int(start) : int(end)].data)
    data[begins[-1] :] = 0
    stops = _without_line_ends(data, begins[:-1], begins[1:], contents.syntax)
    return Block(data, begins[:-1], stops, contents), rows[kept]


def _without_line_ends(
    data: Bytes, starts: Positions, ends: Positions, syntax: Syntax
) -> Positions:
    """:meth:`Cells.without_line_end` for many rows at once."""
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
        with_cr = is_lf
        for _ in range(MOST_CRS):
            with_cr = with_cr & (stops > starts) & (data[stops - 1] == CR)
            if not with_cr.any():
                break
            stops -= with_cr
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
        return Column.of([content or b""], np.array([content is None]))

    def cells(self, columns: range, rows: Positions | slice) -> Column:
        """See :class:`Block`."""
        found = [self.column(number) for number in columns]
        missing = np.array([cell.missing[0] for cell in found])
        return Column.of([cell.contents()[0] for cell in found], missing)

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
            f"a cell of {size:,} bytes is too large to be compared: "
            f"up to {LARGEST_CELL_BYTES:,} are"
        )
