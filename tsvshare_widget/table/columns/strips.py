"""Strips: the cells of adjacent columns in many rows, gathered from blocks that have few.

A block of a wide table has few rows, and what is done to a column of few cells costs as much as if
it had a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from .block_scan import BlockScan, Part
from .column import Column, joined_columns

FEW_ROWS = 2_000
"""Rows of a block from which on its columns are worth a look each by itself."""

STRIP_ROWS = 10_000
STRIP_CELLS = 1 << 20
STRIP_BYTES = 1 << 23
"""Rows, or cells, or their bytes, with which a strip is full."""

Result = TypeVar("Result")


class Strip(NamedTuple):
    """The cells of ``width`` adjacent columns, row after row."""

    cells: Column
    width: int

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.cells.starts) // self.width

    def column(self, number: int) -> Column:
        """The cells of a column of the strip, counted from 0."""
        return self.cells.only(slice(number, None, self.width)).packed()


class StripScan:
    """Goes over the cells of adjacent columns in the rows of a scan, of many rows at a time."""

    def __init__(self, scan: BlockScan, columns: range) -> None:
        self._scan = scan
        self._columns = columns
        self._parts: list[Column] = []  # packed, row after row
        self.whole: Strip | None = None
        """All cells, once they have been gone over, if they fit into one strip."""

    def each_part(self, work: Callable[[int, Column], Result]) -> Iterator[list[Result]]:
        """The results of ``work`` for the columns, of some rows after the other.

        It is called with the number of a column, from 0, and cells of it; by several threads.
        """
        if self.whole is not None:
            yield self._each_column(self.whole, work)
            return

        def look_at(part: Part) -> list[Result] | Column:
            if part.end - part.begin < FEW_ROWS:
                return part.block.cells(self._columns, part.local).packed()
            return [
                work(number, part.block.column(column).only(part.local))
                for number, column in enumerate(self._columns)
            ]

        for _, _, found in self._scan.each_block(look_at):
            if isinstance(found, Column):
                self._parts.append(found)
                if not self._is_full():
                    continue
            if self._parts:
                yield self._each_column(self._take_strip(), work)
            if not isinstance(found, Column):
                yield found
        if self._parts:
            strip = self._take_strip()
            if strip.rows == self._scan.row_count:
                self.whole = strip
            yield self._each_column(strip, work)

    def _each_column(self, strip: Strip, work: Callable[[int, Column], Result]) -> list[Result]:
        return [work(number, strip.column(number)) for number in range(strip.width)]

    def _is_full(self) -> bool:
        cells = sum(len(part.starts) for part in self._parts)
        most = min(STRIP_CELLS, STRIP_ROWS * len(self._columns))
        return cells >= most or sum(len(part.data) for part in self._parts) >= STRIP_BYTES

    def _take_strip(self) -> Strip:
        parts, self._parts = self._parts, []
        return Strip(joined_columns(parts), len(self._columns))
