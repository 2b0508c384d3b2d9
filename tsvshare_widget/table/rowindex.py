"""Where the rows of a table are in its text, and on which line each starts.

Three lists of numbers: where each row ends, after where the first one starts; where a row starts,
if comment lines stand before it; and the line number of some rows, not too many bytes apart.  The
first one is 8 bytes a row, the others are small in most tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .files import Text
from .indexer import Segments
from .marks import CR, LF, Ends
from .offsets import FileOffsets, MemoryOffsets, Offsets, Pairs
from .places import Flags, Positions

LINE_STEP = 1 << 18
"""Bytes of text between two rows whose line number is kept, if the rows are not longer."""

_NAMES = ("rows", "gaps", "lines")


class Bounds(NamedTuple):
    """Where rows start and end, line ends included."""

    starts: Positions
    ends: Positions


class RowIndex:
    """The index of one reading of a text.  ``rows`` have ended; the header is one of them."""

    def __init__(self, rows: int, bounds: Offsets, gaps: Pairs, lines: Pairs) -> None:
        """For the class methods alone."""
        self.rows = rows
        self._bounds = bounds
        self._gaps = gaps
        self._lines = lines
        self.several_lines = False  # whether a row may have more than one line
        self._end = 0  # of the last segment, row or comment
        self._line = -1  # on which it starts
        self._row_end = 0  # of the last row
        self._next_kept = 0  # where the next row starts, or after, whose line is kept

    @classmethod
    def in_memory(cls) -> RowIndex:
        """An empty one that will not become large."""
        return cls(0, MemoryOffsets(), Pairs(MemoryOffsets()), Pairs(MemoryOffsets()))

    @classmethod
    def create(cls, folder: Path, suffix: str) -> RowIndex:
        """A new one in files."""
        rows, gaps, lines = (FileOffsets(path, grows=True) for path in cls.paths(folder, suffix))
        return cls(0, rows, Pairs(gaps), Pairs(lines))

    @classmethod
    def open(cls, folder: Path, suffix: str, rows: int, *, several_lines: bool) -> RowIndex | None:
        """A finished one, out of files; None if they are not what ``rows`` rows take."""
        paths = cls.paths(folder, suffix)
        bounds, gaps, lines = (FileOffsets(path, grows=False) for path in paths)
        sizes = [path.stat().st_size for path in paths]
        if sizes[0] != 8 * (rows + 1) or sizes[1] % 16 or sizes[2] % 16:
            return None
        found = cls(rows, bounds, Pairs(gaps, sizes[1] // 16), Pairs(lines, sizes[2] // 16))
        found.several_lines = several_lines
        return found

    @staticmethod
    def paths(folder: Path, suffix: str) -> list[Path]:
        """The files of an index."""
        return [folder / f"{name}{suffix}.u64" for name in _NAMES]

    def begin(self, start: int) -> None:
        """Take in where the first row starts, before anything else."""
        self._bounds.append(np.array([start]))
        self._end = self._row_end = start

    def append(self, found: Segments) -> None:
        """Take in the next segments."""
        if not len(found.ends):
            return
        starts = np.empty_like(found.ends)
        starts[0], starts[1:] = self._end, found.ends[:-1]
        gap = self._end != self._row_end
        ends, lines = found.ends, found.lines
        self.several_lines |= self._line >= 0 and int(lines[0]) != self._line + 1
        self.several_lines |= int(lines[-1] - lines[0]) != len(lines) - 1
        self._end, self._line = int(ends[-1]), int(lines[-1])
        if found.comments.any():
            rows = ~found.comments
            starts, ends, lines, gap = starts[rows], ends[rows], lines[rows], True
        if len(ends):
            if gap:
                self._keep_gaps(starts, ends)
            self._row_end = int(ends[-1])
            self._keep_lines(starts, lines)
            self._bounds.append(ends)
            self.rows += len(ends)

    def close(self) -> None:
        """Write no more."""
        for part in (self._bounds, self._gaps, self._lines):
            part.close()

    def _keep_gaps(self, starts: Positions, ends: Positions) -> None:
        before = np.concatenate(([self._row_end], ends[:-1]))
        after_gap = np.flatnonzero(starts != before)
        self._gaps.append(after_gap + self.rows, starts[after_gap])

    def _keep_lines(self, starts: Positions, lines: Positions) -> None:
        while (place := int(np.searchsorted(starts, self._next_kept))) < len(starts):
            self._lines.append(np.array([place + self.rows]), lines[place : place + 1])
            self._next_kept = int(starts[place]) + LINE_STEP

    # --- reading --------------------------------------------------------------------------------

    def bounds(self, first: int, count: int) -> Bounds:
        """Where ``count`` rows from ``first`` stand; all of them must have ended."""
        bounds = self._bounds.read(first, count + 1)
        starts, ends = bounds[:-1], bounds[1:]
        if self._gaps.count:
            rows, after = self._gaps.between(first, first + count)
            starts = starts.copy()
            starts[rows - first] = after
        return Bounds(starts, ends)

    def end(self, rows: int) -> int:
        """Where the last of the first ``rows`` rows ends; the start of the first, if none."""
        return int(self._bounds.read(rows, 1)[0])

    def line_numbers(self, text: Text, first: int, count: int, ends: Ends) -> list[int]:
        """The lines, from 1, of the text on which ``count`` rows from ``first`` start."""
        kept = self._lines.at_or_before(first)
        if kept is None or not count:
            return []
        row, line = kept
        bounds = self.bounds(row, first - row + count)
        line += 1 + _line_ends(text, int(bounds.starts[0]), int(bounds.starts[first - row]), ends)
        starts, stops = (part[first - row :] for part in bounds)
        steps = np.ones(count - 1, np.int64)
        for place in np.flatnonzero(self._has_more_lines(starts, stops)).tolist():
            steps[place] = _line_ends(text, int(starts[place]), int(starts[place + 1]), ends)
        numbers: list[int] = (line + np.concatenate(([0], np.cumsum(steps)))).tolist()
        return numbers

    def _has_more_lines(self, starts: Positions, stops: Positions) -> Flags:
        """Which rows may have more than one line, comments after them counted in."""
        after: Flags = stops[:-1] != starts[1:]
        return after | self.several_lines


def _line_ends(text: Text, start: int, stop: int, ends: Ends) -> int:
    """How many lines end in a part of the text that starts and stops where rows do."""
    total = 0
    while start < stop:
        piece = text.read(start, min(stop - start, LINE_STEP))
        if start + len(piece) < stop:  # do not part a CR from its LF
            piece = piece.removesuffix(b"\r")
        start += len(piece)
        total += piece.count(CR if ends == "cr" else LF)
        if ends == "any":
            total += piece.count(CR) - piece.count(b"\r\n")
    return total
