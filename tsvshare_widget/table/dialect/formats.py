"""Known formats: which one a text is in, and the column names that follow; pure.

The text decides.  The file's name only matters where the text leaves it open (``endings``).
"""

from __future__ import annotations

import itertools
import re

from tsvshare_widget.number_syntax import is_number

from .format_list import FORMATS, Format
from .options import may_be_names

MATRIX = "numeric matrix"
"""The format of tables with a name and then only numbers in each row, such as expression values."""

MOST_LINES = 400
"""Lines that are looked at."""

_LONGEST_HEADER = 20_000  # characters of it that are compared, as no format has more
_LEAST_MATRIX_COLUMNS = 10  # columns
_PACKED = (".gz", ".bgz", ".bz2", ".xz", ".zst")
_NEARLY_ALL_SHARE = 0.98
_NO_VALUE = frozenset(("", "NA", "NaN", "nan", "null", "inf"))


def format_named(name: str) -> Format | None:
    """The first rule of the format with this name."""
    return next((rule for rule in FORMATS if rule.name == name), None)


def recognise_format(lines: list[str], file_name: str) -> Format | None:
    """The format of a text that starts with ``lines``, which are without line ends."""
    base = without_packing(file_name)
    return next((rule for rule in FORMATS if _fits(rule, lines[:MOST_LINES], base)), None)


def without_packing(file_name: str) -> str:
    """A file's name in small letters, without the ending of a compression."""
    base = file_name.lower()
    for packed in _PACKED:
        base = base.removesuffix(packed)
    return base


def names_of(rule: Format, lines: list[str], rows: list[list[str]]) -> tuple[tuple[str, ...], int]:
    """Column names of a file without a header, and the line on which they stand, or 0."""
    if rule.names_in:
        for number, line in enumerate(lines[:MOST_LINES], 1):
            if found := re.match(rule.names_in, line):
                names = tuple(re.split(rule.names_split, found[1]))
                return (names, number) if may_be_names(names) else ((), 0)
    width = max(map(len, rows), default=0)
    if rule.name != "BED":
        return rule.names[: width or None], 0
    return _names_above(rule, lines, width) or (rule.names[: min(width, _like_bed(rows))], 0)


def types_of(rule: Format, lines: list[str]) -> tuple[list[str], int]:
    """What a comment of the format says that the columns are, and its line, or 0."""
    for number, line in enumerate(lines[:MOST_LINES], 1):
        if found := re.match(rule.types_in, line):
            return found[1].split("\t"), number
    return [], 0


def _names_above(rule: Format, lines: list[str], width: int) -> tuple[tuple[str, ...], int] | None:
    """The cells of the last comment before the rows, and its line, if it names all columns."""
    block = list(itertools.takewhile(lambda line: line.startswith(rule.comments or "\0"), lines))
    cells = block[-1].lstrip("#! ").split("\t") if block else []
    are_names = len(cells) == width > 1 and all(cells) and may_be_names(cells)
    return (tuple(cells), len(block)) if are_names else None


def is_matrix(rows: list[list[str]]) -> bool:
    """Whether a table is a ``MATRIX``, by its header and first rows."""
    if len(rows) < 2 or len(rows[0]) < _LEAST_MATRIX_COLUMNS or _is_value(rows[0][0]):
        return False
    whole = [row for row in rows[1:] if len(row) == len(rows[0])] or rows[1:2]
    return len(whole) >= len(rows) - 2 and all(
        not _is_value(row[0]) and all(map(_is_value, row[1 : 10 * _LEAST_MATRIX_COLUMNS]))
        for row in whole
    )


def _is_value(cell: str) -> bool:
    return cell in _NO_VALUE or is_number(cell)


def _fits(rule: Format, lines: list[str], base: str) -> bool:
    if rule.until:
        lines = list(itertools.takewhile(lambda line: not line.startswith(rule.until), lines))
    if rule.endings and not base.endswith(rule.endings):
        return False
    if rule.first and not (lines and re.match(rule.first, lines[0])):
        return False
    if rule.line and not any(re.match(rule.line, line) for line in lines):
        return False
    starts = rule.comments or ("\0",)
    rows = (line for line in lines if line and not line.startswith(starts))
    first = list(itertools.islice(rows, 2))  # most rules fail by these, and 400 lines take longer
    if rule.header and not (first and re.match(rule.header, first[0][:_LONGEST_HEADER])):
        return False
    if rule.second and not (len(first) > 1 and re.match(rule.second, first[1])):
        return False
    return not rule.rows or _are_rows(rule, [*first, *rows] if _matches(rule.rows, first) else [])


def _matches(pattern: str, rows: list[str]) -> bool:
    """Whether there is a first row, and it is as a pattern says."""
    return bool(rows) and re.match(pattern, rows[0]) is not None


def _are_rows(rule: Format, rows: list[str]) -> bool:
    """Whether nearly all rows are those of a format; none are not."""
    fitting = sum(1 for row in rows if re.match(rule.rows, row))
    if not rows or fitting < _NEARLY_ALL_SHARE * len(rows):
        return False
    return rule.name != "BED" or all(map(_goes_up, rows))


def _goes_up(row: str) -> bool:
    """Whether the interval of a BED row does not end before its start."""
    bounds = [cell for cell in row.split("\t", 3)[1:3] if cell.isdecimal()]
    return len(bounds) < 2 or int(bounds[0]) <= int(bounds[1])


def _like_bed(rows: list[list[str]]) -> int:
    """The number of columns that are as in BED: scores are numbers, strands plus, minus or dot."""
    scores = [row[4] for row in rows if len(row) > 4]
    strands = [row[5] for row in rows if len(row) > 5]
    if not all(re.fullmatch(r"\d*\.?\d+|\.", score) for score in scores):
        return 3
    return 12 if all(strand in {"+", "-", "."} for strand in strands) else 5
