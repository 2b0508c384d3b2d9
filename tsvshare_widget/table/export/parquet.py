"""Parquet files, with types: written in two turns through the rows; where pyarrow is installed."""

from __future__ import annotations

import importlib
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from tsvshare_widget.errors import TooLarge
from tsvshare_widget.table.table import Table

from .cells import batches_of_cells, names_of
from .kinds import is_decimal, is_whole, says_nothing
from .row_set import RowOrder

MOST_COLUMNS = 10_000

GROUP_CELLS = 500_000
"""Cells of a group of rows, which is in memory until it is written."""


def write_parquet(table: Table, view: RowOrder | None, path: Path) -> Generator[None]:
    """Write the rows to ``path``, step by step.

    A column is of whole numbers, or of numbers, if all of its cells are written as such, but for
    those that say that there is nothing; else of text, cell by cell as in the file.  A cell that a
    short row lacks is null.  Raises :class:`TooLarge` for too many columns.
    """
    columns = table.facts.columns
    if columns > MOST_COLUMNS:
        raise TooLarge(
            f"these are {columns:,} columns, and a Parquet file from here has up to "
            f"{MOST_COLUMNS:,}: download them as TSV or CSV instead"
        )
    kinds = _Kinds(columns)
    for batch in batches_of_cells(table, view):
        kinds.look_at(batch)
        yield
    yield from _write(table, view, path, kinds)


class _Kinds:
    """What the cells of each column are so far."""

    def __init__(self, columns: int) -> None:
        self._kinds = ["nothing"] * columns

    def look_at(self, rows: list[list[str]]) -> None:
        """Take more rows in."""
        for place, kind in enumerate(self._kinds):
            if kind != "text":
                self._kinds[place] = _widened(kind, (r[place] for r in rows if place < len(r)))

    def types(self, pyarrow: Any) -> list[Any]:
        """The type of each column; one with nothing in it is of text."""
        known = {"whole": pyarrow.int64(), "number": pyarrow.float64()}
        return [known.get(kind, pyarrow.string()) for kind in self._kinds]


def _widened(kind: str, cells: Iterable[str]) -> str:
    for cell in cells:
        if is_whole(cell):
            kind = "whole" if kind == "nothing" else kind
        elif is_decimal(cell):
            kind = "number"
        elif not says_nothing(cell):
            return "text"
    return kind


def _write(table: Table, view: RowOrder | None, path: Path, kinds: _Kinds) -> Generator[None]:
    pyarrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    types = kinds.types(pyarrow)
    schema = pyarrow.schema(list(zip(names_of(table), types, strict=True)))
    most = max(1, GROUP_CELLS // max(1, len(types)))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        group: list[Any] = []
        for batch in batches_of_cells(table, view):
            group.append(_record_batch(pyarrow, batch, schema))
            if sum(part.num_rows for part in group) >= most:
                writer.write_table(pyarrow.Table.from_batches(group))
                group = []
            yield
        if group:
            writer.write_table(pyarrow.Table.from_batches(group))


def _record_batch(pyarrow: Any, rows: list[list[str]], schema: Any) -> Any:
    arrays = []
    for place, field in enumerate(schema):
        cells: list[str | None] = [row[place] if place < len(row) else None for row in rows]
        if field.type == pyarrow.string():
            arrays.append(pyarrow.array(map(_as_utf8, cells), field.type))
            continue
        read = int if field.type == pyarrow.int64() else float
        values = [None if c is None or says_nothing(c) else read(c) for c in cells]
        arrays.append(pyarrow.array(values, field.type))
    return pyarrow.record_batch(arrays, schema=schema)


def _as_utf8(cell: str | None) -> str | None:
    return cell if cell is None else cell.encode("utf-8", "replace").decode()
