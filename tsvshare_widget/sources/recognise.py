"""What an object is that somebody handed over as a table."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, TypeGuard, cast

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

from .addresses import is_address, open_address
from .arrow import (
    is_interchangeable,
    is_lazy,
    is_stream,
    read_interchange,
    read_lazy,
    read_stream,
)
from .cells import Rows, to_text, write_rows
from .files import open_bytes, open_file, open_path
from .frame_text import flatten, write_frame
from .growing import Growing, is_growing
from .partitioned import is_partitioned, write_partitions
from .plain import frame_of, has_names, is_array, is_rows, read_columns, read_list
from .source import AS_NUMBERS, AS_WRITTEN, BYTES, Source, options_of_lists

if TYPE_CHECKING:
    import pandas as pd


def recognise_source(
    source: object,
    *,
    name: str | None = None,
    options: ReadOptions = NO_OPTIONS,
    index: bool | None = None,
    member: str | None = None,
    timeout: float | None = 30.0,
) -> Source | Growing:
    """Understand what a user handed over; an iterator is opened by whoever sends it.

    That is a path or the address of a file, bytes or an open file, in which ``member`` is chosen
    where they are an archive or a workbook; a DataFrame, of which ``index`` is as in
    :func:`.frame_text.write_frame`; a table of another library; a list, dictionary or array.
    ``options`` says how files are read, and what names lists and arrays have.  ``timeout`` is how
    many seconds a server may be silent.

    Raises ``TypeError`` for anything else, ``OSError`` for a path that cannot be read, so that it
    is said where the path was given, and as the module for each kind says.
    """
    if index is not None and not (is_frame(source) or is_partitioned(source)):
        raise TypeError("index= goes with a DataFrame: it says whether its index becomes columns")
    if is_address(source):
        url = cast("str", source)
        return open_address(url, name=name, options=options, member=member, timeout=timeout)
    if isinstance(source, (str, os.PathLike)):
        if isinstance(source, str):
            check_is_path(source)
        path = cast("str | os.PathLike[str]", source)
        return open_path(path, name=name, options=options, member=member)
    if isinstance(source, BYTES):
        return open_bytes(source, name=name, options=options, member=member)
    if hasattr(source, "read") and not (is_table(source) or is_growing(source)):
        return open_file(cast("IO[Any]", source), name=name, options=options, member=member)
    if member is not None:
        raise TypeError("member= goes with a file: it chooses one in a zip, or a sheet")
    if is_growing(source) and not is_table(source):
        return Growing(cast("Any", source), name or "rows.tsv", options, read_part)
    return _in_memory(source, name, options, index)


def _in_memory(
    source: object, name: str | None, options: ReadOptions, index: bool | None
) -> Source:
    if is_frame(source):
        text = write_frame(source, index=index)
        return Source(text, name or "dataframe.tsv", options=AS_WRITTEN)
    if is_partitioned(source):
        text = write_partitions(source, index=index)
        return Source(text, name or "dataframe.tsv", options=AS_WRITTEN)
    if is_array(source):
        names, how = options_of_lists(options)
        frame = frame_of(source, names)
        is_named = names is not None or has_names(source)
        # Of an array it is known whether there are names in it; of lists it is found out.
        how = AS_WRITTEN if is_named or how.header else AS_NUMBERS
        text = write_frame(frame, header=is_named, index=False)
        return Source(text, name or "array.tsv", options=how)
    if is_rows(source):
        names, how = options_of_lists(options)
        rows = read_list(cast("list[Any]", source), names)
        how = how if rows.names is None else AS_WRITTEN
        return Source(write_rows(rows), name or "table.tsv", options=how)
    return Source(write_rows(read_table(source)), name or "table.tsv", options=AS_WRITTEN)


def is_table(source: object) -> bool:
    """Whether :func:`read_table` takes an object, DataFrames and arrays left out."""
    kinds = (is_stream, is_lazy, is_interchangeable)
    return isinstance(source, Mapping) or any(is_it(source) for is_it in kinds)


def read_part(source: Any) -> tuple[list[str], Iterator[bytes]]:
    """The names and the rows, as text, of a table that is a part of a larger one."""
    if is_frame(source):
        frame = flatten(source, index=False)
        return [*map(str, frame.columns)], write_frame(frame, header=False, index=False)
    rows = read_table(source)
    return rows.names or [], map(to_text, rows.batches)


def read_table(source: Any) -> Rows:
    """The rows of a table that has names: of another library, or a dictionary of columns.

    Raises ``TypeError`` for what is none.
    """
    if is_stream(source):
        return read_stream(source)
    if is_lazy(source):
        return read_lazy(source)
    if is_interchangeable(source):
        return read_interchange(source)
    if isinstance(source, Mapping):
        return read_columns(source)
    raise TypeError(
        f"cannot open {describe_kind(source)}: give a path or an address, the link of a document, "
        "a DataFrame of pandas, polars or whatever has __arrow_c_stream__, a list of rows, a "
        "dictionary of columns, an array, an iterator, bytes or an open file"
        + _how_to_convert(source)
    )


LONGEST_PATH = 4096
"""Characters of a path; systems take no longer ones."""


def check_is_path(text: str) -> None:
    """Raise :class:`BadValue` for the text of a table where a path is meant; it is not repeated."""
    if 0 < len(text) <= LONGEST_PATH and not any(sign in text for sign in "\t\n\r\0"):
        return
    if text.strip():
        what = f"this text of {len(text):,} characters is no path, but looks like the table itself"
        raise BadValue(f"{what}: give TSVShare(text.encode()), or io.StringIO(text)")
    raise BadValue("a path is needed, not an empty text; TSVShare() waits for a file to be dropped")


CONVERSIONS = {
    "polars": {"DataFrame": "to_pandas()", "LazyFrame": "collect().to_pandas()"},
    "pyarrow": {"Table": "to_pandas()", "RecordBatch": "to_pandas()"},
    "duckdb": {"DuckDBPyRelation": "df()"},
    "_duckdb": {"DuckDBPyRelation": "df()"},
    "pyspark": {"DataFrame": "toPandas()"},
    "dask": {"DataFrame": "compute()"},
    "dask_expr": {"DataFrame": "compute()"},
    "modin": {"DataFrame": "modin.to_pandas()"},
    "cudf": {"DataFrame": "to_pandas()"},
    "vaex": {"DataFrame": "to_pandas_df()"},
    "ibis": {"Table": "to_pandas()"},
    "narwhals": {"DataFrame": "to_pandas()", "LazyFrame": "collect().to_pandas()"},
    "pandas": {"Series": "to_frame()", "Styler": "data", "DataFrameGroupBy": "obj"},
    "datatable": {"Frame": "to_pandas()"},
    "xarray": {"Dataset": "to_dataframe()", "DataArray": "to_dataframe()"},
}
"""Tables of other libraries, and the call that makes a pandas DataFrame of each."""

CONVERTERS = ("to_pandas", "toPandas", "to_pandas_df", "df")
"""Methods that do that by custom."""


def describe_kind(source: object) -> str:
    """What an object is, with the library that it is from where that is not Python's own."""
    kind = type(source)
    library = kind.__module__.partition(".")[0]
    if library in ("builtins", "__main__"):
        return f"a {kind.__name__}"
    return f"a {kind.__name__} of {library.lstrip('_')}"


def _how_to_convert(source: object) -> str:
    for kind in type(source).__mro__:
        library = kind.__module__.partition(".")[0]
        call = CONVERSIONS.get(library, {}).get(kind.__name__)
        if call is not None:
            return f"; this one becomes a pandas DataFrame by .{call}"
    for call in CONVERTERS:
        if callable(getattr(type(source), call, None)):
            return f"; this one becomes a pandas DataFrame by .{call}()"
    if isinstance(source, (list, tuple)):
        return "; the rows of a list are lists of cells, or dictionaries of them by column"
    if hasattr(type(source), "__array__"):
        return "; this one becomes a pandas DataFrame by pandas.DataFrame(...)"
    return ""


def is_frame(source: object) -> TypeGuard[pd.DataFrame]:
    """Whether it is a DataFrame; imports no pandas, as who has a DataFrame has done that."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.DataFrame)
