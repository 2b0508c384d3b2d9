"""Rows and a window of columns -> cells.

Rows are read in blocks, so that a page takes no more memory than its own cells and one block.  A
row that would be a block of its own is not read but mapped, and only the cells in the window are
looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from .cells import Cell, Cells
from .files import Buffer, Text
from .quotes import MAX_QUOTED
from .rowindex import Bounds

BLOCK = 4 << 20
"""Bytes of text read at once."""

WIDE_ROW = 1 << 16
"""Bytes from which on a row is mapped, so that cells outside the window need not be read."""


class Rows(NamedTuple):
    """The cells of some rows, each row as long as it is, clipped to the window and never padded.

    ``cut`` names the cells that were shortened: row in this page, column in the table, bytes in
    full.
    """

    cells: list[list[str]]
    cut: list[tuple[int, int, int]]


class Window(NamedTuple):
    """The columns ``start`` to ``stop``, half open, of cells of at most ``most`` characters."""

    start: int
    stop: int
    most: int


def read_rows(text: Text, bounds: Bounds, window: Window, cells: Cells) -> Rows:
    """The cells of the rows that stand at ``bounds``."""
    page = Rows([], [])
    for first, last in _blocks(bounds):
        starts, ends = (part[first:last] for part in bounds)
        start, size = int(starts[0]), int(ends[-1] - starts[0])
        if size > WIDE_ROW * (last - first):
            with text.view(start, size) as (buffer, inside):
                here = Bounds(starts - (start - inside), ends - (start - inside))
                _add_rows(page, buffer, here, window, cells)
        else:
            _add_block(
                page, text.read(start, size), Bounds(starts - start, ends - start), window, cells
            )
    return page


def read_rows_at(text: Text, bounds: Bounds, window: Window, cells: Cells) -> Rows:
    """The same of rows that stand anywhere in the text, in any order."""
    sizes = bounds.ends - bounds.starts
    if not len(sizes) or int(sizes.max()) > WIDE_ROW or int(sizes.sum()) > BLOCK:
        return _one_by_one(text, bounds, window, cells)
    parts = text.parts(bounds.starts.tolist(), sizes.tolist())
    page, ends = Rows([], []), np.cumsum(sizes)
    _add_block(page, b"".join(parts), Bounds(ends - sizes, ends), window, cells)
    return page


def _one_by_one(text: Text, bounds: Bounds, window: Window, cells: Cells) -> Rows:
    page = Rows([], [])
    for start, end in zip(bounds.starts.tolist(), bounds.ends.tolist(), strict=True):
        with text.view(start, end - start) as (buffer, inside):
            _add_row(page, buffer, inside, inside + end - start, window, cells)
    return page


def read_cell(text: Text, bounds: Bounds, column: int, most: int, cells: Cells) -> Cell | None:
    """One cell of the one row at ``bounds``, of at most ``most`` characters; None: not there."""
    start, end = int(bounds.starts[0]), int(bounds.ends[0])
    with text.view(start, end - start) as (buffer, inside):
        stop = cells.without_line_end(buffer, inside, inside + end - start)
        found = cells.range_of(buffer, inside, stop, column, column + 1)
        if found is None:
            return None
        return cells.show(buffer, next(cells.spans(buffer, *found)), most)


def _blocks(bounds: Bounds) -> Iterator[tuple[int, int]]:
    """Rows grouped so that each group is at most ``BLOCK`` bytes, or one row."""
    first = 0
    while first < len(bounds.starts):
        fitting = int(np.searchsorted(bounds.ends, bounds.starts[first] + BLOCK, side="right"))
        last = max(first + 1, fitting)
        yield first, last
        first = last


def _add_block(page: Rows, block: bytes, bounds: Bounds, window: Window, cells: Cells) -> None:
    starts, ends = bounds
    together = bool((starts[1:] == ends[:-1]).all())
    short = int((ends - starts).max()) <= window.most
    if together and short and cells.is_plain(block, 0, len(block)):
        page.cells.extend(_clip(row, window) for row in cells.plain_rows(block, window.stop))
    else:
        _add_rows(page, block, bounds, window, cells)


def _add_rows(page: Rows, buffer: Buffer, bounds: Bounds, window: Window, cells: Cells) -> None:
    for start, end in zip(bounds.starts.tolist(), bounds.ends.tolist(), strict=True):
        _add_row(page, buffer, start, end, window, cells)


def _clip(row: list[str], window: Window) -> list[str]:
    inside = window.start == 0 and len(row) <= window.stop
    return row if inside else row[window.start : window.stop]


def _add_row(
    page: Rows, buffer: Buffer, start: int, end: int, window: Window, cells: Cells
) -> None:
    end = cells.without_line_end(buffer, start, end)
    short = min(window.most, MAX_QUOTED)
    if end - start <= short:
        page.cells.append(_clip(cells.split(buffer, start, end), window))
        return
    found = cells.range_of(buffer, start, end, window.start, window.stop)
    if found is None:
        page.cells.append([])
        return
    start, end = found
    if end - start <= short:
        page.cells.append(cells.split(buffer, start, end))
        return
    row = []
    for place, span in enumerate(cells.spans(buffer, start, end)):
        cell = cells.show(buffer, span, window.most)
        row.append(cell.text)
        if cell.cut:
            page.cut.append((len(page.cells), window.start + place, cell.bytes))
    page.cells.append(row)
