"""Parquet and Arrow files, batch by batch, where pyarrow, or polars, is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any

from tsvshare_widget.errors import BadTable, TSVShareError

from .arrow import read_polars, read_pyarrow, until_broken
from .cells import ROWS_AT_A_TIME, Rows
from .libraries import first_loaded, is_installed, load

Opener = Callable[[], IO[bytes]]


def read_parquet(open: Opener) -> Rows:
    """The rows of a Parquet file.

    Raises :class:`BadValue` where nothing is installed that reads it, and :class:`BadTable` for one
    that is broken.
    """
    if not is_installed("pyarrow") and (found := first_loaded("polars")):
        frame = _opened(lambda: found[1].read_parquet(open()))
        return Rows(list(frame.columns), until_broken(lambda: read_polars([frame])))
    parquet = load("pyarrow.parquet", "a Parquet file")
    file = _opened(lambda: parquet.ParquetFile(open()))
    return _closing(
        read_pyarrow(_Batches(file.schema_arrow, file.iter_batches(ROWS_AT_A_TIME))), file
    )


def read_arrow_file(open: Opener) -> Rows:
    """The rows of an Arrow file, which is also Feather; raises as :func:`read_parquet`."""
    if not is_installed("pyarrow") and (found := first_loaded("polars")):
        frame = _opened(lambda: found[1].read_ipc(open()))
        return Rows(list(frame.columns), until_broken(lambda: read_polars([frame])))
    pyarrow = load("pyarrow", "an Arrow file")
    with open() as file:
        is_of_old = file.read(4) == b"FEA1"
    if is_of_old:
        feather = load("pyarrow.feather", "a Feather file")
        return read_pyarrow(_opened(lambda: feather.read_table(open()).to_reader()))
    reader = _opened(lambda: pyarrow.ipc.open_file(open()))
    batches = (reader.get_batch(i) for i in range(reader.num_record_batches))
    return read_pyarrow(_Batches(reader.schema, batches))


def read_arrow_stream(open: Opener) -> Rows:
    """The rows of a file that is an Arrow stream; raises as :func:`read_parquet`."""
    pyarrow = load("pyarrow", "an Arrow stream")
    return read_pyarrow(_opened(lambda: pyarrow.ipc.open_stream(open())))


class _Batches:
    """Record batches with the schema they have."""

    def __init__(self, schema: Any, batches: Iterator[Any]) -> None:
        self.schema = schema
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return self._batches


def _opened(open: Callable[[], Any]) -> Any:
    try:
        return open()
    except (TSVShareError, MemoryError):
        raise
    except Exception as error:  # of the library that reads it
        raise BadTable(f"this file cannot be read: {error}") from error


def _closing(rows: Rows, file: Any) -> Rows:
    def batches() -> Iterator[list[list[str]]]:
        with file:
            yield from rows.batches

    return Rows(rows.names, batches())
