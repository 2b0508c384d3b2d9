"""The preamble of a table: comments and other lines before its rows, found in a sample; pure."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from .options import GIVEN_NOTE

COMMENTS = (b"#", b"!", b"@", b"^", b"%", b"//")
"""Starts of comment lines in files of no known format."""

_MOST_PREAMBLE_LINES = 20
_LEAST_ROWS = 5  # that show how many cells are usual
_MOST_TYPE_LINES = 5  # lines that give the types of columns
_LEAST_TYPED_COLUMNS = 8  # of a table that has such lines
_ALIKE_TIMES = 4  # that each different cell of such a line is there on average
_REGULAR_SHARE = 0.9  # of rows that must have the usual number of cells


class Preamble(NamedTuple):
    """Lines before the first row, where the header counts as a row.

    ``skip`` is how many there are; lines that start with one of ``comments`` are left out wherever
    they stand; ``header``: the first row is certainly the header; ``why`` is the reason.
    """

    skip: int = 0
    comments: tuple[bytes, ...] = ()
    header: bool = False
    why: str = "no line at the start looks like a comment"


def block_length(lines: list[bytes], comments: tuple[bytes, ...] = COMMENTS) -> int:
    """The number of lines at the start that are comments, or blank ones around them."""
    block = list(
        itertools.takewhile(lambda line: not line or line.startswith(comments or b"\n"), lines)
    )
    return len(block) if any(block) else 0


def find_preamble(lines: list[bytes], delimiter: bytes, usual: int, *, blank: bool) -> Preamble:
    """The preamble as found in the first lines.

    ``usual`` is the usual number of cells of the rows after lines that look like comments; 0 if
    there are no such rows.  ``blank``: blank lines at the start, and ones of few cells, may be left
    out.
    """
    block = block_length(lines)
    if not block:
        return _find_narrow_lines(lines, delimiter, usual) if blank else Preamble()
    widths = [line.count(delimiter) + 1 for line in lines]
    usual = usual or widths[max(place for place in range(block) if lines[place])]
    nothing_else = block == len(lines) and widths.count(usual) > 1
    if usual == 1 or nothing_else:
        return Preamble(why="lines at the start look like comments, but may be rows as well")
    header = _last_header(lines[:block], widths, usual, delimiter)
    commented = [line for place, line in enumerate(lines[:block]) if line and place != header]
    comments = _starts(commented, lines[header] if header is not None else b"")
    skip = block if header is None else header
    why = f"lines at the start have other than {usual:,} cells: {len(commented):,}"
    rest = range(block, len(lines))
    if comments and any(lines[n].startswith(comments) and widths[n] == usual for n in rest):
        comments, why = (), why + "; later on there are rows that start like them"
    return Preamble(skip, comments, header is not None, why if commented else Preamble().why)


def find_given_comments(
    lines: list[bytes], delimiter: bytes, usual: int, comments: tuple[bytes, ...] | None
) -> Preamble:
    """The preamble if the starts of comments are given, or None: the first lines are comments."""
    block = block_length(lines, COMMENTS if comments is None else comments)
    header = None
    if comments is None and block:
        widths = [line.count(delimiter) + 1 for line in lines]
        header = block - 1 if widths[block - 1] == usual > 1 else None
        comments = _starts(lines[:header], lines[header] if header is not None else b"")
    return Preamble(
        block if header is None else header, comments or (), header is not None, GIVEN_NOTE
    )


def _last_header(block: list[bytes], widths: list[int], usual: int, delimiter: bytes) -> int | None:
    """The number of the last line that has as many cells as rows, or more and looks like a header.

    None if most of its cells are empty or the same, as in comments filled up with tabs, or in
    lines that give the type of each column.
    """
    fitting = (
        place
        for place, line in enumerate(block)
        if widths[place] == usual or (widths[place] > usual and line[1:2].strip())
    )
    last = max(fitting, default=None)
    if last is None:
        return None
    cells = block[last][1:].split(delimiter)
    return last if 2 * len({*cells} - {b""}) > len(cells) else None


def _starts(comments: list[bytes], header: bytes) -> tuple[bytes, ...]:
    """The starts of comment lines: of one character, or of two if the header starts with one."""
    comments = [line for line in comments if line]
    starts = sorted({start for start in COMMENTS for line in comments if line.startswith(start)})
    if len(starts) == 1 and header.startswith(starts[0]):
        doubled = starts[0] * 2
        if all(line.startswith(doubled) for line in comments) and not header.startswith(doubled):
            return (doubled,)
    return tuple(starts)


def _find_narrow_lines(lines: list[bytes], delimiter: bytes, usual: int) -> Preamble:
    """A preamble of blank lines, or of a few lines with few cells before a regular table."""
    blank = sum(1 for _ in itertools.takewhile(lambda line: not line, lines))
    if blank and blank < len(lines):
        return Preamble(blank, why=f"blank lines at the start: {blank:,}")
    widths = [line.count(delimiter) + 1 for line in lines]
    few = max(1, usual // 2)
    narrow = sum(1 for _ in itertools.takewhile(lambda width: width <= few, widths))
    rows = widths[narrow:]
    if narrow > _MOST_PREAMBLE_LINES or len(rows) < _LEAST_ROWS or usual < 3:
        return Preamble()
    if rows[0] != usual or rows.count(usual) < _REGULAR_SHARE * len(rows):
        return Preamble()
    alike = _lines_of_types(lines[narrow:], delimiter)
    if not narrow + alike:
        return Preamble()
    why = f"lines at the start have few cells: {narrow:,}, or much the same ones: {alike:,}"
    return Preamble(narrow + alike, header=alike > 0, why=f"{why}; rows have {usual:,}")


def _lines_of_types(lines: list[bytes], delimiter: bytes) -> int:
    """The number of lines before the header that give the type of each column, in a few words."""
    for place, line in enumerate(lines[:_MOST_TYPE_LINES]):
        cells = [cell.strip(b'"') for cell in line.split(delimiter)]
        if len(cells) < _LEAST_TYPED_COLUMNS:
            return 0
        if len(set(cells)) == len(cells) and not any(map(bytes.isdigit, cells)) and all(cells):
            return place
        if _ALIKE_TIMES * len(set(cells)) > len(cells) or not all(cells):
            return 0
    return 0
