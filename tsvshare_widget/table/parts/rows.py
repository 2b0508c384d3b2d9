"""Some rows of a table, and the table that they are of, as arguments of a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.columns.block_scan import BlockScan, StepProgress
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Contents, Facts, Moment, Snapshot, snapshot_at

Place = Moment
"""Where a table lies: whoever can read it reads any bytes, and any offsets of rows, from there."""

PART_BYTES = 1 << 26
"""Bytes of the rows that a task reads: about a second's work, and a few hundred tasks in 10 GB."""

_SPLIT_FROM = 1.25
"""Times that size from which on rows are cut again."""


class Rows(NamedTuple):
    """The rows of a table from ``first`` to before ``stop``."""

    first: int
    stop: int


class OpenTable(NamedTuple):
    """A table that is being read; ``expect`` is told which rows will be, before they are."""

    facts: Facts
    contents: Contents
    expect: Callable[[int, int], object]

    @property
    def told(self) -> ToldColumns:
        """What is told of its columns."""
        return ToldColumns(Snapshot(self.facts, self.contents))

    def scan(self, rows: Rows, chosen: Positions | None = None) -> BlockScan:
        """A scan of some rows, or of those ``chosen`` of them, in the thread of the task."""
        self.expect(*rows)
        quiet = StepProgress(lambda done: None)
        return BlockScan(self.contents, rows.first, rows.stop, quiet, chosen, threads=1)


@contextmanager
def opened(place: Place) -> Iterator[OpenTable]:
    """The table, open within the block: read from the store, if it is stored, or its folder.

    Raises :class:`Stale` if it is not there any more, and :class:`Unavailable`.
    """
    table = _open(place)
    try:
        yield table
    finally:
        table.contents.close()


def _open(place: Place) -> OpenTable:
    if place.stored is not None:
        from .stored import open_stored  # it needs a library that not everybody has

        stored = open_stored(place)
        return OpenTable(place.facts, stored.contents, stored.expect)
    facts, contents = snapshot_at(place)
    assert contents is not None  # nobody cuts a table without rows into parts
    return OpenTable(facts, contents, lambda first, stop: None)


def cut_rows(place: Place, part_bytes: int = PART_BYTES) -> list[Rows]:
    """All rows of a table in parts of about so many bytes, at least one row each."""
    if not place.facts.rows:
        return []
    with opened(place) as table:
        return _cut([0, place.facts.rows], table, part_bytes)


def _cut(borders: list[int], table: OpenTable, part_bytes: int) -> list[Rows]:
    """The rows between borders, cut again and again, as evenly as their bytes are spread.

    All borders are looked up at once, as each look may have to wait for a network.
    """
    while True:
        ends = table.contents.index.row_ends(np.array(borders) + table.contents.headers)
        found = borders[:1]
        for (first, stop), size in zip(pairwise(borders), np.diff(ends).tolist(), strict=True):
            count = -(-size // part_bytes) if size > _SPLIT_FROM * part_bytes else 1
            count = min(count, stop - first)
            found += [first + (stop - first) * n // count for n in range(1, count + 1)]
        if len(found) == len(borders):
            return [Rows(*pair) for pair in pairwise(borders)]
        borders = found
