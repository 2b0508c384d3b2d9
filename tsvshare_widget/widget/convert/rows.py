"""Rows to append: what people hand over, as the table takes it; pure."""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import TableState

from .header import Header
from .sources import is_frame, write_frame

if TYPE_CHECKING:
    import pandas as pd

MAX_NAMED_COLUMNS = 5
"""Columns that an error names."""


def read_rows(rows: Any, header: Header, table: TableState) -> bytes | list[list[str]]:
    """What to append: rows of cells, or bytes of the file.

    See :meth:`TSVShare.append` for what is taken.  Raises :class:`BadValue` for rows that do not
    fit the columns, and ``TypeError`` for what is no rows.
    """
    if isinstance(rows, (bytes, bytearray, memoryview)):
        return bytes(rows)
    if isinstance(rows, str):
        return _encode(rows, table)
    if is_frame(rows):
        return _read_frame(rows, header)
    if isinstance(rows, Mapping):
        rows = [rows]
    if isinstance(rows, (list, tuple)):
        return [_read_row(row, header) for row in rows]
    raise TypeError(
        f"cannot append a {type(rows).__name__}: give a DataFrame, a list of rows, a dictionary of "
        "cells by column, text or bytes"
    )


def _encode(text: str, table: TableState) -> bytes:
    encoding = table.dialect.encoding
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise BadValue(f"this table is in {encoding}, which cannot hold {error}") from error


# --- DataFrames --------------------------------------------------------------------------------


def _read_frame(frame: pd.DataFrame, header: Header) -> list[list[str]]:
    """The cells as pandas writes them, in the order of the table's columns."""
    if frame.empty:
        return []
    if header.names is not None:
        frame = _in_order(frame, header.names)
    elif frame.shape[1] != header.total:
        raise BadValue(
            f"this table has {header.total:,} columns and no header to match names with; the "
            f"DataFrame has {frame.shape[1]:,}"
        )
    return _cells_of(frame)


def _cells_of(frame: pd.DataFrame) -> list[list[str]]:
    """Every cell as pandas writes it as text."""
    import pandas as pd

    text = io.BytesIO(b"".join(write_frame(frame, header=False)))
    cells = pd.read_csv(
        text,
        sep="\t",
        lineterminator="\n",
        header=None,
        names=range(frame.shape[1]),
        index_col=False,
        dtype=str,
        na_filter=False,
        skip_blank_lines=False,
    )
    rows: list[list[str]] = cells.to_numpy().tolist()
    return rows


def _in_order(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    given = [str(label) for label in frame.columns]
    if given == names:
        return frame
    missing, unknown = Counter(names) - Counter(given), Counter(given) - Counter(names)
    if missing or unknown:
        raise BadValue(
            "the DataFrame needs the columns of the table"
            + _naming("; it lacks", missing)
            + _naming("; not in the table:", unknown)
        )
    if len(set(names)) < len(names):
        raise BadValue("some columns have the same name: give them in the order of the table")
    return frame.iloc[:, [given.index(name) for name in names]]


def _naming(what: str, names: Counter[str]) -> str:
    if not names:
        return ""
    some = ", ".join(repr(name) for name in list(names)[:MAX_NAMED_COLUMNS])
    left_out = len(names) - MAX_NAMED_COLUMNS
    return f"{what} {some}" + (f" and {left_out:,} more" if left_out > 0 else "")


# --- lists and dictionaries --------------------------------------------------------------------


def _read_row(row: Any, header: Header) -> list[str]:
    if isinstance(row, Mapping):
        return _read_mapping(row, header)
    if isinstance(row, (list, tuple)):
        return [_cell(value) for value in row]
    raise BadValue(f"a row is a list of cells, or a dictionary of them by column, not {row!r}")


def _read_mapping(row: Mapping[Any, Any], header: Header) -> list[str]:
    cells = [""] * header.total
    for column, value in row.items():
        cells[header.position(column)] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    """A value as the text of a cell; what stands for nothing is an empty one, as in pandas."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value)
