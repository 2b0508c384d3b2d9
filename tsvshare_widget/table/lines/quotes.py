"""Runs of quotes in a text, and the quoted cells they make; pure.

The rules are those of :mod:`.indexer`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .bitmaps import Bytes, Flags, Positions, bytes_at, every_other, none
from .syntax import CR, LF, MOST_CRS, Syntax

MAX_QUOTED_BYTES = 1 << 20
"""Length of the longest quoted cell by careful rules, quotes included; a longer one is text."""


class Runs(NamedTuple):
    """Runs of an odd number of quotes, with the line ends and delimiters counted before each.

    ``opens`` flags those that may open a quoted cell, by the byte before them, and ``closes`` those
    that may close one, by what follows.
    """

    start: Positions
    end: Positions
    lines: Positions
    cells: Positions
    opens: Flags
    closes: Flags

    def after(self, earlier: Runs) -> Runs:
        """The ``earlier`` runs and then these."""
        return Runs._make(np.concatenate(pair) for pair in zip(earlier, self, strict=True))

    def moved(self, position: int, lines: int, cells: Positions) -> Runs:
        """These runs with positions and counts of the whole text instead of those of one chunk.

        ``position`` is where the chunk starts, ``lines`` how many line ends stand before it, and
        ``cells`` how many delimiters stand before each run.
        """
        start, end = self.start + position, self.end + position
        return self._replace(start=start, end=end, lines=self.lines + lines, cells=cells)

    def last(self) -> Runs:
        """The last run alone."""
        return Runs._make(field[-1:] for field in self)


class Quoted(NamedTuple):
    """Quoted cells: start, end, and the number of line ends and delimiters inside each."""

    starts: Positions
    ends: Positions
    lines: Positions
    cells: Positions

    @classmethod
    def between(cls, runs: Runs, first: Positions) -> Quoted:
        """The cells that the runs numbered ``first`` open and the run after each closes."""
        last = first + 1
        lines, cells = (part[last] - part[first] for part in (runs.lines, runs.cells))
        return cls(runs.start[first], runs.end[last], lines, cells)

    def only(self, chosen: Flags) -> Quoted:
        """The chosen ones."""
        return Quoted._make(field[chosen] for field in self)


class Evidence:
    """Counts of quotes and line ends that speak for or against a dialect, over the whole text.

    - ``quoted``: quoted cells.
    - ``stray``: quotes that start a cell but quote nothing.
    - ``refused``: stray quotes that are closed, but around a delimiter and a line end, or too much.
    - ``broken``: cells by strict rules that go on after their closing quote, or never close.
    - ``lone_crs``: CRs that neither end a row nor stand before an LF.
    """

    def __init__(self) -> None:
        self.quoted = self.stray = self.refused = self.broken = 0
        self.lone_crs = 0
        self._last_is_stray = False

    def count_runs(self, runs: Runs, first: Positions, syntax: Syntax, *, opened: bool) -> None:
        """Count runs, of which those numbered ``first`` open a cell that the next one closes.

        ``opened``: the last run may still open a cell and is not counted yet.
        """
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
    data: Bytes, quotes: Positions, previous: int, quote: int, *, final: bool
) -> tuple[Positions, Positions, int]:
    """Starts and ends of the runs of an odd number of quotes; ``previous`` is the byte before.

    The third result is the size of a run at the end of ``data`` that may go on in the next chunk
    and is left out; 0 if ``final``.
    """
    if not len(quotes):
        return none(), none(), 0
    gaps = (np.diff(quotes) != 1).nonzero()[0]
    starts = quotes[np.concatenate(([0], gaps + 1))]
    ends = quotes[np.concatenate((gaps, [len(quotes) - 1]))] + 1
    sizes = ends - starts
    odd = (sizes <= MAX_QUOTED_BYTES) & (sizes & 1 == 1)
    odd[0] &= not (starts[0] == 0 and previous == quote)  # goes on from such a long one
    last = data[-MOST_CRS:]  # the bytes after them tell what CRs are
    reach = len(data) - int((last[::-1] == CR).argmin() if (last != CR).any() else len(last))
    if final or ends[-1] != reach or sizes[-1] > MAX_QUOTED_BYTES:
        return starts[odd], ends[odd], 0
    if starts[-1] == 0 and previous == quote:
        return starts[odd], ends[odd], 0
    odd[-1] = False
    return starts[odd], ends[odd], len(data) - int(starts[-1])


def roles(
    data: Bytes, starts: Positions, ends: Positions, previous: int, syntax: Syntax
) -> tuple[Flags, Flags]:
    """Flags of the runs that may open a quoted cell, and of those that may close one."""
    delimiter, end = syntax.delimiter[0], CR if syntax.ends == "cr" else LF
    before = bytes_at(data, starts - 1, outside=previous)
    after = bytes_at(data, ends, outside=end)
    opens = (before == delimiter) | (before == end)
    closes = (after == delimiter) | (after == end)
    if syntax.ends == "lf":
        is_cr = after == CR
        if is_cr.any():
            for distance in range(1, MOST_CRS + 1):
                next_one = bytes_at(data, ends + distance, outside=syntax.quote[0])
                closes |= is_cr & (next_one == LF)
                is_cr &= next_one == CR
                if not is_cr.any():
                    break
    elif syntax.ends == "any":
        opens |= before == CR
        closes |= after == CR
    return opens, closes


def roughly_counted(data: bytes, runs: Runs, syntax: Syntax) -> tuple[Positions, int]:
    """Estimates of the delimiters before each run, and in all: as good as :func:`first_of_pairs`
    needs them, at a fraction of what counting costs.

    It compares the counts of two runs that may make a cell of several lines.  Any number of
    delimiters between two such runs counts as one, and what is between other runs as well.
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
    """The numbers of the runs that open a quoted cell which the next run closes."""
    if syntax.quotes == "strict":
        return np.flatnonzero(every_other(runs.opens)[:-1])
    return np.flatnonzero(every_other(runs.opens[:-1] & runs.closes[1:] & _fits(runs)))


def _fits(runs: Runs) -> Flags:
    """Flags of the runs that can make a cell with the next one by the careful rules."""
    fits: Flags = (runs.lines[1:] == runs.lines[:-1]) | (runs.cells[1:] == runs.cells[:-1])
    return fits & (runs.end[1:] - runs.start[:-1] <= MAX_QUOTED_BYTES)
