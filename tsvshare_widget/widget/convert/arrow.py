"""Tables of other libraries, by the Arrow stream that they can be: in as text, out as they come."""

from __future__ import annotations

import csv
import datetime
import importlib
import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import BadTable, BadValue

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_A_TIME = 10_000


def is_stream(source: object) -> bool:
    """Whether an object gives its table as an Arrow stream: polars, pyarrow, DuckDB and others.

    What is of pandas has rules of its own: there, a column is such a stream, too.
    """
    is_of_pandas = type(source).__module__.partition(".")[0] == "pandas"
    return hasattr(type(source), "__arrow_c_stream__") and not is_of_pandas


def write_stream(source: Any) -> Iterator[bytes]:
    """Such a table as TSV text, piece by piece; a null is an empty cell.

    Raises :class:`BadValue` where pyarrow is not installed, or for what is no table, and, piece by
    piece, :class:`BadTable` for a stream that ends early.
    """
    pyarrow = load("pyarrow", f"opening a {type(source).__name__}")
    try:
        reader = pyarrow.RecordBatchReader.from_stream(source)
    except (pyarrow.ArrowException, TypeError, ValueError) as error:
        raise BadValue(f"this {type(source).__name__} is no table of columns: {error}") from error
    return _write(reader, pyarrow.ArrowException)


def _write(reader: Any, broken: type[Exception]) -> Iterator[bytes]:
    yield _text([[*map(str, reader.schema.names)]])
    try:
        for batch in reader:
            for start in range(0, batch.num_rows, ROWS_AT_A_TIME):
                part = batch.slice(start, ROWS_AT_A_TIME)
                columns = [map(write_cell, column.to_pylist()) for column in part.columns]
                yield _text(zip(*columns, strict=True))
    except (broken, OSError) as error:
        raise BadTable(f"the table ended early: {error}") from error


def _text(rows: Any) -> bytes:
    text = io.StringIO(newline="")
    plain = csv.writer(text, delimiter="\t", lineterminator="\n")
    quoted = csv.writer(text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        # A CR ends a line, too, but is nothing that every Python puts a cell in quotes for.
        (quoted if any("\r" in cell for cell in row) else plain).writerow(row)
    return text.getvalue().encode("utf-8", "surrogatepass")


def write_cell(value: Any) -> str:
    """One value as the text of a cell."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case datetime.datetime():
            return value.isoformat(" ")
        case list() | dict() | tuple():
            return json.dumps(value, default=write_cell, ensure_ascii=False)
    return str(value)


def to_arrow(frame: pd.DataFrame) -> Any:
    """A DataFrame as a pyarrow Table.  Raises :class:`BadValue` where pyarrow is not installed."""
    pyarrow = load("pyarrow", "w.to_arrow()")
    return pyarrow.Table.from_pandas(frame, preserve_index=False)


def to_polars(frame: pd.DataFrame) -> Any:
    """A DataFrame as one of polars.  Raises :class:`BadValue` where that is not installed."""
    polars = load("polars", "w.to_polars()")
    return polars.from_arrow(to_arrow(frame))


def load(library: str, purpose: str) -> Any:
    """A library that is not among those this one needs.  Raises :class:`BadValue`."""
    try:
        return importlib.import_module(library)
    except ImportError:
        raise BadValue(f"{purpose} needs {library}: pip install {library}") from None
