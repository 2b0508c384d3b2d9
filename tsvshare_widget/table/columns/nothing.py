"""Words for nothing: which cells say that there is nothing, many at once; pure.

Which words these are is said in :mod:`tsvshare_widget.number_syntax`.  They count among numbers and
dates; in a column of text they are text like any other.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tsvshare_widget.number_syntax import BLANKS, NA_WORDS, VALUE_WORDS, lowered
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from . import text
from .column import Column, Words

_IS_BLANK = np.isin(np.arange(256), list(BLANKS.encode()))
_WORD_BYTES = 8  # that are compared many at once


def without_blanks(column: Column) -> Column:
    """The cells without the blanks around them."""
    starts, ends = column.starts.copy(), column.ends.copy()
    while (blank := (starts < ends) & _IS_BLANK[column.data[starts]]).any():
        starts += blank
    while (blank := (starts < ends) & _IS_BLANK[column.data[ends - 1]]).any():
        ends -= blank
    return column._replace(starts=starts, ends=ends)


class Nothing:
    """The cells that say that there is nothing: those with one of some words, or only blanks.

    ``value_words`` are words that are values where a column has nothing else.
    """

    def __init__(self, words: Iterable[str], value_words: Iterable[str] = ()) -> None:
        """``value_words`` have up to eight bytes."""
        self.words = frozenset((b"", *map(lowered, words)))
        self._value_words = frozenset(map(lowered, value_words))
        self._long = max(map(len, self.words)) > _WORD_BYTES
        short = sorted(word for word in self.words if 0 < len(word) <= _WORD_BYTES)
        keys = [int.from_bytes(word.ljust(_WORD_BYTES, b"\0"), "big") for word in short]
        self._keys: Words = np.array([*keys, 0], np.uint64)  # ascending, but for the last
        self._sizes: Positions = np.array([*map(len, short), -1])
        self._may_be = self._by_begin_and_size()

    def _by_begin_and_size(self) -> Flags:
        """Whether there is a word with a first byte and a size, of which 9 is all from there on."""
        found = np.zeros((256, _WORD_BYTES + 2), np.bool_)
        for word in self.words - {b""}:
            for begin in (word[:1], word[:1].upper()):
                found[begin[0], min(len(word), _WORD_BYTES + 1)] = True
        return found

    def flags(self, column: Column) -> Flags:
        """Which cells say that there is nothing; not those that have nothing in them."""
        found = np.zeros(len(column.starts), np.bool_)
        sizes = column.sizes
        begins, ends = column.bytes_at(0), column.data[column.ends - 1]
        may_be = self._may_be[begins, np.minimum(sizes, _WORD_BYTES + 1)]
        may_be |= _IS_BLANK[begins] | _IS_BLANK[ends]
        rows = np.flatnonzero(may_be & (sizes > 0))
        if len(rows):
            found[rows] = self._equal(without_blanks(column.only(rows)))
        return found

    def has_values(self, column: Column) -> bool:
        """Whether cells, all of which say that there is nothing, are values if nothing else is."""
        words = np.unique(without_blanks(column).words_at(0)).tolist() if self._value_words else []
        contents = (word.to_bytes(_WORD_BYTES, "big").rstrip(b"\0").lower() for word in words)
        return any(content in self._value_words for content in contents)

    def _equal(self, column: Column) -> Flags:
        words = text.lowered(column.words_at(0).view(np.uint8)).view(np.uint64)
        sizes = column.sizes
        places = np.searchsorted(self._keys[:-1], words)
        found: Flags = (self._keys[places] == words) & (self._sizes[places] == sizes)
        found |= sizes == 0
        if self._long:
            rows = np.flatnonzero(sizes > _WORD_BYTES)
            contents = column.only(rows).contents()
            found[rows] = [content.lower() in self.words for content in contents]
        return found


USUAL = Nothing(NA_WORDS, VALUE_WORDS)
"""The usual words."""
