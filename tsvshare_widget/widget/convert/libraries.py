"""DataFrames as tables of other libraries, which need not be installed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tsvshare_widget.sources.libraries import is_installed, load

if TYPE_CHECKING:
    import pandas as pd


def to_arrow(frame: pd.DataFrame) -> Any:
    """A DataFrame as a pyarrow Table; of columns with the same name, too.

    Raises :class:`BadValue` where pyarrow is not installed.
    """
    pyarrow = load("pyarrow", "w.to_arrow()")
    arrays = [pyarrow.array(frame.iloc[:, i], from_pandas=True) for i in range(frame.shape[1])]
    return pyarrow.Table.from_arrays(arrays, names=[*map(str, frame.columns)])


def to_polars(frame: pd.DataFrame) -> Any:
    """A DataFrame as one of polars, where names occur once: the second ``x`` is ``x (2)``.

    Raises :class:`BadValue` where polars is not installed.
    """
    polars = load("polars", "w.to_polars()")
    if is_installed("pyarrow"):
        table = to_arrow(frame)
        return polars.from_arrow(table.rename_columns([*_each_once(table.column_names)]))
    columns = [_series(polars, frame.iloc[:, i]) for i in range(frame.shape[1])]
    names = _each_once([*map(str, frame.columns)])
    return polars.DataFrame(
        [column.alias(name) for column, name in zip(columns, names, strict=True)]
    )


def _series(polars: Any, column: pd.Series[Any]) -> Any:
    values = column.to_numpy()
    if values.dtype.kind in "biu":
        return polars.Series(values)
    if values.dtype.kind == "f":
        return polars.Series(values).fill_nan(None)
    return polars.Series(
        [
            None if missing else str(value)
            for value, missing in zip(values, column.isna(), strict=True)
        ],
        dtype=polars.String,
    )


def _each_once(names: list[str]) -> Iterator[str]:
    """The names, with a number behind those that were there before."""
    taken = set(names)
    seen: set[str] = set()
    for name in names:
        given, number = name, 1
        while given in seen or (number > 1 and given in taken):
            number += 1
            given = f"{name} ({number})"
        seen.add(given)
        yield given
