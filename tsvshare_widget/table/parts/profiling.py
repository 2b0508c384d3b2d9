"""Profiles of columns of a large table, by tasks of whoever does them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple

import msgspec
import numpy as np

from tsvshare_widget.query import Histogram, Profile, Spelling
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile.exact_sum import mean_of_sum
from tsvshare_widget.table.profile.histogram import edges_of
from tsvshare_widget.table.profile.profile import begins_like_number, cell_at_row
from tsvshare_widget.table.profile.summary import Asked, Counted, profile_of
from tsvshare_widget.table.profile.values import NumberSummary

from .executor import Executor, Held, Steps, take_all
from .narrow import row_numbers, spelling_of
from .ranks import InSpan, Span, look_into, median_of, middle_span
from .rows import PART_BYTES, OpenTable, Place, Rows, cut_rows, opened
from .shares import (
    ColumnShare,
    CountedRange,
    Different,
    ScaleShare,
    Sorted,
    Wanted,
    all_shares,
    count_range,
    share_part,
)

RANGE_CELLS = 1 << 22
"""Different cells, about, that are counted at once."""

MOST_RANGES = 32

AT_ONCE_CELLS = 1 << 28
"""Cells that are profiled in one pass; what is known of them lies on the cluster meanwhile."""

AT_ONCE_COLUMNS = 500


class _Found(NamedTuple):
    """What tasks have found in all parts, kept where that was."""

    shares: list[ColumnShare]
    values: list[Held[list[Sorted]]]
    ranges: list[list[Held[list[Different]]]]


class _Scope(NamedTuple):
    """What is profiled: of which parts, and which rows of each if not all of them."""

    place: Place
    parts: list[Rows]
    chosen: list[Positions | None]
    total: int
    most: int


def profile_in_parts(
    executor: Executor,
    place: Place,
    columns: range,
    rows: Positions | None,
    most: int,
    report_progress: Callable[[float], None],
    part_bytes: int = PART_BYTES,
) -> list[Profile]:
    """The profiles of some columns, over some ``rows``, in any order, or over all.

    The same as :func:`..profile.profile.profile_columns` finds.  Raises what that does.
    """
    total = place.facts.rows if rows is None else len(rows)
    if not total:
        return [Profile(column=column, kind="empty", rows=0) for column in columns]
    parts = cut_rows(place, part_bytes)
    scope = _Scope(place, parts, _chosen_in(parts, rows), total, most)
    step = min(AT_ONCE_COLUMNS, max(1, AT_ONCE_CELLS // total))
    passes = [columns[first : first + step] for first in range(0, len(columns), step)]
    steps = Steps(report_progress, 3 * len(passes))
    return [found for some in passes for found in _profile(executor, scope, some, steps)]


def _chosen_in(parts: list[Rows], rows: Positions | None) -> list[Positions | None]:
    """The chosen rows of each part; None: all."""
    if rows is None:
        return [None] * len(parts)
    ascending = np.sort(rows)
    cuts = np.searchsorted(ascending, [part.stop for part in parts[:-1]])
    return [*np.split(ascending, cuts)]


def _profile(executor: Executor, scope: _Scope, columns: range, steps: Steps) -> list[Profile]:
    with opened(scope.place) as table:
        told = table.told
        nothing = [told.nothing_in(column) for column in columns]
        held = _share(executor, scope, columns, steps)
        facts = [share.facts for share in held.shares]
        kinds = [each.kind(its) for each, its in zip(facts, nothing, strict=True)]
        left_out = [
            each.words_beside(kind, its).hashes()
            for each, kind, its in zip(facts, kinds, nothing, strict=True)
        ]
        counting = [
            executor.start("tsvshare-count-cells", count_range, list(some), left_out)
            for some in held.ranges
        ]
        summaries = _summarise(executor, held, kinds, steps)
        counted: list[CountedRange] | None = None
        for some in steps.each(take_all(executor, counting), len(counting)):
            together = some if counted is None else map(CountedRange.then, counted, some)
            counted = list(together)
        steps.next_step()
        assert counted is not None
        found = [
            profile_of(
                Asked(column, scope.total, scope.most),
                facts[number],
                nothing[number],
                summaries[number],
                _with_cells(table, scope, column, counted[number]),
            )
            for number, column in enumerate(columns)
        ]
    return [msgspec.structs.replace(one, spelling=_spelling(executor, scope, one)) for one in found]


def _share(executor: Executor, scope: _Scope, columns: range, steps: Steps) -> _Found:
    """What is known of each part, and kept of it."""
    cells = scope.total * len(columns)
    ranges = min(MOST_RANGES, 1 << (cells // RANGE_CELLS).bit_length())
    wanted = Wanted(columns, secrets.token_bytes(8), ranges)
    counts = [
        rows.stop - rows.first if chosen is None else len(chosen)
        for rows, chosen in zip(scope.parts, scope.chosen, strict=True)
    ]
    befores = [0, *accumulate(counts[:-1])]
    pieces = [
        executor.start_split(
            "tsvshare-profile-part",
            2 + ranges,
            share_part,
            scope.place,
            rows,
            wanted,
            None if chosen is None else row_numbers(chosen, scope.place.facts.rows),
            before,
        )
        for rows, chosen, count, before in zip(
            scope.parts, scope.chosen, counts, befores, strict=True
        )
        if count
    ]
    shares = list(steps.each(take_all(executor, [one[0] for one in pieces]), len(pieces)))
    steps.next_step()
    ranged = [[one[2 + number] for one in pieces] for number in range(ranges)]
    return _Found(all_shares(shares), [one[1] for one in pieces], ranged)


def _summarise(
    executor: Executor, held: _Found, kinds: Sequence[str], steps: Steps
) -> list[NumberSummary]:
    """Mean, median and histogram of those columns that are of numbers or dates."""
    scales = [_scale(share, kind) for share, kind in zip(held.shares, kinds, strict=True)]
    spans = [
        None if scale is None else (f"{kind}s", _span(scale, dates=kind == "date"))
        for scale, kind in zip(scales, kinds, strict=True)
    ]
    found: list[list[InSpan | None]] = []
    if any(span is not None for span in spans):
        looking = [
            executor.start("tsvshare-find-middle", look_into, values, spans)
            for values in held.values
        ]
        found = list(steps.each(take_all(executor, looking), len(looking)))
    steps.next_step()
    return [
        NumberSummary()
        if scale is None or span is None
        else _summary(scale, span[1], [part[number] for part in found])
        for number, (scale, span) in enumerate(zip(scales, spans, strict=True))
    ]


def _scale(share: ColumnShare, kind: str) -> ScaleShare | None:
    return {"number": share.numbers, "date": share.dates}.get(kind)


def _span(scale: ScaleShare, *, dates: bool) -> Span:
    edges = None if scale.shape is None else edges_of(scale.shape, dates=dates)
    return Span(*middle_span(scale.ladder), edges)


def _summary(scale: ScaleShare, span: Span, found: Sequence[InSpan | None]) -> NumberSummary:
    inside = [one for one in found if one is not None]
    count = scale.ladder.total
    mean = None if scale.total is None else mean_of_sum(scale.total, count)
    histogram = None
    if span.edges is not None:
        bins = [sum(some) for some in zip(*(one.bins for one in inside), strict=True)]
        histogram = Histogram(edges=span.edges, counts=bins)
    return NumberSummary(mean, median_of(count, inside), histogram)


def _with_cells(table: OpenTable, scope: _Scope, column: int, counted: CountedRange) -> Counted:
    """The most frequent cells, read from the first rows that have them."""
    rows = None
    if scope.chosen[0] is not None:
        rows = np.concatenate([one for one in scope.chosen if one is not None])
    cell_at = partial(cell_at_row, table.contents, rows, column, scope.most)
    return Counted(counted.distinct, [(cell_at(number), count) for number, count in counted.top])


def _spelling(executor: Executor, scope: _Scope, found: Profile) -> Spelling | None:
    """How numbers are written in a column of text that may be asked for as such."""
    if found.kind != "text" or not begins_like_number(found.minimum or ""):
        return None
    return spelling_of(executor, scope.place, scope.parts, found.column)
