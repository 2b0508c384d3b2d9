"""Words for nothing: which cells say that there is nothing, many at once; pure.

The usual words are in :mod:`tsvshare_widget.number_syntax`.  They count among numbers and dates; in
a column of text they are text like any other.  Words that somebody told count in any column.
"""

from __future__ import annotations

import numpy as np

from tsvshare_widget.number_syntax import (
    BLANKS,
    USUAL_WORDS,
    VALUE_WORDS,
    NothingWords,
    lowered,
    nothing_words,
)
from tsvshare_widget.table.lines.bitmaps import Flags, Positions

from . import text
from .column import Column, Words
from .numbers import numbers_of

_IS_BLANK = np.isin(np.arange(256), list(BLANKS.encode()))
_WORD_BYTES = 8  # that are compared many at once


class Nothing:
    """The cells that say that there is nothing: those with one of some words, or only blanks.

    ``told``: they do so in a column of any type, not only among numbers and dates.
    ``value_words`` are words that are values where a column has nothing else.
    """

    def __init__(
        self, words: NothingWords, value_words: frozenset[str] = frozenset(), *, told: bool = True
    ) -> None:
        """``value_words`` have up to eight bytes."""
        self.told = told
        self.words = words.words
        self._numbers = np.array(sorted(words.numbers), np.float64)
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
            found[rows] = self._equal(text.without_blanks(column.only(rows)))
        if len(self._numbers):
            numbers = numbers_of(column)
            found |= numbers.fits & np.isin(numbers.values, self._numbers)
        return found

    def left_out_of(self, column: Column) -> Column:
        """The cells, those missing that say nothing by words that count whatever the column is."""
        found = self.flags(column) if self.told else None
        if found is None or not found.any():
            return column
        ends = np.where(found, column.starts, column.ends)
        return column._replace(ends=ends, missing=column.missing | found)

    def has_values(self, column: Column) -> bool:
        """Whether cells, all of which say that there is nothing, are values if nothing else is."""
        if not self._value_words:
            return False
        words = np.unique(text.without_blanks(column).words_at(0)).tolist()
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


USUAL = Nothing(USUAL_WORDS, VALUE_WORDS, told=False)
"""The usual words."""


def nothing_told(words: tuple[str, ...] | None) -> Nothing:
    """What says that there is nothing, by these words, or by the usual ones."""
    return USUAL if words is None else Nothing(nothing_words(words))
