"""Line statistics: what the lines of a table are like, counted over all of them; pure.

A row is short or long compared with the first one, which is the header if there is one.
"""

from __future__ import annotations

import numpy as np

from tsvshare_widget.read_options import LineCount, LineStats

from .bitmaps import Flags, Positions
from .segments import Segments

_MOST_CELLS = 4095  # of a row; wider ones are counted as if they had so many

SHOWN_LINES = 5
"""Line numbers that are kept of each kind of line."""


class LineCounter:
    """Counts lines of each kind.  ``widest`` is the number of cells of the widest row so far."""

    def __init__(self, *, header: bool, before: int, row_names: bool = False) -> None:
        """``before`` is how many lines stand before the first row, all of them comments.

        ``row_names``: the header names the columns from the second one on.
        """
        self.widest = 0
        self.width = 0  # of the first row, be it the header; 0: it has not ended yet
        self.full_comments = 0  # those after the first row with as many cells, if two or more
        self._skip_header = header
        self._more = int(row_names and header)  # cells that a row has more than the header
        self._widths = np.zeros(_MOST_CELLS + 1, np.int64)  # rows by their number of cells
        self._rows = 0
        self._short = self._long = self._blank = LineCount()
        self._comments = LineCount(before, tuple(range(1, min(before, SHOWN_LINES) + 1)))

    @classmethod
    def after(cls, line_stats: LineStats, widest: int) -> LineCounter:
        """A counter that goes on from statistics taken before and the width of the widest row.

        Its :attr:`agreement` is without meaning.
        """
        counter = cls(header=False, before=0)
        counter.widest, counter.width, counter._rows = widest, line_stats.width, line_stats.rows
        counter._short, counter._long = line_stats.short, line_stats.long
        counter._blank, counter._comments = line_stats.blank, line_stats.comments
        return counter

    def add_segments(self, found: Segments) -> None:
        """Count the next lines; not if their cells have not been counted."""
        if not len(found.ends) or found.widths is None or found.blanks is None:
            return
        widths, lines, blanks = found.widths, found.lines, found.blanks
        first_row = 0
        if not self.width and not found.comments.all():
            first_row = int(np.argmin(found.comments))
            self.width = int(widths[first_row]) + self._more
        if found.comments.any():
            self._comments = _more(self._comments, found.comments, lines)
            if self.width > 1:
                full = found.comments[first_row:] & (widths[first_row:] == self.width)
                self.full_comments += int(np.count_nonzero(full))
            rows = ~found.comments
            widths, lines, blanks = widths[rows], lines[rows], blanks[rows]
        if len(widths):
            self._count_rows(widths, lines, blanks)

    def stats(self, undecodable: int) -> LineStats:
        """The statistics so far; ``undecodable`` is counted elsewhere."""
        return LineStats(
            rows=self._rows,
            width=self.width,
            short=self._short,
            long=self._long,
            blank=self._blank,
            comments=self._comments,
            undecodable=undecodable,
        )

    @property
    def agreement(self) -> tuple[float, float]:
        """The share of rows that have the most frequent number of cells, blank ones not counted.

        First of those of two cells or more, then of all.
        """
        return _share_of_most(self._widths[2:]), _share_of_most(self._widths[1:])

    def _count_rows(self, widths: Positions, lines: Positions, blanks: Flags) -> None:
        if self._skip_header:
            self._skip_header = False
            self.widest = max(self.widest, self.width)
            widths, lines, blanks = widths[1:], lines[1:], blanks[1:]
        self._rows += len(widths)
        if (widths == self.width).all():
            self._widths[min(self.width, _MOST_CELLS)] += len(widths)
            self.widest = max(self.widest, self.width)
            if self.width > 1:  # no row is blank
                return
        else:
            self.widest = max(self.widest, int(widths.max()))
            counted = np.bincount(np.minimum(widths, _MOST_CELLS))
            self._widths[: len(counted)] += counted
            self._short = _more(self._short, (widths < self.width) & ~blanks, lines)
            self._long = _more(self._long, widths > self.width, lines)
        self._widths[1] -= int(np.count_nonzero(blanks))
        self._blank = _more(self._blank, blanks, lines)


def _share_of_most(counts: Positions) -> float:
    total = int(counts.sum())
    return int(counts.max()) / total if total else 1.0


def _more(so_far: LineCount, chosen: Flags, lines: Positions) -> LineCount:
    """``so_far`` and the chosen ones of the lines, which are numbered from 0."""
    count = int(np.count_nonzero(chosen))
    if not count:
        return so_far
    missing = SHOWN_LINES - len(so_far.lines)
    first = (lines[chosen][:missing] + 1).tolist() if missing else []
    return LineCount(so_far.count + count, (*so_far.lines, *first))
