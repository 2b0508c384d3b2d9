"""The order of rows, refined by one word a row after the other; pure.

Sorting numbers is many times as fast as sorting indexes by them.  So rows are compared by words of
64 bits, and as many bits of them as there is room for are sorted together with the indexes of the
rows, as one number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tsvshare_widget.table.columns.column import Words
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

RowNumbers = NDArray[np.uint32] | NDArray[np.int64]

_WORD_BITS = 64
_LARGEST_WORD = 2**64 - 1
_CHUNK_ROWS = 1 << 20


class Order:
    """Row numbers in the order so far; ``tied`` flags rows that are equal to the one before.

    Rows that are tied keep their first order.
    """

    def __init__(self, count: int) -> None:
        self.rows: RowNumbers = np.arange(count)
        if count < 1 << 32:
            self.rows = self.rows.astype(np.uint32)
        self.tied: Flags = np.ones(count, np.bool_)
        self.tied[:1] = False
        self._untouched = True

    def refine(self, words: Words, last: Flags | None = None) -> None:
        """Put tied rows in the order of their words; those flagged ``last`` come after all others.

        There are as many words and flags as rows, in the first order.  The words are overwritten.
        """
        if not len(words) or not self.tied.any():
            return
        bits = self._lower(words, last).bit_length()
        while bits:
            bits = self._refine(words, bits)

    def tied_with(self, chosen: Flags) -> Positions:
        """The rows of all ties that have a chosen row, in their first order."""
        places = self._tied_places()
        rows, groups = self.rows[places], np.cumsum(~self.tied[places])
        hit = np.zeros(len(self.rows) + 1, np.bool_)
        hit[groups[chosen[rows]]] = True
        return np.sort(rows[hit[groups]]).astype(np.int64)

    def _lower(self, words: Words, last: Flags | None) -> int:
        """Subtract the smallest word from all; return the largest one then."""
        if last is None or not last.any():
            low = words.min()
            words -= low
            return int(words.max())
        if last.all():
            words[:] = 0
            return 0
        low, high = words.min(where=~last, initial=_LARGEST_WORD), words.max(where=~last, initial=0)
        span = int(high - low)
        words -= low
        if span < _LARGEST_WORD:
            words[last] = span = span + 1
        else:
            self.refine(last.astype(np.uint64))
            words[last] = 0
        return span

    def _tied_places(self) -> Positions | slice:
        either = self.tied.copy()
        either[:-1] |= self.tied[1:]
        return slice(None) if either.all() else np.flatnonzero(either)

    def _refine(self, words: Words, bits: int) -> int:
        """Sort by as many as fit of the ``bits`` that are left; return how many are left then."""
        places = self._tied_places()
        rows, tied = self.rows[places], self.tied[places]
        if not len(rows):
            return 0
        place_bits = (len(rows) - 1).bit_length()
        groups = None if self._untouched else _numbered(~tied)
        group_bits = 0 if groups is None else int(groups[-1]).bit_length()
        taken = min(bits, _WORD_BITS - place_bits - group_bits)
        part = words if self._untouched and taken == bits else words[rows]
        if bits < _WORD_BITS:
            part &= np.uint64((1 << bits) - 1)
        if not (tied[1:] & (part[1:] != part[:-1])).any():
            return 0
        part >>= np.uint64(bits - taken)
        _join(part, groups, taken, place_bits)
        part.sort()
        self.rows[places] = _low(part, rows, place_bits)
        self._untouched = False
        part >>= np.uint64(place_bits)
        tied[1:] = part[1:] == part[:-1]
        self.tied[places] = tied
        return bits - taken


def _numbered(first: Flags) -> RowNumbers:
    """The number of the group of each row; ``first`` flags the first row of each group."""
    if len(first) < 1 << 32:
        return np.cumsum(first, dtype=np.uint32)
    return np.cumsum(first, dtype=np.int64)


def _join(words: Words, groups: RowNumbers | None, bits: int, place_bits: int) -> None:
    """Put the group before the ``bits`` of each word, and the index of the row after them."""
    for begin in range(0, len(words), _CHUNK_ROWS):  # so that this takes little memory
        part = words[begin : begin + _CHUNK_ROWS]
        if groups is not None:
            part |= groups[begin : begin + _CHUNK_ROWS].astype(np.uint64) << np.uint64(bits)
        part <<= np.uint64(place_bits)
        part |= np.arange(begin, begin + len(part), dtype=np.uint64)


def _low(words: Words, rows: RowNumbers, place_bits: int) -> RowNumbers:
    """The rows at the indexes in the low bits of the words."""
    found = np.empty_like(rows)
    for begin in range(0, len(words), _CHUNK_ROWS):
        part = words[begin : begin + _CHUNK_ROWS]
        found[begin : begin + _CHUNK_ROWS] = rows[part & np.uint64((1 << place_bits) - 1)]
    return found
