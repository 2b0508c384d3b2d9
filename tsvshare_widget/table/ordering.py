"""Rows put in order, finer and finer, by one number a row after the other; pure.

Sorting numbers is many times as fast as sorting the places where they are.  So what rows are
compared by comes as words of 64 bits; and as many of their bits as there is room for are sorted
together with the places of the rows, as one number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .columns import Words
from .places import Flags, Positions

Rows = NDArray[np.uint32] | NDArray[np.int64]

_BITS = 64


class Order:
    """``rows`` from 0 in order so far; ``tied`` says which are equal to the one before by then.

    Rows that are tied stay in their first order.
    """

    def __init__(self, count: int) -> None:
        self.rows: Rows = np.arange(count)
        if count < 1 << 32:
            self.rows = self.rows.astype(np.uint32)
        self.tied: Flags = np.ones(count, np.bool_)
        self.tied[:1] = False
        self._untouched = True

    def refine(self, words: Words, last: Flags | None = None) -> None:
        """Put rows that are tied in the order of their words; those flagged ``last`` after them.

        There are as many of both as rows, in the first order.
        """
        if not len(words) or not self.tied.any():
            return
        words, span = self._lowered(words, last)
        bits = span.bit_length()
        while bits:
            bits = self._refine(words, bits)

    def tied_with(self, chosen: Flags) -> Positions:
        """The rows that are tied with others, one of them at least chosen; in their first order."""
        places = self._tied_places()
        rows, groups = self.rows[places], np.cumsum(~self.tied[places])
        hit = np.zeros(len(self.rows) + 1, np.bool_)
        hit[groups[chosen[rows]]] = True
        return np.sort(rows[hit[groups]]).astype(np.int64)

    def _lowered(self, words: Words, last: Flags | None) -> tuple[Words, int]:
        """The words with the smallest one taken off, and the largest one then."""
        if last is None or not last.any():
            low = words.min()
            return words - low, int(words.max() - low)
        if last.all():
            return np.zeros(len(words), np.uint64), 0
        first = words[~last]
        low = first.min()
        span = int(first.max() - low)
        words = words - low
        if span + 1 < 1 << _BITS:
            words[last] = span = span + 1
        else:
            self.refine(last.astype(np.uint64))
            words[last] = 0
        return words, span

    def _tied_places(self) -> Positions | slice:
        either = self.tied.copy()
        either[:-1] |= self.tied[1:]
        return slice(None) if either.all() else np.flatnonzero(either)

    def _refine(self, words: Words, bits: int) -> int:
        """Sort by the highest of the ``bits`` that are left of the words; how many are then."""
        places = self._tied_places()
        rows, tied = self.rows[places], self.tied[places]
        part = words.copy() if self._untouched else words[rows]
        if bits < _BITS:
            part &= np.uint64((1 << bits) - 1)
        differs = tied.copy()
        differs[1:] &= part[1:] != part[:-1]
        if not differs.any():
            return 0
        groups = None if self._untouched else np.cumsum(~tied, dtype=np.uint64) - np.uint64(1)
        place_bits = (len(rows) - 1).bit_length()
        group_bits = 0 if groups is None else int(groups[-1]).bit_length()
        taken = min(bits, _BITS - place_bits - group_bits)
        part >>= np.uint64(bits - taken)
        part <<= np.uint64(place_bits)
        if groups is not None:
            part |= groups << np.uint64(place_bits + taken)
        part |= np.arange(len(rows), dtype=np.uint64)
        part.sort()
        order = part & np.uint64((1 << place_bits) - 1)
        self.rows[places] = order if self._untouched else rows[order]
        self._untouched = False
        part >>= np.uint64(place_bits)
        tied[1:] = part[1:] == part[:-1]
        self.tied[places] = tied
        return bits - taken
