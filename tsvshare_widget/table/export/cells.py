"""All cells of a table or of a view, in batches, whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tsvshare_widget.table.table import Table

from .row_set import RowOrder
from .tsv import batches, check_length

CELLS_AT_A_TIME = 20_000
"""Few, for making files of them holds up the thread's process for longer than writing text does."""


def header_of(table: Table) -> list[str] | None:
    """The names of the columns that stand in the file; None without a header there."""
    check_length(table.header_bytes)
    names = table.names(0, table.facts.columns, sys.maxsize)
    return names if table.named_by == "file" else None


def names_of(table: Table) -> list[str]:
    """A name for each column, and no name twice: ``column 3`` where there is none."""
    check_length(table.header_bytes)
    known = table.names(0, table.facts.columns, sys.maxsize) or []
    names: dict[str, None] = {}
    for place in range(table.facts.columns):
        name = (known[place] if place < len(known) else "") or f"column {place + 1}"
        number, once = 1, name
        while once in names:
            number += 1
            once = f"{name} ({number})"
        names[once] = None
    return [*names]


def batches_of_cells(table: Table, view: RowOrder | None) -> Iterator[list[list[str]]]:
    """The rows, each as long as it is in the file.  Raises :class:`TooLarge` at one too long."""
    columns = table.facts.columns
    for rows in batches(table, view, CELLS_AT_A_TIME):
        yield rows.read_cells(table, 0, columns, sys.maxsize).cells
