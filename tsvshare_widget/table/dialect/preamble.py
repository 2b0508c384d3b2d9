"""The preamble of a table: comments and other lines before its rows, found in a sample; pure."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from .header import is_header, is_over_numbers, may_be_name
from .lead import Lead, find_lead
from .options import GIVEN_NOTE, may_be_names
from .sample import Placed, Row, usual_width
from .types_line import TYPES_OF_QIIME, is_types_line, start_of_types

COMMENTS = (b"#", b"!", b"@", b"^", b"%", b"//")
"""Starts of comment lines in files of no known format."""


class Preamble(NamedTuple):
    """Lines before the first row, where the header counts as a row.

    ``skip`` is how many there are; lines that start with one of ``comments`` are left out wherever
    they stand; ``header``: the first row is certainly the header; ``why`` is the reason.  ``names``
    are those of a header that is a comment with other cells than these, on ``names_line``, from 1.
    ``types_line`` gives the types of the columns, and is left out as a comment; 0: none does.
    """

    skip: int = 0
    comments: tuple[bytes, ...] = ()
    header: bool = False
    why: str = "no line at the start looks like a comment"
    names: tuple[str, ...] | None = None
    names_line: int = 0
    types_line: int = 0


class Lines(NamedTuple):
    """The first lines of a text: all of them, and the rows after those that may be comments.

    ``block`` is how many may be comments; ``delimiter`` separates their cells.
    """

    lines: list[bytes]
    block: int
    rows: list[Placed]
    delimiter: bytes

    @property
    def usual(self) -> int:
        """The usual number of cells of the rows; comments of one cell between them do not count."""
        starts = tuple(start.decode() for start in COMMENTS)
        return usual_width(
            [
                row.cells
                for row in self.rows
                if not (len(row.cells) == 1 and row.cells[0].startswith(starts))
            ]
        )

    @property
    def widths(self) -> list[int]:
        """The number of cells of each line, as far as no cells are quoted."""
        return [line.count(self.delimiter) + 1 for line in self.lines]


def block_length(lines: list[bytes], comments: tuple[bytes, ...] = COMMENTS) -> int:
    """The number of lines at the start that are comments, or blank ones around them."""
    block = list(
        itertools.takewhile(
            lambda line: not line.strip() or line.startswith(comments or b"\n"), lines
        )
    )
    return len(block) if any(map(bytes.strip, block)) else 0


def find_preamble(text: Lines, *, blank: bool) -> Preamble:
    """The preamble as found in the first lines.

    ``blank``: blank lines at the start, and titles, may be left out.
    """
    if not text.block:
        return _find_lead(text) if blank else Preamble()
    lines, block, widths = text.lines, text.block, text.widths
    usual = text.usual or widths[max(place for place in range(block) if lines[place].strip())]
    nothing_else = block == len(lines) and widths.count(usual) > 1
    if usual == 1 or nothing_else:
        return Preamble(why="lines at the start look like comments, but may be rows as well")
    header = _last_header(text, usual)
    commented = [line for place, line in enumerate(lines[:block]) if line and place != header]
    comments = _starts(commented, lines[header] if header is not None else b"")
    why = f"lines at the start have other than {usual:,} cells: {len(commented):,}"
    rest = range(block, len(lines))
    if comments and any(lines[n].startswith(comments) and widths[n] == usual for n in rest):
        comments, why = (), why + "; later on there are rows that start like them"
    why = why if commented else Preamble().why
    if header is None:
        lead = find_lead(text.rows) if blank else None
        if lead is None:
            return _with_types(Preamble(block, comments, why=why), text, text.rows)
        return _after_lead(Preamble(block, comments, why=why), text, lead)
    names = _unpadded(lines[header].split(text.delimiter))
    if len(names) < widths[header] and len(names) == usual and may_be_names(names):
        return Preamble(block, comments, why=why, names=names, names_line=header + 1)
    of_types = (n + 1 for n in range(header, block) if lines[n].lower().startswith(TYPES_OF_QIIME))
    return Preamble(header, comments, header=True, why=why, types_line=next(of_types, 0))


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


def _find_lead(text: Lines) -> Preamble:
    """A preamble of lines that do not look like comments."""
    lead = find_lead(text.rows)
    if lead is None:
        return _with_types(Preamble(), text, text.rows)
    return _after_lead(Preamble(), text, lead)


def _after_lead(before: Preamble, text: Lines, lead: Lead) -> Preamble:
    """The preamble of a table with a lead after the comments, of which there may be none."""
    rows = text.rows[lead.rows :]
    skip = rows[0].line if rows else len(text.lines)
    why = f"{before.why}; {lead.why}" if before.skip else lead.why
    return _with_types(before._replace(skip=skip, header=lead.header, why=why), text, rows)


def _with_types(found: Preamble, text: Lines, rows: list[Placed]) -> Preamble:
    """The preamble before ``rows``, of which the second one may give types."""
    if not is_types_line([row.cells for row in rows[:3]]):
        return found
    line = rows[1].line
    comments = (*found.comments, start_of_types(text.lines[line]))
    return found._replace(comments=tuple(dict.fromkeys(comments)), header=True, types_line=line + 1)


# --- a header among the comments -----------------------------------------------------------------


def _last_header(text: Lines, usual: int) -> int | None:
    """The number of the last comment with as many cells as rows, if its words can be names.

    It may have more cells, where rows are short.  None if the first row is a header itself, by the
    numbers under it.
    """
    block, rows = text.lines[: text.block], [row.cells for row in text.rows]
    first = len(rows[0]) if rows else usual

    def fits(place: int) -> bool:
        line = block[place]
        width = line.count(text.delimiter) + 1
        if not line.strip() or line.lower().startswith(TYPES_OF_QIIME):
            return False
        if len(_unpadded(line.split(text.delimiter))) == usual == first:
            return True
        return (width == usual and first <= width) or (
            width > usual and first <= width and bool(line[1:2].strip())
        )

    last = next(filter(fits, reversed(range(len(block)))), None)
    if last is None or (is_header(rows) and is_over_numbers(rows)):
        return None
    cells = [cell.decode("utf-8", "replace") for cell in block[last].split(text.delimiter)]
    return last if _may_be_names([cells[0][1:], *cells[1:]]) else None


def _may_be_names(cells: Row) -> bool:
    """Whether the cells of a comment can be names of columns.

    Not if most of them are empty or the same, as in comments filled up with tabs or in lines that
    give the type of each column, and not if the first one is a number or ends with a colon.
    """
    if 2 * len({*_unpadded([cell.encode() for cell in cells])} - {""}) <= len(
        _unpadded([cell.encode() for cell in cells])
    ):
        return False
    return may_be_name(cells[0]) and not cells[0].rstrip().endswith(":")


def _unpadded(cells: list[bytes]) -> tuple[str, ...]:
    """The cells without empty ones at the end."""
    padding = sum(1 for _ in itertools.takewhile(lambda cell: not cell.strip(), reversed(cells)))
    return tuple(cell.decode("utf-8", "replace") for cell in cells[: len(cells) - padding])


def _starts(comments: list[bytes], header: bytes) -> tuple[bytes, ...]:
    """The starts of comment lines: of one character, or of two if the header starts with one."""
    comments = [line for line in comments if line]
    starts = sorted({start for start in COMMENTS for line in comments if line.startswith(start)})
    if len(starts) == 1 and header.startswith(starts[0]):
        doubled = starts[0] * 2
        if all(line.startswith(doubled) for line in comments) and not header.startswith(doubled):
            return (doubled,)
    return tuple(starts)
