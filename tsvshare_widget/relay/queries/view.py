"""The rows that a query found, and what that depends on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.document import Found
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.query import Query
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.worker.jobs import RowIds

PROFILE_CHARACTERS = 10_000
"""Characters after which a cell is cut in the profile of a single column."""


SMALL_VIEW = 64 * 1024
"""Bytes of a view up to which it is kept in memory."""


class Key(NamedTuple):
    """What a view depends on: a table in a dialect, as far as it was known, and the question."""

    table: str
    dialect: bytes  # encoded: it can be compared and hashed
    query: Query
    rows: int


class ProfileKey(NamedTuple):
    """What profiles depend on: a view, columns, and after how many characters cells are cut."""

    view: Key
    start: int
    stop: int
    most: int = PROFILE_CHARACTERS


class View:
    """The rows that a query found, in its order.

    It can be read as long as it is held, also when its file is not kept any more.  ``made`` is when
    it was found, on the event loop's clock, and ``took`` how long that was.
    """

    def __init__(self, key: Key, file: RowIds, made: float, took: float) -> None:
        self.key = key
        self.file = file
        self.made = made
        self.took = took
        kind = np.dtype(f"<u{file.width}")
        if self.bytes <= SMALL_VIEW:
            self._ids = np.fromfile(file.path, kind, file.count)
        else:
            self._ids = np.memmap(file.path, kind, "r", shape=(file.count,)).view(np.ndarray)

    @property
    def count(self) -> int:
        """How many rows were found."""
        return self.file.count

    @property
    def bytes(self) -> int:
        """The size of its file."""
        return self.file.count * self.file.width

    @property
    def found(self) -> Found:
        """What a document keeps of it."""
        return Found(query=self.key.query, n_rows=self.file.count, of_rows=self.file.of_rows)

    def ids(self, first: int, count: int) -> Positions:
        """The places in the table of ``count`` rows from ``first`` of the view on."""
        return self._ids[first : first + count].astype(np.int64)


def view_key(table: TableState, query: Query, rows: int) -> Key:
    """The key of a view of the first ``rows`` rows of a table."""
    return Key(table.id, encode(table.dialect), query, rows)
