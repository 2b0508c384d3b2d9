"""Some rows of a table, and the table that they are of, as arguments of a task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tsvshare_widget.table.columns.block_scan import BlockScan, StepProgress
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Contents, Facts, Moment, snapshot_at

Place = Moment
"""Where a table lies: whoever can read it reads any bytes, and any offsets of rows, from there."""

PART_BYTES = 1 << 26
"""Bytes of the rows that a task reads: about a second's work, and a few hundred tasks in 10 GB."""


class Rows(NamedTuple):
    """The rows of a table from ``first`` to before ``stop``."""

    first: int
    stop: int


class OpenTable(NamedTuple):
    """A table that is being read."""

    facts: Facts
    contents: Contents

    def scan(self, rows: Rows, chosen: Positions | None = None) -> BlockScan:
        """A scan of some rows, or of those ``chosen`` of them, in the thread of the task."""
        quiet = StepProgress(lambda done: None)
        return BlockScan(self.contents, rows.first, rows.stop, quiet, chosen, threads=1)


@contextmanager
def opened(place: Place) -> Iterator[OpenTable]:
    """The table, open within the block.  Raises :class:`Stale` if it is not there any more."""
    facts, contents = snapshot_at(place)
    assert contents is not None  # nobody cuts a table without rows into parts
    try:
        yield OpenTable(facts, contents)
    finally:
        contents.close()


def cut_rows(place: Place, part_bytes: int = PART_BYTES) -> list[Rows]:
    """All rows of a table in parts of about so many bytes, at least one row each."""
    if not place.facts.rows:
        return []
    with opened(place) as table:
        found, first = [], 0
        while first < table.facts.rows:
            stop = _row_after(table, first, part_bytes)
            found.append(Rows(first, stop))
            first = stop
    return found


def _row_after(table: OpenTable, first: int, part_bytes: int) -> int:
    """The row before which the part ends that begins with row ``first``."""
    index, headers = table.contents.index, table.contents.headers
    end = index.row_end(first + headers) + part_bytes
    low, high = first + 1, table.facts.rows
    while low < high:
        middle = (low + high + 1) // 2
        if index.row_end(middle + headers) <= end:
            low = middle
        else:
            high = middle - 1
    return low
