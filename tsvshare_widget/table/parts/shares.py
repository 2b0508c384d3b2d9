"""Shares of a profile: what columns are like in one part, and what parts say put together.

Different cells are counted by ranges of their hashes, each out of all parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.columns.hashes import Hasher, Hashes
from tsvshare_widget.table.columns.strips import StripScan
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile.distinct import TOP_CELLS
from tsvshare_widget.table.profile.exact_sum import sum_in_units
from tsvshare_widget.table.profile.histogram import Shape, finite, shape_of
from tsvshare_widget.table.profile.summary import ColumnFacts, ColumnSummary
from tsvshare_widget.table.profile.values import Values
from tsvshare_widget.table.query.order import RowNumbers

from .ranks import Ladder, ladder_of
from .rows import Place, Rows, opened


class ScaleShare(NamedTuple):
    """What is known of the values of a part; ``total`` is their sum, if all are finite."""

    total: int | None
    shape: Shape | None
    ladder: Ladder

    def then(self, later: ScaleShare) -> ScaleShare:
        """What is known of these values and of others."""
        both = self.total is not None and later.total is not None
        shape = self.shape or later.shape
        if self.shape is not None and later.shape is not None:
            shape = self.shape.then(later.shape)
        total = (self.total or 0) + (later.total or 0) if both else None
        return ScaleShare(total, shape, self.ladder.then(later.ladder))


class ColumnShare(NamedTuple):
    """What is known of a column in a part."""

    facts: ColumnFacts
    numbers: ScaleShare | None
    dates: ScaleShare | None

    def then(self, later: ColumnShare) -> ColumnShare:
        """What is known of it in this part and the next one."""
        return ColumnShare(
            self.facts.then(later.facts),
            _together(self.numbers, later.numbers),
            _together(self.dates, later.dates),
        )


def _together(first: ScaleShare | None, later: ScaleShare | None) -> ScaleShare | None:
    return (first or later) if first is None or later is None else first.then(later)


class Sorted(NamedTuple):
    """The values of a column in a part, in order."""

    numbers: np.ndarray[tuple[int], np.dtype[np.float64]] | None
    dates: np.ndarray[tuple[int], np.dtype[np.float64]] | None


class Different(NamedTuple):
    """Different cells by their hashes, which ascend: how often each is there, and where first."""

    hashes: Hashes
    counts: Positions
    first: Positions


class Wanted(NamedTuple):
    """What is to be known of which columns; cells are hashed with ``key``.

    Hashes are cut into so many ``ranges``, a power of two.
    """

    columns: range
    key: bytes
    ranges: int


def share_part(
    place: Place, rows: Rows, wanted: Wanted, chosen: RowNumbers | None, before: int
) -> list[object]:
    """Task: what columns are like in a part, over all of its rows or the ``chosen`` ones.

    Of the rows that are profiled, ``before`` are before those of the part.  Returns a
    :class:`ColumnShare` of each column, :class:`Sorted` values of each, and for each range of
    hashes the :class:`Different` cells of each column.
    """
    with opened(place) as table:
        told = table.told
        scan = table.scan(rows, None if chosen is None else chosen.astype(np.int64))
        hasher = Hasher(wanted.key)
        summaries = [
            ColumnSummary(
                column, scan.row_count, told.nothing_in(column), told.type_of(column), hasher
            )
            for column in wanted.columns
        ]
        strips = StripScan(scan, wanted.columns)
        for seen in strips.each_part(lambda number, cells: summaries[number].inspect_cells(cells)):
            for summary, some in zip(summaries, seen, strict=True):
                summary.add_seen(some)
    shares, values, different = [], [], []
    for summary in summaries:
        numbers, dates = map(_sorted, summary.take_values())
        values.append(Sorted(numbers, dates))
        scales = (_scale_share(numbers, dates=False), _scale_share(dates, dates=True))
        shares.append(ColumnShare(summary.facts, *scales))
        different.append(_in_ranges(summary.distinct.hashes, wanted.ranges, before))
    return [shares, values, *(list(one) for one in zip(*different, strict=True))]


def _sorted(values: Values | None) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    return None if values is None else values.sorted_values()


def _scale_share(
    values: np.ndarray[tuple[int], np.dtype[np.float64]] | None, *, dates: bool
) -> ScaleShare | None:
    if values is None:
        return None
    inner = finite(values)
    total = sum_in_units(values) if len(inner) == len(values) else None
    shape = shape_of(inner, dates=dates) if len(inner) else None
    return ScaleShare(total, shape, ladder_of(values))


def _in_ranges(hashes: Hashes, ranges: int, before: int) -> list[Different]:
    """The different cells of a part, by ranges of their hashes."""
    places = np.flatnonzero(hashes)
    found, first, counts = np.unique(hashes[places], return_index=True, return_counts=True)
    first = places[first] + before
    bits = ranges.bit_length() - 1
    borders = [number << (64 - bits) for number in range(1, ranges)] if bits else []
    cuts = np.searchsorted(found, np.array(borders, np.uint64)).tolist()
    ends = zip([0, *cuts], [*cuts, len(found)], strict=True)
    return [Different(found[a:b].copy(), counts[a:b].copy(), first[a:b].copy()) for a, b in ends]


class CountedRange(NamedTuple):
    """The number of different cells in a range of hashes, and the most frequent ones.

    Of these, the number of the first row that has it, and how many have it.
    """

    distinct: int
    top: list[tuple[int, int]]

    def then(self, other: CountedRange) -> CountedRange:
        """The same of both ranges."""
        top = sorted([*self.top, *other.top], key=lambda one: (-one[1], one[0]))
        return CountedRange(self.distinct + other.distinct, top[:TOP_CELLS])


def count_range(parts: list[list[Different]], left_out: Sequence[Hashes]) -> list[CountedRange]:
    """Task: the different cells of each column in a range of hashes, out of all parts in order.

    Those whose hashes are ``left_out`` do not count.
    """
    return [
        _count([part[number] for part in parts], without) for number, without in enumerate(left_out)
    ]


def _count(parts: list[Different], left_out: Hashes) -> CountedRange:
    hashes = np.concatenate([part.hashes for part in parts])
    if len(left_out):
        kept = ~np.isin(hashes, left_out, kind="sort")
    else:
        kept = np.ones(len(hashes), np.bool_)
    hashes = hashes[kept]
    if not len(hashes):
        return CountedRange(0, [])
    order = np.argsort(hashes, kind="stable")  # so that the first part comes first
    hashes = hashes[order]
    begins = np.concatenate(([0], np.flatnonzero(hashes[1:] != hashes[:-1]) + 1))
    counts = np.add.reduceat(np.concatenate([part.counts for part in parts])[kept][order], begins)
    first = np.concatenate([part.first for part in parts])[kept][order][begins]
    if len(counts) > TOP_CELLS:
        least = np.partition(counts, -TOP_CELLS)[-TOP_CELLS]
        some = np.flatnonzero(counts >= least)
    else:
        some = np.arange(len(counts))
    best = some[np.lexsort((first[some], -counts[some]))[:TOP_CELLS]]
    top = list(zip(first[best].tolist(), counts[best].tolist(), strict=True))
    return CountedRange(len(begins), top)


def all_shares(shares: Sequence[Sequence[ColumnShare]]) -> list[ColumnShare]:
    """What is known of each column in all parts, in their order."""
    return [reduce(ColumnShare.then, column) for column in zip(*shares, strict=True)]
