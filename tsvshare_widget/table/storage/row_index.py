"""Where the rows of a table are in its text, and on which line each starts.

Three lists of numbers: where each row ends, after where the first one starts; where a row starts,
if comment lines stand before it; and the line number of each row that is not on the line after the
row before it starts.  The first one is 8 bytes a row, the others are small in most tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.lines.segments import Segments

from .offsets import FileOffsets, MemoryOffsets, Offsets, Pairs

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
        self._end = 0  # of the last segment, row or comment
        self._row_end = 0  # of the last row
        self._row_line = -2  # on which it starts; -2: the line of the first row is always kept

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
    def inline(cls, numbers: tuple[bytes, bytes, bytes]) -> RowIndex:
        """One in memory, out of what :meth:`as_bytes` told."""
        rows, gaps, lines = (np.frombuffer(part, "<i8") for part in numbers)
        return cls(
            len(rows) - 1,
            MemoryOffsets(rows),
            Pairs(MemoryOffsets(gaps), len(gaps) // 2),
            Pairs(MemoryOffsets(lines), len(lines) // 2),
        )

    @classmethod
    def open(cls, folder: Path, suffix: str, rows: int) -> RowIndex | None:
        """One of ``rows`` rows, or the first so many, out of files; None if these are too small.

        The files may be growing.
        """
        paths = cls.paths(folder, suffix)
        bounds, gaps, lines = (FileOffsets(path, grows=False) for path in paths)
        sizes = [path.stat().st_size for path in paths]
        if sizes[0] < 8 * (rows + 1) or (rows and sizes[2] < 16):
            return None
        return cls(rows, bounds, Pairs(gaps, sizes[1] // 16), Pairs(lines, sizes[2] // 16))

    @staticmethod
    def paths(folder: Path, suffix: str) -> list[Path]:
        """The files of an index."""
        return [folder / f"{name}{suffix}.u64" for name in _NAMES]

    def sizes(self) -> list[int]:
        """How many bytes of each of its files are its own; a crash may have left more of them."""
        gaps, lines = (pairs.before(self.rows) for pairs in (self._gaps, self._lines))
        return [8 * (self.rows + 1), 16 * gaps, 16 * lines]

    def grown(self, folder: Path, suffix: str, start: int) -> RowIndex:
        """The same index, to take in more rows, the first of which starts at ``start``.

        The files must have their :meth:`sizes`, and there must be a row already.
        """
        paths = self.paths(folder, suffix)
        bounds, gaps, lines = (FileOffsets(path, grows=True, new=False) for path in paths)
        _, gap_bytes, line_bytes = self.sizes()
        found = RowIndex(
            self.rows, bounds, Pairs(gaps, gap_bytes // 16), Pairs(lines, line_bytes // 16)
        )
        found._end, found._row_end = start, self.row_end(self.rows)
        found._row_line = int(self.lines(np.array([self.rows - 1]))[0])
        return found

    def start_at(self, start: int) -> None:
        """Take in where the first row starts, before anything else."""
        self._bounds.append_numbers(np.array([start]))
        self._end = self._row_end = start

    def add_segments(self, found: Segments) -> None:
        """Take in the next segments."""
        if not len(found.ends):
            return
        starts = np.empty_like(found.ends)
        starts[0], starts[1:] = self._end, found.ends[:-1]
        gap = self._end != self._row_end
        ends, lines = found.ends, found.lines
        self._end = int(ends[-1])
        if found.comments.any():
            rows = ~found.comments
            starts, ends, lines, gap = starts[rows], ends[rows], lines[rows], True
        if len(ends):
            if gap:
                self._keep_gaps(starts, ends)
            self._row_end = int(ends[-1])
            self._keep_lines(lines)
            self._bounds.append_numbers(ends)
            self.rows += len(ends)

    def close(self) -> None:
        """Write no more."""
        for part in (self._bounds, self._gaps, self._lines):
            part.close()

    def _keep_gaps(self, starts: Positions, ends: Positions) -> None:
        before = np.concatenate(([self._row_end], ends[:-1]))
        after_gap = np.flatnonzero(starts != before)
        self._gaps.append_pairs(after_gap + self.rows, starts[after_gap])

    def _keep_lines(self, lines: Positions) -> None:
        last, self._row_line = self._row_line, int(lines[-1])
        if int(lines[0]) == last + 1 and self._row_line - int(lines[0]) == len(lines) - 1:
            return
        before = np.concatenate(([last], lines[:-1]))
        kept = np.flatnonzero(lines != before + 1)
        self._lines.append_pairs(kept + self.rows, lines[kept])

    # --- reading --------------------------------------------------------------------------------

    def bounds(self, first: int, count: int) -> Bounds:
        """Where ``count`` rows from ``first`` stand; all of them must have ended."""
        bounds = self._bounds.read_numbers(first, count + 1)
        starts, ends = bounds[:-1], bounds[1:]
        if self._gaps.count:
            starts = self._after_gaps(starts, np.arange(first, first + count))
        return Bounds(starts, ends)

    def bounds_at(self, rows: Positions) -> Bounds:
        """Where these rows stand, in any order; all of them must have ended."""
        bounds = self._bounds.view_numbers(self.rows + 1)
        starts, ends = bounds[rows], bounds[rows + 1]
        if self._gaps.count:
            starts = self._after_gaps(starts, rows)
        return Bounds(starts, ends)

    def row_end(self, rows: int) -> int:
        """Where the last of the first ``rows`` rows ends; the start of the first, if none."""
        return int(self._bounds.read_numbers(rows, 1)[0])

    def lines(self, rows: Positions) -> Positions:
        """The lines of the text, from 0, on which these rows start, in any order."""
        kept, lines = self._lines.at_or_before(rows)
        return lines + (rows - kept)

    def as_bytes(self, rows: int) -> tuple[bytes, bytes, bytes]:
        """The lists as they are in files, of an index in memory; the first ``rows`` rows only."""
        bounds = self._bounds.view_numbers(rows + 1)
        lists = (bounds, self._gaps.all_pairs(), self._lines.all_pairs())
        first, second, third = (np.ascontiguousarray(part, "<i8").tobytes() for part in lists)
        return first, second, third

    def _after_gaps(self, starts: Positions, rows: Positions) -> Positions:
        found, after = self._gaps.at(rows)
        starts = starts.copy()
        starts[found] = after
        return starts
