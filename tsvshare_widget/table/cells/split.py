"""Splits rows into cells, where a cell is what stands between two delimiters; pure.

A buffer is ``bytes`` or a memory map: a row may be too large to be copied.  A row is given by its
start and end in the buffer, its line end left out (:meth:`Cells.without_line_end`).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Counts, Positions
from tsvshare_widget.table.lines.syntax import CR, LF, MOST_CRS, WRAPPED, Syntax
from tsvshare_widget.table.storage.files import Buffer

_BAR = b"\t|"  # the end of a row of wrapped cells
_FAR_CELLS = 256  # from the start of a row
_TOGETHER_BYTES = 1 << 21  # of rows that are looked at together


class Span(NamedTuple):
    """Start and end of a cell in its buffer; ``coded``: its quotes or escapes are to be decoded."""

    start: int
    end: int
    coded: bool


class Cell(NamedTuple):
    """A cell as it is shown: its text, the size of all of it in bytes, and whether it is cut."""

    text: str
    bytes: int
    cut: bool


class Cells:
    """Splits rows into cells; this class where no cells are quoted or escaped."""

    _special: bytes | None = None  # a byte that rows with coded cells have

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._delimiter = syntax.delimiter
        self._delimiter_text = syntax.delimiter.decode()

    def without_line_end(self, buffer: Buffer, start: int, end: int) -> int:
        """The end of a row without its line end, and without the bar that may stand before that."""
        last = buffer[end - 1] if end > start else 0
        if last == LF and self._syntax.ends != "cr":
            end -= 1
            first = max(start, end - MOST_CRS)
            while end > first and buffer[end - 1] == CR:
                end -= 1
        elif last == CR and self._syntax.ends != "lf":
            end -= 1
        if self._delimiter == WRAPPED and bytes(buffer[max(start, end - 2) : end]) == _BAR:
            end -= 2
        return end

    def plain_rows(self, block: bytes, most: int) -> list[list[str]]:
        """The first ``most`` cells, and the rest as one, of each row in a plain ``block``."""
        text = block.decode("utf-8", "replace")
        end = "\r" if self._syntax.ends == "cr" else "\n"
        if end == "\n":
            for _ in range(MOST_CRS):
                if "\r\n" not in text:
                    break
                text = text.replace("\r\n", "\n")
            if self._syntax.ends == "any":
                text = text.replace("\r", "\n")
        rows = text.removesuffix(end).split(end)
        if self._delimiter == WRAPPED:
            rows = [row.removesuffix("\t|") for row in rows]
        return [row.split(self._delimiter_text, most) for row in rows]

    def is_plain(self, buffer: Buffer, start: int, end: int) -> bool:
        """Whether no cell of a row, or of several, is quoted or escaped."""
        return True

    def special_rows(self, block: bytes, ends: list[int]) -> list[int]:
        """The numbers of the rows in ``block`` that may not be plain; rows end at ``ends``."""
        if self._special is None or self.is_plain(block, 0, len(block)):
            return []
        rows, place = [], block.find(self._special)
        while place >= 0:
            rows.append(bisect.bisect_right(ends, place))
            place = block.find(self._special, ends[rows[-1]])
        return rows

    def are_ended(self, block: bytes, ends: Positions) -> bool:
        """Whether all rows in ``block`` have a line end."""
        last = np.frombuffer(block, np.uint8)[ends - 1]
        ended = last == (CR if self._syntax.ends == "cr" else LF)
        return bool((ended | (last == CR) if self._syntax.ends == "any" else ended).all())

    def split(self, buffer: Buffer, start: int, end: int) -> list[str]:
        """All cells of a row; bytes that are not UTF-8 become U+FFFD."""
        return bytes(buffer[start:end]).decode("utf-8", "replace").split(self._delimiter_text)

    def spans(self, buffer: Buffer, start: int, end: int) -> Iterator[Span]:
        """The cells of a row, one after the other; an empty row has one empty cell."""
        while True:
            span = self._span(buffer, start, end)
            yield span
            if span.end == end:
                return
            start = span.end + len(self._delimiter)

    def range_of(
        self, buffer: Buffer, start: int, end: int, first: int, stop: int
    ) -> tuple[int, int] | None:
        """Start and end of the cells ``first`` to ``stop`` (half open) of a row, as one range.

        None if the row has no cell ``first``, or the range is empty.  What follows these cells is
        not looked at.
        """
        begin = self._after(buffer, start, end, first) if stop > first else None
        if begin is None:
            return None
        after = self._after(buffer, begin, end, stop - first)
        return begin, end if after is None else after - len(self._delimiter)

    def ranges_of(
        self, buffer: Buffer, starts: Positions, ends: Positions, first: int, stop: int
    ) -> list[tuple[int, int] | None]:
        """:meth:`range_of` for several rows that stand one after the other.

        Far from the start of the rows, all of them are looked at together unless too large.
        """
        begin, end = int(starts[0]), int(ends[-1])
        far = first >= _FAR_CELLS and end - begin <= _TOGETHER_BYTES and len(self._delimiter) == 1
        if not (far and stop > first and self.is_plain(buffer, begin, end)):
            rows = zip(starts.tolist(), ends.tolist(), strict=True)
            return [self.range_of(buffer, start, end, first, stop) for start, end in rows]
        block = np.frombuffer(buffer, np.uint8, end - begin, begin)
        delimiters = Counts.of(block == self._delimiter[0])
        earlier = delimiters.before(starts - begin)
        within = delimiters.before(ends - begin) - earlier
        there = within >= first
        firsts, stops = ends.copy(), ends.copy()
        firsts[there] = begin + 1 + delimiters.nth(earlier[there] + first - 1)
        ended = within >= stop
        stops[ended] = begin + delimiters.nth(earlier[ended] + stop - 1)
        found = zip(there.tolist(), firsts.tolist(), stops.tolist(), strict=True)
        return [(start, stop) if is_there else None for is_there, start, stop in found]

    def cell_at(self, buffer: Buffer, span: Span, most: int) -> Cell:
        """The cell at ``span``, cut after ``most`` characters; invalid UTF-8 becomes U+FFFD.

        Only the bytes that this takes are decoded.
        """
        size = span.end - span.start
        if span.coded:
            content = self.decode(bytes(buffer[span.start : span.end]))
            size = len(content)
        else:
            content = bytes(buffer[span.start : min(span.end, span.start + 4 * most)])
        text = content[: 4 * most].decode("utf-8", "replace")
        return Cell(text[:most], size, len(text) > most or 4 * most < size)

    def _span(self, buffer: Buffer, start: int, end: int) -> Span:
        """The cell that starts at ``start``."""
        found = buffer.find(self._delimiter, start, end)
        return Span(start, found if found >= 0 else end, False)

    def decode(self, content: bytes) -> bytes:
        """The content of a coded cell, without its quotes or escapes."""
        return content

    def _after(self, buffer: Buffer, start: int, end: int, count: int) -> int | None:
        """The start of the cell number ``count``, from 0, of a row; None if there is none."""
        if len(self._delimiter) == 1:
            return self._after_bytes(buffer, start, end, count)
        for _ in range(count):
            found = buffer.find(self._delimiter, start, end)
            if found < 0:
                return None
            start = found + len(self._delimiter)
        return start

    def _after_bytes(self, buffer: Buffer, start: int, end: int, count: int) -> int | None:
        """:meth:`_after` for a delimiter of one byte, looked for in growing pieces."""
        piece = 1 << 12
        while count and start < end:
            size = min(piece, end - start)
            found = np.frombuffer(buffer, np.uint8, size, start) == self._delimiter[0]
            there = int(np.count_nonzero(found))
            if there >= count:
                return start + int(Counts.of(found).nth(np.array([count - 1]))[0]) + 1
            count -= there
            start += size
            piece = min(piece * 2, 1 << 15)
        return start if count == 0 else None
