"""The rows that a query found, and what that depends on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.document import Found
from tsvshare_widget.errors import Stale
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.query import Query
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.worker.jobs import RowIds

PROFILE_CHARACTERS = 10_000
"""Characters after which a cell is cut in the profile of a single column."""


FRESH_SECONDS = 1.0
"""A view of a table that grows is not found again before it is so old."""

REST = 3.0
"""Nor before so many times the time have passed that it took: a quarter of the time is enough."""

SMALL_VIEW = 16 * 1024
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

    A large one is read from its file at each use and holds no descriptor: there may be a thousand.
    :meth:`Views.hold` keeps the file.  ``made`` is when it was found, on the event loop's clock,
    and ``took`` how long that was; ``early``: the table was still coming in then.
    """

    def __init__(
        self, key: Key, file: RowIds, made: float, took: float, *, early: bool = False
    ) -> None:
        self.key = key
        self.file = file
        self.made = made
        self.took = took
        self._early = early
        self._all = self._read(0, file.count) if self.bytes <= SMALL_VIEW else None

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

    def good_until(self, table: TableState) -> float:
        """Until when it is good enough for a ``table`` that has more rows by now.

        One that has just come in full is asked at once: no more rows are on their way.
        """
        if self._early and table.status != "receiving":
            return self.made
        return self.made + max(FRESH_SECONDS, REST * self.took)

    def ids(self, first: int, count: int) -> Positions:
        """The places in the table of ``count`` rows from ``first`` of the view on.

        Raises :class:`Stale` if its file is not kept any more.
        """
        if self._all is not None:
            return self._all[first : first + count]
        return self._read(first, max(0, min(count, self.file.count - first)))

    def ids_at(self, places: Positions) -> Positions:
        """The places in the table of some rows of the view.  Raises :class:`Stale` as :meth:`ids`.

        Only these are read, be there ever so many.
        """
        if self._all is not None or not len(places):
            return self.ids(0, self.file.count)[places]
        try:
            found = np.memmap(self.file.path, f"<u{self.file.width}", "r")
        except FileNotFoundError as error:
            raise _not_kept() from error
        return found[places].astype(np.int64)

    def _read(self, first: int, count: int) -> Positions:
        width = self.file.width
        try:
            found = np.fromfile(self.file.path, f"<u{width}", count, offset=first * width)
        except FileNotFoundError as error:
            raise _not_kept() from error
        return found.astype(np.int64)


def _not_kept() -> Stale:
    return Stale("the rows of this view are not kept any more; ask again")


def view_key(table: TableState, query: Query, rows: int) -> Key:
    """The key of a view of the first ``rows`` rows of a table."""
    return Key(table.id, encode(table.dialect.rules), query, rows)
