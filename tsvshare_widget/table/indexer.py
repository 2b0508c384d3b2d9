"""Where rows end: bytes in, offsets out, chunk by chunk; pure (no files, no clocks).

A row ends at a line feed that is not inside a quoted cell.  What a quoted cell is, is decided on
runs of quotes:

- Only a run of an odd number of quotes can open or close a quoted cell.
- A run opens if it stands at the start of a cell, and closes if a tab, a line end (LF or CRLF) or
  the end of the data follows.
- An opening run and the very next odd run, if that one closes, make a quoted cell, unless there
  are both a line feed and a tab between them, or it is over ``MAX_QUOTED`` bytes from end to end:
  then the opening run is text, and the next one is looked at as if it were the first.

So quotes in the middle of a cell, or opened and never closed, are text, and one stray quote cannot
swallow the rest of a file.  The rules look at most ``MAX_QUOTED`` bytes ahead, which bounds what
has to be remembered between chunks; how the data is cut into chunks never changes the result.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

MAX_QUOTED = 1 << 20
"""Bytes of the longest quoted cell, quotes included; a longer one is not a quoted cell but text."""

TAB, LF, CR, QUOTE = b'\t\n\r"'


class _Counts:
    """How many of the flagged positions stand before a given one, for many at once."""

    def __init__(self, flags: Flags) -> None:
        packed = np.packbits(flags, bitorder="little")
        padded = np.zeros(len(flags) // 64 * 8 + 8, np.uint8)
        padded[: len(packed)] = packed
        self._words = padded.view("<u8")
        self._before = np.zeros(len(self._words) + 1, np.int64)
        np.cumsum(np.bitwise_count(self._words), out=self._before[1:])

    @property
    def total(self) -> int:
        return int(self._before[-1])

    def before(self, positions: Positions) -> Positions:
        word, bit = positions >> 6, (positions & 63).astype(np.uint64)
        below = self._words[word] & ((np.uint64(1) << bit) - np.uint64(1))
        found: Positions = self._before[word] + np.bitwise_count(below)
        return found


class _Runs(NamedTuple):
    """Odd runs of quotes, by position, with how many line feeds and tabs stand before each."""

    start: Positions
    end: Positions
    lines: Positions
    tabs: Positions
    opens: Flags
    closes: Flags

    def after(self, earlier: _Runs) -> _Runs:
        """These runs, after ``earlier`` ones."""
        return _Runs._make(np.concatenate(pair) for pair in zip(earlier, self, strict=True))

    def last(self) -> _Runs:
        """The last run alone."""
        return _Runs._make(field[-1:] for field in self)

    def quoted(self) -> Positions:
        """Which runs open a quoted cell that the next run closes."""
        fits = (np.diff(self.lines) == 0) | (np.diff(self.tabs) == 0)
        fits &= self.end[1:] - self.start[:-1] <= MAX_QUOTED
        return np.flatnonzero(_every_other(self.opens[:-1] & self.closes[1:] & fits))


class Indexer:
    """Finds the row ends in data that comes in chunks of any size.

    ``rows`` is how many rows have ended, ``widest`` how many cells the widest of them has.
    Positions count from the first byte of the data, which itself stands at ``start``.
    """

    def __init__(self, *, quoting: bool, start: int = 0) -> None:
        self.rows = 0
        self.widest = 0
        self._quoting = quoting
        self._position = start  # of the first byte not scanned yet
        self._previous = LF  # the byte before it
        self._lines = 0  # line feeds before it, in quoted cells or not
        self._tabs = 0  # likewise tabs
        self._quoted_tabs = 0  # those of them that are in quoted cells
        self._last_end = start  # of the last row
        self._last_tabs = 0  # tabs before that which separate cells
        self._tail = b""  # end of the last chunk that could be part of a longer run of quotes
        self._open: _Runs | None = None  # a run that may open a quoted cell, until that is certain
        self._held: list[tuple[Positions, Positions]] = []  # line feeds since, and tabs before each

    def feed(self, data: bytes | memoryview) -> Positions:
        """Take the next bytes; return the positions just after the rows known to end by now."""
        if self._tail:
            only_quotes = not bytes(data).strip(b'"')
            data, self._tail = self._tail + data, b""
            if only_quotes and len(data) <= MAX_QUOTED:
                self._tail = data  # the same run goes on; no use to look at it again
                return _none()
        return self._scan(np.frombuffer(data, np.uint8), final=False)

    def finish(self) -> Positions:
        """Take in that no bytes follow; return the row ends not returned so far."""
        tail, self._tail = self._tail, b""
        ends = self._scan(np.frombuffer(tail, np.uint8), final=True)
        if self._position == self._last_end:
            return ends
        last = np.array([self._position])
        self._count(last, np.array([self._tabs - self._quoted_tabs]))
        return np.concatenate((ends, last))

    def _scan(self, data: Bytes, *, final: bool) -> Positions:
        if not len(data) and not final:
            return _none()
        starts, ends = self._odd_runs(data, final=final)
        opens, closes = self._roles(data, starts, ends)
        body = data[: len(data) - len(self._tail)]
        lines, tabs = np.flatnonzero(body == LF), _Counts(body == TAB)
        runs = _Runs(
            starts + self._position,
            ends + self._position,
            np.searchsorted(lines, starts) + self._lines,
            tabs.before(starts) + self._tabs,
            opens,
            closes,
        )
        self._held.append((lines + self._position, tabs.before(lines) + self._tabs))
        self._lines += len(lines)
        self._tabs += tabs.total
        self._position += len(body)
        self._previous = int(body[-1]) if len(body) else self._previous
        return self._settle(runs, final=final)

    def _odd_runs(self, data: Bytes, *, final: bool) -> tuple[Positions, Positions]:
        """Starts and ends of the odd runs in ``data``; a run that may go on becomes the tail."""
        if not self._quoting:
            return _none(), _none()
        is_quote = data == QUOTE
        if not is_quote.any():  # a fraction of what looking for their places takes
            return _none(), _none()
        quotes = np.flatnonzero(is_quote)
        gaps = np.flatnonzero(np.diff(quotes) != 1)
        starts = quotes[np.concatenate(([0], gaps + 1))]
        ends = quotes[np.concatenate((gaps, [len(quotes) - 1]))] + 1
        possible = ends - starts <= MAX_QUOTED
        possible[0] &= not (starts[0] == 0 and self._previous == QUOTE)  # goes on from such a one
        reach = len(data) - int(data[-1] == CR)  # one byte more tells what a CR is
        if not final and ends[-1] == reach and possible[-1]:
            self._tail = data[starts[-1] :].tobytes()
            possible[-1] = False
        odd = possible & ((ends - starts) & 1 == 1)
        return starts[odd], ends[odd]

    def _roles(self, data: Bytes, starts: Positions, ends: Positions) -> tuple[Flags, Flags]:
        """Which runs may open a quoted cell, by the byte before, and which may close one."""
        before = _bytes_at(data, starts - 1, outside=self._previous)
        after = _bytes_at(data, ends, outside=LF)
        crlf = (after == CR) & (_bytes_at(data, ends + 1, outside=QUOTE) == LF)
        return (before == TAB) | (before == LF), (after == TAB) | (after == LF) | crlf

    def _settle(self, runs: _Runs, *, final: bool) -> Positions:
        """Decide what the runs mean; return the row ends that are certain by now."""
        if self._open is not None:
            if not len(runs.start) and not final and self._undecided(self._open):
                return _none()
            runs = runs.after(self._open)
            self._open = None
        quoted = runs.quoted()
        last_is_free = len(runs.start) and not (len(quoted) and quoted[-1] == len(runs.start) - 2)
        if not final and last_is_free and runs.opens[-1] and self._undecided(runs.last()):
            self._open = runs.last()
        return self._release(runs, quoted)

    def _undecided(self, run: _Runs) -> bool:
        """Whether an opening run, with no odd run after it so far, can still make a cell."""
        too_long = self._position - int(run.start[0]) >= MAX_QUOTED
        mixed = self._lines > int(run.lines[0]) and self._tabs > int(run.tabs[0])
        return not (too_long or mixed)

    def _release(self, runs: _Runs, quoted: Positions) -> Positions:
        """Row ends out of the line feeds held: all but those in quoted cells or after an open run.

        ``quoted`` says which runs open a quoted cell.
        """
        lines = np.concatenate([lines for lines, _ in self._held])
        tabs = np.concatenate([tabs for _, tabs in self._held])
        first = self._lines - len(lines)  # line feeds before those held
        certain = len(lines) if self._open is None else int(self._open.lines[0]) - first
        self._held = [] if self._open is None else [(lines[certain:], tabs[certain:])]
        lines, tabs = lines[:certain], tabs[:certain] - self._quoted_tabs
        if len(quoted):
            inner_tabs = np.cumsum(runs.tabs[quoted + 1] - runs.tabs[quoted])
            cells_before = np.searchsorted(runs.start[quoted], lines)
            tabs = tabs - np.concatenate(([0], inner_tabs))[cells_before]
            self._quoted_tabs += int(inner_tabs[-1])
            outside = ~_within(
                runs.lines[quoted] - first, runs.lines[quoted + 1] - first, len(lines)
            )
            lines, tabs = lines[outside], tabs[outside]
        self._count(lines, tabs)
        return lines + 1

    def _count(self, ends: Positions, tabs: Positions) -> None:
        """Count the rows that end at ``ends``; ``tabs`` are those before that separate cells."""
        if not len(ends):
            return
        widths = np.diff(tabs, prepend=self._last_tabs) + 1
        self.rows += len(ends)
        self.widest = max(self.widest, int(widths.max()))
        self._last_tabs = int(tabs[-1])
        self._last_end = int(ends[-1]) + 1


def _none() -> Positions:
    return np.empty(0, np.int64)


def _bytes_at(data: Bytes, positions: Positions, *, outside: int) -> Bytes:
    """The bytes at some positions, with ``outside`` where ``data`` has none."""
    found = np.full(len(positions), outside, np.uint8)
    inside = (positions >= 0) & (positions < len(data))
    found[inside] = data[positions[inside]]
    return found


def _every_other(flags: Flags) -> Flags:
    """The first, third, fifth... of each unbroken series of true flags."""
    places = np.arange(len(flags))
    last_false: Positions = np.maximum.accumulate(np.where(flags, -1, places))
    odd: Flags = (places - last_false) & 1 == 1
    return flags & odd


def _within(starts: Positions, ends: Positions, size: int) -> Flags:
    """Which of ``size`` places lie in half-open ranges, given in order and not overlapping."""
    steps = np.zeros(size + 1, np.int8)
    some = ends > starts
    steps[starts[some]] += 1
    steps[ends[some]] -= 1
    depth: Positions = np.cumsum(steps[:-1])
    return depth > 0
