"""What separates the cells of a text, found in its beginning; pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from tsvshare_widget.table.lines.syntax import RowEnds, Syntax

from .formats import without_packing
from .header import is_header, is_over_numbers
from .sample import SAMPLE_ROWS, Row, agreement, lines_of, rows_of, spoken_of, usual_width

_OTHER_DELIMITERS = ((b",", "commas"), (b";", "semicolons"), (b"|", "bars"))
_REGULAR_SHARE = 0.9  # of rows with the usual number of cells, from which on it is no accident
_FEW_SHARE = 0.1  # of lines with a tab, below which that may be an accident
_MOST_TITLES = 20  # lines of one cell before the rows
_TABS_ALONE = (".tsv", ".tab")
_NAMELESS = frozenset(("table.tsv", "upload.tsv"))  # what bytes without a name are called
_OTHERS = (".csv", ".psv", ".ssv")
_SECTION = re.compile(rb"(?<![^\r\n])\[[\w ]+\][,;|]*(?:\r*\n|\r)")
_FAR_BYTES = 1 << 14  # before which sections are looked for
_NUMBER = re.compile(r"\s*[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+,\d+)\s*")
"""One number, with commas between thousands or before the decimals."""


class DelimiterFound(NamedTuple):
    """A delimiter, and why."""

    delimiter: bytes
    why: str


def find_delimiter(text: bytes, ends: RowEnds, name: str) -> DelimiterFound:
    """The delimiter of a text; ``name`` is that of the file."""
    text = _after_sections(text)
    lines = [line for line in lines_of(text, ends)[:SAMPLE_ROWS] if line]
    with_tabs = sum(b"\t" in line for line in lines)
    least = 0.5 if b"\t" not in b"".join(lines[:1]) else _FEW_SHARE  # tabs may be parts of cells
    if not lines or with_tabs >= least * len(lines):
        return DelimiterFound(b"\t", f"{with_tabs:,} of the first {len(lines):,} lines have tabs")
    where = spoken_of(len(lines), whole=False)
    name = without_packing(name)
    if name.endswith(_TABS_ALONE) and name not in _NAMELESS:
        why = f"no tab in a file that is named as if cells had tabs between{where}"
        return DelimiterFound(b"\t", why)
    best, most = None, (0.0, False, 1)
    for delimiter, called in _OTHER_DELIMITERS:
        escape = b"\\" if b'\\"' in text else b""
        syntax = Syntax(delimiter, "careful", ends, escape=escape)
        every = [row for row in rows_of(text, syntax) if row != [""]]
        rows = _without_titles(every, name)
        agreeing = agreement(rows[_is_short_header(rows) :])
        score = agreeing, len(rows) == len(every), usual_width(rows)
        if score[2] > 1 and score > most and _is_separated(rows, delimiter, name):
            best, most = (delimiter, called), score
    if best is None:
        return DelimiterFound(b"\t", f"nothing else separates cells{where}")
    why = f"few tabs, and {best[1]} make {most[2]:,} cells of most lines{where}"
    return DelimiterFound(best[0], why)


def _after_sections(text: bytes) -> bytes:
    """The text after the last line in brackets, such as ``[Data]``, if a few lines follow it."""
    marks = list(_SECTION.finditer(text, 0, _FAR_BYTES))
    rest = text[marks[-1].end() :] if marks and marks[0].start() == 0 else b""
    return rest if rest.count(b"\n") + rest.count(b"\r") > 1 else text


def _without_titles(rows: list[Row], name: str) -> list[Row]:
    """The rows after lines of one cell, unless such a line names the one column that there is."""
    titles = next((n for n, row in enumerate(rows) if len(row) > 1), 0)
    table = rows[titles:]
    if not 0 < titles <= _MOST_TITLES or (titles == 1 and _is_short_header(rows)):
        return rows
    is_table = name.endswith(_OTHERS) or (
        len(table[0]) > 2 and is_header(table) and is_over_numbers(table)
    )
    return table if is_table else rows


def _is_short_header(rows: list[Row]) -> bool:
    """Whether the first row has one cell less than the others, as R writes it, and not one only."""
    return len(rows) > 1 and 1 < len(rows[0]) == usual_width(rows) - 1


def _is_separated(rows: list[Row], delimiter: bytes, name: str) -> bool:
    """Whether a delimiter other than the tab separates cells, and not parts of sentences."""
    if agreement(rows[_is_short_header(rows) :]) < _REGULAR_SHARE:
        return False
    is_named = name.endswith(_OTHERS)
    if delimiter == b"," and not name.endswith(".csv"):
        after = [cell for row in rows for cell in row[1:] if cell]
        if sum(cell.startswith(" ") for cell in after) > len(after) / 2:
            return False
    if not is_named and len(rows[0]) == 1 and usual_width(rows) <= 2:
        return False  # the name of one column, over lists or sentences
    if delimiter == b"," and len(rows[0]) == 1:
        cells = [",".join(row) for row in rows[1:]]
        if all(map(_NUMBER.fullmatch, cells)):
            return False
    few = 1 if is_named else 3
    return len(rows) >= few or (len(rows) == few - 1 and usual_width(rows) > 2)
