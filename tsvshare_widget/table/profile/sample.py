"""Profiles of a spread sample of the rows, at once, whatever the size of the table."""

from __future__ import annotations

import random
from functools import partial

import numpy as np

from tsvshare_widget.query import Profile
from tsvshare_widget.table.columns.load import load_rows
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Snapshot

from .profile import shown_at
from .summary import ColumnSummary

SAMPLE_ROWS = 2_000
"""Rows in a sample; a table, or a view, with no more is no larger than one."""

SAMPLE_BYTES = 4 * 1024 * 1024
"""Bytes of the rows in a sample: of a table with many columns it has fewer rows."""


def spread(total: int, most: int = SAMPLE_ROWS) -> Positions:
    """Up to ``most`` of the numbers below ``total``, ascending: one of each of as many equal parts.

    Which one is by chance, so that what comes at regular distances does not come always or never;
    but the same in every call, so that all who look on see the same sample.
    """
    if total <= most:
        return np.arange(total)
    edges = np.arange(most + 1) * total // most
    dice = random.Random(total)  # numpy's take eleven megabytes to load
    chance = np.array([dice.random() for _ in range(most)])
    places: Positions = edges[:-1] + (chance * np.diff(edges)).astype(np.int64)
    return places


def profile_sample(
    snapshot: Snapshot, columns: range, rows: Positions, most: int
) -> tuple[int, list[Profile]]:
    """The profiles of some columns over ``rows``, which ascend, and how many rows these are of.

    Fewer than were asked for if together they are over :data:`SAMPLE_BYTES`.  Cells are cut after
    ``most`` characters.
    """
    contents = snapshot.contents
    if contents is None or not len(rows):
        return 0, [Profile(column=column, kind="empty", rows=0) for column in columns]
    told = ToldColumns(snapshot)
    block, kept = load_rows(contents, rows, SAMPLE_BYTES)
    found = []
    for column in columns:
        summary = ColumnSummary(column, len(kept), told.nothing_in(column), told.type_of(column))
        cells = block.column(column)
        if len(kept):
            summary.add_seen(summary.inspect_cells(cells))
        found.append(summary.profile(partial(shown_at, cells, most), most))
    return len(kept), found
