"""Rows to append: what people hand over, as the table takes it; pure."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import NO_OPTIONS
from tsvshare_widget.sources.cells import write_cell
from tsvshare_widget.sources.frame_text import flatten, has_meaning, write_frame
from tsvshare_widget.sources.growing import Growing, is_growing
from tsvshare_widget.sources.plain import frame_of, has_names, is_array, is_many, is_row
from tsvshare_widget.sources.recognise import is_frame, is_table, read_part, read_table

from .header import Header

if TYPE_CHECKING:
    import pandas as pd

More = bytes | list[list[str]]
"""What is appended at a time: bytes of the file, or rows of cells."""

MAX_NAMED_COLUMNS = 5
"""Columns that an error names."""


def read_all(
    rows: Any, header: Header, table: TableState, *, index: bool | None = None
) -> Iterator[More]:
    """What to append, a batch after the other; most has one.

    See :meth:`TSVShare.append` for what is taken.  Tables of other libraries come batch by batch,
    what an iterator yields as soon as it is there.  Raises as :func:`read_rows`.
    """
    if is_growing(rows) and not is_table(rows):
        growing = Growing(rows, "", NO_OPTIONS, read_part)
        try:
            for batch in growing.batches():
                yield from _read_items(batch, header, table)
        finally:
            growing.stop()
    elif is_table(rows) and not isinstance(rows, Mapping):
        found = read_table(rows)
        order = order_of(found.names or [], header)
        for cells in found.batches:
            yield [[row[place] for place in order] for row in cells] if cells else []
    else:
        yield read_rows(rows, header, table, index=index)


def _read_items(items: list[Any], header: Header, table: TableState) -> Iterator[More]:
    """What an iterator has yielded: rows, pieces of text, or tables."""
    if all(map(is_row, items)):
        yield read_rows(items, header, table)
        return
    for item in items:
        yield from read_all([item] if is_row(item) else item, header, table)


def read_rows(rows: Any, header: Header, table: TableState, *, index: bool | None = None) -> More:
    """What to append: rows of cells, or bytes of the file.

    See :meth:`TSVShare.append` for what is taken.  ``index``: whether the index of a DataFrame is
    among its columns; None: if only so it fits.  Raises :class:`BadValue` for rows that do not fit
    the columns, and ``TypeError`` for what is no rows.
    """
    if isinstance(rows, (bytes, bytearray, memoryview)):
        return bytes(rows)
    if isinstance(rows, str):
        return _encode(rows, table)
    if is_frame(rows):
        return _read_frame(rows, header, index)
    if index is not None:
        raise TypeError("index= goes with a DataFrame: it says whether its index becomes columns")
    if is_array(rows):
        frame = frame_of(rows)
        return _cells_of(_fitted(frame, header, by_name=has_names(rows)))
    if isinstance(rows, Mapping):
        rows = _rows_of(rows)
    if isinstance(rows, (list, tuple)):
        width = _width(header, table)
        return [_read_row(row, header, width) for row in rows]
    raise TypeError(
        f"cannot append a {type(rows).__name__}: give a DataFrame or another table, a list of "
        "rows, a dictionary of cells by column, an array, an iterator, text or bytes"
    )


def _encode(text: str, table: TableState) -> bytes:
    encoding = table.dialect.encoding
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        raise BadValue(f"this table is in {encoding}, which cannot hold {error}") from error


# --- DataFrames --------------------------------------------------------------------------------


def _read_frame(frame: pd.DataFrame, header: Header, index: bool | None) -> list[list[str]]:
    """The cells as pandas writes them, in the order of the table's columns."""
    if not len(frame):
        return []
    if index is not None or not has_meaning(frame.index):
        return _cells_of(_fitted(flatten(frame, index=bool(index)), header))
    try:
        fitted = _fitted(flatten(frame, index=False), header)
    except BadValue as error:
        try:
            fitted = _fitted(flatten(frame, index=True), header)
        except BadValue:
            raise error from None
    return _cells_of(fitted)


