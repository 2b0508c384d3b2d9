"""What the cells of one column are like, gathered block by block; and what blocks say put together.

Any rows can be looked at first: what is said of some and of others is put together in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np

from tsvshare_widget.query import Profile
from tsvshare_widget.read_options import ColumnType
from tsvshare_widget.table.columns.column import Column
from tsvshare_widget.table.columns.column import Words as ColumnWords
from tsvshare_widget.table.columns.dates import dates_of
from tsvshare_widget.table.columns.hashes import Hasher, Hashes
from tsvshare_widget.table.columns.nothing import Nothing
from tsvshare_widget.table.columns.numbers import Floats, numbers_of
from tsvshare_widget.table.lines.bitmaps import Flags

from .distinct import DistinctCounter
from .extremes import Extremes, extremes_of_dates, extremes_of_numbers, extremes_of_texts
from .values import NumberSummary, Values
from .words import NO_WORDS, Words, words_among

MOST_MISFITS = 1_000
"""Different cells in a column said to be of numbers that are none; with more, it is of text."""

Kind = Literal["number", "date", "text", "empty"]


class ScaleFacts(NamedTuple):
    """A column as numbers, or as dates; it ``holds`` as long as all of its cells are such."""

    holds: bool
    ends: Extremes | None = None

    def then(self, later: ScaleFacts) -> ScaleFacts:
        """What holds of these cells and of later ones together."""
        if not (self.holds and later.holds):
            return ScaleFacts(holds=False)
        if self.ends is None or later.ends is None:
            return ScaleFacts(holds=True, ends=self.ends or later.ends)
        return ScaleFacts(holds=True, ends=self.ends.then(later.ends))


class ColumnFacts(NamedTuple):
    """Findings about some cells of a column.

    ``words`` are those that may say that there is nothing; ``texts`` the extremes of all that have
    something in them; ``others``: some say something.  ``misfits`` are those that are none, where
    it is told that the column is of numbers or of dates.
    """

    numbers: ScaleFacts
    dates: ScaleFacts
    missing: int = 0
    empty: int = 0
    words: Words = NO_WORDS
    texts: Extremes | None = None
    others: bool = False
    misfits: Words = NO_WORDS

    @classmethod
    def at_first(cls, type: ColumnType) -> ColumnFacts:
        """Of no cells, in a column of which this is told."""
        return cls(
            ScaleFacts(holds=type in ("auto", "number")), ScaleFacts(holds=type in ("auto", "date"))
        )

    def then(self, later: ColumnFacts) -> ColumnFacts:
        """The findings about these cells and later ones."""
        texts = self.texts or later.texts
        if self.texts is not None and later.texts is not None:
            texts = self.texts.then(later.texts)
        found = ColumnFacts(
            self.numbers.then(later.numbers),
            self.dates.then(later.dates),
            self.missing + later.missing,
            self.empty + later.empty,
            self.words.then(later.words),
            texts,
            self.others or later.others,
            self.misfits.then(later.misfits),
        )
        if len(found.misfits.counts) <= MOST_MISFITS:
            return found
        none = ScaleFacts(holds=False)
        return found._replace(numbers=none, dates=none, misfits=NO_WORDS, others=True)

    def kind(self, nothing: Nothing) -> Kind:
        """What the column is of; ``nothing`` says which words are values."""
        if self.others and self.numbers.holds:
            return "number"
        if self.others and self.dates.holds:
            return "date"
        says_something = self.others or self.misfits.counts
        return "text" if says_something or self.words.are_values(nothing) else "empty"

    def words_beside(self, kind: Kind, nothing: Nothing) -> Words:
        """The cells that are counted apart in a column of this kind."""
        if kind == "text":
            return self.words if nothing.told else NO_WORDS
        return self.words.then(self.misfits)

    def ends(self, kind: Kind) -> Extremes | None:
        """The least and the greatest cell of a column of this kind."""
        if kind == "text":
            return self.texts
        return {"number": self.numbers.ends, "date": self.dates.ends}.get(kind)


class Counted(NamedTuple):
    """How many different cells a column has, and the most frequent ones with their counts."""

    distinct: int
    top: list[tuple[str, int]]


class Asked(NamedTuple):
    """The column of a profile, over how many rows, and after how many characters cells are cut."""

    column: int
    rows: int
    most: int


def profile_of(
    asked: Asked, facts: ColumnFacts, nothing: Nothing, summary: NumberSummary, counted: Counted
) -> Profile:
    """The profile of a column of which all is known."""
    kind = facts.kind(nothing)
    words, ends = facts.words_beside(kind, nothing), facts.ends(kind)
    return Profile(
        column=asked.column,
        kind=kind,
        rows=asked.rows,
        missing=facts.missing,
        empty=facts.empty,
        na=words.total,
        na_words=words.most_frequent(asked.most),
        fitting=asked.rows - facts.missing - facts.empty - words.total,
        distinct=counted.distinct,
        minimum=None if ends is None else shown(ends.least, asked.most),
        maximum=None if ends is None else shown(ends.greatest, asked.most),
        mean=summary.mean,
        median=summary.median,
        histogram=summary.histogram,
        top=counted.top,
    )


def shown(cell: bytes, most: int) -> str:
    """A cell, cut after ``most`` characters."""
    return cell[: 4 * most].decode("utf-8", "ignore")[:most]


class _Seen(NamedTuple):
    """Findings about a column in one block.

    ``hashes`` are of all cells that have something in them; ``numbers`` and ``dates`` the values of
    those that say something, if all are such.
    """

    facts: ColumnFacts
    hashes: Hashes
    numbers: Floats | None = None
    dates: Floats | None = None


class _Cells(NamedTuple):
    """Some cells, their first eight bytes as words, and their hashes."""

    column: Column
    words: ColumnWords
    hashes: Hashes

    def only(self, chosen: Flags) -> _Cells:
        """The chosen ones."""
        if chosen.all():
            return self
        return _Cells(self.column.only(chosen), self.words[chosen], self.hashes[chosen])

    def split(self, apart: Flags) -> tuple[Words, _Cells]:
        """The cells ``apart``, as words, and all others."""
        if not apart.any():
            return NO_WORDS, self
        return words_among(self.column.only(apart), self.hashes[apart]), self.only(~apart)


class ColumnSummary:
    """The summary of one column; ``rows`` is how many cells will come."""

    def __init__(
        self,
        column: int,
        rows: int,
        nothing: Nothing,
        type: ColumnType,
        hasher: Hasher | None = None,
    ) -> None:
        self.column = column
        self.facts = ColumnFacts.at_first(type)
        self.distinct = DistinctCounter(rows)
        self._rows = rows
        self._nothing = nothing
        self._type = type
        self._hasher = hasher or Hasher()
        self._numbers: Values | None = None  # room is made for them once there are some
        self._dates: Values | None = None

    def inspect_cells(self, cells: Column) -> _Seen:
        """Inspect some cells; several threads may do so at the same time."""
        empty, words = (cells.sizes == 0) & ~cells.missing, cells.words_at(0)
        counts = ~(cells.missing | empty)
        hashes = self._hasher.hash(cells, words)
        hashes[~counts] = 0
        facts = ColumnFacts(
            ScaleFacts(self.facts.numbers.holds),
            ScaleFacts(self.facts.dates.holds),
            _count(cells.missing),
            _count(empty),
        )
        return self._inspect_filled(_Seen(facts, hashes), _Cells(cells, words, hashes).only(counts))

    def _inspect_filled(self, seen: _Seen, cells: _Cells) -> _Seen:
        facts, na, told = seen.facts, NO_WORDS, self._nothing.told
        if told:
            na, cells = cells.split(self._nothing.flags(cells.column))
        if len(cells.hashes):
            facts = facts._replace(texts=extremes_of_texts(*cells))
        if not (facts.numbers.holds or facts.dates.holds):
            return seen._replace(facts=facts._replace(words=na, others=len(cells.hashes) > 0))
        if not told:
            na, cells = cells.split(self._nothing.flags(cells.column))
        misfits, cells = self._split_misfits(cells)
        facts = facts._replace(words=na, misfits=misfits)
        if not len(cells.hashes):
            return seen._replace(facts=facts)
        numbers = _as_numbers(cells) if facts.numbers.holds else None
        years = self._type == "date"
        dates = _as_dates(cells.column, years=years) if facts.dates.holds else None
        facts = facts._replace(others=True, numbers=_scale(numbers), dates=_scale(dates))
        return _Seen(
            facts,
            seen.hashes,
            None if numbers is None else numbers[0],
            None if dates is None else dates[0],
        )

    def _split_misfits(self, cells: _Cells) -> tuple[Words, _Cells]:
        """The cells that are not what a line of the file says of the column, and all others."""
        if self._type == "number":
            return cells.split(~numbers_of(cells.column).fits)
        if self._type == "date":
            return cells.split(~dates_of(cells.column, years=True).fits)
        return NO_WORDS, cells

    def add_seen(self, seen: _Seen) -> None:
        """Add the findings about the next cells, in their order."""
        self.facts = self.facts.then(seen.facts)
        self.distinct.add_hashes(seen.hashes)
        self._numbers = self._added(self._numbers, seen.numbers, self.facts.numbers)
        self._dates = self._added(self._dates, seen.dates, self.facts.dates)

    def _added(self, to: Values | None, values: Floats | None, scale: ScaleFacts) -> Values | None:
        if not scale.holds:
            return None
        if values is not None:
            to = to or Values(self._rows)
            to.add_values(values)
        return to

    def take_values(self) -> tuple[Values | None, Values | None]:
        """The numbers and the dates, to be taken once: they are kept no longer."""
        values = self._numbers, self._dates
        self._numbers = self._dates = None
        return values

    def profile(self, cell_at: Callable[[int], str], most: int) -> Profile:
        """The profile; ``cell_at`` shows the cell with a number of those that were added."""
        kind = self.facts.kind(self._nothing)
        values = dict(zip(("number", "date"), self.take_values(), strict=True)).get(kind)
        summary = NumberSummary() if values is None else values.summarise(dates=kind == "date")
        del values
        words = self.facts.words_beside(kind, self._nothing)
        distinct, frequent = self.distinct.distinct_and_top(words.hashes())
        counted = Counted(distinct, [(cell_at(number), count) for number, count in frequent])
        asked = Asked(self.column, self._rows, most)
        return profile_of(asked, self.facts, self._nothing, summary, counted)


def _scale(found: tuple[Floats, Extremes] | None) -> ScaleFacts:
    return ScaleFacts(holds=False) if found is None else ScaleFacts(holds=True, ends=found[1])


def _as_numbers(cells: _Cells) -> tuple[Floats, Extremes] | None:
    found = numbers_of(cells.column, cells.words)
    if not found.fits.all():
        return None
    return found.values, extremes_of_numbers(cells.column, found.values, cells.hashes)


def _as_dates(cells: Column, *, years: bool) -> tuple[Floats, Extremes] | None:
    found = dates_of(cells, years=years)
    return (found.seconds(), extremes_of_dates(cells, found)) if found.fits.all() else None


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))
