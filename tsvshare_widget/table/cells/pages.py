"""Pages: the cells of some rows in a window of columns.

Rows are read in blocks, so that a page takes no more memory than its own cells and one block.  Wide
rows are not read but mapped, and only the cells in the window are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.lines.quotes import MAX_QUOTED_BYTES
from tsvshare_widget.table.storage.files import Buffer, Text
from tsvshare_widget.table.storage.row_index import Bounds

from .split import Cell, Cells

BLOCK_BYTES = 1 << 20
"""Size of the text that is read at once."""

WIDE_ROW_BYTES = 1 << 16
"""Size from which on a row is mapped, so that cells outside the window need not be read."""


class Rows(NamedTuple):
    """The cells of some rows, clipped to a window of columns; short rows are not padded.

    ``cut`` lists the cells that were cut: row in this page, column in the table, size in bytes.
    """

    cells: list[list[str]]
    cut: list[tuple[int, int, int]]


class Window(NamedTuple):
    """The columns ``start`` to ``stop`` (half open), their cells cut after ``most`` characters."""

    start: int
    stop: int
    most: int


def read_rows(text: Text, bounds: Bounds, window: Window, cells: Cells) -> Rows:
    """The cells of the rows at ``bounds``, in any order."""
    page = Rows([], [])
    for first, last in _blocks(bounds):
        starts, ends = (part[first:last] for part in bounds)
        if int((ends - starts).sum()) > WIDE_ROW_BYTES * (last - first):
            _add_mapped(page, text, starts.tolist(), ends.tolist(), window, cells)
        else:
            _add_block(page, *gathered(text, starts, ends), window, cells)
    return page


def gathered(text: Text, starts: Positions, ends: Positions) -> tuple[bytes, Positions]:
    """The text of some rows, one after the other, and their ends in that."""
    if (starts[1:] == ends[:-1]).all():
        start = int(starts[0])
        return text.read(start, int(ends[-1]) - start), ends - start
    sizes = ends - starts
    return text.gather(starts.tolist(), sizes.tolist()), np.cumsum(sizes)


def read_cell(text: Text, bounds: Bounds, column: int, most: int, cells: Cells) -> Cell | None:
    """One cell of the one row at ``bounds``, cut after ``most`` characters; None if missing."""
    start, end = int(bounds.starts[0]), int(bounds.ends[0])
    with text.view(start, end - start) as (buffer, inside):
        stop = cells.without_line_end(buffer, inside, inside + end - start)
        found = cells.range_of(buffer, inside, stop, column, column + 1)
        if found is None:
            return None
        return cells.cell_at(buffer, next(cells.spans(buffer, *found)), most)


def _blocks(bounds: Bounds) -> Iterator[tuple[int, int]]:
    """Rows in groups, by number of the first and after the last: up to ``BLOCK_BYTES``, or one."""
    sizes = np.cumsum(bounds.ends - bounds.starts)
    first, done = 0, 0
    while first < len(sizes):
        fitting = int(np.searchsorted(sizes, done + BLOCK_BYTES, side="right"))
        last = max(first + 1, fitting)
        yield first, last
        first, done = last, int(sizes[last - 1])


def _add_mapped(
    page: Rows, text: Text, starts: list[int], ends: list[int], window: Window, cells: Cells
) -> None:
    """Add wide rows, of which only those pages of memory are read that are looked at."""
    together = starts[1:] == ends[:-1]
    parts = (
        [(starts, ends)] if together else [([a], [b]) for a, b in zip(starts, ends, strict=True)]
    )
    for first, last in parts:
        with text.view(first[0], last[-1] - first[0]) as (buffer, inside):
            away = inside - first[0]
            rows = [(a + away, b + away) for a, b in zip(first, last, strict=True)]
            _add_wide(page, buffer, rows, window, cells)


def _add_wide(
    page: Rows, buffer: Buffer, rows: list[tuple[int, int]], window: Window, cells: Cells
) -> None:
    """Add rows that stand one after the other, most of which are wide."""
    starts = np.array([start for start, _ in rows])
    ends = np.array([cells.without_line_end(buffer, start, end) for start, end in rows])
    found = cells.ranges_of(buffer, starts, ends, window.start, window.stop)
    for start, end, range_ in zip(starts.tolist(), ends.tolist(), found, strict=True):
        if end - start <= min(window.most, MAX_QUOTED_BYTES):
            page.cells.append(_clip(cells.split(buffer, start, end), window))
        else:
            _add_range(page, buffer, range_, window, cells)


def _add_block(page: Rows, block: bytes, ends: Positions, window: Window, cells: Cells) -> None:
    """Add the rows in ``block``, one after the other; they end at ``ends``."""
    starts = np.concatenate(([0], ends[:-1]))
    if int((ends - starts).max()) <= window.most and cells.are_ended(block, ends):
        _add_short(page, block, starts.tolist(), ends.tolist(), window, cells)
    else:
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            _add_row(page, block, start, end, window, cells)


def _add_short(
    page: Rows, block: bytes, starts: list[int], ends: list[int], window: Window, cells: Cells
) -> None:
    """Add short rows with a line end each: all but special ones are split in one go."""
    done = 0
    for row in [*cells.special_rows(block, ends), len(ends)]:
        if row > done:
            rows = cells.plain_rows(block[starts[done] : ends[row - 1]], window.stop)
            if window.start or max(map(len, rows)) > window.stop:
                rows = [row[window.start : window.stop] for row in rows]
            page.cells.extend(rows)
        if row < len(ends):
            _add_row(page, block, starts[row], ends[row], window, cells)
        done = row + 1


def _clip(row: list[str], window: Window) -> list[str]:
    inside = window.start == 0 and len(row) <= window.stop
    return row if inside else row[window.start : window.stop]


def _add_row(
    page: Rows, buffer: Buffer, start: int, end: int, window: Window, cells: Cells
) -> None:
    end = cells.without_line_end(buffer, start, end)
    if end - start <= min(window.most, MAX_QUOTED_BYTES):
        page.cells.append(_clip(cells.split(buffer, start, end), window))
    else:
        found = cells.range_of(buffer, start, end, window.start, window.stop)
        _add_range(page, buffer, found, window, cells)


def _add_range(
    page: Rows, buffer: Buffer, found: tuple[int, int] | None, window: Window, cells: Cells
) -> None:
    """Add a row whose cells in the window stand at the range ``found``; None: it has none there."""
    if found is None:
        page.cells.append([])
        return
    start, end = found
    if end - start <= min(window.most, MAX_QUOTED_BYTES):
        page.cells.append(cells.split(buffer, start, end))
        return
    row = []
    for place, span in enumerate(cells.spans(buffer, start, end)):
        cell = cells.cell_at(buffer, span, window.most)
        row.append(cell.text)
        if cell.cut:
            page.cut.append((len(page.cells), window.start + place, cell.bytes))
    page.cells.append(row)
