"""What the columns of a table are called, and where the one of a name is."""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tsvshare_widget.client import Connection, Snapshot
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_COLUMNS, PAGE_COLUMNS

MAX_SUGGESTIONS = 3
"""Near names that are suggested for one that does not exist."""


@dataclass(frozen=True)
class Header:
    """The ``names`` of the first of ``total`` columns, None if they have none.

    ``named_by`` says where they are from: the file itself, or the specification of its format.
    """

    names: list[str] | None
    total: int
    named_by: Literal["file", "format"] | None = None

    @property
    def is_line(self) -> bool:
        """Whether the names are a line of the file."""
        return self.names is not None and self.named_by == "file"

    def position(self, column: object) -> int:
        """Where a column is, meant by its name or its position from 0.

        Raises :class:`BadValue` if there is none, and for a name that occurs twice.
        """
        if isinstance(column, str):
            return self._find(column)
        try:
            position = operator.index(column)  # type: ignore[arg-type]
        except TypeError:
            position = -1
        if position < 0 or isinstance(column, bool):
            raise BadValue(f"a column is a name, or a position from 0, not {column!r}")
        if position >= self.total:
            raise BadValue(
                f"there is no column {position:,}: positions count from 0, and this table has "
                f"{self.total:,} columns"
            )
        return position

    def label(self, position: int) -> str | int:
        """How a column is shown: by its name if no other has that, else by its position."""
        if self.names is None or position >= len(self.names):
            return position
        name = self.names[position]
        return name if self._counts[name] == 1 else position

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(self.names)

    def _find(self, name: str) -> int:
        if self.names is None:
            raise BadValue(
                f"this table has no header: give the column's position, from 0, not {name!r}"
            )
        found = [i for i, each in enumerate(self.names) if each == name]
        if not found:
            raise BadValue(f"there is no column {name!r}{_did_you_mean(name, self.names)}")
        if len(found) > 1:
            places = ", ".join(f"{i:,}" for i in found[:10])
            raise BadValue(
                f"{len(found):,} columns are called {name!r}: give the position, from 0, of the "
                f"one that is meant ({places})"
            )
        return found[0]


def _did_you_mean(name: str, names: list[str]) -> str:
    import difflib  # only here, where somebody has mistyped something

    folded = [each for each in names if each.casefold().strip() == name.casefold().strip()]
    near = folded or difflib.get_close_matches(name, names, MAX_SUGGESTIONS)
    if not near:
        return "; w.columns has all names"
    return f"; did you mean {' or '.join(repr(each) for each in near[:MAX_SUGGESTIONS])}?"


class HeaderReader:
    """The header of the table that is shown, fetched once for each reading of a table."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: tuple[object, Header] | None = None

    def read_header(self, known: Snapshot, timeout: float | None) -> Header:
        """The header of the table in ``known``.  Of a wide one, waits for the relay.

        Raises :class:`Stale` if that table was replaced.
        """
        table, kept = known.state.table, self._kept
        if table is None:
            return Header(None, 0)
        key = (table.id, table.columns, table.dialect.rules)
        if kept is not None and kept[0] == key:
            return kept[1]
        header = self._read_page(known) or self._fetch(table.id, table.columns, timeout)
        self._kept = (key, header)
        return header

    def _read_page(self, known: Snapshot) -> Header | None:
        """The header on the page everyone is on, if all of it is there."""
        page = known.decoded_page()
        if page is None:
            return None
        columns = page.columns
        names = columns.names
        is_whole = names is None or min(len(names), columns.total) < PAGE_COLUMNS
        return Header(names, columns.total, columns.named_by) if is_whole else None

    def _fetch(self, table: str, total: int, timeout: float | None) -> Header:
        names: list[str] = []
        named_by = None
        for start in range(0, total, MAX_COLUMNS):
            window = (start, min(start + MAX_COLUMNS, total))
            page = self._connection.look(1, 1, table=table, columns=window, timeout=timeout)
            if page.columns.names is None:
                return Header(None, total)
            names += page.columns.names
            named_by = page.columns.named_by
        return Header(names, total, named_by)
