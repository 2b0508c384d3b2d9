"""The whole table, or the whole view, read here exactly as the relay reads it."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tsvshare_widget.client import Link, download
from tsvshare_widget.protocol import TableState
from tsvshare_widget.table import Reading, Table, Told, as_told

from .frames import to_frame
from .header import Header
from .selection import choose

if TYPE_CHECKING:
    import pandas as pd

CELLS_AT_A_TIME = 100_000
"""Cells split at a time: few enough to need little memory, enough to be quick."""

VIEW_AS_WRITTEN = Told(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    skip=0,
    comments=(),
    format="",
)
"""How the text of a view is to be read."""


def download_frame(
    link: Link, table: TableState, *, dtype: Any, timeout: float | None
) -> pd.DataFrame:
    """Download a complete table and turn it into a DataFrame; see :func:`to_frame`."""
    with _downloaded(link, _as_read(table), timeout) as copy:
        columns = copy.facts.columns
        names = copy.names(0, columns, sys.maxsize)
        return to_frame(_all_rows(copy), names, columns, dtype=dtype)


def download_view(link: Link, header: Header, *, dtype: Any, timeout: float | None) -> pd.DataFrame:
    """Download the current view and turn it into a DataFrame with the columns of ``header``."""
    has_line = header.names is not None and header.named_by == "file"
    told = msgspec.structs.replace(VIEW_AS_WRITTEN, header=has_line)
    with _downloaded(link, told, timeout, view=True) as copy:
        return to_frame(_all_rows(copy), header.names, header.total, dtype=dtype)


def download_rows(
    link: Link, table: TableState, ids: list[int], columns: list[int], *, timeout: float | None
) -> list[list[str]]:
    """Download a complete table for the cells of the rows at ``ids`` in ``columns``, ascending."""
    with _downloaded(link, _as_read(table), timeout) as copy:
        end = columns[-1] + 1
        rows = (copy.rows(id, 1, 0, end, sys.maxsize).cells for id in ids)
        return [choose(row[0], columns) for row in rows]


def _as_read(table: TableState) -> Told:
    return as_told(msgspec.convert(table.reading, Reading))


@contextlib.contextmanager
def _downloaded(
    link: Link, told: Told, timeout: float | None, *, view: bool = False
) -> Iterator[Table]:
    with tempfile.TemporaryDirectory(prefix="tsvshare-") as folder:
        copy = Table.create(Path(folder) / "table", told=told)
        try:
            for piece in download(link, view=view, timeout=timeout):
                copy.feed(piece)
            copy.finish()
            yield copy
        finally:
            copy.close()


def _all_rows(table: Table) -> Iterator[list[str]]:
    """Every row, every cell whole."""
    facts = table.facts
    step = max(1, CELLS_AT_A_TIME // max(1, facts.columns))
    for first in range(0, facts.rows, step):
        yield from table.rows(first, step, 0, facts.columns, sys.maxsize).cells
