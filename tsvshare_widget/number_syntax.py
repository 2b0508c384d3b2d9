"""Number syntax: which cells are numbers, and which say that there is nothing; pure, and the one
rule for both.

Sorting, filters, profiles, the guess whether there is a header and the picture in a saved notebook
go by it.  The front end's twin is js/src/words/numbers.ts; tests/golden/numbers.json has cases for
both, and for the code that reads many cells at once (:mod:`tsvshare_widget.table.columns.numbers`
and :mod:`tsvshare_widget.table.columns.nothing`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

BLANKS = " \t\n\v\f\r"
"""Characters that do not matter around a number, or a word for nothing: white space in ASCII."""

NA_WORDS = (
    *("NA", "N/A", "#N/A", "#NA", "#N/A N/A", "<NA>", "NaN", "-NaN", "NaT", "null", "(null)"),
    *("#NULL!", "None", "nil", ".", "-", "--", "?", "\\N"),
    *("1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)
"""Cells that say that there is nothing, among numbers and dates, whichever the case of letters.

In a column of text they are text like any other.
"""

VALUE_WORDS = frozenset(("-",))
"""Those of them that are values in a column of nothing else: a strand, an allele."""

NUMBER = re.compile(
    rf"[{BLANKS}]*(?:"
    r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+))?"
    rf"|([+-]?)(?i:inf|infinity))[{BLANKS}]*",
    re.ASCII,
)
"""Digits with at most one point among them, a sign before and a power of ten after if need be; or
infinity."""


def lowered(word: str) -> bytes:
    """A word as words for nothing are compared: in lower case as far as it is ASCII."""
    return word.strip(BLANKS).encode("utf-8", "surrogatepass").lower()


class NothingWords(NamedTuple):
    """Words for nothing, as :func:`lowered` has them; ``numbers`` are those that are numbers.

    Of a number all spellings are meant: with ``-9`` also ``-9.0``.  A cell that begins with none of
    ``begins`` is no such word.
    """

    words: frozenset[bytes]
    numbers: frozenset[float]
    begins: frozenset[str]


def nothing_words(words: Iterable[str]) -> NothingWords:
    """Some words for nothing, beside having nothing but blanks in a cell."""
    words = tuple(words)
    numbers = (float(word) for word in words if is_number(word))
    firsts = [word.strip(BLANKS)[:1] for word in words]
    return NothingWords(
        frozenset((b"", *map(lowered, words))),
        frozenset(filter(math.isfinite, numbers)),
        frozenset((*BLANKS, *firsts, *map(str.lower, firsts), *map(str.upper, firsts))),
    )


def is_number(text: str) -> bool:
    """Whether a text is a number, with or without blanks around it."""
    return NUMBER.fullmatch(text) is not None


USUAL_WORDS = nothing_words(NA_WORDS)
"""The words that count where nobody told others."""


def is_nothing(text: str, words: NothingWords = USUAL_WORDS) -> bool:
    """Whether a cell says that there is nothing, be it by having nothing in it.

    By the usual words, that is so among numbers alone.
    """
    if not text or (text[0] in words.begins and lowered(text) in words.words):
        return True
    return bool(words.numbers) and is_number(text) and float(text) in words.numbers


def is_numeric(cells: Iterable[str], words: NothingWords = USUAL_WORDS) -> bool | None:
    """Whether cells are numbers, all that say something; None if there is none of these."""
    given = [cell for cell in cells if cell and not is_nothing(cell, words)]
    return all(map(is_number, given)) if given else None
