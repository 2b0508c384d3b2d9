"""The formats that rows can be written in, and which of them can be here."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from tsvshare_widget.errors import BadValue
from tsvshare_widget.table.table import Table

from .csv_rows import write_csv
from .parquet import write_parquet
from .row_set import RowOrder
from .tsv import write_table
from .workbook import write_workbook

Name = Literal["tsv", "csv", "xlsx", "parquet"]

Streamed = Callable[[Table, RowOrder | None], Iterator[bytes]]
"""Writes rows as text, piece by piece."""

Filed = Callable[[Table, RowOrder | None, Path], Generator[None]]
"""Writes rows to a file, step by step."""


class Format(NamedTuple):
    """How rows are written: as text that is sent as it is made, or to a file that is sent then."""

    type: str
    stream: Streamed | None = None
    file: Filed | None = None
    needs: str | None = None
    """The library that must be installed."""


FORMATS: dict[str, Format] = {
    "tsv": Format("text/tab-separated-values; charset=utf-8", stream=write_table),
    "csv": Format("text/csv; charset=utf-8", stream=write_csv),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        file=write_workbook,
        needs="xlsxwriter",
    ),
    "parquet": Format("application/vnd.apache.parquet", file=write_parquet, needs="pyarrow"),
}


def formats_here() -> list[str]:
    """The names of the formats that can be written in this process; loads nothing."""
    return [name for name, format in FORMATS.items() if _is_here(format.needs)]


def find_format(name: str) -> Format:
    """A format by its name.  Raises :class:`BadValue` for one that is none, or not here."""
    format = FORMATS.get(name)
    if format is None:
        raise BadValue(f"format= is one of {', '.join(FORMATS)}, not {name[:40]!r}")
    if not _is_here(format.needs):
        raise BadValue(
            f"this relay writes no {name}: whoever runs it can pip install {format.needs}"
        )
    return format


def _is_here(library: str | None) -> bool:
    try:
        return library is None or importlib.util.find_spec(library) is not None
    except (ImportError, ValueError):  # it is being kept out
        return False
