"""The names of a table's columns at one moment."""

from __future__ import annotations

from .cells.pages import Window, read_rows
from .state import Contents, Snapshot

LONGEST_NAME = 10_000
"""Characters of a name, unless the caller says otherwise."""


def names_at(
    snapshot: Snapshot, start: int, stop: int, most: int = LONGEST_NAME
) -> list[str] | None:
    """The names of the columns ``start`` to ``stop`` (half open); None if they have none.

    They are the header's cells, after an empty name for a column of row names, or the ``names`` of
    the dialect, of which there may be fewer than columns.
    """
    facts, contents = snapshot
    if contents is not None and contents.headers:
        if not facts.dialect.row_names:
            return _header(contents, Window(start, stop, most))
        names = _header(contents, Window(max(0, start - 1), max(0, stop - 1), most))
        return ["", *names] if start == 0 < stop else names
    given = facts.dialect.names
    return None if given is None else [name[:most] for name in given[start:stop]]


def unknown_names(snapshot: Snapshot) -> list[str]:
    """The columns for which words for nothing are told, and which are not there."""
    facts = snapshot.facts
    told = [one.column for one in facts.dialect.missing_in]
    if not told:
        return []
    names = set()
    if any(isinstance(column, str) for column in told):
        names = set(names_at(snapshot, 0, facts.columns) or [])
    return [
        str(column)
        for column in told
        if (column not in names if isinstance(column, str) else column >= facts.columns)
    ]


def _header(contents: Contents, window: Window) -> list[str]:
    bounds = contents.index.bounds(0, contents.headers)
    return read_rows(contents.text, bounds, window, contents.cells).cells[0]
