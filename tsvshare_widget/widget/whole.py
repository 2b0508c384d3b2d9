"""The whole table, read here from the verbatim file exactly as the relay reads it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tsvshare_widget.client import Link, download
from tsvshare_widget.protocol import TableState
from tsvshare_widget.table import Reading, Table, as_told

from .frames import to_frame

if TYPE_CHECKING:
    import pandas as pd

CELLS_AT_A_TIME = 100_000
"""Cells split at a time: few enough to need little memory, enough to be quick."""


def download_frame(
    link: Link, table: TableState | None, *, dtype: Any, timeout: float | None
) -> pd.DataFrame:
    """Download a complete table and turn it into a DataFrame; see :func:`to_frame`."""
    if table is None:
        return to_frame([], None, 0, dtype=dtype)
    with tempfile.TemporaryDirectory(prefix="tsvshare-") as folder:
        reading = msgspec.convert(table.reading, Reading)
        copy = Table.create(Path(folder) / "table", told=as_told(reading))
        try:
            for piece in download(link, timeout=timeout):
                copy.feed(piece)
            copy.finish()
            facts = copy.facts
            names = copy.names(0, facts.columns, sys.maxsize)
            return to_frame(_all_rows(copy), names, facts.columns, dtype=dtype)
        finally:
            copy.close()


def _all_rows(table: Table) -> Iterator[list[str]]:
    """Every row, every cell whole."""
    facts = table.facts
    step = max(1, CELLS_AT_A_TIME // max(1, facts.columns))
    for first in range(0, facts.rows, step):
        yield from table.rows(first, step, 0, facts.columns, sys.maxsize).cells
