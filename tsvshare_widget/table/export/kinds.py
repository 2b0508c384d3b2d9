"""Kinds of cells for files with types: what is a number there, and loses no digit by it; pure."""

from __future__ import annotations

import re

from tsvshare_widget.number_syntax import NA_WORDS, lowered

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_NOTHING = frozenset(map(lowered, ("", *NA_WORDS)))

MOST_DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""


def is_whole(cell: str) -> bool:
    """Whether a cell is a whole number as it is usually written: not ``007``, nor ``+1``."""
    return _WHOLE.fullmatch(cell) is not None


def is_decimal(cell: str) -> bool:
    """Whether a cell is a number as it is usually written."""
    return _DECIMAL.fullmatch(cell) is not None


def says_nothing(cell: str) -> bool:
    """Whether a cell says that there is nothing, where its column has numbers else."""
    return (not cell or len(cell) < 12) and lowered(cell) in _NOTHING


def as_shown(cell: str) -> int | float | None:
    """A cell as the number that a spreadsheet shows with the very same text; None if there is none.

    So ``1.50`` stays text, and so do identifiers of more digits than a spreadsheet keeps.
    """
    if not cell or cell[0] not in "-0123456789" or len(cell) > MOST_DIGITS:
        return None
    if is_whole(cell) and cell != "-0":
        return int(cell)
    if "." in cell and is_decimal(cell) and "e" not in cell.lower() and cell == repr(float(cell)):
        return float(cell)
    return None
