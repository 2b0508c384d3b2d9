"""Ranks of values that lie in parts: which is the middle one, without having all in one place.

Each part says which values are at some of its places; so it is known between which two values the
middle one must be, and only what is between these is looked at.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tsvshare_widget.table.columns.numbers import Floats
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile.exact_sum import mean_of
from tsvshare_widget.table.profile.histogram import count_between, finite

_RUNGS = 256
"""Places of a part of which the value is told."""


class Ladder(NamedTuple):
    """How many values there are, and for some of them how many of its part are before each.

    ``steps`` are for each part the values, which ascend, and their places in it.
    """

    total: int
    steps: list[tuple[Floats, Positions]]

    def then(self, other: Ladder) -> Ladder:
        """That of both."""
        return Ladder(self.total + other.total, [*self.steps, *other.steps])


def ladder_of(values: Floats) -> Ladder:
    """The ladder of ``values``, which ascend; there must be some."""
    count = len(values)
    places = np.unique(np.linspace(0, count - 1, min(count, _RUNGS)).astype(np.int64))
    return Ladder(count, [(values[places], places)])


class Span(NamedTuple):
    """Values from ``low`` to ``high``, both included, and edges of a histogram, if any."""

    low: float
    high: float
    edges: list[float] | None


def middle_span(ladder: Ladder) -> tuple[float, float]:
    """Two values between which the one or two in the middle of all lie."""
    first, last = (ladder.total - 1) // 2, ladder.total // 2
    rungs = np.unique(np.concatenate([values for values, _ in ladder.steps]))
    at_most = np.zeros(len(rungs), np.int64)  # are before each rung
    at_least = np.zeros(len(rungs), np.int64)  # are not after it
    for values, places in ladder.steps:
        ends = np.append(places, places[-1] + 1)  # the last place is always a rung
        at_most += ends[np.searchsorted(values, rungs)]
        not_after = np.searchsorted(values, rungs, side="right")
        at_least += np.where(not_after > 0, places[np.maximum(not_after, 1) - 1] + 1, 0)
    low = rungs[max(0, int(np.searchsorted(at_most, first, side="right")) - 1)]
    high = rungs[min(len(rungs) - 1, int(np.searchsorted(at_least, last + 1)))]
    return float(low), float(high)


class InSpan(NamedTuple):
    """How many values of a part are before a span, those in it, and how many are in each bin."""

    before: int
    inside: Floats
    bins: list[int]


def look_into(values: list[Any], spans: list[tuple[str, Span] | None]) -> list[InSpan | None]:
    """Task: what is in a span of each column of a part; the spans are of numbers or of dates."""
    return [
        None if span is None else _in_span(getattr(one, span[0]), span[1])
        for one, span in zip(values, spans, strict=True)
    ]


def _in_span(values: Floats | None, span: Span) -> InSpan:
    if values is None:
        return InSpan(0, np.empty(0), [0] * (len(span.edges or [0]) - 1))
    begin = int(np.searchsorted(values, span.low))
    end = int(np.searchsorted(values, span.high, side="right"))
    bins = [] if span.edges is None else count_between(finite(values), span.edges).tolist()
    return InSpan(begin, values[begin:end].copy(), bins)


def median_of(count: int, found: list[InSpan]) -> float | None:
    """The median of ``count`` values; None if it is not finite."""
    before = sum(one.before for one in found)
    inside = np.sort(np.concatenate([one.inside for one in found]))
    middle = inside[[(count - 1) // 2 - before, count // 2 - before]]
    assert not math.isnan(float(middle[0]))
    return mean_of(middle)
