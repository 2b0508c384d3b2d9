"""Types that a line of the file says decide how columns are sorted and summarised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tsvshare_widget.query import Filter, Profile, Query, Sort
from tsvshare_widget.read_options import ReadOptions, exact_options
from tsvshare_widget.table import Table
from tsvshare_widget.table.profile import summary as profile_module
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import snapshot_at

MakeTable = Callable[..., Table]

QIIME = b"""id\tzip\tage\tsite
#q2:types\tcategorical\tnumeric\t
S10\t10\t30\tgut
S9\t9\tNA\tskin
S2\t010\t4\tgut
"""
RDB = b"""# a gauge
site\tday\tflow\tcode
5s\t10d\t8n\t3s
07\t2020-01-05\t10\t12
100\t2019-01-05\tIce\t9
9\tunknown\t9.5\t100
"""


def column(table: Table, number: int, sort: str = "asc", **filters: Any) -> list[str]:
    """The cells of a column, sorted by it."""
    key: Any = {"column": number, "direction": sort}
    some = (Filter(column=number, **filters),) if filters else ()
    query = Query(sort=(Sort(**key),), filters=some)
    found = find_rows(snapshot_at(table.moment()), query, lambda done: None)
    return [table.rows(int(row), 1, 0, 9).cells[0][number] for row in found]


def profile(table: Table, number: int) -> Profile:
    snapshot = snapshot_at(table.moment())
    return profile_columns(snapshot, range(number, number + 1), None, 99, lambda done: None)[0]


def test_what_qiime_calls_categorical_is_text(make_table: MakeTable) -> None:
    table = make_table(QIIME)
    assert table.facts.dialect.types == ("auto", "text", "number")
    assert column(table, 1) == ["010", "10", "9"]
    assert column(table, 2) == ["4", "30", "NA"]
    assert column(table, 2, "desc") == ["30", "4", "NA"]
    found = profile(table, 1)
    assert (found.kind, found.minimum, found.maximum, found.mean) == ("text", "010", "9", None)
    assert (profile(table, 2).kind, profile(table, 2).na) == ("number", 1)


def test_what_rdb_says_of_its_columns(make_table: MakeTable) -> None:
    table = make_table(RDB)
    dialect = table.facts.dialect
    assert (dialect.format, dialect.types) == ("USGS RDB", ("text", "date", "number", "text"))
    assert column(table, 0) == ["07", "100", "9"]
    assert column(table, 1) == ["2019-01-05", "2020-01-05", "unknown"]
    assert column(table, 1, "desc") == ["2020-01-05", "2019-01-05", "unknown"]
    assert column(table, 2) == ["9.5", "10", "Ice"]
    assert column(table, 3) == ["100", "12", "9"]
    assert column(table, 3, op=">", value=10) == ["100", "12"]


def test_cells_that_are_not_of_the_type_are_counted_apart(make_table: MakeTable) -> None:
    table = make_table(RDB)
    found = profile(table, 2)
    assert (found.kind, found.na_words, found.fitting) == ("number", [("Ice", 1)], 2)
    assert (found.minimum, found.maximum, found.mean, found.distinct) == ("9.5", "10", 9.75, 2)
    found = profile(table, 1)
    assert (found.kind, found.na_words, found.fitting) == ("date", [("unknown", 1)], 2)


def test_a_type_that_no_cell_has_is_not_believed(make_table: MakeTable) -> None:
    data = b"a\tb\nn1\tx\nstring\tnumber\nq\tten\nr\tnine\n"
    table = make_table(data, ReadOptions(skip=0, header=True, types=("number", "date")))
    assert column(table, 0) == ["n1", "q", "r", "string"]
    assert column(table, 1) == ["nine", "number", "ten", "x"]
    assert [profile(table, number).kind for number in (0, 1)] == ["text", "text"]


def test_a_column_of_many_misfits_is_text(
    make_table: MakeTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_module, "MOST_MISFITS", 3)
    data = b"a\tb\n" + b"".join(b"x%d\t%d\n" % (n, n) for n in range(5)) + b"7\t7\n"
    found = profile(make_table(data, ReadOptions(types=("number",))), 0)
    assert (found.kind, found.na, found.distinct) == ("text", 0, 6)


def test_only_nothing_in_a_column_of_a_type(make_table: MakeTable) -> None:
    table = make_table(b"a\tb\nNA\t1\n-\t2\n", ReadOptions(types=("number",), header=True))
    assert profile(table, 0).kind in ("empty", "text")
    table = make_table(b"a\tb\nNA\t1\n-\t2\n", ReadOptions(types=("text",), header=True))
    assert (profile(table, 0).kind, profile(table, 0).na) == ("text", 0)


def test_numbers_spelled_otherwise_fit_a_column_of_numbers(make_table: MakeTable) -> None:
    table = make_table(b"a\tb\n1,000\tx\n20\ty\n3,500\tz\n", ReadOptions(types=("number",)))
    assert column(table, 0) == ["20", "1,000", "3,500"]


def test_types_stay_when_a_reading_is_told_exactly(make_table: MakeTable) -> None:
    for data in (QIIME, RDB):
        table = make_table(data)
        before = table.facts.dialect
        table.reread(exact_options(before))
        assert table.facts.dialect.types == before.types
        table.reread(ReadOptions(types=()))
        assert table.facts.dialect.types == ()
