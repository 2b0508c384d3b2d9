"""Warnings of filters that compare texts where numbers are meant; pure."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable

from tsvshare_widget.number_syntax import is_number, is_numeric
from tsvshare_widget.protocol import Page
from tsvshare_widget.query import Filter

from .header import Header

ORDERING = ("<", "<=", ">", ">=")
INSIDE = ("tsvshare_widget", "traitlets")


def warn_of_texts(filters: Iterable[Filter], page: Page | None, header: Header) -> None:
    """Warn of each filter that orders by a text a column that has numbers on ``page``."""
    for wanted in filters:
        value = wanted.value
        if wanted.op not in ORDERING or wanted.by != "auto" or not isinstance(value, str):
            continue
        if page is not None and is_number(value) and _has_numbers(page, wanted.column):
            label = header.label(wanted.column)
            warnings.warn(
                f"the filter ({label!r}, {wanted.op!r}, {value!r}) compares texts, letter by "
                f"letter: '10' comes before '9'. There are numbers in {label!r}; "
                f"({label!r}, {wanted.op!r}, {value.strip()}) compares them as numbers",
                stacklevel=_outside(),
            )


def _has_numbers(page: Page, column: int) -> bool:
    place = column - page.columns.start
    return is_numeric(row[place] for row in page.rows if 0 <= place < len(row)) is True


def _outside() -> int:
    """How far up from :func:`warn_of_texts` the code of users is."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None:
        if frame.f_globals.get("__name__", "").partition(".")[0] not in INSIDE:
            return level
        frame, level = frame.f_back, level + 1
    return level
