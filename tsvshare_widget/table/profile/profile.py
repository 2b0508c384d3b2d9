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

import msgspec
import numpy as np

from tsvshare_widget.number_syntax import BLANKS
from tsvshare_widget.query import Profile, Spelling
from tsvshare_widget.table.cells.pages import read_cell
from tsvshare_widget.table.columns.block_scan import (
    THREADS,
    BlockScan,
    StepProgress,
    start_task,
)
from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.spelling import SpellingTrial, different_cells
from tsvshare_widget.table.columns.strips import StripScan
from tsvshare_widget.table.columns.told import ToldColumns
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Contents, Snapshot

from .summary import ColumnSummary, shown

AT_ONCE_NUMBERS = 1 << 26
"""Numbers that are kept at a time when several columns are profiled."""

AT_ONCE_COLUMNS = 500
"""Columns that are profiled in one pass: so few that a strip has many rows of them."""


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
        cell_at = partial(cell_at_row, contents, rows, summary.column, most)
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
        if one.kind == "text" and begins_like_number(one.minimum or "")
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


def begins_like_number(cell: str) -> bool:
    """Whether a text may be a number in another spelling; then all of its column may be."""
    return cell.lstrip(BLANKS)[:1] in tuple("+-0123456789")


def shown_at(cells: Column, most: int, number: int) -> str:
    """One of the cells, cut after ``most`` characters."""
    return shown(cells.data[cells.starts[number] : cells.ends[number]].tobytes(), most)


def cell_at_row(
    contents: Contents, rows: Positions | None, column: int, most: int, number: int
) -> str:
    """The cell of one of the ``rows``, by its number among them, cut after ``most`` characters."""
    row = number if rows is None else int(rows[number])
    bounds = contents.index.bounds_at(np.array([row + contents.headers]))
    found = read_cell(contents.text, bounds, column, most, contents.cells)
    assert found is not None
    return found.text
