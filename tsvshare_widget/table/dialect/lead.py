"""The lead of a table: lines before its header that are no comments, found in a sample; pure.

Titles, blank lines, sections in brackets, and lines that give the type of each column.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from .header import is_header, is_over_numbers, may_be_name
from .sample import Placed, Row

_MOST_LINES = 60  # of a lead
_LEAST_ROWS = 5  # that show how many cells are usual
_REGULAR_SHARE = 0.9  # of rows that must have the usual number of cells
_MOST_NAMES = 1_000  # that are looked at: more would tell no more
_MANY_CELLS = 6  # of a header that needs no rows to be told from a title
_SECTION = re.compile(r"\[[^\[\]]+\]")
_TABLE_SECTIONS = frozenset(("[data]", "[results]", "[result]", "[table]", "[rows]"))
_MOST_TYPE_LINES = 5  # lines that give the types of columns
_LEAST_TYPED_COLUMNS = 8  # of a table that has such lines
_ALIKE_TIMES = 4  # that each different cell of such a line is there on average


class Lead(NamedTuple):
    """The number of ``rows`` before the header, and why; ``header``: the next one is it."""

    rows: int
    why: str
    header: bool = False


def find_lead(rows: list[Placed]) -> Lead | None:
    """The lead of a table that starts with ``rows``; None if they are the table."""
    lead = _find_section(rows) or _find_titles(rows) or _find_few_cells(rows)
    if lead is not None:
        return lead
    blank = _count(rows, _is_blank)
    if 0 < blank < len(rows):
        return Lead(blank, f"blank lines at the start: {blank:,}")
    return None


def _find_section(rows: list[Placed]) -> Lead | None:
    """Everything up to a line in brackets, such as ``[Data]``, that a table follows."""
    marks = [n for n, row in enumerate(rows) if _is_section(row)]
    if not marks or marks[0] > _MOST_LINES:
        return None
    sizes: dict[int, int] = {}
    for mark, stop in zip(marks, [*marks[1:], len(rows)], strict=True):
        table = [row.cells for row in rows[mark + 1 : stop] if row.filled]
        if table and len(table[0]) > 1 and _share_as_wide(table, len(table[0])) >= _REGULAR_SHARE:
            sizes[mark] = len(table)
    if not sizes:
        return None
    named = (n for n in sizes if _only_cell(rows[n]).lower() in _TABLE_SECTIONS)
    mark = next(named, max(sizes, key=lambda n: (sizes[n], n)))
    after = mark + 1 + _count(rows[mark + 1 :], _is_blank)
    before = {len(row.cells) for row in rows[: marks[0]]}
    if before and max(before) >= len(rows[after].cells):
        return None  # it stands in the middle of a table
    return Lead(after, f"the table follows {_only_cell(rows[mark])}")


def _find_titles(rows: list[Placed]) -> Lead | None:
    """Lines of one filled cell at most, and then wider rows."""
    titles = _count(rows, lambda row: row.filled <= 1)
    lead, table = rows[:titles], [row.cells for row in rows[titles:]]
    filled = [row for row in lead if row.filled]
    if not filled or not table or titles > _MOST_LINES:
        return None
    padded = [row for row in filled if len(row.cells) > 1]
    width = len(table[0])
    if padded and not _are_padded_titles(padded, table):
        return None
    if not _is_regular(table, width):
        return None
    if width == 2 and len(lead) == 1 and not (is_header(table) and is_over_numbers(table)):
        return None  # what R writes for row names and one column
    if width > 2 and len(table) < 3 and not _are_names(table[0]):
        return None
    return Lead(titles, f"lines at the start have one cell: {len(filled):,}; rows have {width:,}")


def _are_padded_titles(padded: list[Placed], table: list[Row]) -> bool:
    """Whether rows of one filled cell and empty ones are titles, and not a header with no names."""
    if any(not row.cells[0].strip() for row in padded):
        return False
    return len(table[0]) > 2 and _are_names(table[0]) and is_header(table)


def _find_few_cells(rows: list[Placed]) -> Lead | None:
    """A few lines of few cells before a regular table, or ones that give types."""
    widths = Counter(len(row.cells) for row in rows if row.filled and len(row.cells) > 1)
    usual = max(widths, key=lambda width: (widths[width], width), default=0)
    if usual < 3:
        return None
    few = max(1, usual // 2)
    narrow = _count(rows, lambda row: len(row.cells) <= few)
    table = [row.cells for row in rows[narrow:] if row.filled]
    if narrow > _MOST_LINES or not table or len(table[0]) != usual:
        return None
    if not _is_regular(table, usual):
        return None
    if len(table) < _LEAST_ROWS and not (_are_names(table[0]) and usual >= _MANY_CELLS):
        apart = narrow > 0 and _is_blank(rows[narrow - 1]) and len(table) > 1
        if not (apart and _are_names(table[0]) and is_over_numbers(table) and is_header(table)):
            return None
    alike = _lines_of_types(table)
    if not narrow + alike:
        return None
    why = f"lines at the start have few cells: {narrow:,}, or much the same ones: {alike:,}"
    return Lead(narrow + alike, f"{why}; rows have {usual:,}", alike > 0)


def _lines_of_types(rows: list[Row]) -> int:
    """The number of lines before the header that give the type of each column, in a few words."""
    for place, cells in enumerate(rows[:_MOST_TYPE_LINES]):
        if len(cells) < _LEAST_TYPED_COLUMNS:
            return 0
        if len(set(cells)) == len(cells) and not any(map(str.isdigit, cells)) and all(cells):
            return place
        if _ALIKE_TIMES * len(set(cells)) > len(cells) or not all(cells):
            return 0
    return 0


def _is_regular(table: list[Row], width: int) -> bool:
    """Whether so many of the rows have as many cells that it is no accident."""
    table = [row for row in table if any(map(str.strip, row))]
    if len(table) == 1:
        return width >= _MANY_CELLS and _are_names(table[0])
    share = _share_as_wide(table, width)
    return share >= _REGULAR_SHARE if len(table) >= _LEAST_ROWS else share == 1


def _share_as_wide(table: list[Row], width: int) -> float:
    return sum(len(row) == width for row in table) / max(1, len(table))


def _are_names(row: Row) -> bool:
    """Whether all cells are different ones that can be names."""
    return len({*row}) == len(row) and all(map(may_be_name, row[:_MOST_NAMES]))


def _count(rows: list[Placed], test: Callable[[Placed], bool]) -> int:
    return sum(1 for _ in itertools.takewhile(test, rows))


def _is_blank(row: Placed) -> bool:
    return not row.filled


def _is_section(row: Placed) -> bool:
    return row.filled == 1 and _SECTION.fullmatch(_only_cell(row)) is not None


def _only_cell(row: Placed) -> str:
    return next(filter(None, map(str.strip, row.cells)))
