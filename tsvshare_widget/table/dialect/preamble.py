"""Comment lines, a preamble and the header line of a table, found in its first lines; pure."""

from __future__ import annotations

import itertools
from typing import NamedTuple

COMMENTS = (b"#", b"!", b"@", b"^", b"%", b"//")
"""How comment lines start, in files of no known format."""

_MOST_PREAMBLE_LINES = 20  # lines
_LEAST_ROWS = 5  # rows that show what is usual
_MOST_TYPE_LINES = 5  # lines that say what columns are like
_LEAST_TYPED_COLUMNS = 8  # columns of a table that has such lines
_ALIKE_TIMES = 4  # times that a cell of them is there on average
_REGULAR_SHARE = 0.9  # the share of them that has to agree


class Preamble(NamedTuple):
    """What stands before the first row, the header counted as one.

    ``skip`` lines stand before it; lines that start with one of ``comments`` are left out wherever
    they stand; ``header`` says whether the first line is a header for sure; ``why`` says all that.
    """

    skip: int = 0
    comments: tuple[bytes, ...] = ()
    header: bool = False
    why: str = "no line at the start looks like a comment"


def block_length(lines: list[bytes], comments: tuple[bytes, ...] = COMMENTS) -> int:
    """How many lines at the start are comments, or blank ones around them."""
    block = list(
        itertools.takewhile(lambda line: not line or line.startswith(comments or b"\n"), lines)
    )
    return len(block) if any(block) else 0


def find_preamble(lines: list[bytes], delimiter: bytes, usual: int, *, blank: bool) -> Preamble:
    """What stands before the first row.

    ``usual`` is the usual number of cells of the rows after lines that look like comments; 0 if
    there are no such rows.  ``blank``: blank lines at the start, or of one cell, may be left out.
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
    """The same if it is told how comments start, or, with None, that the first lines are some."""
    block = block_length(lines, COMMENTS if comments is None else comments)
    header = None
    if comments is None and block:
        widths = [line.count(delimiter) + 1 for line in lines]
        header = block - 1 if widths[block - 1] == usual > 1 else None
        comments = _starts(lines[:header], lines[header] if header is not None else b"")
    return Preamble(block if header is None else header, comments or (), header is not None, "told")


def _last_header(block: list[bytes], widths: list[int], usual: int, delimiter: bytes) -> int | None:
    """The last line that has as many cells as rows have, or more and the look of a header.

    None if most of its cells are empty or the same, as in comments filled up with tabs, or in
    lines that say of each column what type it has.
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
    """How comment lines start: with one sign, or with two if the header starts with one."""
    comments = [line for line in comments if line]
    signs = sorted({sign for sign in COMMENTS for line in comments if line.startswith(sign)})
    if len(signs) == 1 and header.startswith(signs[0]):
        doubled = signs[0] * 2
        if all(line.startswith(doubled) for line in comments) and not header.startswith(doubled):
            return (doubled,)
    return tuple(signs)


def _find_narrow_lines(lines: list[bytes], delimiter: bytes, usual: int) -> Preamble:
    """Blank lines, or a few of one cell, before the header of a table that is regular otherwise."""
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
    """How many lines before the header say of each column of what kind it is, in a few words."""
    for place, line in enumerate(lines[:_MOST_TYPE_LINES]):
        cells = [cell.strip(b'"') for cell in line.split(delimiter)]
        if len(cells) < _LEAST_TYPED_COLUMNS:
            return 0
        if len(set(cells)) == len(cells) and not any(map(bytes.isdigit, cells)) and all(cells):
            return place
        if _ALIKE_TIMES * len(set(cells)) > len(cells) or not all(cells):
            return 0
    return 0
