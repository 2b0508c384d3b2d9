"""The sample: the beginning of a text as lines and rows, in which the dialect is found; pure."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.cells.coded import cells_of
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.syntax import MOST_CRS, Syntax
from tsvshare_widget.table.text.encoding import UTF8_BOM

SAMPLE_ROWS = 200
"""Rows that are looked at."""

_QUOTED_ROWS = 500  # the same, if only rows with quotes are

_line_ends = {
    "lf": re.compile(rb"\r{0,%d}\n" % MOST_CRS),
    "cr": re.compile(rb"\r"),
    "any": re.compile(rb"\r{0,%d}\n|\r" % MOST_CRS),
}

Row = list[str]


class Placed(NamedTuple):
    """A row, and the line of the text, from 0, on which it starts."""

    line: int
    cells: Row

    @property
    def filled(self) -> int:
        """The number of cells that are not blank, or 2 if there are more."""
        return len([*itertools.islice(filter(None, map(str.strip, self.cells)), 2)])


def spoken_of(lines: int, *, whole: bool) -> str:
    """Of how many lines a note speaks, to be put after it; ``whole``: there are no more."""
    if whole:
        return f" (in all {lines:,} lines)" if lines > 1 else " (in the only line)" * lines
    return f" (in the first {lines:,} lines)" if lines > 1 else " (in the first line)" * lines


def without_bom(text: bytes) -> bytes:
    """The text without the byte order mark at its start."""
    return text.removeprefix(UTF8_BOM)


def lines_of(text: bytes, ends: str) -> list[bytes]:
    """The lines of a text, without line ends; none after the last line end."""
    plain = ends != "cr" and b"\r" not in text  # which is several times as fast
    lines = text.split(b"\n") if plain else _line_ends[ends].split(text)
    if not lines[-1]:
        lines.pop()
    return lines


def start_of_line(text: bytes, line: int, ends: str) -> int:
    """The start of a line, numbered from 0; the end of the text if there are not so many."""
    position = len(UTF8_BOM) if text.startswith(UTF8_BOM) else 0
    for _ in range(line):
        found = _line_ends[ends].search(text, position)
        if found is None:
            return len(text)
        position = found.end()
    return position


def row_bounds(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...] = ()
) -> list[tuple[int, int]]:
    """Start and end of the first rows, without one that may go on after the sample."""
    return [(start, end) for _, start, end in _placed_bounds(text, syntax, comments)]


def _placed_bounds(
    text: bytes, syntax: Syntax, comments: tuple[bytes, ...]
) -> list[tuple[int, int, int]]:
    """The line, start and end of the first rows, likewise."""
    indexer = Indexer(syntax, comments=comments, counting=False)
    found = indexer.index_bytes(text).then(indexer.index_rest())
    most = 4 * SAMPLE_ROWS
    ends = found.ends[:most].tolist()
    if len(ends) > 2 and not text.endswith((b"\n", b"\r")):
        ends.pop()
    cells, starts = cells_of(syntax), [0, *ends]
    parts = zip(starts, ends, found.lines.tolist(), found.comments.tolist(), strict=False)
    bounds = (
        (line, start, cells.without_line_end(text, start, end))
        for start, end, line, is_comment in parts
        if not is_comment
    )
    return [*itertools.islice(bounds, SAMPLE_ROWS)]


def rows_of(text: bytes, syntax: Syntax, comments: tuple[bytes, ...] = ()) -> list[Row]:
    """The first rows of a text."""
    cells = cells_of(syntax)
    return [cells.split(text, start, end) for start, end in row_bounds(text, syntax, comments)]


def placed_rows(text: bytes, syntax: Syntax, comments: tuple[bytes, ...] = ()) -> list[Placed]:
    """The first rows of a text, with their lines."""
    cells = cells_of(syntax)
    return [
        Placed(line, cells.split(text, start, end))
        for line, start, end in _placed_bounds(text, syntax, comments)
    ]


def first_cells(text: bytes, syntax: Syntax, comments: tuple[bytes, ...] = ()) -> list[bytes]:
    """The cells of the first row, as they stand in the text."""
    cells = cells_of(syntax)
    spans = (cells.spans(text, *bounds) for bounds in row_bounds(text, syntax, comments)[:1])
    return [text[span.start : span.end] for row in spans for span in row]


def coded_cells(text: bytes, syntax: Syntax) -> list[bytes]:
    """The quoted cells, with their quotes, of the first rows that have any."""
    indexer = Indexer(syntax, counting=False)
    ends = indexer.index_bytes(text).then(indexer.index_rest()).ends
    if len(ends) > 2 and not text.endswith((b"\n", b"\r")):
        ends = ends[:-1]
    quotes = np.flatnonzero(np.frombuffer(text, np.uint8) == syntax.quote[0])
    rows = np.unique(np.searchsorted(ends, quotes, "right"))
    rows = rows[rows < len(ends)][:_QUOTED_ROWS]
    starts = np.concatenate(([0], ends))[rows].tolist()
    cells = cells_of(syntax)
    bounds = (
        (start, cells.without_line_end(text, start, end))
        for start, end in zip(starts, ends[rows].tolist(), strict=True)
    )
    spans = (span for start, end in bounds for span in cells.spans(text, start, end))
    return [text[span.start : span.end] for span in spans if span.coded]


def usual_width(rows: list[Row]) -> int:
    """The most frequent number of cells of rows that are not blank; 0 if there are none."""
    widths = Counter(len(row) for row in rows if row != [""])
    return max(widths, key=lambda width: (widths[width], width), default=0)


def agreement(rows: list[Row]) -> float:
    """The share of rows with the most frequent number of cells; blank ones do not count."""
    widths = Counter(len(row) for row in rows if row != [""])
    return max(widths.values(), default=0) / max(1, widths.total())
