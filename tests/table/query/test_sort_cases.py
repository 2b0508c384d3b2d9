"""What people sort by, case by case."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from asked_fixture import ask, matching, order
from contract_fixture import contract
from query_fixture import fill

from tsvshare_widget.number_syntax import is_number
from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.table.columns import load


def test_numbers_as_numbers(tmp_path: Path) -> None:
    cells = ["10", "9", "-1.5", "NA", "1e1", "", "0.5", "-2", "."]
    assert order(tmp_path, cells) == ["-2", "-1.5", "0.5", "9", "10", "1e1", "NA", "", "."]
    down = order(tmp_path, cells, direction="desc")
    assert down == ["10", "1e1", "9", "0.5", "-1.5", "-2", "NA", "", "."]


def test_decimals_of_different_length(tmp_path: Path) -> None:
    cells = ["0.5", "0.45", "1", "0.449", "-0.45", "-0.5", "123456789012345.6", "0.50"]
    expected = ["-0.5", "-0.45", "0.449", "0.45", "0.5", "0.50", "1", "123456789012345.6"]
    assert order(tmp_path, cells) == expected


@pytest.mark.parametrize("more", [[], ["1e0"], ["0.123456789"], ["1" + "0" * 30]])
def test_integers_beyond_the_floats(tmp_path: Path, more: list[str]) -> None:
    numbers = [9007199254740991 + step for step in (5, 2, 4, 1, 3, 0)]
    cells = [str(number) for number in numbers]
    found = order(tmp_path, cells + more)
    assert [cell for cell in found if cell not in more] == sorted(cells)


def test_many_digits_after_the_point(tmp_path: Path) -> None:
    cells = ["0.30000000000000000004", "0.3", "0.30000000000000000001", "0.2999999999999999999999"]
    assert order(tmp_path, cells) == sorted(cells)
    assert order(tmp_path, cells, direction="desc") == sorted(cells, reverse=True)


def test_numbers_beyond_the_largest_float(tmp_path: Path) -> None:
    cells = ["1e999", "-1e999", "1e-999", "1e400", "0", "-1e-400", "1e308"]
    expected = ["-1e999", "-1e-400", "0", "1e-999", "1e308", "1e400", "1e999"]
    assert order(tmp_path, cells) == expected


@pytest.mark.parametrize("case", contract("numbers")["sorted"])
def test_blanks_around_a_number_do_not_matter(tmp_path: Path, case: dict[str, list[str]]) -> None:
    assert order(tmp_path, case["cells"]) == case["up"]


def test_one_word_makes_a_column_text(tmp_path: Path) -> None:
    assert order(tmp_path, ["10", "9", "x"]) == ["10", "9", "x"]
    assert order(tmp_path, ["10", "x", "9"], "number") == ["9", "10", "x"]


SPELLED = [
    (["1,234", "12", "999,999.5", "NA", "-1,000"], ["-1,000", "12", "1,234", "999,999.5", "NA"]),
    (["10,5", "2,25", "-0,5", "", "3"], ["-0,5", "2,25", "3", "10,5", ""]),
    (["1.234,5", "99,9", "1.000.000,0"], ["99,9", "1.234,5", "1.000.000,0"]),
    (["1 234,5", "99,9", "1\u00a0000\u00a0000,5"], ["99,9", "1 234,5", "1\u00a0000\u00a0000,5"]),
    (["1'234.5", "99.9"], ["99.9", "1'234.5"]),
    # Where each fits both, commas separate thousands; one cell says that it is otherwise.
    (["1,500", "20", "3,000"], ["20", "1,500", "3,000"]),
    (["1,500", "20", "3,0"], ["1,500", "3,0", "20"]),
]


@pytest.mark.parametrize(("cells", "up"), SPELLED)
@pytest.mark.parametrize("size", [1 << 20, 8])
def test_numbers_in_the_spelling_that_all_cells_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: list[str], up: list[str], size: int
) -> None:
    monkeypatch.setattr(load, "BLOCK_BYTES", size)
    assert order(tmp_path, cells, "number") == up
    first = next(cell for cell in up if "," in cell or "'" in cell)
    plain = {"1,234": "1234", "-1,000": "-1000", "-0,5": "-0.5", "99,9": "99.9"}
    data = "".join(f"{cell}\tx\n" for cell in cells)
    if first in plain:
        wanted = Filter(column=0, op="==", value=plain[first], by="number")
        assert matching(tmp_path, data, wanted) == [cells.index(first)]
        wanted = Filter(column=0, op="in", value=(plain[first], "7"), by="number")
        assert matching(tmp_path, data, wanted) == [cells.index(first)]


@pytest.mark.parametrize(
    "cells",
    [
        ["10,5", "1.5", "2"],  # half in one way, half in the other
        ["1,234", "12,5", "1.5"],
        ["1,23,4", "5"],
        ["1,234", "x", "5"],
        ["2020-01-01", "5"],
    ],
)
def test_a_column_is_never_read_half_in_another_spelling(tmp_path: Path, cells: list[str]) -> None:
    fitting = sorted(cells, key=lambda cell: float(cell) if is_number(cell) else math.inf)
    assert order(tmp_path, cells, "number") == fitting


def test_another_spelling_is_text_until_it_is_asked_for(tmp_path: Path) -> None:
    assert order(tmp_path, ["9,000", "10,000"]) == ["10,000", "9,000"]
    data = "9,000\n10,000\n"
    assert matching(tmp_path, data, Filter(column=0, op=">", value=1)) == []
    wanted = Filter(column=0, op=">", value=9500, by="number")
    assert matching(tmp_path, data, wanted) == [1]


def test_dates(tmp_path: Path) -> None:
    cells = ["2026-11-22", "2025-01", "2026-11-22T00:00:01", "NA", "2026-11-21T23:00-05:00"]
    expected = ["2025-01", "2026-11-22", "2026-11-22T00:00:01", "2026-11-21T23:00-05:00", "NA"]
    assert order(tmp_path, cells) == expected
    assert order(tmp_path, ["1999-05", "1998", "1999"], "date") == ["1998", "1999", "1999-05"]


def test_text_by_code_point_and_by_request(tmp_path: Path) -> None:
    cells = ["b", "A", "é", "a", "Z", "\U0001f600", "\uffee"]
    assert order(tmp_path, cells) == ["A", "Z", "a", "b", "é", "\uffee", "\U0001f600"]
    assert order(tmp_path, ["b", "A", "a", "B"], "caseless") == ["A", "a", "b", "B"]
    cells = ["chr10", "chr2", "chrX", "chr1", "chr02b", "chr2a"]
    expected = ["chr1", "chr2", "chr2a", "chr02b", "chr10", "chrX"]
    assert order(tmp_path, cells, "natural") == expected


def test_natural_order_of_very_long_numbers(tmp_path: Path) -> None:
    cells = ["x" + "9" * digits for digits in (600, 254, 255, 256, 1, 510)]
    assert order(tmp_path, cells, "natural") == sorted(cells, key=len)


def test_text_that_differs_late(tmp_path: Path) -> None:
    cells = ["a" * 70 + tail for tail in ("c", "", "b", "bb", "ba")]
    assert order(tmp_path, cells) == sorted(cells)
    assert order(tmp_path, cells, direction="desc") == sorted(cells, reverse=True)


def test_nul_is_a_character(tmp_path: Path) -> None:
    cells = ["a\0\0", "a", "a\0", "a\x01", "a\0b"]
    assert order(tmp_path, cells, "text") == sorted(cells)


def test_several_columns(tmp_path: Path) -> None:
    table = fill(tmp_path, b"b\t1\na\t2\n\t3\nb\t3\na\nb\t3\n")
    keys = (Sort(column=0), Sort(column=1, direction="desc"))
    assert ask(table, Query(sort=keys)) == [1, 4, 3, 5, 0, 2]
    table.close()
