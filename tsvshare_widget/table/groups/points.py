"""Two columns of a spread sample of rows as numbers, to be drawn."""

from __future__ import annotations

import numpy as np

from tsvshare_widget.query import Points
from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.dates import dates_of
from tsvshare_widget.table.columns.load import load_rows
from tsvshare_widget.table.columns.numbers import Floats, numbers_of
from tsvshare_widget.table.lines.bitmaps import Flags, Positions
from tsvshare_widget.table.profile.sample import SAMPLE_BYTES
from tsvshare_widget.table.state import Snapshot


def find_points(snapshot: Snapshot, x: int, y: int, rows: Positions) -> Points:
    """The cells of the columns ``x`` and ``y`` in ``rows``, in the order of these.

    Where one of them is neither a number nor a date there is no point.
    """
    contents = snapshot.contents
    if contents is None or not len(rows):
        return Points(rows=0)
    ascending, places = np.unique(rows, return_inverse=True)
    block, kept = load_rows(contents, ascending, SAMPLE_BYTES)
    xs, x_fits, x_dates = _axis(block.column(x))
    ys, y_fits, y_dates = _axis(block.column(y))
    found = np.searchsorted(kept, rows)
    there = kept[np.minimum(found, len(kept) - 1)] == rows if len(kept) else places < 0
    wanted = found[there]
    wanted = wanted[(x_fits & y_fits)[wanted]]
    points = list(zip(xs[wanted].tolist(), ys[wanted].tolist(), strict=True))
    return Points(rows=int(there.sum()), points=points, dates=(x_dates, y_dates))


def _axis(cells: Column) -> tuple[Floats, Flags, bool]:
    """Numbers, which cells have one, and whether they are dates: in seconds since 1970."""
    numbers = numbers_of(cells)
    fits = numbers.fits & np.isfinite(numbers.values)
    if fits.any():
        return numbers.values, fits, False
    dates = dates_of(cells, years=False)
    return dates.seconds(), dates.fits, bool(dates.fits.any())
