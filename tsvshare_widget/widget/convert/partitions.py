"""Rows as a DataFrame of Dask, whose partitions are read when they are needed."""

from __future__ import annotations

import shutil
import sys
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tsvshare_widget.client import Link, download
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.sources.libraries import load
from tsvshare_widget.table import Moment, Table
from tsvshare_widget.table.cells.pages import Window, read_rows
from tsvshare_widget.table.parts.rows import Rows, cut_rows, opened

from .frames import to_frame
from .header import Header
from .whole import VIEW_AS_WRITTEN, as_read

if TYPE_CHECKING:
    import pandas as pd

PARTITION_BYTES = 1 << 26
"""Bytes of the text of a partition: what Dask advises."""


class CopiedTable:
    """A table in a folder of its own, which goes with the last that refers to this."""

    def __init__(self, moment: Moment, names: list[str] | None, *, owned: bool) -> None:
        self.moment = moment
        self.names = names
        if owned:
            weakref.finalize(self, shutil.rmtree, Path(moment.folder).parent, ignore_errors=True)

    def __reduce__(self) -> tuple[Any, ...]:
        """For other processes, which read it and leave it where it is."""
        return _copied_elsewhere, (self.moment, self.names)

    def __dask_tokenize__(self) -> str:
        """What Dask tells tables apart by."""
        return self.moment.folder


def _copied_elsewhere(moment: Moment, names: list[str] | None) -> CopiedTable:
    return CopiedTable(moment, names, owned=False)


def read_partition(rows: tuple[int, int], copied: CopiedTable) -> pd.DataFrame:
    """Some rows as a DataFrame of text, indexed by their places; a missing cell is NA."""
    first, stop = rows
    if first == stop:
        return _as_text(to_frame([], copied.names, copied.moment.facts.columns, dtype=str))
    with opened(copied.moment) as table:
        total, contents = table.facts.columns, table.contents
        bounds = contents.index.bounds(first + contents.headers, stop - first)
        window = Window(0, total, sys.maxsize)
        cells = read_rows(contents.text, bounds, window, contents.cells).cells
    return _as_text(to_frame(cells, copied.names, total, dtype=str, index=range(first, stop)))


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with columns of text, also where a partition has nothing in one."""
    import pandas as pd

    kind: Any = "object" if pd.__version__.startswith("2.") else "str"
    return frame.astype(kind)


def to_dask(
    link: Link,
    table: TableState,
    header: Header,
    query: Query,
    *,
    folder: Path | None,
    timeout: float | None,
) -> Any:
    """The rows of ``query`` in a complete table; they are copied into a new one in ``folder``.

    Raises :class:`BadValue` where Dask's DataFrames are not installed.
    """
    dataframe = load("dask.dataframe", "w.to_dask()")
    own = Path(tempfile.mkdtemp(prefix="tsvshare-dask-", dir=folder)).absolute()
    try:
        moment = _copy(link, table, header, query, own / "table", timeout)
    except BaseException:
        shutil.rmtree(own, ignore_errors=True)
        raise
    copied = CopiedTable(moment, header.names, owned=True)
    parts = cut_rows(moment, PARTITION_BYTES) or [Rows(0, 0)]
    meta = _as_text(to_frame([], header.names, moment.facts.columns, dtype=str))
    return dataframe.from_map(
        read_partition,
        [tuple(rows) for rows in parts],
        copied=copied,
        meta=meta,
        divisions=[*(rows.first for rows in parts), max(0, parts[-1].stop - 1)],
        label="tsvshare-read",
        enforce_metadata=False,
    )


def _copy(
    link: Link,
    table: TableState,
    header: Header,
    query: Query,
    folder: Path,
    timeout: float | None,
) -> Moment:
    """The file, or the rows of a query, read into a table in ``folder``."""
    is_whole = query == EVERYTHING
    options = msgspec.structs.replace(VIEW_AS_WRITTEN, header=header.is_line)
    copy = Table.create(folder, options=as_read(table) if is_whole else options, durable=False)
    try:
        for piece in download(link, view=None if is_whole else query, timeout=timeout):
            copy.feed_bytes(piece)
        copy.finish_input()
        return copy.moment()
    finally:
        copy.close()
