"""Sort cells: the cells of a column that rows are sorted by, as what they are taken for.

They are read in blocks; whether all of them are what the column seems to be shows in the end.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from tsvshare_widget.query import Sort, SortBy, Spelling
from tsvshare_widget.table.columns.block_scan import Part
from tsvshare_widget.table.columns.column import Column, Words
from tsvshare_widget.table.columns.dates import dates_of
from tsvshare_widget.table.columns.nothing import Nothing
from tsvshare_widget.table.columns.numbers import Numbers, numbers_of
from tsvshare_widget.table.columns.spelling import may_be_spelled, respelled
from tsvshare_widget.table.columns.text import folded, natural
from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions

from .sort_text import Change

Fitting = Literal["all", "some", "any"]
"""How many cells must fit a type so that a column is sorted by it."""

Attempt = tuple[SortBy, Fitting]

_ATTEMPTS: dict[str, tuple[Attempt, ...]] = {
    "auto": (("number", "all"), ("date", "all"), ("text", "any")),
    "number": (("number", "some"), ("text", "any")),
    "date": (("date", "some"), ("text", "any")),
    "text": (("text", "any"),),
}
"""What is tried for a column of which nobody says how to sort it, by what it is said to be."""

SIGN = np.uint64(1 << 63)
POWERS = np.array([10**power for power in range(19)], np.int64)


def attempts_at(key: Sort, told_type: str) -> tuple[Attempt, ...]:
    """What is tried for a column, one after the other; the last one always fits."""
    return _ATTEMPTS[told_type] if key.by == "auto" else ((key.by, "any"),)


class Misfit(Exception):
    """A cell does not fit the type that its column seemed to have."""


class Fit(NamedTuple):
    """What was seen of the cells of a column so far.

    ``has_values``: words for nothing among them are values where nothing fits.
    """

    some_fit: bool = False
    has_values: bool = False
    may_be_spelled: bool = False

    def then(self, later: Fit) -> Fit:
        """What was seen of these and of later cells."""
        return Fit(*(one or other for one, other in zip(self, later, strict=True)))

    def check(self, fitting: Fitting) -> None:
        """Raise :class:`Misfit` if none fits, and words for nothing are values then."""
        if fitting != "any" and not self.some_fit and (self.has_values or fitting == "some"):
            raise Misfit


class SortCells:
    """Reads the cells of one key; raises :class:`Misfit` if they do not fit the type.

    Several threads may read at the same time.
    """

    def __init__(
        self, key: Sort, nothing: Nothing, fitting: Fitting, spelling: Spelling | None = None
    ) -> None:
        self.key = key
        self.nothing = nothing
        self.fitting = fitting
        self.spelling = spelling
        self._some_fit = self._has_values = self._may_be_spelled = False

    @property
    def fit(self) -> Fit:
        """What was seen of the cells that were read so far."""
        return Fit(self._some_fit, self._has_values, self._may_be_spelled)

    @property
    def every(self) -> bool:
        """Whether the rows that are not chosen matter."""
        return self.fitting != "any"

    def change(self, by: SortBy) -> Change | None:
        """What is done to cells before they are compared as text."""
        change = {"caseless": folded, "natural": natural}.get(by)
        if not self.nothing.told:
            return change
        leave_out = self.nothing.left_out_of
        return leave_out if change is None else lambda column: change(leave_out(column))

    def numbers(self, part: Part) -> Numbers:
        """The cells as numbers."""
        column = self.nothing.left_out_of(part.block.ascii_column(self.key.column))
        found = numbers_of(respelled(column, self.spelling))
        self._check(column, found.fits)
        if self.fitting != "all" and self.spelling is None and may_be_spelled(column, found.fits):
            self._may_be_spelled = True
        return Numbers._make(field[part.local] for field in found)

    def decimals(self, part: Part) -> tuple[Flags, Positions, Positions] | None:
        """Which cells are numbers, their mantissas and scales; None if that is not exact."""
        found = self.numbers(part)
        fits = found.fits
        scales = np.where(fits, found.scales, 0)
        if (fits & ~found.exact).any() or not ((scales >= 0) & (scales < len(POWERS))).all():
            return None
        return fits, np.where(fits, found.mantissas, 0), scales

    def floats(self, part: Part) -> tuple[Flags, Words, Flags]:
        """Which cells are numbers, words that sort as their floats do, and which are not sure."""
        found = self.numbers(part)
        bits = (found.values + 0.0).view(np.uint64)  # one zero for both
        words = bits ^ np.where(bits & SIGN, np.uint64(2**64 - 1), SIGN)
        words += (found.endless & (found.values > 0)).view(np.uint8)  # beyond what is too large
        words -= (found.endless & (found.values < 0)).view(np.uint8)
        return found.fits, words, found.fits & ~(found.sure() | found.endless)

    def dates(self, part: Part) -> tuple[Flags, Words, Bytes]:
        """Which cells are dates, words that sort as they do, and then another byte."""
        column = self.nothing.left_out_of(part.block.ascii_column(self.key.column))
        found = dates_of(column, years=self.fitting != "all")
        self._check(column, found.fits)
        words = found.ticks[part.local].view(np.uint64) ^ SIGN
        return found.fits[part.local], words, found.nanos[part.local]

    def written(self, part: Part) -> Column:
        """The cells as numbers are written."""
        cells = part.block.column(self.key.column).only(part.local)
        return respelled(cells, self.spelling)

    def _check(self, column: Column, fits: Flags) -> None:
        """Raise :class:`Misfit` unless so many cells fit as have to.

        Cells that say that there is nothing need not.
        """
        some_fit = bool(fits.any())
        if self.fitting == "all":
            misfits = column.only(np.flatnonzero(~fits & (column.ends > column.starts)))
            if not self.nothing.flags(misfits).all():
                raise Misfit
            if not (some_fit or self._some_fit) and self.nothing.has_values(misfits):
                self._has_values = True
        if some_fit:  # never the other way: another thread may have seen one that fits
            self._some_fit = True
