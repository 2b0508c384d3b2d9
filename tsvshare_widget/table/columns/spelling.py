"""Spelling of numbers: with separators of thousands, or a comma before decimals.

Such cells are text, unless somebody asks for them as numbers.  Then the whole column decides: each
cell must fit the one spelling or each the other, so that no column is read half in this way and
half in that.  Where each fits both, as ``1,234`` does, commas separate thousands.
"""

from __future__ import annotations

import re
from types import MappingProxyType

import numpy as np

from tsvshare_widget.number_syntax import BLANKS
from tsvshare_widget.query import Spelling
from tsvshare_widget.table.lines.bitmaps import Flags

from .block_scan import BlockScan, Part
from .column import Column
from .nothing import Nothing

_MAY_BEGIN = np.isin(np.arange(256), list(BLANKS.encode() + b"+-0123456789"))
_SPACES = "'|\u2019| |\u00a0|\u202f"  # that separate thousands beside either comma or point
_POWER = r"(?:[eE][+-]?\d+)?"


def _pattern(group: str, point: str) -> re.Pattern[str]:
    decimals = rf"(?:{re.escape(point)}\d*)?"
    return re.compile(
        rf"[{BLANKS}]*[+-]?(?:\d+|\d{{1,3}}(?P<group>{re.escape(group)}|{_SPACES})\d{{3}}"
        rf"(?:(?P=group)\d{{3}})*){decimals}{_POWER}[{BLANKS}]*"
    )


_PATTERNS: MappingProxyType[Spelling, re.Pattern[str]] = MappingProxyType(
    {"thousands": _pattern(",", "."), "decimal_comma": _pattern(".", ",")}
)
_SEPARATORS = re.compile("['\u2019\u00a0\u202f]|(?<=[0-9]) (?=[0-9])")


def may_be_spelled(column: Column, fits: Flags) -> bool:
    """Whether some cells that are no numbers may be numbers in another spelling."""
    others: Flags = ~fits & (column.ends > column.starts)
    return bool((others & _MAY_BEGIN[column.bytes_at(0)]).any())


class SpellingTrial:
    """Tries which spelling all cells of a column have that say something."""

    def __init__(self) -> None:
        self._left = list(_PATTERNS)
        self._spelled = False

    @property
    def possible(self) -> bool:
        """Whether there is one that all cells have so far."""
        return bool(self._left)

    @property
    def spelling(self) -> Spelling | None:
        """The spelling of the column; None if there is none."""
        return self._left[0] if self._left and self._spelled else None

    def try_cells(self, cells: set[str]) -> None:
        """Try more cells of the column, as :func:`different_cells` finds them."""
        self._left = [one for one in self._left if all(map(_PATTERNS[one].fullmatch, cells))]
        self._spelled = self._spelled or any(
            "," in cell or _SEPARATORS.search(cell) for cell in cells
        )

    def then(self, later: SpellingTrial) -> SpellingTrial:
        """What comes of these cells and of those that another one has tried."""
        found = SpellingTrial()
        found._left = [one for one in self._left if one in later._left]
        found._spelled = self._spelled or later._spelled
        return found


def different_cells(column: Column, nothing: Nothing) -> set[str]:
    """The different cells of a column that say something."""
    return set(column.only((column.ends > column.starts) & ~nothing.flags(column)).texts())


def find_spelling(scan: BlockScan, number: int, nothing: Nothing) -> Spelling | None:
    """The spelling that all cells of a column have which say something; None if there is none."""

    def different(part: Part) -> set[str]:
        return different_cells(part.block.column(number), nothing)

    trial = SpellingTrial()
    for _, _, cells in scan.each_block(different, every=True):
        trial.try_cells(cells)
        if not trial.possible:
            break
    return trial.spelling


def respelled(column: Column, spelling: Spelling | None) -> Column:
    """The cells of a column of this spelling as numbers are written elsewhere."""
    if spelling is None:
        return column
    rows = np.flatnonzero(column.ends > column.starts)
    group, point = (",", ".") if spelling == "thousands" else (".", ",")
    return column.replaced(
        rows,
        [
            _SEPARATORS.sub("", cell).replace(group, "").replace(point, ".").encode()
            for cell in column.only(rows).texts()
        ],
    )
