r"""TSV: a table written so that it reads back to the same cells; pure but for reading the table.

Cells are quoted by Excel's rules, but only if they hold a tab or a line end or start with a quote.
The result reads back with ``delimiter="\t"``, ``line_ends="lf"``,
``quoting="excel"``, ``comments=False``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from tsvshare_widget.errors import TooLarge
from tsvshare_widget.table.table import Table
from tsvshare_widget.table.text.encoding import BOM

from .row_set import RowOrder, RowSet

CELLS_AT_A_TIME = 100_000

BYTES_AT_A_TIME = 1 << 20

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of a row that is written: it is held in memory as a whole, and more than once."""

_to_be_quoted = re.compile(r'\A"|[\t\r\n]')


def write_table(table: Table, view: RowOrder | None = None) -> Iterator[bytes]:
    """The header, if the file has one, and all rows of a table that does not change meanwhile.

    ``view``: only the rows of this view, in its order.  Raises :class:`TooLarge` at a row that is
    too long.
    """
    facts, first = table.facts, True
    check_length(table.header_bytes)
    names = table.names(0, facts.columns, sys.maxsize)
    if names is not None and table.named_by == "file":
        yield write_rows([names], first=True)
        first = False
    for rows in batches(table, view):
        yield _write(table, rows, first=first)
        first = False


def _write(table: Table, rows: RowSet, *, first: bool) -> bytes:
    """Some rows as TSV; most are copied, for they stand in the file as they are to be written."""
    found = rows.verbatim(table)
    if found is None or (first and found.text.startswith(BOM.encode())):
        return write_rows(_cells(table, rows), first=first)
    if not len(found.special):
        return found.text
    before, *others = found.between()
    special = _cells(table, rows.only(found.special))
    pieces = [before]
    for row, plain in zip(special, others, strict=True):
        pieces += [write_rows([row], first=first and not any(pieces)), plain]
    return b"".join(pieces)


def _cells(table: Table, rows: RowSet) -> list[list[str]]:
    return rows.read_cells(table, 0, table.facts.columns, sys.maxsize).cells


def write_rows(rows: list[list[str]], *, first: bool = False) -> bytes:
    """Rows as lines of UTF-8 text; ``first``: they are at the start of the file."""
    text = "\n".join(map("\t".join, rows))
    # One look at all cells is many times as fast as one at each; most tables are plain.
    if not _is_plain(text, rows):
        text = "\n".join("\t".join(map(_write_cell, row)) for row in rows)
    if first and text.startswith(BOM):  # a reader would take it for a byte order mark
        text = _quote(rows[0][0]) + text[len(rows[0][0]) :]
    return (text + "\n").encode("utf-8", "replace") if rows else b""


def _is_plain(text: str, rows: list[list[str]]) -> bool:
    """Whether no cell of ``rows`` has to be quoted; ``text`` is the rows without quotes."""
    if '"' in text or "\r" in text or text.count("\n") != len(rows) - 1:
        return False
    return text.count("\t") == sum(map(len, rows)) - len(rows)


def _write_cell(cell: str) -> str:
    return cell if _to_be_quoted.search(cell) is None else _quote(cell)


def _quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def batches(table: Table, view: RowOrder | None, cells: int = CELLS_AT_A_TIME) -> Iterator[RowSet]:
    """All rows in batches, with about so many cells, and not too many bytes, in each."""
    facts = table.facts
    most = max(1, cells // max(1, facts.columns))
    first, total = 0, facts.rows if view is None else view.count
    while first < total:
        count = min(most, total - first)
        while (span := _select(view, first, count).span(table)) > BYTES_AT_A_TIME and count > 1:
            count //= 2
        check_length(span)
        yield _select(view, first, count)
        first += count


def check_length(size: int) -> None:
    """Raise :class:`TooLarge` for a row that is too long to be written."""
    if size > LONGEST_LINE:
        raise TooLarge(
            f"a row of this table has {size:,} bytes, and up to {LONGEST_LINE:,} can be written "
            "anew: download the file as it came instead"
        )


def _select(view: RowOrder | None, first: int, count: int) -> RowSet:
    return RowSet(first, count, None if view is None else view.ids(first, count))
