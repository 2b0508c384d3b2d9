"""Rows and a window of columns -> cells.

Rows are read in blocks, so that a page takes no more memory than its own cells and one block.  A
row that would be a block of its own is not read but mapped, and only the cells in the window are
looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .cells import (
    Buffer,
    Cell,
    any_quoted,
    has_quoted,
    range_of_cells,
    show,
    spans,
    split_quoted,
    without_line_end,
)
from .files import ReadFile
from .indexer import MAX_QUOTED, Positions

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


def read_rows(text: ReadFile, offsets: Positions, window: Window, *, quoting: bool) -> Rows:
    """The cells of the rows between each two of ``offsets``."""
    page = Rows([], [])
    for first, last in _blocks(offsets):
        bounds = offsets[first : last + 1]
        start, size = int(bounds[0]), int(bounds[-1] - bounds[0])
        if size > WIDE_ROW * (last - first):
            mapped, inside = text.map(start, size)
            with mapped:
                _add_rows(page, mapped, bounds - (start - inside), window, quoting)
        else:
            _add_block(page, text.read(start, size), bounds - start, window, quoting)
    return page


def read_cell(
    text: ReadFile, offsets: Positions, column: int, most: int, *, quoting: bool
) -> Cell | None:
    """One cell of the row between two offsets, of at most ``most`` characters; None: not there."""
    size = int(offsets[1] - offsets[0])
    mapped, inside = text.map(int(offsets[0]), size)
    with mapped:
        end = without_line_end(mapped, inside, inside + size)
        found = range_of_cells(mapped, inside, end, column, column + 1, quoting=quoting)
        if found is None:
            return None
        return show(mapped, next(spans(mapped, *found, quoting=quoting)), most)


def _blocks(offsets: Positions) -> Iterator[tuple[int, int]]:
    """Rows grouped so that each group is at most ``BLOCK`` bytes, or one row."""
    first = 0
    while first < len(offsets) - 1:
        fitting = int(np.searchsorted(offsets, offsets[first] + BLOCK, side="right")) - 1
        last = max(first + 1, fitting)
        yield first, last
        first = last


def _add_block(page: Rows, block: bytes, bounds: Positions, window: Window, quoting: bool) -> None:
    quoted = quoting and any_quoted(block)
    if quoted or int(np.diff(bounds).max()) > window.most:
        _add_rows(page, block, bounds, window, quoting)
    else:
        page.cells.extend(_plain_rows(block, window))


def _add_rows(page: Rows, buffer: Buffer, bounds: Positions, window: Window, quoting: bool) -> None:
    for start, end in pairwise(bounds.tolist()):
        _add_row(page, buffer, start, end, window, quoting)


def _plain_rows(block: bytes, window: Window) -> list[list[str]]:
    """The cells of rows without quoted cells, none of which is too long."""
    text = block.decode("utf-8", "replace").replace("\r\n", "\n").removesuffix("\n")
    return [_clip(line.split("\t", window.stop), window) for line in text.split("\n")]


def _clip(cells: list[str], window: Window) -> list[str]:
    inside = window.start == 0 and len(cells) <= window.stop
    return cells if inside else cells[window.start : window.stop]


def _add_row(
    page: Rows, buffer: Buffer, start: int, end: int, window: Window, quoting: bool
) -> None:
    end = without_line_end(buffer, start, end)
    short = min(window.most, MAX_QUOTED)
    if end - start <= short:
        page.cells.append(_clip(_split(buffer, start, end, quoting), window))
        return
    found = range_of_cells(buffer, start, end, window.start, window.stop, quoting=quoting)
    if found is None:
        page.cells.append([])
        return
    start, end = found
    if end - start <= short:
        page.cells.append(_split(buffer, start, end, quoting))
        return
    row = []
    for place, span in enumerate(spans(buffer, start, end, quoting=quoting)):
        cell = show(buffer, span, window.most)
        row.append(cell.text)
        if cell.cut:
            page.cut.append((len(page.cells), window.start + place, cell.bytes))
    page.cells.append(row)


def _split(buffer: Buffer, start: int, end: int, quoting: bool) -> list[str]:
    text = buffer[start:end].decode("utf-8", "replace")
    return split_quoted(text) if quoting and has_quoted(buffer, start, end) else text.split("\t")
