"""DataFrames of Dask, as text, partition after partition: no two are in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .frame_text import write_frame

_MARKS = ("npartitions", "partitions", "compute", "columns")


def is_partitioned(source: object) -> bool:
    """Whether an object is a DataFrame of Dask."""
    library = type(source).__module__.partition(".")[0]
    marked = all(hasattr(type(source), mark) for mark in _MARKS)
    return library in ("dask", "dask_expr") and marked and getattr(source, "ndim", None) == 2


def write_partitions(source: Any, *, index: bool | None = None) -> Iterator[bytes]:
    """A DataFrame of Dask as TSV text, piece by piece, in the order of its partitions.

    Each is computed when those before it have been taken, where Dask computes by default.
    ``index`` says whether the index is among the columns; None: if it has a name.
    """
    wanted = source.index.name is not None if index is None else index
    for number in range(source.npartitions):
        part = source.partitions[number].compute()
        if number == 0 or len(part):
            yield from write_frame(part, header=number == 0, index=wanted)
