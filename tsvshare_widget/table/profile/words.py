"""Words for nothing that were found in a column: each of them as it is written, and how often."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.hashes import Hashes
from tsvshare_widget.table.columns.nothing import Nothing

MOST_SHOWN = 50
"""Different words that are named in a profile."""


class Words(NamedTuple):
    """Which words occur and how often, by the hashes of their cells."""

    counts: dict[int, tuple[bytes, int]]

    @property
    def total(self) -> int:
        """The number of all cells with such words."""
        return sum(count for _, count in self.counts.values())

    def then(self, later: Words) -> Words:
        """These words, and those of later cells."""
        if not later.counts:
            return self
        together = dict(self.counts)
        for hashed, (word, count) in later.counts.items():
            together[hashed] = (word, count + together.get(hashed, (word, 0))[1])
        return Words(together)

    def hashes(self) -> Hashes:
        """The hashes of the words."""
        return np.array([*self.counts], np.uint64)

    def most_frequent(self, most: int) -> list[tuple[str, int]]:
        """The most frequent words, cut after ``most`` characters, and their counts."""
        found = sorted(self.counts.values(), key=lambda one: (-one[1], one[0]))[:MOST_SHOWN]
        return [(word.decode("utf-8", "replace")[:most], count) for word, count in found]

    def are_values(self, nothing: Nothing) -> bool:
        """Whether one of them is a value, as there is nothing else in the column."""
        return nothing.has_values(Column.of([word for word, _ in self.counts.values()]))


NO_WORDS = Words({})


def words_among(cells: Column, hashes: Hashes) -> Words:
    """The words in cells, each of which has one."""
    different, first, counts = np.unique(hashes, return_index=True, return_counts=True)
    words = cells.only(first).contents()
    found = zip(different.tolist(), zip(words, counts.tolist(), strict=True), strict=True)
    return Words(dict(found))
