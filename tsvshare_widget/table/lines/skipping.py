"""Lines before the first row, left out by their number alone; pure."""

from __future__ import annotations

import numpy as np

from .structurals import Structurals
from .syntax import RowEnds, Syntax


class LineSkipper:
    """Drops so many ``lines`` from the start of a text that comes in pieces, and no byte more.

    ``position`` is how many bytes have been dropped so far, from ``start`` on, and ``skipped`` how
    many lines; both are exact however the text was cut.
    """

    def __init__(self, lines: int, ends: RowEnds, start: int = 0) -> None:
        self.position = start
        self.skipped = 0
        self._lines = lines
        self._structurals = Structurals(Syntax(ends=ends))
        self._tail = b""  # a CR of which the next byte tells what it is
        self._open = False  # whether the text so far ends within a line

    def rest_of(self, text: bytes) -> bytes | None:
        """What follows these lines in the next piece of the text; None if they go on after it."""
        if self.skipped == self._lines:
            return text
        data, self._tail = self._tail + text, b""
        unclear = self._structurals.unclear_end(data)
        if unclear:
            data, self._tail = data[:-unclear], data[-unclear:]
        block = np.frombuffer(data, np.uint8)
        ends = self._structurals.line_ends(data, block)[: self._lines - self.skipped]
        self.skipped += len(ends)
        if self.skipped < self._lines:
            self.position += len(data)
            if data:
                self._open = not (len(ends) and int(ends[-1]) == len(data) - 1)
            return None
        stop = int(ends[-1]) + 1
        rest, self._tail, self._open = data[stop:] + self._tail, b"", False
        self.position += stop
        return rest

    def skip_rest(self) -> None:
        """Drop what is left of a text that ends before these lines do."""
        self.position += len(self._tail)
        self.skipped += int(self._open or bool(self._tail))
        self._tail = b""
