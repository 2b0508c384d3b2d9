"""Values: mean, median and histogram of many numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.query import Histogram
from tsvshare_widget.table.columns.numbers import Floats

from .distinct import room_for
from .exact_sum import mean_of
from .histogram import histogram


class NumberSummary(NamedTuple):
    """The part of :class:`tsvshare_widget.query.Profile` that is about numbers or dates."""

    mean: float | None = None
    median: float | None = None
    histogram: Histogram | None = None


class Values:
    """A store for up to ``most`` numbers."""

    def __init__(self, most: int) -> None:
        self._values: Floats = room_for(most, "<f8")
        self._known = 0

    def add_values(self, values: Floats) -> None:
        """Add ``values``."""
        self._values[self._known : self._known + len(values)] = values
        self._known += len(values)

    def summarise(self, *, dates: bool) -> NumberSummary:
        """The summary of all numbers; to be called once, for it sorts them.

        ``dates``: they are seconds.
        """
        values = self.sorted_values()
        middle = np.array([values[(self._known - 1) // 2], values[self._known // 2]])
        return NumberSummary(mean_of(values), mean_of(middle), histogram(values, dates=dates))

    def sorted_values(self) -> Floats:
        """All numbers, in order."""
        values = self._values[: self._known]
        values.sort()
        return values
