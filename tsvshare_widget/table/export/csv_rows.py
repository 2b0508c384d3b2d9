"""CSV: as RFC 4180 has it, commas between cells and CRLF behind rows, in UTF-8."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tsvshare_widget.table.table import Table

from .cells import batches_of_cells, header_of
from .row_set import RowOrder


def write_csv(table: Table, view: RowOrder | None = None) -> Iterator[bytes]:
    """The header, if the file has one, and all rows, or those of a view, as CSV."""
    header = header_of(table)
    if header is not None:
        yield _lines([header])
    for rows in batches_of_cells(table, view):
        yield _lines(rows)


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
