"""Whether the first row of a table names its columns; pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from tsvshare_widget.number_syntax import BLANKS, is_nothing, is_number

from .sample import Row

_LONGEST_NAME = 1000  # characters; a longer cell is nothing that people call a column
_DATE = re.compile(r"\d{4}-[01]\d-[0-3]\d(?!\d)")
_DIGITS = re.compile(r"\d+")
_NUCLEOTIDES = re.compile(r"[ACGTUN]{8,}")
_OFTEN = 4  # times, and one in so many cells


def is_header(rows: list[Row]) -> bool:
    """Whether the first row names the columns.

    It does unless all its cells are the same, or one of them is longer than a name can be, a date
    over dates, the same as many of the cells under it, the same as most of them but for the digits
    or nucleotides in it (``rs58`` over ``rs1891``), or a number that stands over cells of which
    most are numbers, or over nothing in a row of numbers.  But such numbers can be names, too:
    years over anything else, or, after a first cell that is no number, different ones if three or
    more numbers in the row count from 0 or 1, or if they are whole and stand over fractions.
    """
    if not rows or any(len(cell) > _LONGEST_NAME for cell in rows[0]):
        return False
    if len(rows[0]) > 1 and len({*rows[0]}) == 1 and not is_nothing(rows[0][0]):
        return False
    if len(rows) == 1 and _share(is_number, rows[0]) > 0.5:
        return _counts(rows[0])
    first, columns = rows[0], list(itertools.zip_longest(*rows[1:], fillvalue=""))
    if any(map(_is_like_those_below, first, columns)):
        return False
    numeric = [
        place
        for place, (cell, below) in enumerate(zip(first, columns, strict=False))
        if is_number(cell) and _share(is_number, below) > 0.5
    ]
    names = [first[place].strip(BLANKS) for place in numeric]
    if all(map(_is_year, names)):
        return all(_share(_is_year, columns[place]) <= 0.5 for place in numeric)
    if is_number(first[0]) or len(set(names)) != len(names):
        return False
    below = list(itertools.chain.from_iterable(columns[place] for place in numeric))
    over_fractions = (
        len(names) >= 3 and all(map(str.isdecimal, names)) and _share(_is_fraction, below) > 0.5
    )
    return over_fractions or _counts(first)


def _counts(row: Row) -> bool:
    """Whether three or more numbers in a row, which does not begin with one, count from 0 or 1."""
    numbers = [cell.strip(BLANKS) for cell in row if is_number(cell)]
    counts = [str(n) for n in range(len(numbers) + 1)]
    return not is_number(row[0]) and len(numbers) >= 3 and numbers in (counts[1:], counts[:-1])


def _is_like_those_below(cell: str, below: tuple[str, ...]) -> bool:
    """Whether a cell is a date over dates, or one like the others that stand under it."""
    if is_nothing(cell):
        return False
    again = below.count(cell)
    often = again >= _OFTEN and again >= len(below) / _OFTEN
    return often or any(
        is_such(cell) and _share(is_such, below) > 0.5 for is_such in (_is_date, _is_numbered(cell))
    )


def _is_date(cell: str) -> bool:
    return _DATE.match(cell) is not None


def _is_numbered(example: str) -> Callable[[str], bool]:
    """A test for cells that differ from ``example`` in their digits and nucleotides alone."""
    shape = _shape(example)
    is_one = ("0" in shape or shape != example) and any(map(str.isalpha, shape))
    return lambda cell: is_one and _shape(cell) == shape


def _shape(cell: str) -> str:
    return _DIGITS.sub("0", _NUCLEOTIDES.sub("N", cell))


def _is_fraction(cell: str) -> bool:
    return "." in cell and is_number(cell)


def _is_year(cell: str) -> bool:
    year = cell.strip(BLANKS)
    return len(year) == 4 and year.isdecimal() and "1800" <= year <= "2100"


def _share(test: Callable[[str], bool], cells: Sequence[str]) -> float:
    """The share of the cells that pass, missing ones not counted."""
    there = [cell for cell in cells if not is_nothing(cell)]
    return sum(map(test, there)) / max(1, len(there))
