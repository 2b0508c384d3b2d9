"""Encoder: rows of cells -> bytes that read back to the same cells in a table's dialect; pure."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import Dialect
from tsvshare_widget.table.lines.indexer import Indexer
from tsvshare_widget.table.lines.syntax import WRAPPED, syntax_of
from tsvshare_widget.table.storage.files import MemoryText
from tsvshare_widget.table.storage.row_index import Bounds
from tsvshare_widget.table.text.encoding import BOM

from .coded import cells_of
from .pages import Window, read_rows

_SHOWN_CHARACTERS = 40  # characters of a cell that an error shows
_LINE_ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "mixed": "\r\n"}
_LETTERS = str.maketrans(
    {"\\": r"\\", "\0": r"\0", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\v": r"\v"}
)

Row = list[str]


def line_end_of(dialect: Dialect) -> str:
    """The line end for rows that are added to a table."""
    return _LINE_ENDS[dialect.line_ends]


def encode_rows(rows: list[Row], dialect: Dialect, *, before: int = 0) -> bytes:
    """Rows as lines of a table with this dialect; no cell changes on the way.

    Raises :class:`BadValue`, which names the first cell that cannot be written: in some dialects
    no cell can hold a delimiter or a line end, and most encodings do not have all characters.
    ``before`` is how many rows are before these, in its count.
    """
    end = line_end_of(dialect)
    text = "".join(dialect.delimiter.join(row) + end for row in rows)
    plain = _is_plain(text, rows, dialect)
    if not plain:
        text = "".join(map(_writer(dialect), rows))
    if not _survives(text, dialect.encoding):
        _refuse_character(rows, dialect.encoding, before)
    # Rules for all that a cell may hold would be many, and never certain: reading it back is.
    if not plain and (again := _read_back(text.encode(), dialect)) != rows:
        _refuse_cell(rows, again, dialect, before)
    return text.encode(dialect.encoding)


# --- writing -----------------------------------------------------------------------------------


def _is_plain(text: str, rows: list[Row], dialect: Dialect) -> bool:
    """Whether no cell holds a structural, so that the rows are written as ``text``.

    One look at all of it costs a fraction of a look at each cell, and most tables are plain.
    """
    delimiter, end = dialect.delimiter, line_end_of(dialect)
    marks = {'"', "\\", dialect.quote, dialect.escape or '"'}
    if len(delimiter) > 1 or any(mark in text for mark in marks):
        return False
    if any(text.count(structural) != len(rows) * end.count(structural) for structural in "\r\n"):
        return False
    if text.count(delimiter) != sum(map(len, rows)) - len(rows):  # of no cells counts as -1
        return False
    starts = (BOM, *dialect.comments)
    return not text.startswith(starts) and not any(end + start in text for start in starts)


def _writer(dialect: Dialect) -> Callable[[Row], str]:
    delimiter, end = dialect.delimiter, line_end_of(dialect)
    if delimiter == WRAPPED.decode():
        return lambda row: delimiter.join(row) + "\t|" + end
    if dialect.quoting == "none":
        return lambda row: delimiter.join(row) + end
    starts = (BOM, *dialect.comments)
    if dialect.quoting == "excel":
        marks = dialect.quote, dialect.escape or ""
        return lambda row: _write_quoted(row, delimiter, starts, *marks) + end
    return lambda row: _write_escaped(row, delimiter, starts) + end


def _write_quoted(row: Row, delimiter: str, starts: tuple[str, ...], mark: str, escape: str) -> str:
    """A row with quotes around cells that need them; it must not begin with one of ``starts``."""
    line = delimiter.join(row)
    special = line.startswith(starts)
    structurals = (delimiter, "\n", "\r", mark)
    is_plain = line.count(delimiter) == len(row) - 1
    if not special and is_plain and not any(sign in line for sign in structurals[1:]):
        return line
    return delimiter.join(
        _quote(cell, mark, escape)
        if any(structural in cell for structural in structurals) or (special and not place)
        else cell
        for place, cell in enumerate(row)
    )


def _quote(cell: str, mark: str, escape: str) -> str:
    if escape:
        cell = cell.replace(escape, 2 * escape)
    return mark + cell.replace(mark, (escape or mark) + mark) + mark


def _write_escaped(row: Row, delimiter: str, starts: tuple[str, ...]) -> str:
    r"""A row with backslashes before structurals; ``\N``, the word for no value, stays as it is."""
    escaped = "\\t" if delimiter == "\t" else f"\\{delimiter}"
    line = delimiter.join(
        cell if cell == r"\N" else cell.translate(_LETTERS).replace(delimiter, escaped)
        for cell in row
    )
    return f"\\{line}" if line.startswith(starts) else line


# --- what cannot be written --------------------------------------------------------------------


def _read_back(text: bytes, dialect: Dialect) -> list[Row]:
    syntax = syntax_of(dialect)
    comments = tuple(start.encode() for start in dialect.comments)
    indexer = Indexer(syntax, comments=comments, counting=False)
    found = indexer.index_bytes(text).then(indexer.index_rest())
    starts = np.concatenate((np.zeros(1, np.int64), found.ends))[:-1]
    rows = ~found.comments
    window = Window(0, sys.maxsize, sys.maxsize)
    bounds = Bounds(starts[rows], found.ends[rows])
    return read_rows(MemoryText(text), bounds, window, cells_of(syntax)).cells


def _survives(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except UnicodeError:
        return False


def _refuse_character(rows: list[Row], encoding: str, before: int) -> None:
    for number, row in enumerate(rows, before + 1):
        for column, cell in enumerate(row, 1):
            if not _survives(cell, encoding):
                raise BadValue(
                    f"{_named(cell, number, column)} has a character that {encoding}, the encoding "
                    "of this table, does not have"
                )
    raise BadValue(f"these rows cannot be written in {encoding}, the encoding of this table")


def _refuse_cell(rows: list[Row], again: list[Row], dialect: Dialect, before: int) -> None:
    """Raise an error that names the first cell which does not read back."""
    wrong = (n for n, row in enumerate(rows) if again[n : n + 1] != [row])
    number = next(wrong, len(rows) - 1)
    row = rows[number]
    if not row:
        raise BadValue(
            f"row {before + number + 1:,} has no cells: a row has at least one, maybe empty"
        )
    read = again[number] if number < len(again) else []
    column = next((n for n, cell in enumerate(row) if read[n : n + 1] != [cell]), len(row) - 1)
    named = _named(row[column], before + number + 1, column + 1)
    raise BadValue(
        f"{named} would not read back by this table's "
        f"reading (delimiter {dialect.delimiter!r}, quoting {_quoting(dialect)}): change the cell, "
        "or how the file is read"
    )


def _named(cell: str, row: int, column: int) -> str:
    return (
        f"the cell in row {row:,}, column {column:,} of these rows, {cell[:_SHOWN_CHARACTERS]!r},"
    )


def _quoting(dialect: Dialect) -> str:
    return "strict" if dialect.quoting == "excel" and dialect.strict else dialect.quoting
