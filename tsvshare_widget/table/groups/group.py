"""Rows put together by the cells of one or two columns; what the numbers of another are in each."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.query import Group, Groups
from tsvshare_widget.table.cells.pages import read_cell
from tsvshare_widget.table.columns.block_scan import BlockScan, Part, StepProgress
from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.hashes import Hasher, Hashes
from tsvshare_widget.table.columns.numbers import Floats, numbers_of
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile.distinct import room_for
from tsvshare_widget.table.state import Contents, Snapshot

MAX_GROUPS = 1_000
"""Groups that are told of, the largest first; the number of all is told too."""

KEY_CHARACTERS = 200
"""Characters after which the cells that make a group are cut."""

_MISSING, _EMPTY = np.uint64(1), np.uint64(2)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def group_rows(
    snapshot: Snapshot,
    by: tuple[int, ...],
    value: int | None,
    rows: Positions | None,
    report_progress: Callable[[float], None],
) -> Groups:
    """The groups of some ``rows``, in any order, or of all, by the cells of the columns ``by``.

    ``value`` is the column whose numbers are added up; cells of it that are no numbers do not
    count.  ``report_progress`` is called with the share that is done, from 0 to 1.
    """
    facts, contents = snapshot
    some = None if rows is None else np.sort(rows)
    total = facts.rows if some is None else len(some)
    if contents is None or not total:
        return Groups(rows=total, total=0)
    hashers = [Hasher() for _ in by]

    def look(part: Part) -> tuple[Hashes, Floats]:
        columns = [part.block.column(column).only(part.local) for column in by]
        hashed = zip(hashers, columns, strict=True)
        keys = _together([_hashes(hasher, column) for hasher, column in hashed])
        if value is None:
            return keys, np.empty(0)
        return keys, _values(part.block.column(value).only(part.local))

    keys, values = room_for(total, "<u8"), room_for(total if value is not None else 0, "<f8")
    progress = StepProgress(report_progress)
    for begin, end, (found, numbers) in BlockScan(
        contents, 0, facts.rows, progress, some
    ).each_block(look):
        keys[begin:end] = found
        if value is not None:
            values[begin:end] = numbers
    return _summarise(contents, by, _Rows(keys, values, some))


class _Rows(NamedTuple):
    """The rows that are grouped: the key of each, its number, and where it is in the table."""

    keys: Hashes
    values: Floats
    rows: Positions | None


def _hashes(hasher: Hasher, cells: Column) -> Hashes:
    found = hasher.hash(cells, cells.words_at(0))
    found[cells.sizes == 0] = _EMPTY
    found[cells.missing] = _MISSING
    return found


def _together(hashes: list[Hashes]) -> Hashes:
    """One hash for the cells of all columns; which column has which cell makes a difference."""
    first, *others = hashes
    for other in others:
        first = (first * _SPREAD) ^ (first >> np.uint64(29)) ^ other
    return first


def _values(cells: Column) -> Floats:
    numbers = numbers_of(cells)
    return np.where(numbers.fits, numbers.values, np.nan)


def _summarise(contents: Contents, by: tuple[int, ...], found: _Rows) -> Groups:
    has_values = len(found.values) > 0
    # Those that are no numbers come last in their group; equal ones in the order of the table.
    order = (
        np.lexsort((found.values, found.keys))
        if has_values
        else np.argsort(found.keys, kind="stable")
    )
    keys = found.keys[order]
    starts = np.concatenate(([0], np.flatnonzero(keys[1:] != keys[:-1]) + 1))
    counts = np.diff(starts, append=len(keys))
    first = np.minimum.reduceat(order, starts)
    largest = np.lexsort((first, -counts))[:MAX_GROUPS]
    numbers = found.values[order] if has_values else found.values
    groups = []
    for place in largest.tolist():
        row = int(first[place])
        row = row if found.rows is None else int(found.rows[row])
        cells = [_key(contents, row, column) for column in by]
        own = numbers[starts[place] : starts[place] + counts[place]] if has_values else numbers
        groups.append(_group(cells, int(counts[place]), own))
    return Groups(rows=len(keys), total=len(starts), groups=groups)


def _group(cells: list[str | None], count: int, numbers: NDArray[np.float64]) -> Group:
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return Group(cells=cells, count=count)
    with np.errstate(invalid="ignore", over="ignore"):
        # They ascend, so that the sum is of small ones first.
        total, middle = float(known.sum()), float(np.median(known))
    return Group(
        cells=cells,
        count=count,
        numbers=len(known),
        sum=total,
        mean=total / len(known),
        median=middle,
    )


def _key(contents: Contents, row: int, column: int) -> str | None:
    bounds = contents.index.bounds_at(np.array([row + contents.headers]))
    cell = read_cell(contents.text, bounds, column, KEY_CHARACTERS, contents.cells)
    return None if cell is None else cell.text
