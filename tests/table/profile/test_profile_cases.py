"""What a column is like, case by case."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profile_fixture import check, fill, profile

from tsvshare_widget.number_syntax import is_nothing
from tsvshare_widget.query import Histogram, Profile
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.profile import exact_sum
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.state import snapshot_at


def test_integers_beyond_floats(make: Callable[[list[str]], Table]) -> None:
    cells = ["9007199254740993", "9007199254740992", "9007199254740992.5", "9007199254740992"]
    found = profile(make(cells), 1)
    assert (found.minimum, found.maximum) == ("9007199254740992", cells[0])
    assert found.distinct == 3


def test_what_no_float_can_hold(make: Callable[[list[str]], Table]) -> None:
    found = profile(make(["1e400", "1e500", "-1e99999999999999999999", "3", "2"]), 1)
    assert (found.kind, found.minimum, found.maximum) == (
        "number",
        "-1e99999999999999999999",
        "1e500",
    )
    assert (found.mean, found.median) == (None, 3.0)
    assert found.histogram == Histogram(edges=[2.0, 3.0, 4.0], counts=[1, 1])


def test_large_sums(make: Callable[[list[str]], Table]) -> None:
    found = profile(make(["1.7e308", "1.6e308"]), 1)
    assert found.mean == pytest.approx(1.65e308)
    assert found.median == pytest.approx(1.65e308)


@pytest.mark.parametrize(
    "cells",
    [
        ["1e16", "1", "-1e16"],
        ["1e100", "1", "-1e100", "3"],
        ["0.1"] * 10,
        ["9007199254740993", "-9007199254740992", "0.5"],
        ["5e-324", "1e308", "-1e308"],
        ["1e308", "-1e308", "1e308", "7"],
    ],
)
def test_means_are_exact_where_numbers_cancel(
    make: Callable[[list[str]], Table], cells: list[str]
) -> None:
    assert profile(make(cells), 1).mean == math.fsum(map(float, cells)) / len(cells)


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40),
    st.integers(1, 5),
)
def test_a_mean_is_that_of_a_sum_rounded_once(values: list[float], step: int) -> None:
    mean = Fraction(sum(map(Fraction, values))) / len(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_sum, "_STEP_VALUES", step)
        found = exact_sum.mean_of(np.sort(values))
    try:
        assert found == math.fsum(values) / len(values)
    except OverflowError:
        assert found == float(mean)


def test_dates_finer_than_a_tick(make: Callable[[list[str]], Table]) -> None:
    cells = [f"2020-01-01T00:00:00.0000001{n:02}" for n in (50, 7, 99, 0, 98)]
    found = profile(make(cells), 1)
    assert (found.kind, found.minimum, found.maximum) == ("date", cells[3], cells[2])


@pytest.mark.parametrize(
    ("cells", "kind", "na", "distinct"),
    [
        (["+", "-", "-", "+", "-"], "text", 0, 2),  # strands
        (["-", "-", "-"], "text", 0, 1),
        (["G", "-", "-", "AT", "C"], "text", 0, 4),  # alleles
        (["DE", "NA", "US", "NA"], "text", 0, 3),  # countries
        ([".", ".", "."], "empty", 3, 0),  # scores
        (["-", "7", "NA", "8", "NA", "7"], "number", 3, 2),
        (["2020-01-01", "n/a", " - ", "2020-01-01"], "date", 2, 1),
    ],
)
def test_what_a_word_for_nothing_is_in(
    make: Callable[[list[str]], Table], cells: list[str], kind: str, na: int, distinct: int
) -> None:
    found = profile(make(cells), 1)
    assert (found.kind, found.na, found.distinct) == (kind, na, distinct)
    words = [cell for cell in cells if is_nothing(cell)] if na else []
    assert dict(found.na_words) == Counter(words)
    assert dict(found.top) == Counter(cell for cell in cells if cell not in words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BLOCK_BYTES", 3)
        assert profile(make(cells), 1) == found


@pytest.mark.parametrize(
    ("cells", "spelling"),
    [
        (["1,234", "12", "NA", ""], "thousands"),
        (["10,5", "n/a", "2"], "decimal_comma"),
        (["10,5", "2.5"], None),
        (["1,234", "x"], None),
        (["12", "13"], None),
        (["-", "-"], None),
    ],
)
def test_it_says_how_numbers_are_spelled(
    make: Callable[[list[str]], Table], cells: list[str], spelling: str | None
) -> None:
    found = profile(make(cells), 1)
    assert found.spelling == spelling
    if spelling is not None:
        assert found.kind == "text"


def test_a_late_text_makes_all_of_it_text(make: Callable[[list[str]], Table]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BLOCK_BYTES", 100)
        found = profile(make([*map(str, range(1000)), "x"]), 1)
    assert (found.kind, found.minimum, found.maximum) == ("text", "0", "x")
    assert found.histogram is None


def test_texts_that_differ_late(make: Callable[[list[str]], Table]) -> None:
    begin = "a" * 100
    cells = [begin + "b", begin, begin + "c", begin + "c", begin + "\0"]
    found = profile(make(cells), 1)
    assert (found.minimum, found.maximum) == (begin, begin + "c")
    assert (found.distinct, found.top[0]) == (4, (begin + "c", 2))


def test_long_cells_are_cut(make: Callable[[list[str]], Table]) -> None:
    found = profile(make(["é" * 30_000, "é" * 30_000 + "a"]), 1)
    assert found.distinct == 2
    assert found.minimum == found.maximum == found.top[0][0] == "é" * 10_000


def test_tables_without_rows(tmp_path: Path) -> None:
    for name, data in (("none", b""), ("header", b"a\tb\n")):
        table = fill(tmp_path / name, data, ReadOptions(header=True))
        found = profile(table, 0)
        assert found == Profile(column=0, kind="empty", rows=0)
        assert profile(table, 0, []) == found
        table.close()


def test_a_header_is_no_cell(tmp_path: Path) -> None:
    table = fill(
        tmp_path / "table", b"# c\nn\tm\n1\tx\n# c\n2\ty\n2\n", ReadOptions(comments=("#",))
    )
    assert table.names(0, 9) == ["n", "m"]
    found = profile(table, 0)
    assert (found.kind, found.rows, found.top) == ("number", 3, [("2", 2), ("1", 1)])
    assert (profile(table, 1).missing, profile(table, 1, [2]).kind) == (1, "empty")
    table.close()


def test_most_frequent_of_many(make: Callable[[list[str]], Table]) -> None:
    source = random.Random(5)
    cells = [f"{source.randrange(1 << 40):x}" for _ in range(30_000)]
    cells += [f"often {n}" for n in range(15) for _ in range(n + 2)]
    source.shuffle(cells)
    check(profile(make(cells), 1), [*cells])


def test_progress(make: Callable[[list[str]], Table]) -> None:
    options: list[float] = []
    snapshot = snapshot_at(make([str(n) for n in range(1000)]).moment())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BLOCK_BYTES", 100)
        profile_columns(snapshot, range(1, 2), None, 100, options.append)
        assert len(options) > 10
        assert options == sorted(options)
        assert options[-1] == 1
        options.clear()
        patch.setattr("tsvshare_widget.table.profile.profile.AT_ONCE_NUMBERS", 1)
        profile_columns(snapshot, range(2), None, 100, options.append)
    assert options == sorted(options)
    assert options[-1] == 1
