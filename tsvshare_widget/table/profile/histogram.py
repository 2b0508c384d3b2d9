"""Histogram: counts of values between round edges; pure."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.query import Histogram
from tsvshare_widget.table.columns.numbers import Floats
from tsvshare_widget.table.lines.bitmaps import Flags

MOST_BINS = 20

_STEP_VALUES = 1 << 16  # values that are tested at once
_DAY_SECONDS = 86_400
_WEEK_SECONDS = 7 * _DAY_SECONDS
_MONTH_SECONDS = 31 * _DAY_SECONDS  # the longest; more than two weeks
_MONDAY_SECONDS = 4 * _DAY_SECONDS  # the first one of 1970
_STEPS_IN_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_STEPS_IN_HOURS = (1, 2, 3, 6, 12, 24, 48)
_STEPS_IN_WEEKS = (1, 2)
_STEPS_IN_MONTHS = (1, 2, 3, 6)
_YEAR_ZERO_IN_MONTHS = -1970 * 12  # in months since 1970


def histogram(values: Floats, *, dates: bool) -> Histogram | None:
    """The histogram of ``values``, which ascend; None without any finite value.

    Integers get integer edges; dates, in seconds, get edges at the start of seconds, minutes,
    hours, days, weeks, months or years.
    """
    values = finite(values)
    if not len(values):
        return None
    edges = edges_of(shape_of(values, dates=dates), dates=dates)
    return Histogram(edges=edges, counts=count_between(values, edges).tolist())


def finite(values: Floats) -> Floats:
    """Those of ``values``, which ascend, that are finite."""
    first = np.searchsorted(values, -math.inf, side="right")
    return values[first : np.searchsorted(values, math.inf)]


class Shape(NamedTuple):
    """What edges depend on: the least and the greatest value, and of what all are multiples.

    The longest unit of time in seconds, of dates; of numbers 1 if all are whole.
    """

    low: float
    high: float
    grain: int

    def then(self, later: Shape) -> Shape:
        """That of these values and others."""
        grain = min(self.grain, later.grain)
        return Shape(min(self.low, later.low), max(self.high, later.high), grain)


def shape_of(values: Floats, *, dates: bool) -> Shape:
    """The shape of ``values``, which ascend and are finite; there must be some."""
    grain = _grain(values) if dates else int(_hold(values, partial(_are_multiples, 1)))
    return Shape(float(values[0]), float(values[-1]), grain)


def edges_of(shape: Shape, *, dates: bool) -> list[float]:
    """The edges of the bins of values with this shape."""
    if dates:
        return _date_edges(math.floor(shape.low), math.floor(shape.high), shape.grain)
    # 0.4 is meant, not what is nearest to that in binary: it is 2 steps of 0.2.
    low, high = Fraction(repr(shape.low)), Fraction(repr(shape.high))
    return _number_edges(low, high, whole=shape.grain > 0)


def count_between(values: Floats, edges: list[float]) -> NDArray[np.int64]:
    """How many of ``values``, which ascend and are finite, are in each bin."""
    places = np.searchsorted(values, edges[1:-1])
    return np.diff(places, prepend=0, append=len(values))


def _number_edges(low: Fraction, high: Fraction, *, whole: bool) -> list[float]:
    """Edges at multiples of the smallest step that makes few enough bins."""
    for step in _steps(low, high, whole=whole):
        first, last = math.floor(low / step), math.ceil(high / step)
        if whole:  # none on the last edge, where a bin would have one number more than all others
            last = math.floor(high / step) + 1
        last = max(last, first + 1)
        if last - first <= MOST_BINS:
            return [_nearest(n * step) for n in range(first, last + 1)]
    raise AssertionError("the steps grow without end")


def _steps(low: Fraction, high: Fraction, *, whole: bool) -> Iterator[Fraction]:
    """Steps: 1, 2 and 5 times each power of ten, the smallest that may make few enough bins first.

    A step is never so small that two edges would be the same float.
    """
    span = high - low or (Fraction(0) if whole else abs(high))
    least = Fraction(2 * math.ulp(float(max(abs(low), abs(high)))))
    least = max(span / MOST_BINS, least, Fraction(int(whole)))
    for power in count(math.floor(math.log10(least))):
        for factor in (1, 2, 5):
            step = factor * Fraction(10) ** power
            if step >= least:
                yield step


def _nearest(number: Fraction) -> float:
    most = sys.float_info.max
    return float(min(max(number, Fraction(-most)), Fraction(most)))


def _hold(values: Floats, test: Callable[[Floats], Flags]) -> bool:
    """Whether all values pass; tested in parts, to take little memory."""
    parts = (values[start : start + _STEP_VALUES] for start in range(0, len(values), _STEP_VALUES))
    return all(bool(test(part).all()) for part in parts)


def _are_multiples(of: int, values: Floats) -> Flags:
    found: Flags = values % of == 0
    return found


def _are_months(values: Floats) -> Flags:
    dates = values.astype("M8[s]")
    found: Flags = (dates.astype("M8[M]") == dates) & (values % 1 == 0)
    return found


def _grain(values: Floats) -> int:
    """The longest unit of time, in seconds, of which all dates are whole multiples."""
    if _hold(values, _are_months):
        return _MONTH_SECONDS
    for grain in (_DAY_SECONDS, 3600, 60):
        if _hold(values, partial(_are_multiples, grain)):
            return grain
    return 1


def _date_edges(low: int, high: int, grain: int) -> list[float]:
    """Edges at the start of units of time from ``low`` to ``high``, with few enough bins.

    Units shorter than ``grain`` would make empty bins.
    """
    steps = (
        *_STEPS_IN_SECONDS,
        *(3600 * hours for hours in _STEPS_IN_HOURS),
        *(_WEEK_SECONDS * weeks for weeks in _STEPS_IN_WEEKS),
    )
    for step in steps:
        edges = _around(low, high, step, 0 if step % _WEEK_SECONDS else _MONDAY_SECONDS)
        if step >= grain and len(edges) <= MOST_BINS + 1:
            return [float(edge) for edge in edges]
    first, last = (
        int(np.datetime64(date, "s").astype("M8[M]").astype(int)) for date in (low, high)
    )
    years = (12 * factor * 10**power for power in count() for factor in (1, 2, 5))
    for step in chain(_STEPS_IN_MONTHS, years):
        edges = _around(first, last, step, _YEAR_ZERO_IN_MONTHS)
        if len(edges) <= MOST_BINS + 1:
            return [float(np.datetime64(edge, "M").astype("M8[s]").astype(int)) for edge in edges]
    raise AssertionError("the years grow without end")


def _around(low: int, high: int, step: int, origin: int) -> range:
    """Numbers ``step`` apart, counted from ``origin``: from ``low`` or below to above ``high``."""
    first, last = ((number - origin) // step for number in (low, high))
    return range(origin + first * step, origin + (last + 2) * step, step)
