"""The whole table, or the whole view, as a DataFrame."""

from __future__ import annotations

import contextlib
import csv
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from tsvshare_widget.client import Link, download
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.read_options import LineStats, ReadOptions, exact_options
from tsvshare_widget.table import Table

from .frames import dtype_by_position, pandas_rules, read_text, to_frame
from .header import Header
from .selection import pick_cells

if TYPE_CHECKING:
    import pandas as pd

CELLS_AT_A_TIME = 100_000
"""Cells split at a time: few enough to need little memory, enough to be quick."""

VIEW_AS_WRITTEN = ReadOptions(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    quote='"',
    escape="",
    row_names=False,
    skip=0,
    comments=(),
    format="",
)
"""How the text of a view is to be read."""


def download_frame(
    link: Link,
    table: TableState,
    header: Header,
    query: Query,
    *,
    dtype: Any,
    timeout: float | None,
) -> pd.DataFrame:
    """The rows of ``query`` in a complete table; for ``dtype`` see :func:`to_frame`.

    A mapping has the columns by name or position.
    """
    dtype = dtype_by_position(dtype, header)
    rules = pandas_rules(table.dialect, header.names, range(header.total))
    if dtype is str:
        return _verbatim(link, table, header, query, timeout)
    if query == EVERYTHING and is_plain(table):
        with tempfile.TemporaryFile() as text:
            if _save_plain(download(link, timeout=timeout), text):
                skip = int(table.dialect.header)
                frame = read_text(
                    text, header, dtype=dtype, skip=skip, quoting=csv.QUOTE_NONE, rules=rules
                )
                if len(frame) == table.rows:
                    return frame
    with tempfile.TemporaryFile() as text:
        text.writelines(download(link, view=query, timeout=timeout))
        text.seek(0)
        return read_text(text, header, dtype=dtype, skip=int(header.is_line), rules=rules)


def download_rows(
    link: Link, table: TableState, ids: list[int], columns: list[int], *, timeout: float | None
) -> list[list[str]]:
    """The cells of the rows at ``ids`` of a complete table in ``columns``, ascending."""
    with _copied(link, as_read(table), None, timeout) as copy:
        end = columns[-1] + 1
        rows = (copy.rows(id, 1, 0, end, sys.maxsize).cells for id in ids)
        return [pick_cells(row[0], columns) for row in rows]


# --- text that pandas reads as we do -----------------------------------------------------------


def is_plain(table: TableState) -> bool:
    """Whether each line of the file may be a row, and each tab in it the end of a cell.

    It depends on what characters there are: see :func:`_save_plain`.
    """
    dialect = table.dialect
    line_stats = table.line_stats or LineStats()
    lines_left_out = dialect.skip + line_stats.comments.count
    first_line = 1 if dialect.header else None
    return (
        (dialect.encoding, dialect.compression, dialect.line_ends) == ("utf-8", "none", "lf")
        and (dialect.delimiter, dialect.header_line) == ("\t", first_line)
        and dialect.quoting != "backslash"
        and (dialect.quote, dialect.escape) == ('"', None)
        and not line_stats.undecodable
        and not lines_left_out
    )


def _save_plain(pieces: Generator[bytes, None, None], text: IO[bytes]) -> bool:
    """Whether there is nothing in ``pieces`` that could be read otherwise; they are in ``text``."""
    with contextlib.closing(pieces):
        for piece in pieces:
            if b'"' in piece or b"\r" in piece or b"\0" in piece or b"\xef\xbb\xbf" in piece:
                return False
            text.write(piece)
    text.seek(0)
    return True


# --- verbatim cells ----------------------------------------------------------------------------


def _verbatim(
    link: Link, table: TableState, header: Header, query: Query, timeout: float | None
) -> pd.DataFrame:
    is_whole = query == EVERYTHING
    options = msgspec.structs.replace(VIEW_AS_WRITTEN, header=header.is_line)
    how = as_read(table) if is_whole else options
    with _copied(link, how, None if is_whole else query, timeout) as copy:
        return to_frame(_all_rows(copy), header.names, header.total, dtype=str)


def as_read(table: TableState) -> ReadOptions:
    """How a file is to be read anew, so that it is read in the same way."""
    return exact_options(table.dialect)


@contextlib.contextmanager
def _copied(
    link: Link, options: ReadOptions, view: Query | None, timeout: float | None
) -> Iterator[Table]:
    """The file, or the rows of a query, read here as ``options``."""
    with tempfile.TemporaryDirectory(prefix="tsvshare-") as folder:
        copy = Table.create(Path(folder) / "table", options=options, durable=False)
        try:
            for piece in download(link, view=view, timeout=timeout):
                copy.feed_bytes(piece)
            copy.finish_input()
            yield copy
        finally:
            copy.close()


def _all_rows(table: Table) -> Iterator[list[str]]:
    """Every row, every cell whole."""
    facts = table.facts
    step = max(1, CELLS_AT_A_TIME // max(1, facts.columns))
    for first in range(0, facts.rows, step):
        yield from table.rows(first, step, 0, facts.columns, sys.maxsize).cells
