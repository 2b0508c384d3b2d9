"""What a column is like, beside plain Python and pandas."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from contract_fixture import contract
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.number_syntax import BLANKS, NA_WORDS, is_nothing, is_number
from tsvshare_widget.query import Histogram, Profile
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile import distinct, exact_sum
from tsvshare_widget.table.profile.histogram import MOST_BINS, histogram
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.state import snapshot_at

EVERYTHING = 10**9
TOLD = ReadOptions(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    header=False,
    comments=False,
)

Row = list[str]


def fill(folder: Path, data: bytes, options: ReadOptions = TOLD) -> Table:
    table = Table.create(folder, options=options, durable=False)
    table.feed_bytes(data)
    table.finish_input()
    return table


def profile(table: Table, column: int, rows: list[int] | None = None) -> Profile:
    ids = None if rows is None else np.array(rows, np.int64)
    return profiles(table, range(column, column + 1), ids)[0]


def profiles(
    table: Table, columns: range, ids: Positions | None, most: int = 10_000
) -> list[Profile]:
    return profile_columns(snapshot_at(table.moment()), columns, ids, most, lambda done: None)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[list[str]], Table]]:
    """A table of one column, after one that is empty, so that no row is blank."""
    tables: list[Table] = []

    def make(cells: list[str]) -> Table:
        data = "".join(f"\t{cell}\n" for cell in cells).encode()
        tables.append(fill(tmp_path / f"table{len(tables)}", data))
        return tables[-1]

    yield make
    for table in tables:
        table.close()


@pytest.mark.parametrize(
    "case", contract("numbers")["columns"], ids=lambda case: repr(case["cells"])
)
def test_which_columns_are_numeric(
    make: Callable[[list[str]], Table], case: dict[str, Any]
) -> None:
    quoted = [f'"{cell}"' if "\t" in cell else cell for cell in case["cells"]]
    kinds = {True: "number", None: "empty", False: "text"}
    assert (
        profile(make(["1", *quoted]), 1, [*range(1, len(quoted) + 1)]).kind
        == kinds[case["numeric"]]
    )


# --- beside plain Python -----------------------------------------------------------------------


def seconds(cell: str) -> float | None:
    if not re.fullmatch(
        r"\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?", cell
    ):
        return None
    try:
        date = datetime.fromisoformat(cell if len(cell) > 7 else cell + "-01")
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def check(found: Profile, cells: list[str | None]) -> None:
    """Whether a profile says what plain Python finds; missing cells are None."""
    given = [cell for cell in cells if cell]
    words = [cell for cell in given if is_nothing(cell)]
    fitting = [cell for cell in given if not is_nothing(cell)]
    if (found.kind, words) == ("text", given):
        assert any(cell.strip(BLANKS) == "-" for cell in given)
    if found.kind == "text":
        words, fitting = [], given
    assert found.rows == len(cells)
    assert (found.missing, found.empty) == (cells.count(None), cells.count(""))
    assert found.na == len(words)
    assert dict(found.na_words) == Counter(words)
    assert found.fitting == len(fitting)
    counted = Counter(fitting)
    assert (found.distinct, found.exact) == (len(counted), True)
    assert found.top == counted.most_common(10)  # equally frequent ones as they come
    if not fitting:
        assert found.kind == "empty"
        assert (found.minimum, found.maximum, found.histogram) == (None, None, None)
    elif all(map(is_number, fitting)):
        assert found.kind == "number"
        exact = [Decimal(cell.strip(BLANKS)) for cell in fitting]
        check_values(found, fitting, exact, [float(cell) for cell in fitting])
    elif all(seconds(cell) is not None for cell in fitting):
        assert found.kind == "date"
        dates = [seconds(cell) or 0.0 for cell in fitting]
        check_values(found, fitting, list(map(Decimal, dates)), dates)
    else:
        assert found.kind == "text"
        assert (found.minimum, found.maximum) == (min(fitting), max(fitting))
        assert (found.mean, found.median, found.histogram) == (None, None, None)


def check_values(
    found: Profile, cells: list[str], exact: list[Decimal], values: list[float]
) -> None:
    assert found.minimum == cells[exact.index(min(exact))]
    assert found.maximum == cells[exact.index(max(exact))]
    if max(map(abs, values)) < 1e150:
        series = pd.Series(values, dtype=float)
        assert found.mean == pytest.approx(series.mean(), rel=1e-12, abs=1e-13 * series.abs().max())
        assert found.median == pytest.approx(series.median(), rel=1e-15)
    finite = [value for value in values if math.isfinite(value)]
    if found.histogram is None:
        assert not finite
    else:
        check_histogram(found.histogram, finite)


def check_histogram(found: Histogram, values: list[float]) -> None:
    edges = found.edges
    assert len(edges) == len(found.counts) + 1 <= MOST_BINS + 1
    assert all(low < high for low, high in pairwise(edges))
    assert edges[0] <= min(values)
    assert max(values) <= edges[-1]
    bins = [sum(low <= value < high for value in values) for low, high in pairwise(edges)]
    bins[-1] += values.count(edges[-1])
    assert found.counts == bins


digits = st.text("0123456789", min_size=1, max_size=25)
numbers = st.one_of(
    st.integers(-50, 50).map(str),
    st.integers(-(10**20), 10**20).map(str),
    st.integers(2**53 - 2, 2**53 + 3).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.tuples(st.sampled_from(["", "-", "+", " "]), digits, digits, st.integers(-30, 30)).map(
        lambda parts: f"{parts[0]}{parts[1]}.{parts[2]}e{parts[3]}"
    ),
    st.sampled_from(
        ["0", "-0", "0.0", ".5", "5.", "1e400", "-1e400", "1E-400", "007", "1 ", "inf", "-Inf"]
    ),
)
dates = st.one_of(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).flatmap(
        lambda at: st.sampled_from(
            [
                f"{at:%Y-%m-%d}".rjust(10, "0"),
                at.isoformat("T", "seconds"),
                at.isoformat(" ", "milliseconds"),
            ]
        )
    ),
    st.sampled_from(["2020-02", "2020-02-29T12:30Z", "2020-02-29T12:30:00+05:30", "2020-02-29"]),
)
texts = st.text(st.sampled_from(list("ab\0é東\U0001f600\uffee\t\n\"' 1-")), max_size=40)
nothing = st.sampled_from(["", *NA_WORDS, "n/a", " NA", "nan", "NULL", " "])
columns = st.one_of(
    *(st.lists(kind | nothing, max_size=30) for kind in (numbers, dates, texts)),
    st.lists(st.sampled_from(["1", "2", "2.0", "NA"]), max_size=30),
    st.lists(numbers | dates | texts | nothing, max_size=30),
)


def written(row: Row) -> str:
    return "\t".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"


@given(columns, columns, st.data())
def test_as_plain_python_finds(first: list[str], second: list[str], draw: st.DataObject) -> None:
    """Two columns, one of them shorter: its last cells are missing."""
    first, second = sorted((first, second), key=len, reverse=True)
    rows = [[cell, *second[n : n + 1]] for n, cell in enumerate(first)]
    some = draw.draw(st.lists(st.sampled_from(range(len(rows))), unique=True)) if rows else []
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BLOCK_BYTES", draw.draw(st.sampled_from([40, 1 << 20])))
        patch.setattr(distinct, "PART_HASHES", draw.draw(st.sampled_from([2, 1 << 23])))
        patch.setattr(distinct, "IN_MEMORY_NUMBERS", draw.draw(st.sampled_from([3, 1 << 24])))
        table = fill(Path(folder, "table"), "".join(map(written, rows)).encode())
        assert table.facts.rows == len(rows)
        missing: list[str | None] = [None] * (len(first) - len(second))
        for column, cells in enumerate(([*first], [*second, *missing])):
            check(profile(table, column), cells)
            check(profile(table, column, some), [cells[row] for row in sorted(some)])
        patch.setattr(
            "tsvshare_widget.table.profile.profile.AT_ONCE_NUMBERS",
            draw.draw(st.sampled_from([1, 99])),
        )
        every = range(table.facts.columns)
        assert profiles(table, every, None) == [profile(table, column) for column in every]
        ids = np.array(some, np.int64)
        assert profiles(table, every, ids) == [profile(table, column, some) for column in every]
        table.close()


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_bins_of_any_numbers(values: list[float]) -> None:
    found = histogram(np.sort(values), dates=False)
    assert found is not None
    check_histogram(found, values)


@given(st.floats(-6e10, 2.5e11), st.lists(st.floats(0, 1), max_size=9), st.floats(0, 11))
def test_bins_of_any_dates(low: float, others: list[float], power: float) -> None:
    values = [low, *(min(low + other * 10**power, 2.5e11) for other in others)]
    found = histogram(np.sort(values), dates=True)
    assert found is not None
    check_histogram(found, values)


def days(*dates: str) -> list[float]:
    return np.array(dates, "M8[s]").astype(float).tolist()


@pytest.mark.parametrize(
    ("values", "is_dates", "edges"),
    [
        ([1, 2, 3, 3], False, [1, 2, 3, 4]),
        ([0.1, 0.35, 0.4], False, [n / 50 for n in range(5, 21)]),
        ([0.37], False, [0.36, 0.38]),
        ([7], False, [7, 8]),
        ([0, 1000], False, [n * 100 for n in range(11)] + [1100]),
        (days("2020-01-30", "2020-02-02"), True, days("2020-01-30", "2020-02-03")),
        (days("2019-03-04", "2021-11-30"), True, days("2019-03-01", "2022-01-01")),
        (days("2020-01-01", "2020-03-01"), True, days("2020-01-01", "2020-04-01")),
        (days("2001-05-06", "2030-05-06"), True, days("2000-01-01", "2032-01-01")),
    ],
)
def test_edges_are_round(values: list[float], is_dates: bool, edges: list[float]) -> None:
    found = histogram(np.sort(np.array(values, float)), dates=is_dates)
    assert found is not None
    if is_dates:
        assert [found.edges[0], found.edges[-1]] == edges
    else:
        assert found.edges == edges


# --- cases -------------------------------------------------------------------------------------


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
