"""What the cells of a column are like; :class:`tsvshare_widget.query.Profile` says what is told.

Cells that are missing, empty or a word for nothing are counted, and left out of all else.  A column
is of numbers if all other cells are, or of dates if all of them are, else of text.  All figures are
exact but for the rounding of floats: some 15 digits of a mean are right.  What no float can hold,
such as ``1e400``, is infinite in them; a mean or median that is not finite is not told.  Least,
greatest and most frequent cells are cut after ``MOST_SHOWN`` characters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

import numpy as np

from tsvshare_widget.query import Histogram, Profile

from .bins import histogram
from .blocks import Block, load, plan
from .columns import Column
from .dates import dates_of
from .extremes import Extremes, extreme_dates, extreme_numbers, extreme_texts
from .numbers import Floats, na_words, numbers_of
from .pages import read_cell
from .places import Positions
from .snapshot import Contents, Snapshot
from .tally import Hashes, Tally, room_for

MOST_SHOWN = 10_000

AT_ONCE = 1 << 25
"""Numbers that are kept at once when all columns are profiled."""

Progress = Callable[[float], object]


def profile_column(
    snapshot: Snapshot, column: int, rows: Positions | None, progress: Progress
) -> Profile:
    """What a column is like, over some ``rows``, in any order, or over all of them.

    ``progress`` is told now and then how much is done, from 0 to 1.
    """
    some = None if rows is None else np.sort(rows)
    return _profile(snapshot, range(column, column + 1), some, progress)[0]


def profile_table(snapshot: Snapshot, progress: Progress) -> list[Profile]:
    """What all columns are like, over all rows: in one pass, unless there are many of both."""
    columns, found = snapshot.facts.columns, list[Profile]()
    step = max(1, AT_ONCE // max(1, 2 * snapshot.facts.rows))
    for first in range(0, columns, step):
        some = range(first, min(first + step, columns))

        def tell(done: float, some: range = some) -> None:
            progress((some.start + done * len(some)) / columns)

        found += _profile(snapshot, some, None, tell)
    return found


def _profile(
    snapshot: Snapshot, columns: range, rows: Positions | None, progress: Progress
) -> list[Profile]:
    """What some columns are like; ``rows`` ascend."""
    facts, contents = snapshot
    total = facts.rows if rows is None else len(rows)
    if contents is None or not total:
        return [Profile(column=column, kind="empty", rows=total) for column in columns]
    summaries, done = [_Summary(column, total) for column in columns], 0
    for block, chosen in _blocks(contents, facts.rows, rows):
        for summary in summaries:
            cells = block.column(summary.column)
            summary.add(cells if chosen is None else cells.only(chosen))
        done += len(block) if chosen is None else len(chosen)
        progress(done / total)
    return [summary.profile(contents, rows) for summary in summaries]


def _blocks(
    contents: Contents, known: int, rows: Positions | None
) -> Iterator[tuple[Block, Positions | None]]:
    """All of the rows, of which ``known`` are there, and which ones of a block are meant."""
    if rows is None:
        for first, stop in plan(contents, 0, known):
            yield load(contents, first, stop), None
        return
    for first, stop in plan(contents, int(rows[0]), int(rows[-1]) + 1):
        some = rows[slice(*np.searchsorted(rows, (first, stop)))]
        if len(some):
            start = int(some[0])
            yield load(contents, start, int(some[-1]) + 1), some - start


class _Summary:
    """What is known of one column; ``rows`` is how many cells will be told."""

    def __init__(self, column: int, rows: int) -> None:
        self.column = column
        self._rows = rows
        self._missing = self._empty = self._na = 0
        self._tally = Tally(rows)
        self._texts = Extremes()
        self._scales = [_Scale("number", rows), _Scale("date", rows)]  # on which all cells are

    def add(self, cells: Column) -> None:
        """Take in the next cells."""
        empty, na = (cells.sizes == 0) & ~cells.missing, na_words(cells)
        self._missing += int(np.count_nonzero(cells.missing))
        self._empty += int(np.count_nonzero(empty))
        self._na += int(np.count_nonzero(na))
        counts = ~(cells.missing | empty | na)
        words = cells.words_at(0)
        hashes = self._tally.add(cells, words, counts)
        if counts.any():
            if not counts.all():
                cells, words, hashes = cells.only(counts), words[counts], hashes[counts]
            extreme_texts(self._texts, cells, words, hashes)
            self._scales = [scale for scale in self._scales if scale.add(cells, hashes)]

    def profile(self, contents: Contents, rows: Positions | None) -> Profile:
        """All that is told; cell number n of those that were added is in row ``rows[n]``."""
        fitting = self._rows - self._missing - self._empty - self._na
        distinct, frequent = self._tally.result()
        scale = self._scales[0] if self._scales and fitting else None
        extremes = scale.extremes if scale is not None else self._texts
        figures = scale.figures() if scale is not None else _Figures()
        return Profile(
            column=self.column,
            kind=scale.kind if scale is not None else "text" if fitting else "empty",
            rows=self._rows,
            missing=self._missing,
            empty=self._empty,
            na=self._na,
            fitting=fitting,
            distinct=distinct,
            minimum=_shown(extremes.least),
            maximum=_shown(extremes.greatest),
            mean=figures.mean,
            median=figures.median,
            histogram=figures.histogram,
            top=[
                (_cell(contents, row if rows is None else int(rows[row]), self.column), count)
                for row, count in frequent
            ],
        )


class _Figures(NamedTuple):
    mean: float | None = None
    median: float | None = None
    histogram: Histogram | None = None


class _Scale:
    """Cells as numbers, or as seconds, as long as all of them are such."""

    def __init__(self, kind: Literal["number", "date"], rows: int) -> None:
        self.kind = kind
        self.extremes = Extremes()
        self._rows = rows
        self._values: Floats | None = None
        self._known = 0

    def add(self, cells: Column, hashes: Hashes) -> bool:
        """Take in the next cells, unless some are nothing of this kind."""
        values = self._numbers(cells, hashes) if self.kind == "number" else self._dates(cells)
        if values is None:
            return False
        if self._values is None:
            self._values = room_for(self._rows, "<f8")
        self._values[self._known : self._known + len(values)] = values
        self._known += len(values)
        return True

    def figures(self) -> _Figures:
        """What is told of all values; once, for it sorts them."""
        assert self._values is not None
        values = self._values[: self._known]
        values.sort()
        middle = values[(self._known - 1) // 2], values[self._known // 2]
        return _Figures(
            _finite(_mean(values)),
            _finite(_mean(np.array(middle))),
            histogram(values, dates=self.kind == "date"),
        )

    def _numbers(self, cells: Column, hashes: Hashes) -> Floats | None:
        found = numbers_of(cells)
        if not found.fits.all():
            return None
        extreme_numbers(self.extremes, cells, found.values, hashes)
        return found.values

    def _dates(self, cells: Column) -> Floats | None:
        found = dates_of(cells, years=False)
        if not found.fits.all():
            return None
        extreme_dates(self.extremes, cells, found.ticks)
        return found.seconds()


def _mean(values: Floats) -> float:
    with np.errstate(over="ignore", invalid="ignore"):  # of infinite values, and too large sums
        total = float(values.sum())
        if math.isfinite(total):
            return total / len(values)
        return float((values / len(values)).sum())


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None


def _shown(cell: bytes | None) -> str | None:
    return None if cell is None else cell[: 4 * MOST_SHOWN].decode("utf-8", "ignore")[:MOST_SHOWN]


def _cell(contents: Contents, row: int, column: int) -> str:
    bounds = contents.index.bounds_at(np.array([row + contents.headers]))
    found = read_cell(contents.text, bounds, column, MOST_SHOWN, contents.cells)
    assert found is not None
    return found.text
