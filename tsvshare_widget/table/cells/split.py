"""One row's bytes -> its cells; pure.  The rules for quotes are those of :mod:`.indexer`.

A buffer is ``bytes`` or a memory map: a row may be too large to be copied.  A row is given by where
it starts and ends in its buffer, its line end left out (:meth:`Cells.without_line_end`).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Counts, Positions
from tsvshare_widget.table.lines.syntax import CR, LF, WRAPPED, Syntax
from tsvshare_widget.table.storage.files import Buffer

_BAR = b"\t|"  # what ends a row of wrapped cells
_FAR_CELLS = 256  # cells from the start of a row
_TOGETHER_BYTES = 1 << 21  # bytes of rows that are looked at together


class Span(NamedTuple):
    """Where a cell stands in its buffer, and whether its text is more than just these bytes."""

    start: int
    end: int
    coded: bool


class Cell(NamedTuple):
    """A cell as it is shown: its text, its size in bytes in full, and whether the text is cut."""

    text: str
    bytes: int
    cut: bool


class Cells:
    """Splits rows where there are no quotes: a cell is what stands between two delimiters."""

    _special: bytes | None = None  # what no plain row has

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._delimiter = syntax.delimiter
        self._sign = syntax.delimiter.decode()

    def without_line_end(self, buffer: Buffer, start: int, end: int) -> int:
        """Where a row ends without its line end, and the bar that may end it."""
        last = buffer[end - 1] if end > start else 0
        if last == LF and self._syntax.ends != "cr":
            end -= 1
            end -= end > start and buffer[end - 1] == CR
        elif last == CR and self._syntax.ends != "lf":
            end -= 1
        if self._delimiter == WRAPPED and bytes(buffer[max(start, end - 2) : end]) == _BAR:
            end -= 2
        return end

    def plain_rows(self, block: bytes, most: int) -> list[list[str]]:
        """The first ``most`` cells of each of the rows that ``block`` is, if :meth:`is_plain`."""
        text = block.decode("utf-8", "replace")
        end = "\r" if self._syntax.ends == "cr" else "\n"
        if end == "\n":
            text = text.replace("\r\n", "\n")
            if self._syntax.ends == "any":
                text = text.replace("\r", "\n")
        rows = text.removesuffix(end).split(end)
        if self._delimiter == WRAPPED:
            rows = [row.removesuffix("\t|") for row in rows]
        return [row.split(self._sign, most) for row in rows]

    def is_plain(self, buffer: Buffer, start: int, end: int) -> bool:
        """Whether no cell in a row, or in some, is anything but what stands there."""
        return True

    def special_rows(self, block: bytes, ends: list[int]) -> list[int]:
        """Which of the rows that ``block`` is may not be plain; they end at ``ends``."""
        if self._special is None or self.is_plain(block, 0, len(block)):
            return []
        rows, place = [], block.find(self._special)
        while place >= 0:
            rows.append(bisect.bisect_right(ends, place))
            place = block.find(self._special, ends[rows[-1]])
        return rows

    def are_ended(self, block: bytes, ends: Positions) -> bool:
        """Whether all of the rows that ``block`` is have a line end."""
        last = np.frombuffer(block, np.uint8)[ends - 1]
        ended = last == (CR if self._syntax.ends == "cr" else LF)
        return bool((ended | (last == CR) if self._syntax.ends == "any" else ended).all())

    def split(self, buffer: Buffer, start: int, end: int) -> list[str]:
        """All cells of a row; bytes that are not UTF-8 become U+FFFD."""
        return bytes(buffer[start:end]).decode("utf-8", "replace").split(self._sign)

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
        """Where the cells ``first`` to ``stop`` (half open) of a row start and end, as one range.

        None if the row has no cell ``first``, or none was asked for.  What follows is not looked
        at.
        """
        begin = self._after(buffer, start, end, first) if stop > first else None
        if begin is None:
            return None
        after = self._after(buffer, begin, end, stop - first)
        return begin, end if after is None else after - len(self._delimiter)

    def ranges_of(
        self, buffer: Buffer, starts: Positions, ends: Positions, first: int, stop: int
    ) -> list[tuple[int, int] | None]:
        """What :meth:`range_of` says of each of several rows that stand one after the other.

        Far from where rows start, all of them are looked at together, if they are not too large.
        """
        begin, end = int(starts[0]), int(ends[-1])
        far = first >= _FAR_CELLS and end - begin <= _TOGETHER_BYTES and len(self._delimiter) == 1
        if not (far and stop > first and self.is_plain(buffer, begin, end)):
            rows = zip(starts.tolist(), ends.tolist(), strict=True)
            return [self.range_of(buffer, start, end, first, stop) for start, end in rows]
        block = np.frombuffer(buffer, np.uint8, end - begin, begin)
        signs = Counts(block == self._delimiter[0])
        earlier = signs.before(starts - begin)
        within = signs.before(ends - begin) - earlier
        there = within >= first
        firsts, stops = ends.copy(), ends.copy()
        firsts[there] = begin + 1 + signs.nth(earlier[there] + first - 1)
        ended = within >= stop
        stops[ended] = begin + signs.nth(earlier[ended] + stop - 1)
        found = zip(there.tolist(), firsts.tolist(), stops.tolist(), strict=True)
        return [(start, stop) if is_there else None for is_there, start, stop in found]

    def cell_at(self, buffer: Buffer, span: Span, most: int) -> Cell:
        """A cell as text of at most ``most`` characters; bytes that are not UTF-8 become U+FFFD.

        Only the bytes that are needed for that are decoded.
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
        """What the bytes of a cell mean that is more than just these bytes."""
        return content

    def _after(self, buffer: Buffer, start: int, end: int, count: int) -> int | None:
        """Where the cell number ``count``, from 0, of a row starts; None if it is not there."""
        if len(self._delimiter) == 1:
            return self._after_bytes(buffer, start, end, count)
        for _ in range(count):
            found = buffer.find(self._delimiter, start, end)
            if found < 0:
                return None
            start = found + len(self._delimiter)
        return start

    def _after_bytes(self, buffer: Buffer, start: int, end: int, count: int) -> int | None:
        """The same for a delimiter of one byte, looked for in growing pieces."""
        piece = 1 << 12
        while count and start < end:
            size = min(piece, end - start)
            found = np.frombuffer(buffer, np.uint8, size, start) == self._delimiter[0]
            there = int(np.count_nonzero(found))
            if there >= count:
                return start + int(Counts(found).nth(np.array([count - 1]))[0]) + 1
            count -= there
            start += size
            piece = min(piece * 2, 1 << 15)
        return start if count == 0 else None
