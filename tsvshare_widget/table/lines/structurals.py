"""Structurals: the positions of quotes, line ends and delimiters in a block of bytes; pure."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .bitmaps import (
    Bytes,
    Counts,
    Flags,
    Positions,
    Scratch,
    bytes_at,
    every_other,
    none,
    positions_in,
    positions_of,
)
from .syntax import BACKSLASH, CR, LF, MOST_CRS, WRAPPED, Syntax


class Lines(NamedTuple):
    """Line ends of a block: their positions, and their numbers among all of its line ends.

    ``total`` counts all of them, also those that a backslash escapes.
    """

    positions: Positions
    numbers: Positions
    total: int


class Structurals:
    """Finds the structurals of a text, block by block.

    A block is given twice, as bytes and as an array of the same bytes: asking whether a byte occurs
    at all costs a fraction of finding its positions.
    """

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._scratch = Scratch()
        self._before = b""  # the last bytes of the block before, if the delimiter has several

    def quotes(self, data: bytes, block: Bytes) -> Positions:
        """Positions of quotes that no escape makes text; none where the syntax has no quotes."""
        quote, escape = self._syntax.quote, self._syntax.escape
        if not self._syntax.quoted or quote not in data:
            return none()
        found = self._scratch.equal(block, quote[0])
        if escape and escape in data:
            found[after_odd_runs(block, escape[0])] = False
        return positions_of(found)

    def escaped(self, data: bytes, block: Bytes) -> Positions:
        """Positions of bytes that are text because an odd number of backslashes precedes them."""
        if self._syntax.quotes != "backslash" or b"\\" not in data:
            return none()
        return after_odd_runs(block, BACKSLASH)

    def lines(self, data: bytes, block: Bytes, escaped: Positions) -> Lines:
        """Line ends that are not escaped."""
        if not len(escaped):
            found = self.line_ends(data, block)
            return Lines(found, np.arange(len(found)), len(found))
        flags = self._line_ends(data, block)
        found = positions_of(flags)
        numbers = np.arange(len(found))
        flags[escaped] = False
        kept = flags[found]
        return Lines(found[kept], numbers[kept], len(found))

    def line_ends(self, data: bytes, block: Bytes) -> Positions:
        """The positions of all line ends, whatever stands before them."""
        if self._syntax.ends != "any" or b"\r" not in data:
            return positions_in(self._scratch.words_equal(block, self._line_end))
        return positions_of(self._line_ends(data, block))

    def cells(self, block: Bytes, escaped: Positions, *, final: bool) -> Counts:
        """Delimiters, ready to be counted; one of several bytes stands at its last byte."""
        last = self._syntax.delimiter[-1]
        if self._syntax.delimiter != WRAPPED and not len(escaped):
            return Counts(self._scratch.words_equal(block, last))
        found = self._scratch.equal(block, last)
        if self._syntax.delimiter == WRAPPED:
            self._drop_parts(block, found, final=final)
        found[escaped] = False
        return Counts.of(found)

    def unclear_end(self, data: bytes) -> int:
        """The number of bytes at the end of a block whose meaning depends on what follows."""
        if self._syntax.delimiter == WRAPPED:
            last = b"\t|\r" if self._syntax.ends == "cr" else b"\t|\r\n"
            tab = data.rfind(b"\t", 1 - len(last))
            if tab >= 0 and last.startswith(data[tab:]):
                return len(data) - tab
        if self._syntax.ends == "any" and data.endswith(b"\r"):
            return crs_at_end(data)
        escape = b"\\" if self._syntax.quotes == "backslash" else self._syntax.escape
        return (len(data) - len(data.rstrip(escape))) & 1 if escape else 0

    def count_byte(self, block: Bytes, byte: int) -> int:
        """The number of times a byte occurs."""
        return int(np.count_nonzero(self._scratch.equal(block, byte)))

    def _drop_parts(self, block: Bytes, found: Flags, *, final: bool) -> None:
        """Keep, of the tabs flagged in ``found``, those that end a delimiter tab, bar, tab.

        A tab that ends one delimiter begins no other one, and the one before a bar that ends a row
        ends no delimiter.
        """
        known = np.frombuffer(self._before.rjust(2, b"\0") + block.tobytes(), np.uint8)
        found &= (known[1:-1] == WRAPPED[1]) & (known[:-2] == WRAPPED[0])
        ends = positions_of(found)
        overlaps = every_other(np.diff(ends, prepend=-len(known)) == len(WRAPPED) - 1)
        found[ends[overlaps]] = False
        whole = ends[~overlaps]
        found[whole[self._is_before_last_bar(block, whole, final=final)]] = False
        used = int(whole[-1]) + len(WRAPPED) if len(whole) else 0
        self._before = known[max(used, len(known) - 2) :].tobytes()

    def _is_before_last_bar(self, block: Bytes, tabs: Positions, *, final: bool) -> Flags:
        """Flags of the tabs that only a bar separates from the end of the row."""
        end = CR if self._syntax.ends == "cr" else LF
        outside = end if final else 0
        bar, first = (bytes_at(block, tabs + n, outside=outside) for n in (1, 2))
        ended = first == end
        if self._syntax.ends != "cr":
            is_lf = bytes_at(block, tabs + 3, outside=0) == LF
            ended |= (first == CR) & (is_lf | (self._syntax.ends == "any"))
        found: Flags = ended & (bar == WRAPPED[1])
        return found

    @property
    def _line_end(self) -> int:
        return CR if self._syntax.ends == "cr" else LF

    def _line_ends(self, data: bytes, block: Bytes) -> Flags:
        if self._syntax.ends != "any" or b"\r" not in data:
            return self._scratch.equal(block, self._line_end)
        lone = block == CR
        found = self._scratch.equal(block, LF)
        after = found.copy()
        for _ in range(MOST_CRS if b"\r\r" in data else 1):
            after[:-1] = lone[:-1] & after[1:]  # those that the LF after them takes
            after[-1:] = False  # no CR, unless it is the very last one
            lone &= ~after
        found |= lone
        return found


def after_odd_runs(block: Bytes, byte: int) -> Positions:
    """The positions just after runs of an odd number of a byte."""
    found = positions_of(block == byte)
    if not len(found):
        return found
    gaps = (np.diff(found) != 1).nonzero()[0]
    starts = found[np.concatenate(([0], gaps + 1))]
    ends = found[np.concatenate((gaps, [len(found) - 1]))] + 1
    after: Positions = ends[((ends - starts) & 1 == 1) & (ends < len(block))]
    return after


def crs_at_end(data: bytes) -> int:
    """The number of CRs at the end of a block that an LF after it would take."""
    last = data[-MOST_CRS:]
    return len(last) - len(last.rstrip(b"\r"))
