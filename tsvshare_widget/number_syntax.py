"""Number syntax: which cells are numbers; pure, and the one rule for it.

Sorting, filters, profiles, the guess whether there is a header and the picture in a saved notebook
go by it.  The front end's twin is js/src/words/numbers.ts; tests/golden/numbers.json has cases for
both, and for the code that reads many cells at once (:mod:`tsvshare_widget.table.columns.numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

BLANKS = " \t\n\v\f\r"
"""Characters that do not matter around a number: white space in ASCII."""

NA_WORDS = ("NA", "NaN", "null", ".", "-", "\\N")
"""Cells that say that there is nothing, among numbers and dates."""

NUMBER = re.compile(
    rf"[{BLANKS}]*([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+))?[{BLANKS}]*", re.ASCII
)
"""Digits with at most one point among them, a sign before and a power of ten after if need be."""


def is_number(text: str) -> bool:
    """Whether a text is a number, with or without blanks around it."""
    return NUMBER.fullmatch(text) is not None


def is_numeric(cells: Iterable[str]) -> bool | None:
    """Whether cells are numbers, all that say something; None if there is none of these."""
    given = [cell for cell in cells if cell and cell not in NA_WORDS]
    return all(map(is_number, given)) if given else None
