"""Cells as numbers, against Python's own."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
from contract_fixture import contract
from hypothesis import example, given
from hypothesis import strategies as st
from query_fixture import as_column

from tsvshare_widget.number_syntax import BLANKS, NA_WORDS, is_number
from tsvshare_widget.table.columns.numbers import exactly, numbers_of

digits = st.text("0123456789", max_size=9) | st.integers(0, 10**30).map(str)
likely = st.tuples(
    st.sampled_from(["", "", " ", "+", "-", "--", " -", "\t", "\r\n ", "\xa0"]),
    digits,
    st.sampled_from(["", ".", ".", "..", ","]),
    digits,
    st.sampled_from(["", "", "", "e", "E", "e-", "E+", "e.", "ee", " "]),
    st.sampled_from(["", "", "0", "7", "22", "23", "300", "-400", "9999999", "1" * 30]),
    st.sampled_from(["", "", "", " ", "\t ", "\v\f", "\u3000", "\x1c", "\0"]),
).map("".join)
floats = st.floats(allow_nan=False, allow_infinity=False)
numbers = likely | st.integers().map(str) | floats.map(repr) | floats.map(lambda x: f"{x:.17e}")
others = st.sampled_from(
    [*NA_WORDS, "", "inf", "-INFINITY", "nan", "1_000", "٣", "1\0", "\x001", "0x10", "1,5"]
)


@example(["9007199254740993", "-9007199254740993", "0.1", "1e22", "1e23", "-0", ".5", "5.", "."])
@given(st.lists(numbers | others | st.text(max_size=30), max_size=30))
def test_as_python_reads_them(cells: list[str]) -> None:
    found = numbers_of(as_column(cells))
    for row, cell in enumerate(cells):
        assert bool(found.fits[row]) == is_number(cell), cell
        assert found.values[row] == (float(cell) if is_number(cell) else 0), cell
        if found.exact[row]:
            scaled = Decimal(int(found.mantissas[row])).scaleb(-int(found.scales[row]))
            assert scaled == Decimal(cell.strip(BLANKS))


@pytest.mark.parametrize("alone", [True, False])
def test_the_contract_with_the_front_end(alone: bool) -> None:
    cases = contract("numbers")["texts"]
    for some in [[case] for case in cases] if alone else [cases]:
        found = numbers_of(as_column([text for text, _ in some]))
        assert found.fits.tolist() == [is_one for _, is_one in some]
        assert found.values.tolist() == [float(text) if is_one else 0 for text, is_one in some]


@given(st.lists(numbers.filter(is_number), max_size=9))
def test_exactly(cells: list[str]) -> None:
    for cell in cells:
        if abs(int(re.sub(r".*[eE]|^[^eE]*$", "", cell) or 0)) < 10**6:
            assert exactly(cell.encode()) == Decimal(cell.strip(BLANKS))
    with pytest.raises(ValueError, match="is not a number"):
        exactly(b"x")


def test_beyond_all_floats() -> None:
    found = numbers_of(as_column(["1e999", "-1e999", "1e-999", "9" * 5000, "1e" + "9" * 30]))
    assert found.fits.all()
    assert found.values.tolist() == [math.inf, -math.inf, 0, math.inf, math.inf]
    assert exactly(b"1e" + b"9" * 30) > exactly(b"9" * 5000) > exactly(b"1e999")


def test_infinity_is_beyond_what_is_too_large() -> None:
    cells = ["inf", "-Infinity", "1e999", "-1e999", " +INF ", "7"]
    found = numbers_of(as_column(cells))
    assert found.endless.tolist() == [True, True, False, False, True, False]
    assert found.values.tolist() == [math.inf, -math.inf, math.inf, -math.inf, math.inf, 7]
    assert exactly(b"inf") > exactly(b"1e999") > exactly(b"-1e999") > exactly(b"-inf")
