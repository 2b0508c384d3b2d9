"""The row index: where the rows of a table stand in its text, and on which line each starts.

Three lists of numbers: the start of the first row and then the end of each; the start of each row
that comment lines precede; and the line number of each row that does not start on the line after
the start of the row before.  The first list has 8 bytes a row, the others are small in most tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.lines.segments import Segments

from .elsewhere import NOWHERE, Elsewhere
from .offsets import FileOffsets, MemoryOffsets, Offsets, Pairs

_NAMES = ("rows", "gaps", "lines")


class Bounds(NamedTuple):
    """Start and end of some rows, line ends included."""

    starts: Positions
    ends: Positions


class RowIndex:
    """The index of a text as read in one dialect.

    ``rows`` is how many rows have ended, the header included.
    """

    def __init__(
        self,
        rows: int,
        bounds: Offsets,
        gaps: Pairs,
        lines: Pairs,
        elsewhere: Elsewhere = NOWHERE,
    ) -> None:
        """For the class methods alone."""
        self._elsewhere = elsewhere
        self.rows = rows
        self._bounds = bounds
        self._gaps = gaps
        self._lines = lines
        self._end = 0  # of the last segment, row or comment
        self._row_end = 0  # of the last row
        self._row_line = -2  # on which it starts; -2: the line of the first row is always kept

    @classmethod
    def in_memory(cls) -> RowIndex:
        """An empty index in memory, for a text that stays short."""
        return cls(0, MemoryOffsets(), Pairs(MemoryOffsets()), Pairs(MemoryOffsets()))

    @classmethod
    def create(cls, folder: Path, suffix: str) -> RowIndex:
        """An empty index in new files."""
        rows, gaps, lines = _open_lists(cls.paths(folder, suffix), grows=True)
        return cls(0, rows, Pairs(gaps), Pairs(lines))

    @classmethod
    def inline(cls, numbers: tuple[bytes, bytes, bytes]) -> RowIndex:
        """An index in memory out of the bytes of :meth:`as_bytes`."""
        rows, gaps, lines = (np.frombuffer(part, "<i8") for part in numbers)
        return cls(
            len(rows) - 1,
            MemoryOffsets(rows),
            Pairs(MemoryOffsets(gaps), len(gaps) // 2),
            Pairs(MemoryOffsets(lines), len(lines) // 2),
        )

    @classmethod
    def open(
        cls, folder: Path, suffix: str, rows: int, elsewhere: Elsewhere = NOWHERE
    ) -> RowIndex | None:
        """The index of the first ``rows`` rows out of files; None if the files are too small.

        The files may be growing.
        """
        paths = cls.paths(folder, suffix)
        sizes = [path.stat().st_size for path in paths]
        if not cls.has_rows(sizes, rows):
            return None
        lists = _open_lists(paths, grows=False, elsewhere=elsewhere)
        return cls.over(lists, sizes, rows, elsewhere)

    @staticmethod
    def has_rows(sizes: Sequence[int], rows: int) -> bool:
        """Whether files of these sizes may have the index of so many rows."""
        return sizes[0] >= 8 * (rows + 1) and (not rows or sizes[2] >= 16)

    @classmethod
    def over(
        cls,
        lists: Sequence[Offsets],
        sizes: Sequence[int],
        rows: int,
        elsewhere: Elsewhere = NOWHERE,
    ) -> RowIndex:
        """The index of the first ``rows`` rows out of lists of these sizes in bytes."""
        bounds, gaps, lines = lists
        pairs = Pairs(gaps, sizes[1] // 16), Pairs(lines, sizes[2] // 16)
        return cls(rows, bounds, *pairs, elsewhere)

    @staticmethod
    def paths(folder: Path, suffix: str) -> list[Path]:
        """The files of an index."""
        return [folder / f"{name}{suffix}.u64" for name in _NAMES]

    def sizes(self) -> list[int]:
        """How many bytes of each of its files belong to it; a crash may have left more in them."""
        gaps, lines = (pairs.before(self.rows) for pairs in (self._gaps, self._lines))
        return [8 * (self.rows + 1), 16 * gaps, 16 * lines]

    def grown(self, folder: Path, suffix: str, start: int) -> RowIndex:
        """The same index, opened to add rows, the first of which starts at ``start``.

        The files must have exactly their :meth:`sizes`, and there must be a row already.
        """
        paths = self.paths(folder, suffix)
        place = self._elsewhere
        bounds, gaps, lines = _open_lists(paths, grows=True, new=False, elsewhere=place)
        _, gap_bytes, line_bytes = self.sizes()
        pairs = Pairs(gaps, gap_bytes // 16), Pairs(lines, line_bytes // 16)
        found = RowIndex(self.rows, bounds, *pairs, place)
        found._end, found._row_end = start, self.row_end(self.rows)
        found._row_line = int(self.lines(np.array([self.rows - 1]))[0])
        return found

    def start_at(self, start: int) -> None:
        """Set where the first row starts; to be called once, before anything is added."""
        self._bounds.append_numbers(np.array([start]))
        self._end = self._row_end = start

    def add_segments(self, found: Segments) -> None:
        """Add the rows among the next segments."""
        if not len(found.ends):
            return
        ends, lines = found.ends, found.lines
        last, self._end = self._end, int(ends[-1])
        if last != self._row_end or found.comments.any():
            rows = ~found.comments
            starts = np.concatenate(([last], ends[:-1]))[rows]
            ends, lines = ends[rows], lines[rows]
            self._keep_gaps(starts, ends)
        if len(ends):
            self._row_end = int(ends[-1])
            self._keep_lines(lines)
            self._bounds.append_numbers(ends)
            self.rows += len(ends)

    @property
    def size(self) -> int:
        """The size of its lists in bytes."""
        return 8 * (self.rows + 1) + 16 * (self._gaps.count + self._lines.count)

    def end_writing(self) -> None:
        """Add no more."""
        for part in (self._bounds, self._gaps, self._lines):
            part.end_writing()

    def close(self) -> None:
        """Add and read no more."""
        for part in (self._bounds, self._gaps, self._lines):
            part.close()

    def _keep_gaps(self, starts: Positions, ends: Positions) -> None:
        before = np.concatenate(([self._row_end], ends))[:-1]
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
        """Start and end of ``count`` rows from ``first`` on; all of them must have ended."""
        bounds = self._bounds.read_numbers(first, count + 1)
        starts, ends = bounds[:-1], bounds[1:]
        if self._gaps.count:
            starts = self._after_gaps(starts, np.arange(first, first + count))
        return Bounds(starts, ends)

    def bounds_at(self, rows: Positions) -> Bounds:
        """Start and end of these rows, in any order; all of them must have ended."""
        starts, ends = self._bounds.numbers_at(rows), self._bounds.numbers_at(rows + 1)
        if self._gaps.count:
            starts = self._after_gaps(starts, rows)
        return Bounds(starts, ends)

    def bounds_of_few(self, rows: Positions) -> Bounds:
        """As :meth:`bounds_at`, of a few rows that may be all over the table."""
        pairs = self._bounds.pairs_at(rows)
        starts, ends = pairs[:, 0], pairs[:, 1]
        if self._gaps.count:
            starts = self._after_gaps(starts, rows)
        return Bounds(starts, ends)

    def row_end(self, rows: int) -> int:
        """The end of the first ``rows`` rows; the start of the first one if that is none."""
        return int(self._bounds.read_numbers(rows, 1)[0])

    def row_ends(self, rows: Positions) -> Positions:
        """:meth:`row_end` for many."""
        return self._bounds.numbers_at(rows)

    def lines(self, rows: Positions) -> Positions:
        """The numbers, from 0, of the lines on which these rows start, in any order."""
        kept, lines = self._lines.at_or_before(rows)
        return lines + (rows - kept)

    def as_bytes(self, rows: int) -> tuple[bytes, bytes, bytes]:
        """The lists of an index in memory, as files have them, of the first ``rows`` rows."""
        bounds = self._bounds.view_numbers(rows + 1)
        lists = (bounds, self._gaps.all_pairs(), self._lines.all_pairs())
        first, second, third = (np.ascontiguousarray(part, "<i8").tobytes() for part in lists)
        return first, second, third

    def _after_gaps(self, starts: Positions, rows: Positions) -> Positions:
        found, after = self._gaps.at(rows)
        starts = starts.copy()
        starts[found] = after
        return starts


def _open_lists(
    paths: list[Path], *, grows: bool, new: bool = True, elsewhere: Elsewhere = NOWHERE
) -> list[FileOffsets]:
    """The lists in these files: all of them, or none stays open."""
    with ExitStack() as opened:
        lists = []
        for path in paths:
            lists.append(FileOffsets(path, grows=grows, new=new, elsewhere=elsewhere))
            opened.callback(lists[-1].close)
        opened.pop_all()
    return lists
