"""Runs of quotes in a text, and which of them are around a cell; pure.

The rules are those of :mod:`.indexer`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .bitmaps import Bytes, Flags, Positions, bytes_at, every_other, none
from .syntax import CR, LF, QUOTE, Syntax

MAX_QUOTED_BYTES = 1 << 20
"""Bytes of the longest careful quoted cell, quotes included; a longer one is text."""


class Runs(NamedTuple):
    """Odd runs of quotes, by position, with how many line ends and delimiters stand before each.

    ``opens`` says which may open a quoted cell, by the byte before, and ``closes`` which may close
    one, by what follows.
    """

    start: Positions
    end: Positions
    lines: Positions
    cells: Positions
    opens: Flags
    closes: Flags

    def after(self, earlier: Runs) -> Runs:
        """These runs, after ``earlier`` ones."""
        return Runs._make(np.concatenate(pair) for pair in zip(earlier, self, strict=True))

    def moved(self, position: int, lines: int, cells: Positions) -> Runs:
        """These runs, of data that stands at a position, after so many line ends, and delimiters
        before each run.
        """
        start, end = self.start + position, self.end + position
        return self._replace(start=start, end=end, lines=self.lines + lines, cells=cells)

    def last(self) -> Runs:
        """The last run alone."""
        return Runs._make(field[-1:] for field in self)


class Quoted(NamedTuple):
    """Quoted cells: where they start and end, how many line ends and delimiters are in them."""

    starts: Positions
    ends: Positions
    lines: Positions
    cells: Positions

    @classmethod
    def between(cls, runs: Runs, first: Positions) -> Quoted:
        """Those that ``first`` ones of the runs open, and the next ones close."""
        last = first + 1
        lines, cells = (part[last] - part[first] for part in (runs.lines, runs.cells))
        return cls(runs.start[first], runs.end[last], lines, cells)

    def only(self, chosen: Flags) -> Quoted:
        """Some of them."""
        return Quoted._make(field[chosen] for field in self)


class Evidence:
    """What the quotes and line ends of a text look like; counted over all of it.

    ``quoted`` cells; ``stray`` quotes that start a cell but quote nothing; of these, ``refused``
    ones, which do close, but hold a delimiter and a line end, or too much; ``broken`` cells that
    are strictly quoted, but go on after their closing quote, or never close.  ``lone_crs`` are CRs
    that end no row, nor stand before an LF that is looked for.
    """

    def __init__(self) -> None:
        self.quoted = self.stray = self.refused = self.broken = 0
        self.lone_crs = 0
        self._last_is_stray = False

    def count_runs(self, runs: Runs, first: Positions, syntax: Syntax, *, opened: bool) -> None:
        """Count runs, of which ``first`` ones open a cell; not the last one if it is ``opened``."""
        used = np.zeros(len(runs.start), np.bool_)
        used[first] = used[first + 1] = True
        used[-1] |= opened
        stray = runs.opens & ~used
        self.quoted += len(first)
        self.stray += int(np.count_nonzero(stray))
        if syntax.quotes == "strict":
            self.broken += int(np.count_nonzero(~runs.closes[first + 1]))
        else:
            refused = stray[:-1] & runs.closes[1:] & ~_fits(runs)
            self.refused += int(np.count_nonzero(refused))
            self.refused += int(self._last_is_stray and runs.closes[0])
            self._last_is_stray = bool(stray[-1])


def odd_runs(
    data: Bytes, quotes: Positions, previous: int, *, final: bool
) -> tuple[Positions, Positions, int]:
    """Starts and ends of the odd runs of quotes in ``data``, which the byte ``previous`` precedes.

    Also how many bytes at its end are a run that may go on, and are left out; none if ``final``.
    """
    if not len(quotes):
        return none(), none(), 0
    gaps = (np.diff(quotes) != 1).nonzero()[0]
    starts = quotes[np.concatenate(([0], gaps + 1))]
    ends = quotes[np.concatenate((gaps, [len(quotes) - 1]))] + 1
    sizes = ends - starts
    odd = (sizes <= MAX_QUOTED_BYTES) & (sizes & 1 == 1)
    odd[0] &= not (starts[0] == 0 and previous == QUOTE)  # goes on from such a long one
    reach = len(data) - int(data[-1] == CR)  # one byte more tells what a CR is
    if final or ends[-1] != reach or sizes[-1] > MAX_QUOTED_BYTES:
        return starts[odd], ends[odd], 0
    if starts[-1] == 0 and previous == QUOTE:
        return starts[odd], ends[odd], 0
    odd[-1] = False
    return starts[odd], ends[odd], len(data) - int(starts[-1])


def roles(
    data: Bytes, starts: Positions, ends: Positions, previous: int, syntax: Syntax
) -> tuple[Flags, Flags]:
    """Which runs may open a quoted cell, and which may close one."""
    delimiter, end = syntax.delimiter[0], CR if syntax.ends == "cr" else LF
    before = bytes_at(data, starts - 1, outside=previous)
    after = bytes_at(data, ends, outside=end)
    opens = (before == delimiter) | (before == end)
    closes = (after == delimiter) | (after == end)
    if syntax.ends == "lf":
        is_cr = after == CR
        if is_cr.any():
            closes |= is_cr & (bytes_at(data, ends + 1, outside=QUOTE) == LF)
    elif syntax.ends == "any":
        opens |= before == CR
        closes |= after == CR
    return opens, closes


def roughly_counted(data: bytes, runs: Runs, syntax: Syntax) -> tuple[Positions, int]:
    """Delimiters before each run, and in all, counted only as far as :func:`first_of_pairs` asks.

    It asks whether there are any between two runs that may make a cell of several lines; they are
    taken as one, and so is what is between other runs.
    """
    before = np.ones(len(runs.start) + 1, np.int64)
    before[0] = data.find(syntax.delimiter, 0, int(runs.start[0])) >= 0
    before[-1] = data.find(syntax.delimiter, int(runs.end[-1])) >= 0
    several_lines = runs.lines[1:] != runs.lines[:-1]
    asked = (runs.opens[:-1] & runs.closes[1:] & several_lines).nonzero()[0]
    between = zip(runs.end[asked].tolist(), runs.start[asked + 1].tolist(), strict=True)
    before[asked + 1] = [data.find(syntax.delimiter, *part) >= 0 for part in between]
    counted: Positions = np.cumsum(before)
    return counted[:-1], int(counted[-1])


def first_of_pairs(runs: Runs, syntax: Syntax) -> Positions:
    """Which runs open a quoted cell that the next run closes."""
    if syntax.quotes == "strict":
        return np.flatnonzero(every_other(runs.opens)[:-1])
    return np.flatnonzero(every_other(runs.opens[:-1] & runs.closes[1:] & _fits(runs)))


def _fits(runs: Runs) -> Flags:
    """Which runs can make a careful cell with the next one, by what is between them."""
    fits: Flags = (runs.lines[1:] == runs.lines[:-1]) | (runs.cells[1:] == runs.cells[:-1])
    return fits & (runs.end[1:] - runs.start[:-1] <= MAX_QUOTED_BYTES)
