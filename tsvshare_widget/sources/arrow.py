"""Tables of other libraries, a batch after the other: by their Arrow streams, or as they offer it.

A stream is read by pyarrow or nanoarrow, whichever is installed; polars needs neither.
"""

from __future__ import annotations

import contextlib
import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tsvshare_widget.errors import BadTable, BadValue, TSVShareError

from .cells import Rows, in_batches, rows_at_a_time, write_cell
from .frame_text import flatten
from .libraries import first_loaded, needs

Columns = list[Iterable[Any]]


def of_library(source: object) -> str:
    """The name of the library that an object is from."""
    return type(source).__module__.partition(".")[0].lstrip("_")


def is_stream(source: object) -> bool:
    """Whether an object gives its table as an Arrow stream: polars, pyarrow, DuckDB and others.

    What is of pandas has rules of its own: there, a column is such a stream, too.
    """
    ways = ("__arrow_c_stream__", "__arrow_c_array__")
    return of_library(source) != "pandas" and any(hasattr(type(source), way) for way in ways)


def is_lazy(source: object) -> bool:
    """Whether an object is a LazyFrame of polars."""
    return (
        of_library(source) == "polars"
        and hasattr(type(source), "collect_schema")
        and (hasattr(type(source), "collect"))
    )


def is_interchangeable(source: object) -> bool:
    """Whether an object gives its table by the interchange protocol, ``__dataframe__``."""
    return of_library(source) != "pandas" and hasattr(type(source), "__dataframe__")


# --- Arrow streams -----------------------------------------------------------------------------


def read_stream(source: Any) -> Rows:
    """The rows of an Arrow stream; a null is an empty cell.

    Raises :class:`BadValue` where neither reader is installed, or for what is no table, and, batch
    by batch, :class:`BadTable` for a stream that ends early.
    """
    kind = type(source).__name__
    found = first_loaded("pyarrow", "nanoarrow")
    if found is None and of_library(source) == "polars" and hasattr(source, "iter_slices"):
        return Rows(list(source.columns), read_polars([source]))
    if found is None:
        raise BadValue(f"{needs(f'opening a {kind}', 'pyarrow')} (or pip install nanoarrow)")
    library, module = found
    try:
        read = {"pyarrow": read_pyarrow, "nanoarrow": _read_nanoarrow}[library]
        return read(_reader(module, source) if library == "pyarrow" else module.ArrayStream(source))
    except TSVShareError:
        raise
    except Exception as error:  # of whichever library the stream is
        raise BadValue(f"this {kind} is no table of columns: {error}") from error


def _reader(pyarrow: Any, source: Any) -> Any:
    if hasattr(type(source), "__arrow_c_stream__"):
        return pyarrow.RecordBatchReader.from_stream(source)
    batch = pyarrow.record_batch(source)
    return pyarrow.RecordBatchReader.from_batches(batch.schema, [batch])


def read_pyarrow(reader: Any) -> Rows:
    """The rows of record batches of pyarrow, by what has their ``schema``."""

    def batches() -> Iterator[list[list[str]]]:
        for batch in reader:
            step = rows_at_a_time(batch.num_columns)
            for start in range(0, batch.num_rows, step):
                part = batch.slice(start, step)
                yield _transposed([column.to_pylist() for column in part.columns])

    return Rows([*map(str, reader.schema.names)], until_broken(batches))


def _read_nanoarrow(stream: Any) -> Rows:
    fields = list(stream.schema.fields)
    if stream.schema.type.name != "STRUCT":
        raise BadValue(f"this stream is no table of columns, but of {stream.schema.type.name}")

    def batches() -> Iterator[list[list[str]]]:
        for chunk in stream:
            columns = [chunk.child(i).iter_py() for i in range(len(fields))]
            rows = (list(map(write_cell, row)) for row in zip(*columns, strict=True))
            yield from in_batches(rows, len(fields))

    return Rows([field.name or "" for field in fields], until_broken(batches))


def _transposed(columns: Columns) -> list[list[str]]:
    written = [map(write_cell, column) for column in columns]
    return [list(row) for row in zip(*written, strict=True)]


def until_broken(batches: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Batches until one cannot be had.  Raises :class:`BadTable` then."""
    try:
        yield from batches()
    except (TSVShareError, MemoryError):
        raise
    except Exception as error:  # of whichever library they come from
        raise BadTable(f"the table ended early: {error}") from error


# --- polars ------------------------------------------------------------------------------------


def read_lazy(frame: Any) -> Rows:
    """The rows of a LazyFrame of polars, collected in batches where it can be.

    Raises :class:`BadValue` for a query that is none, and :class:`BadTable` for one that breaks.
    """
    try:
        names = frame.collect_schema().names()
    except Exception as error:  # of polars, which is not loaded here
        raise BadValue(f"this LazyFrame cannot be collected: {error}") from error

    def frames() -> Iterator[Any]:
        if hasattr(frame, "collect_batches"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it is said to be unstable
                parts = frame.collect_batches(maintain_order=True)
            yield from parts
        else:
            yield frame.collect()

    return Rows([*names], until_broken(lambda: itertools.chain.from_iterable(_each(frames()))))


def _each(frames: Iterator[Any]) -> Iterator[Iterable[list[list[str]]]]:
    return (read_stream(frame).batches for frame in frames)


def read_polars(frames: Iterable[Any]) -> Iterator[list[list[str]]]:
    """The rows of DataFrames of polars, read by itself."""
    for frame in frames:
        for part in frame.iter_slices(rows_at_a_time(frame.width)):
            yield _transposed([column.to_list() for column in part.get_columns()])


# --- the interchange protocol ------------------------------------------------------------------


class _Chunk:
    """A part of a table as pandas takes it: by its protocol alone."""

    def __init__(self, part: Any) -> None:
        self.__dataframe__ = lambda *_, **__: part


def read_interchange(source: Any) -> Rows:
    """The rows of what has ``__dataframe__``, by pandas, which is to forget how to read it.

    Raises :class:`BadValue` for what cannot be read so.
    """
    kind = type(source).__name__
    try:
        from pandas.api.interchange import from_dataframe
    except ImportError as error:
        raise BadValue(
            f"this pandas reads no {kind} by __dataframe__: give what has __arrow_c_stream__"
        ) from error
    try:
        table = source.__dataframe__()
        names = [*map(str, table.column_names())]
    except Exception as error:  # of whichever library it is
        raise BadValue(f"this {kind} is no table of columns: {error}") from error

    def batches() -> Iterator[list[list[str]]]:
        for part in table.get_chunks():
            with _quietly():
                frame = flatten(from_dataframe(_Chunk(part)), index=False)
            step = rows_at_a_time(frame.shape[1])
            for start in range(0, len(frame), step):
                some = frame.iloc[start : start + step]
                yield _transposed([some.iloc[:, i].tolist() for i in range(frame.shape[1])])

    return Rows(names, until_broken(batches))


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Pandas says at each use that the protocol is on its way out; our users cannot help it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", message=".*[Ii]nterchange")
        yield
