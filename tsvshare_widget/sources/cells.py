"""Values as the text of cells, and rows of cells as TSV text: the one place for both; pure.

No library is imported: who has a value of one has done that.
"""

from __future__ import annotations

import csv
import datetime
import decimal
import io
import itertools
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

ROWS_AT_A_TIME = 10_000
"""Rows that are written at a time, at most."""

CELLS_AT_A_TIME = 100_000
"""Cells that are written at a time, about."""

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Rows:
    """Rows of cells as text, a batch after the other, with the names of their columns, if any.

    The batches can be gone through once.
    """

    names: list[str] | None
    batches: Iterable[list[list[str]]]


def rows_at_a_time(columns: int) -> int:
    """How many rows of so many columns are written at a time."""
    return min(ROWS_AT_A_TIME, max(1, CELLS_AT_A_TIME // max(1, columns)))


def in_batches(rows: Iterator[list[str]], columns: int) -> Iterator[list[list[str]]]:
    """Rows, of about so many columns, in batches."""
    step = rows_at_a_time(columns)
    while batch := list(itertools.islice(rows, step)):
        yield batch


def is_nothing(value: Any) -> bool:
    """Whether a value stands for nothing: None, ``NaN`` of any kind, ``NaT``, ``pd.NA``."""
    if value is None or value is getattr(sys.modules.get("pandas"), "NA", None):
        return True
    if isinstance(value, decimal.Decimal):
        return value.is_nan()
    try:
        return bool(value != value)
    except (TypeError, ValueError):  # many values, or what cannot be compared
        return False


def write_cell(value: Any) -> str:
    """One value as the text of a cell, as pandas writes it: what stands for nothing is empty.

    Lists and dictionaries are written as JSON.
    """
    if isinstance(value, str):
        return str.__str__(value)
    if is_nothing(value):
        return ""
    if hasattr(value, "tolist") and getattr(value, "shape", ()) != ():
        value = value.tolist()  # an array in a cell
    match value:
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case datetime.datetime():
            return value.isoformat(" ")
        case list() | dict() | tuple():
            return json.dumps(value, default=write_cell, ensure_ascii=False)
    if type(value).__name__ == "datetime64":
        return _without_zeros(str(value).replace("T", " "))
    return str(value)


def _without_zeros(date: str) -> str:
    """A date without the zeros in the end that numpy writes in its finer units."""
    whole, dot, fraction = date.partition(".")
    return f"{whole}.{fraction.rstrip('0')}" if fraction.strip("0") else whole if dot else date


def write_rows(rows: Rows) -> Iterator[bytes]:
    """Rows as TSV text, piece by piece; the first line is their names, if they have any."""
    is_first = rows.names is None
    if rows.names is not None:
        yield to_text([rows.names], is_first=True)
    for batch in rows.batches:
        yield to_text(batch, is_first=is_first)
        is_first = False


def to_text(rows: Iterable[Iterable[str]], *, is_first: bool = False) -> bytes:
    """Rows of cells as TSV text; ``is_first``: they are at the start of the file."""
    text = io.StringIO(newline="")
    plain = csv.writer(text, delimiter="\t", lineterminator="\n")
    quoted = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
    for cells in rows:
        row = list(cells)
        # A CR ends a line, too, but is nothing that every Python puts a cell in quotes for; nor is
        # what would be taken for the mark of an encoding at the start of a file.
        is_marked = is_first and bool(row) and row[0].startswith(BYTE_ORDER_MARK)
        is_doubtful = is_marked or any("\r" in cell for cell in row)
        (quoted if is_doubtful else plain).writerow(row)
        is_first = False
    return text.getvalue().encode("utf-8", "surrogatepass")
