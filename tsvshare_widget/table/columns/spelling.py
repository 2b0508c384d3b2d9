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


def find_spelling(scan: BlockScan, number: int, nothing: Nothing) -> Spelling | None:
    """The spelling that all cells of a column have which say something; None if there is none."""

    def distinct(part: Part) -> set[str]:
        cells = part.block.column(number)
        cells = cells.only((cells.ends > cells.starts) & ~nothing.flags(cells))
        return set(cells.texts())

    left, spelled = list(_PATTERNS), False
    for _, _, cells in scan.each_block(distinct, every=True):
        left = [one for one in left if all(map(_PATTERNS[one].fullmatch, cells))]
        if not left:
            return None
        spelled = spelled or any("," in cell or _SEPARATORS.search(cell) for cell in cells)
    return left[0] if spelled else None


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
