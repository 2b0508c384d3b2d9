"""Profiles of columns; :class:`tsvshare_widget.query.Profile` says what is in one.

Cells that are missing or empty are counted, and left out of all else.  A column is of numbers if
all other cells are that are no words for nothing, or of dates if all of them are; these words are
counted then, and left out, too.  Else it is of text, and such words are text like any other, but
for those that somebody told.  A line of types in the file decides instead of the cells: of numbers,
those that are none are counted then, and left out.  All figures are exact except for the rounding
of floats.  Numbers that no float can hold, such as
``1e400``, are infinite in them; a mean or median that is not finite is None.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Literal, NamedTuple

import msgspec
import numpy as np

from tsvshare_widget.number_syntax import BLANKS
from tsvshare_widget.query import Profile, Spelling
from tsvshare_widget.read_options import ColumnType
from tsvshare_widget.table.cells.pages import read_cell
from tsvshare_widget.table.columns.block_scan import (
    THREADS,
    BlockScan,
    StepProgress,
    start_task,
)
from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.column import Words as ColumnWords
from tsvshare_widget.table.columns.dates import dates_of
from tsvshare_widget.table.columns.hashes import Hasher, Hashes
from tsvshare_widget.table.columns.nothing import Nothing
from tsvshare_widget.table.columns.numbers import Floats, numbers_of
from tsvshare_widget.table.columns.spelling import SpellingTrial, different_cells
from tsvshare_widget.table.columns.strips import StripScan
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Flags, Positions
from tsvshare_widget.table.state import Contents, Snapshot

from .distinct import DistinctCounter
from .extremes import Extremes, extremes_of_dates, extremes_of_numbers, extremes_of_texts
from .values import NumberSummary, Values
from .words import NO_WORDS, Words, words_among

AT_ONCE_NUMBERS = 1 << 26
"""Numbers that are kept at a time when several columns are profiled."""

AT_ONCE_COLUMNS = 500
"""Columns that are profiled in one pass: so few that a strip has many rows of them."""

MOST_MISFITS = 1_000
"""Different cells in a column said to be of numbers that are none; with more, it is of text."""


def profile_columns(
    snapshot: Snapshot,
    columns: range,
    rows: Positions | None,
    most: int,
    report_progress: Callable[[float], None],
) -> list[Profile]:
    """The profiles of some columns, over some ``rows``, in any order, or over all.

    In one pass, unless there are many of both.  Least, greatest and most frequent cells are cut
    after ``most`` characters.  ``report_progress`` is called with the share that is done, from 0
    to 1.
    """
    some = None if rows is None else np.sort(rows)
    total = snapshot.facts.rows if rows is None else len(rows)
    step = min(AT_ONCE_COLUMNS, max(1, AT_ONCE_NUMBERS // max(1, 2 * total)))
    parts = [columns[first : first + step] for first in range(0, len(columns), step)]
    progress = StepProgress(report_progress, len(parts))
    return [found for part in parts for found in _profile(snapshot, part, some, most, progress)]


def _profile(
    snapshot: Snapshot, columns: range, rows: Positions | None, most: int, progress: StepProgress
) -> list[Profile]:
    """The profiles of some columns; ``rows`` ascend.  A step of ``progress``."""
    facts, contents = snapshot
    total = facts.rows if rows is None else len(rows)
    if contents is None or not total:
        return [Profile(column=column, kind="empty", rows=total) for column in columns]
    told = ToldColumns(snapshot)
    summaries = [
        ColumnSummary(column, total, told.nothing_in(column), told.type_of(column))
        for column in columns
    ]

    scan = StripScan(BlockScan(contents, 0, facts.rows, progress, rows), columns)
    for seen in scan.each_part(lambda number, cells: summaries[number].inspect_cells(cells)):
        for summary, some in zip(summaries, seen, strict=True):
            summary.add_seen(some)

    def finish(number: int) -> Profile:
        summary = summaries[number]
        cell_at = partial(_cell, contents, rows, summary.column, most)
        if scan.whole is not None:
            cell_at = partial(shown_at, scan.whole.column(number), most)
        return summary.profile(cell_at, most)

    with ThreadPoolExecutor(THREADS) as pool:
        pending = [start_task(pool, partial(finish, number)) for number in range(len(columns))]
        found = [each.result() for each in pending]
    if rows is not None:  # how numbers are written, all rows say
        scan = StripScan(BlockScan(contents, 0, facts.rows, progress), columns)
    spellings = _find_spellings(scan, found, told)
    progress.next_step()
    return [
        msgspec.structs.replace(one, spelling=spellings.get(number))
        for number, one in enumerate(found)
    ]


def _find_spellings(
    scan: StripScan, found: list[Profile], told: ToldColumns
) -> dict[int, Spelling | None]:
    """How numbers are written in those columns of text that may be asked for as such."""
    trials = {
        number: SpellingTrial()
        for number, one in enumerate(found)
        if one.kind == "text" and _begins_like_number(one.minimum or "")
    }
    if not trials:
        return {}
    nothing = {number: told.nothing_in(found[number].column) for number in trials}

    def different(number: int, cells: Column) -> set[str]:
        trial = trials.get(number)
        if trial is None or not trial.possible:
            return set()
        return different_cells(cells, nothing[number])

    for cells in scan.each_part(different):
        for number, trial in trials.items():
            trial.try_cells(cells[number])
        if not any(trial.possible for trial in trials.values()):
            break
    return {number: trial.spelling for number, trial in trials.items()}


def _begins_like_number(cell: str) -> bool:
    return cell.lstrip(BLANKS)[:1] in tuple("+-0123456789")


class _Seen(NamedTuple):
    """Findings about a column in one block.

    ``hashes`` are of all cells that have something in them.  ``words`` are those of them that may
    say that there is nothing; ``texts`` the extremes of all of them, if there are any;
    ``numbers`` and ``dates`` the values of all but the words, and their extremes, if all of them
    are such; ``misfits`` are those that are none, where it is told that the column is of these.
    """

    missing: int
    empty: int
    hashes: Hashes
    words: Words = NO_WORDS
    texts: Extremes | None = None
    others: bool = False
    numbers: tuple[Floats, Extremes] | None = None
    dates: tuple[Floats, Extremes] | None = None
    misfits: Words = NO_WORDS


class _Scale:
    """A column as numbers, or as dates; ``holds`` as long as all of its cells are such."""

    def __init__(self, rows: int, *, holds: bool) -> None:
        self.holds = holds
        self._rows = rows
        self._values: Values | None = None  # room is made for them once there are some
        self._extremes: Extremes | None = None

    def add_values(self, seen: tuple[Floats, Extremes] | None) -> None:
        """Add the values of the next cells; None if one of these does not fit."""
        if seen is None or not self.holds:
            self.holds, self._values = False, None
            return
        values, ends = seen
        self._values = self._values or Values(self._rows)
        self._values.add_values(values)
        self._extremes = ends if self._extremes is None else self._extremes.then(ends)

    def extremes_and_summary(self, *, dates: bool) -> tuple[Extremes | None, NumberSummary]:
        """Extremes and summary of all cells; to be called once, for the values are dropped."""
        values, self._values = self._values, None
        return self._extremes, NumberSummary() if values is None else values.summarise(dates=dates)


class _Cells(NamedTuple):
    """Some cells, their first eight bytes as words, and their hashes."""

    column: Column
    words: ColumnWords
    hashes: Hashes

    def only(self, chosen: Flags) -> _Cells:
        """The chosen ones."""
        if chosen.all():
            return self
        return _Cells(self.column.only(chosen), self.words[chosen], self.hashes[chosen])

    def split(self, apart: Flags) -> tuple[Words, _Cells]:
        """The cells ``apart``, as words, and all others."""
        if not apart.any():
            return NO_WORDS, self
        return words_among(self.column.only(apart), self.hashes[apart]), self.only(~apart)


class ColumnSummary:
    """The summary of one column; ``rows`` is how many cells will come."""

    def __init__(self, column: int, rows: int, nothing: Nothing, type: ColumnType) -> None:
        self.column = column
        self._rows = rows
        self._nothing = nothing
        self._type = type
        self._missing = self._empty = 0
        self._hasher = Hasher()
        self._distinct = DistinctCounter(rows)
        self._words = self._misfits = NO_WORDS
        self._texts: Extremes | None = None
        self._others = False  # cells that say something
        self._numbers = _Scale(rows, holds=type in ("auto", "number"))
        self._dates = _Scale(rows, holds=type in ("auto", "date"))

    def inspect_cells(self, cells: Column) -> _Seen:
        """Inspect some cells; several threads may do so at the same time."""
        empty, words = (cells.sizes == 0) & ~cells.missing, cells.words_at(0)
        counts = ~(cells.missing | empty)
        hashes = self._hasher.hash(cells, words)
        hashes[~counts] = 0
        seen = _Seen(_count(cells.missing), _count(empty), hashes)
        return self._inspect_filled(seen, _Cells(cells, words, hashes).only(counts))

    def _inspect_filled(self, seen: _Seen, cells: _Cells) -> _Seen:
        na, told = NO_WORDS, self._nothing.told
        if told:
            na, cells = cells.split(self._nothing.flags(cells.column))
        if len(cells.hashes):
            seen = seen._replace(texts=extremes_of_texts(*cells))
        if not (self._numbers.holds or self._dates.holds):
            return seen._replace(words=na, others=len(cells.hashes) > 0)
        if not told:
            na, cells = cells.split(self._nothing.flags(cells.column))
        misfits, cells = self._split_misfits(cells)
        seen = seen._replace(words=na, misfits=misfits)
        if not len(cells.hashes):
            return seen
        return seen._replace(
            others=True,
            numbers=_as_numbers(cells.column, cells.hashes) if self._numbers.holds else None,
            dates=_as_dates(cells.column, years=self._type == "date")
            if self._dates.holds
            else None,
        )

    def _split_misfits(self, cells: _Cells) -> tuple[Words, _Cells]:
        """The cells that are not what a line of the file says of the column, and all others."""
        if self._type == "number":
            return cells.split(~numbers_of(cells.column).fits)
        if self._type == "date":
            return cells.split(~dates_of(cells.column, years=True).fits)
        return NO_WORDS, cells

    def add_seen(self, seen: _Seen) -> None:
        """Add the findings about the next cells, in their order."""
        self._missing += seen.missing
        self._empty += seen.empty
        self._distinct.add_hashes(seen.hashes)
        self._words = self._words.then(seen.words)
        self._misfits = self._misfits.then(seen.misfits)
        if seen.texts is not None:
            self._texts = seen.texts if self._texts is None else self._texts.then(seen.texts)
        if seen.others:
            self._others = True
            self._numbers.add_values(seen.numbers)
            self._dates.add_values(seen.dates)
        if len(self._misfits.counts) > MOST_MISFITS:
            self._misfits = NO_WORDS
            self._numbers.add_values(None)
            self._dates.add_values(None)

    def profile(self, cell_at: Callable[[int], str], most: int) -> Profile:
        """The profile; ``cell_at`` shows the cell with a number of those that were added."""
        kind, ends, summary = self._kind()
        words = self._words_beside(kind)
        distinct, frequent = self._distinct.distinct_and_top(words.hashes())
        return Profile(
            column=self.column,
            kind=kind,
            rows=self._rows,
            missing=self._missing,
            empty=self._empty,
            na=words.total,
            na_words=words.most_frequent(most),
            fitting=self._rows - self._missing - self._empty - words.total,
            distinct=distinct,
            minimum=None if ends is None else _shown(ends.least, most),
            maximum=None if ends is None else _shown(ends.greatest, most),
            mean=summary.mean,
            median=summary.median,
            histogram=summary.histogram,
            top=[(cell_at(number), count) for number, count in frequent],
        )

    def _words_beside(self, kind: str) -> Words:
        """The cells that are counted apart in a column of this kind."""
        if kind == "text":
            return self._words if self._nothing.told else NO_WORDS
        return self._words.then(self._misfits)

    def _kind(
        self,
    ) -> tuple[Literal["number", "date", "text", "empty"], Extremes | None, NumberSummary]:
        if self._others and self._numbers.holds:
            return "number", *self._numbers.extremes_and_summary(dates=False)
        if self._others and self._dates.holds:
            return "date", *self._dates.extremes_and_summary(dates=True)
        says_something = self._others or self._misfits.counts
        if not says_something and not self._words.are_values(self._nothing):
            return "empty", None, NumberSummary()
        return "text", self._texts, NumberSummary()


def _as_numbers(cells: Column, hashes: Hashes) -> tuple[Floats, Extremes] | None:
    found = numbers_of(cells)
    if not found.fits.all():
        return None
    return found.values, extremes_of_numbers(cells, found.values, hashes)


def _as_dates(cells: Column, *, years: bool) -> tuple[Floats, Extremes] | None:
    found = dates_of(cells, years=years)
    return (found.seconds(), extremes_of_dates(cells, found)) if found.fits.all() else None


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))


def shown_at(cells: Column, most: int, number: int) -> str:
    """One of the cells, cut after ``most`` characters."""
    return _shown(cells.data[cells.starts[number] : cells.ends[number]].tobytes(), most)


def _shown(cell: bytes, most: int) -> str:
    return cell[: 4 * most].decode("utf-8", "ignore")[:most]


def _cell(contents: Contents, rows: Positions | None, column: int, most: int, number: int) -> str:
    row = number if rows is None else int(rows[number])
    bounds = contents.index.bounds_at(np.array([row + contents.headers]))
    found = read_cell(contents.text, bounds, column, most, contents.cells)
    assert found is not None
    return found.text
