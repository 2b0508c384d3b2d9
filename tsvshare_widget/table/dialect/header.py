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
_FEW_VALUES = 4  # that a matrix consists of, each so often on average
_LEAST_COMMON = 3  # characters at the start of words that are sorted
_LONG_SORTED = 20  # rows, from which on one character in common is enough
_LONGEST_COUNT = 16  # digits of a number that counts
_SORTED = 5  # rows, from which on it is no accident that they are in order


def is_header(rows: list[Row]) -> bool:
    """Whether the first row names the columns.

    It does unless all its cells are the same and over no numbers, or one of them is longer than a
    name can be, a date over dates, the same as many of the cells under it, the same as most of them
    but for the digits or nucleotides in it (``rs58`` over ``rs1891``), fits the sorted cells under
    it, or is a number that stands over cells of which most are numbers, or over nothing in a row of
    numbers.  But such numbers can be names, too: years over anything else; different whole ones
    over a matrix of few values; or, after a first cell that is no number, different ones if three
    or more numbers in the row count from 0 or 1, or if they are whole and stand over fractions.
    Not if they count up by one to the next row, or fit sorted numbers.
    """
    if not rows or any(len(cell) > _LONGEST_NAME for cell in rows[0]):
        return False
    if len(rows[0]) > 1 and len({*rows[0]}) == 1 and not is_nothing(rows[0][0]):
        return is_over_numbers(rows)
    if len(rows) == 1 and _share(is_number, rows[0]) > 0.5:
        numbers = [cell for cell in rows[0] if is_number(cell)]
        years = len(set(numbers)) == len(numbers) > 1 and all(map(_is_year, numbers))
        return _counts(rows[0]) or (years and not is_number(rows[0][0]))
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
    if len(set(names)) != len(names) or _go_on([(first[n], *columns[n]) for n in numeric]):
        return False
    if _stand_over_few_values(names, [columns[place] for place in numeric]):
        return True
    if is_number(first[0]):
        return False
    below = list(itertools.chain.from_iterable(columns[place] for place in numeric))
    over_fractions = (
        len(names) >= 3 and all(map(str.isdecimal, names)) and _share(_is_fraction, below) > 0.5
    )
    return over_fractions or _counts(first)


def is_over_numbers(rows: list[Row]) -> bool:
    """Whether the first row has a cell that is no number over numbers: it must be a name."""
    if len(rows) < 2:
        return False
    columns = itertools.zip_longest(*rows[1:], fillvalue="")
    return any(
        may_be_name(cell) and any(map(is_number, below)) and _share(is_number, below) > 0.5
        for cell, below in zip(rows[0], columns, strict=False)
    )


def may_be_name(cell: str) -> bool:
    """Whether a cell is neither empty nor a word for nothing nor a number."""
    return not is_nothing(cell) and not is_number(cell) and not _is_date(cell)


def _stand_over_few_values(names: list[str], columns: list[tuple[str, ...]]) -> bool:
    """Whether whole numbers stand over a matrix of a few values that are not among them."""
    values = {cell.strip(BLANKS) for below in columns for cell in below if not is_nothing(cell)}
    cells = sum(len(below) for below in columns)
    return (
        len(names) >= 3
        and all(map(str.isdecimal, names))
        and len(values) <= _FEW_VALUES
        and cells >= _FEW_VALUES * len(values)
        and 2 * sum(name in values for name in names) < len(names)
    )


def _go_on(columns: list[tuple[str, ...]]) -> bool:
    """Whether numbers go on in the rows under them: one counts up, or all are in order."""
    steps = [
        [high - low for low, high in itertools.pairwise(float(c) for c in cells if is_number(c))]
        for cells in columns
    ]
    counted = any(len(each) > 1 and {*each} == {1} for each in steps)
    once = all(each[:1] == [1] for each in steps)
    in_order = all(len(each) >= _SORTED and min(each) > 0 for each in steps)
    return counted or once or in_order


def _fits_sorted(cell: str, below: tuple[str, ...]) -> bool:
    """Whether a word begins a sorted column, with as much in common as its neighbours have."""
    cells = (cell, *below)
    if len(below) < _SORTED or not all(low < high for low, high in itertools.pairwise(cells)):
        return False
    first, *others = itertools.starmap(_in_common, itertools.pairwise(cells))
    usual = sorted(others)[len(others) // 2]
    least = 1 if len(below) >= _LONG_SORTED else _LEAST_COMMON
    return max(least, usual) <= first < len(cell)


def _in_common(one: str, other: str) -> int:
    """The number of characters at the start that two texts have in common."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _counts_up(cell: str, after: str) -> bool:
    """Whether a text equals the one under it but for a number in it that is one less."""
    own, others = _DIGITS.findall(cell), _DIGITS.findall(after)
    return _DIGITS.sub("0", cell) == _DIGITS.sub("0", after) and any(
        int(high) - int(low) == 1 and own[:n] == others[:n] and own[n + 1 :] == others[n + 1 :]
        for n, (low, high) in enumerate(zip(own, others, strict=True))
        if len(high) < _LONGEST_COUNT
    )


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
    goes_on = not is_number(cell) and _counts_up(cell, *below[:1] or ("",))
    return (
        often
        or goes_on
        or _fits_sorted(cell, below)
        or any(
            is_such(cell) and _share(is_such, below) > 0.5
            for is_such in (_is_date, _is_numbered(cell))
        )
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
