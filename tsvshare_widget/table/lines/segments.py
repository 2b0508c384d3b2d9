"""Lines that have ended, and line ends of which it is not certain yet that they end one; pure."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from .bitmaps import Flags, Positions, none, series
from .quotes import (
    Quoted,
)

Array = TypeVar("Array", NDArray[np.int64], NDArray[np.bool_])


class Segments(NamedTuple):
    """Rows and comment lines that have ended, in order.

    ``ends`` are the positions just after each one; ``lines`` are the numbers, from 0, of the lines
    of the text on which each starts; ``comments`` flags the comments.  If cells are counted,
    ``widths`` are their numbers, and ``blanks`` flags lines that have nothing but their end.
    """

    ends: Positions
    lines: Positions
    comments: Flags
    widths: Positions | None
    blanks: Flags | None

    def then(self, later: Segments) -> Segments:
        """These and then the ``later`` ones."""
        if not len(self.ends):
            return later
        return Segments(
            np.concatenate((self.ends, later.ends)),
            np.concatenate((self.lines, later.lines)),
            np.concatenate((self.comments, later.comments)),
            _joined(self.widths, later.widths),
            _joined(self.blanks, later.blanks),
        )


class HeldLineEnds(NamedTuple):
    """Line ends that may turn out to be inside a quoted cell, and their numbers among all.

    ``cells`` are the delimiters before each, ``crs`` how many CRs before it belong to it;
    ``comments`` flags those that a comment follows.
    """

    ends: Positions
    numbers: Positions
    cells: Positions
    crs: Positions
    comments: Flags

    @classmethod
    def joined(cls, parts: list[HeldLineEnds]) -> HeldLineEnds:
        """Several parts as one."""
        return cls._make(np.concatenate(fields) for fields in zip(*parts, strict=True))

    def only(self, chosen: Flags | slice) -> HeldLineEnds:
        """The chosen ones."""
        return HeldLineEnds._make(field[chosen] for field in self)


def no_segments() -> Segments:
    """No segments."""
    no_flags = np.empty(0, np.bool_)
    return Segments(none(), none(), no_flags, none(), no_flags)


def without_quoted(held: HeldLineEnds, quoted: Quoted, *, counting: bool) -> HeldLineEnds:
    """The line ends outside quoted cells, with the delimiters inside them no longer counted."""
    with_cells = quoted.only(quoted.cells > 0)
    if counting and len(with_cells.starts):
        steps = np.zeros(len(held.ends) + 1, np.int64)
        np.add.at(steps, np.searchsorted(held.ends, with_cells.starts), with_cells.cells)
        held = held._replace(cells=held.cells - np.cumsum(steps[:-1]))
    with_lines = quoted.only(quoted.lines > 0)
    first, stop = np.searchsorted(held.ends, (with_lines.starts, with_lines.ends))
    inside = series(first, stop - first)
    if not len(inside):
        return held
    outside = np.ones(len(held.ends), np.bool_)
    outside[inside] = False
    return held.only(outside)


def steps_between(numbers: Positions, before: int) -> Positions:
    """The difference of each number to the one before; ``before`` stands before the first."""
    steps = np.empty_like(numbers)
    steps[0] = numbers[0] - before
    np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
    return steps


def _joined(first: Array | None, last: Array | None) -> Array | None:
    return None if first is None or last is None else np.concatenate((first, last))
