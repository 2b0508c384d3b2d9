"""What can be opened, and under which name; pure but for looking at the file."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from tsvshare_widget.errors import BadValue
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

from .arrow import is_stream, write_stream
from .frame_text import write_frame

if TYPE_CHECKING:
    import pandas as pd

AS_WRITTEN = ReadOptions(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    quote='"',
    escape="",
    header=True,
    row_names=False,
    skip=0,
    comments=False,
    format="",
)
"""How the text of a DataFrame is to be read."""


@dataclass(frozen=True)
class Source:
    """A table to send: ``body`` as :func:`tsvshare_widget.client.upload` takes it.

    ``path`` is set where it is a local file.  ``options`` is how to read it.
    """

    body: Any
    name: str
    path: Path | None = None
    options: ReadOptions = NO_OPTIONS

    @property
    def size(self) -> int | None:
        """The bytes there will be, if that is known beforehand."""
        if self.path is not None:
            return self.path.stat().st_size
        return len(self.body) if isinstance(self.body, (bytes, bytearray)) else None


def is_link(source: object) -> bool:
    """Whether ``source`` is text that must be the link of a document."""
    return isinstance(source, str) and source.startswith(("http://", "https://"))


def recognise_source(
    source: object, *, name: str | None, options: ReadOptions, index: bool | None = None
) -> Source:
    """Understand what a user handed over: a path, bytes, a DataFrame or an open file.

    A DataFrame, or a table of another library that is an Arrow stream, is read as it is written
    here, whatever ``options`` says; for ``index`` see
    :func:`.frame_text.write_frame`.  Raises ``TypeError`` for anything else, and ``OSError`` for a
    path that cannot be read, so that it is said where the path was given.
    """
    if index is not None and not is_frame(source):
        raise TypeError("index= goes with a DataFrame: it says whether its index becomes columns")
    if isinstance(source, (str, os.PathLike)):
        if isinstance(source, str):
            check_is_path(source)
        path = Path(cast("str | os.PathLike[str]", source)).expanduser()
        path.open("rb").close()
        return Source(path, name or path.name, path, options)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return Source(source, name or "table.tsv", options=options)
    if is_frame(source):
        frame = cast("pd.DataFrame", source)
        return Source(write_frame(frame, index=index), name or "dataframe.tsv", options=AS_WRITTEN)
    if is_stream(source):
        return Source(write_stream(source), name or "table.tsv", options=AS_WRITTEN)
    if hasattr(source, "read"):
        file = cast("IO[Any]", source)
        return Source(file, name or _file_name(file), options=options)
    raise TypeError(
        f"cannot open {describe_kind(source)}: give a path, the link of a document, a pandas "
        "DataFrame, bytes or an open file" + _how_to_convert(source)
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
    if isinstance(source, (list, tuple, dict)) or hasattr(type(source), "__array__"):
        return "; this one becomes a pandas DataFrame by pandas.DataFrame(...)"
    return ""


def is_frame(source: object) -> bool:
    """Whether it is a DataFrame; imports no pandas, as who has a DataFrame has done that."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.DataFrame)


def _file_name(file: IO[Any]) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) and name else "table.tsv"