def _fitted(frame: pd.DataFrame, header: Header, *, by_name: bool = True) -> pd.DataFrame:
    """The columns in the order of the table's.  Raises :class:`BadValue` if they are others."""
    given = [str(label) for label in frame.columns]
    order = order_of(given, header if by_name else Header(None, header.total))
    return frame if order == [*range(len(given))] else frame.take(order, axis=1)


def order_of(given: list[str], header: Header) -> list[int]:
    """Where each column of the table is among those ``given``.

    They are matched by name where the table has a header, and by order where it has none.  Raises
    :class:`BadValue` if they are others.
    """
    names = header.names
    if names is None:
        if len(given) != header.total:
            raise BadValue(
                f"this table has {header.total:,} columns and no header to match names with; "
                f"what is appended has {len(given):,}"
            )
        return [*range(len(given))]
    if given == names:
        return [*range(len(given))]
    missing, unknown = Counter(names) - Counter(given), Counter(given) - Counter(names)
    if missing or unknown:
        raise BadValue(
            "what is appended needs the columns of the table"
            + _naming("; it lacks", missing)
            + _naming("; not in the table:", unknown)
        )
    if len(set(names)) < len(names):
        raise BadValue("some columns have the same name: give them in the order of the table")
    return [given.index(name) for name in names]


def _cells_of(frame: pd.DataFrame) -> list[list[str]]:
    """Every cell as pandas writes it as text."""
    import pandas as pd

    text = io.BytesIO(b"".join(write_frame(frame, header=False, index=False)))
    cells = pd.read_csv(
        text,
        sep="\t",
        lineterminator="\n",
        header=None,
        names=range(frame.shape[1]),
        index_col=False,
        dtype=str,
        na_filter=False,
        skip_blank_lines=False,
    )
    rows: list[list[str]] = cells.to_numpy().tolist()
    return rows


def _naming(what: str, names: Counter[str]) -> str:
    if not names:
        return ""
    some = ", ".join(repr(name) for name in list(names)[:MAX_NAMED_COLUMNS])
    left_out = len(names) - MAX_NAMED_COLUMNS
    return f"{what} {some}" + (f" and {left_out:,} more" if left_out > 0 else "")


# --- lists and dictionaries --------------------------------------------------------------------


def _width(header: Header, table: TableState) -> int:
    """How many cells a row has: as many as the header, or without one the first row."""
    width = table.line_stats.width if table.line_stats is not None else 0
    return width or len(header.names or ()) or header.total


def _rows_of(cells: Mapping[Any, Any]) -> list[Mapping[Any, Any]]:
    """The rows of a dictionary that has a cell for each column, or as pandas' a list of them."""
    many = [value for value in cells.values() if is_many(value)]
    if not many:
        return [cells]
    if len(many) < len(cells) or len({len(value) for value in many}) > 1:
        raise BadValue(
            "a dictionary has one cell for each column, or for each a list of as many cells"
        )
    return [dict(zip(cells, row, strict=True)) for row in zip(*many, strict=True)]


def _read_row(row: Any, header: Header, width: int) -> list[str]:
    if isinstance(row, Mapping):
        return _read_mapping(row, header, width)
    if is_row(row):
        return [_cell(value) for value in row]
    raise BadValue(f"a row is a list of cells, or a dictionary of them by column, not {row!r}")


def _read_mapping(row: Mapping[Any, Any], header: Header, width: int) -> list[str]:
    cells = {header.position(column): _cell(value) for column, value in row.items()}
    return [cells.get(place, "") for place in range(max([width, *(place + 1 for place in cells)]))]


def _cell(value: Any) -> str:
    """A value as the text of a cell; what stands for nothing is an empty one, as in pandas."""
    if is_many(value) or isinstance(value, (Mapping, set)):
        raise BadValue(f"a cell is a text, a number or a date, not {value!r}")
    return write_cell(value)
