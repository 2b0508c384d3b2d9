"""Hits of a text: which rows of a view hold it, and in which cells."""

from __future__ import annotations

import numpy as np

from tsvshare_widget.table.cells.pages import Window, read_rows
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Snapshot

from .find_text import Finder


def places_of(found: Positions, view: Positions | None) -> Positions:
    """Where the rows ``found`` of a table, ascending, stand in a view; ascending as well.

    Without a view they stand where they are in the table.
    """
    if view is None or not len(view):
        return found if view is None else view
    flags = np.zeros(int(max(view.max(), found.max() if len(found) else 0)) + 1, np.bool_)
    flags[found] = True
    places: Positions = np.flatnonzero(flags[view])
    return places


def nearest(places: Positions, place: int, *, back: bool) -> int:
    """Which of these places comes next from ``place`` on, or before it with ``back``.

    That is at ``place`` itself if it is one of them; beyond the last one comes the first again.
    """
    if back:
        return int(np.searchsorted(places, place, side="right") - 1) % len(places)
    return int(np.searchsorted(places, place)) % len(places)


def columns_with(snapshot: Snapshot, row: int, text: str, most: int) -> list[int]:
    """The first ``most`` columns whose cells in a row of the table hold the text."""
    facts, contents = snapshot
    if contents is None:
        return []
    bounds = contents.index.bounds(contents.headers + row, 1)
    whole = Window(0, facts.columns, int(bounds.ends[-1] - bounds.starts[0]))
    (cells,) = read_rows(contents.text, bounds, whole, contents.cells).cells
    finder = Finder(text, caseless=True)
    return [column for column, cell in enumerate(cells) if finder.is_in(cell)][:most]
