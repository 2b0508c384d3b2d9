"""Tables as Python and numpy have them: lists of rows, dictionaries, arrays."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from tsvshare_widget.errors import BadValue

from .cells import Rows, in_batches, write_cell

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MAX_SHOWN = 60
"""Characters of a row that an error repeats."""


def is_row(item: object) -> bool:
    """Whether an object is a row: a list of cells, or a dictionary of them by column."""
    return isinstance(item, Mapping) or _is_line(item)


def _is_line(item: object) -> bool:
    """Whether an object is a row by its order: a list of cells, or an array of one dimension."""
    return isinstance(item, (list, tuple)) or (is_array(item) and cast("Any", item).ndim == 1)


def is_rows(source: object) -> bool:
    """Whether an object is a list of rows, one without any included."""
    return isinstance(source, (list, tuple)) and all(map(is_row, source[:1]))


def is_many(value: Any) -> bool:
    """Whether a value is a list of cells: also an array or a Series, but not a text or a number."""
    if isinstance(value, (list, tuple, range)):
        return True
    return hasattr(value, "tolist") and hasattr(value, "__len__") and bool(_shape(value))


def _shape(value: Any) -> bool:
    return getattr(value, "shape", (1,)) != ()


# --- lists of rows -----------------------------------------------------------------------------


def read_list(rows: Sequence[Any], names: Iterable[str] | None = None) -> Rows:
    """A list of rows: all of them lists of cells, named tuples, or dictionaries by column.

    Named tuples and dictionaries have names; of lists, ``names`` are such if given.  A dictionary
    may lack columns.  Raises :class:`BadValue` for a list without rows and names, and one of
    several kinds.
    """
    if not rows and names is None:
        raise BadValue("an empty list is no table: give at least one row, or names=")
    if rows and isinstance(rows[0], Mapping):
        found = names_of_all(rows)
        return Rows(found, in_batches(cells_by_name(rows, found), len(found)))
    own = names_of(rows[0]) if rows else None
    given = [*map(str, names)] if names is not None else own
    width = len(rows[0]) if rows else 0
    return Rows(given, in_batches(cells_of_lists(rows), width))


def names_of(row: Any) -> list[str] | None:
    """The names that a row has of itself: a dictionary, or a named tuple."""
    if isinstance(row, Mapping):
        return [*map(str, row)]
    fields = getattr(row, "_fields", None)
    return [*map(str, fields)] if isinstance(row, tuple) and fields else None


def names_of_all(rows: Sequence[Any]) -> list[str]:
    """The columns of dictionaries, in the order in which they are first met."""
    names: dict[str, None] = {}
    for number, row in enumerate(rows, 1):
        names |= dict.fromkeys(map(str, _mapping(row, number)))
    return [*names]


def cells_by_name(rows: Iterable[Any], names: Sequence[str], first: int = 1) -> Iterator[list[str]]:
    """The cells of dictionaries in the order of ``names``; ``first`` numbers them in errors.

    Raises :class:`BadValue` for a column that is not among them.
    """
    known = frozenset(names)
    for number, row in enumerate(rows, first):
        cells = {str(name): write_cell(value) for name, value in _mapping(row, number).items()}
        if unknown := cells.keys() - known:
            raise BadValue(f"row {number:,} has a column {min(unknown)!r} that the first ones lack")
        yield [cells.get(name, "") for name in names]


def cells_of_lists(rows: Iterable[Any], first: int = 1) -> Iterator[list[str]]:
    """The cells of lists; ``first`` numbers them in errors."""
    for number, row in enumerate(rows, first):
        if not _is_line(row):
            raise _is_other(row, number, "lists of cells")
        yield [*map(write_cell, row)]


def _mapping(row: Any, number: int) -> Mapping[Any, Any]:
    if not isinstance(row, Mapping):
        raise _is_other(row, number, "dictionaries")
    return row


def _is_other(row: Any, number: int, others: str) -> BadValue:
    shown = repr(row)
    shown = shown if len(shown) <= MAX_SHOWN else f"{shown[:MAX_SHOWN]}..."
    return BadValue(f"row {number:,} is {shown}: the rows before it are {others}")


# --- dictionaries of columns -------------------------------------------------------------------


def read_columns(columns: Mapping[Any, Any]) -> Rows:
    """A dictionary that has for each column its cells, or for each one cell: a single row.

    Raises :class:`BadValue` for columns of different lengths.
    """
    names = [*map(str, columns)]
    if not names:
        raise BadValue("an empty dictionary is no table: it has a list of cells for each column")
    many = [value for value in columns.values() if is_many(value)]
    if not many:
        return Rows(names, [[[*map(write_cell, columns.values())]]])
    lengths = {name: len(v) for name, v in zip(names, columns.values(), strict=True) if is_many(v)}
    if len(lengths) < len(names) or len({*lengths.values()}) > 1:
        said = ", ".join(f"{name!r}: {length:,}" for name, length in [*lengths.items()][:5])
        raise BadValue(f"a dictionary has for each column a list of as many cells, not {said}")
    rows = ([*map(write_cell, row)] for row in zip(*many, strict=True))
    return Rows(names, in_batches(rows, len(names)))


# --- arrays ------------------------------------------------------------------------------------


def is_array(source: object) -> TypeGuard[np.ndarray[Any, Any]]:
    """Whether it is an array of numpy; imports none, as who has an array has done that."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(source, numpy.ndarray)


def frame_of(array: np.ndarray[Any, Any], names: Iterable[str] | None = None) -> pd.DataFrame:
    """An array as a DataFrame: a column or several, or fields with names of their own.

    Without ``names`` its columns are called 0, 1, 2...  Raises :class:`BadValue` for an array of
    other dimensions, and for names that are not as many as its columns.
    """
    import pandas as pd

    if array.dtype.names is not None and array.ndim == 1:
        frame = pd.DataFrame({name: _column(array[name]) for name in array.dtype.names})
    elif array.ndim in (1, 2) and array.dtype.names is None:
        frame = pd.DataFrame(array.reshape(len(array), -1) if array.size else array)
    else:
        raise BadValue(f"a table has rows and columns, but this array has {array.ndim} dimensions")
    if names is not None:
        given = [*map(str, names)]
        if len(given) != frame.shape[1]:
            raise BadValue(f"{len(given):,} names for {frame.shape[1]:,} columns of an array")
        frame.columns = pd.Index(given)
    return frame


def _column(field: Any) -> Any:
    return field if field.ndim == 1 else [write_cell(cell) for cell in field]


def has_names(array: np.ndarray[Any, Any]) -> bool:
    """Whether an array has names for its columns."""
    return array.dtype.names is not None
