"""Own words for nothing, of a table or of single columns, wherever questions are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tsvshare_widget.query import Filter, Profile, Query, Sort
from tsvshare_widget.read_options import MissingIn, ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import snapshot_at

MakeTable = Callable[..., Table]

AGES = b"""id	age	note
1	30	fine
2	-9	none given
3	5	-
4	-9.0	NA
5	n/a	None Given
6
"""


def ask(table: Table, **asked: Any) -> list[str]:
    """The ids of the rows."""
    found = find_rows(snapshot_at(table.moment()), Query(**asked), lambda done: None)
    return [table.rows(int(row), 1, 0, 1).cells[0][0] for row in found]


def profile(table: Table, column: int) -> Profile:
    return profile_columns(
        snapshot_at(table.moment()), range(column, column + 1), None, 100, lambda done: None
    )[0]


def only(op: Any, value: Any = None, column: int = 1, **more: Any) -> dict[str, Any]:
    return {"filters": (Filter(column=column, op=op, value=value, **more),)}


def sorted_by(column: int, **more: Any) -> dict[str, Any]:
    return {"sort": (Sort(column=column, **more),)}


@pytest.fixture(params=["table", "name", "position"])
def table(request: pytest.FixtureRequest, make_table: MakeTable) -> Table:
    ages, notes = ("-9", "n/a"), ("none given", "-")
    if request.param == "table":
        return make_table(AGES, ReadOptions(missing=ages + notes))
    names: tuple[str | int, ...] = ("age", "note") if request.param == "name" else (1, 2)
    told = zip(names, (ages, notes), strict=True)
    words = tuple(MissingIn(column=column, words=some) for column, some in told)
    return make_table(AGES, ReadOptions(missing_in=words))


def test_told_words_sort_last_whichever_the_direction(table: Table) -> None:
    assert ask(table, **sorted_by(1)) == ["3", "1", "2", "4", "5", "6"]
    assert ask(table, **sorted_by(1, direction="desc")) == ["1", "3", "2", "4", "5", "6"]
    assert ask(table, **sorted_by(1, by="number")) == ["3", "1", "2", "4", "5", "6"]
    assert ask(table, **sorted_by(2)) == ["4", "1", "2", "3", "5", "6"]
    assert ask(table, **sorted_by(2, direction="desc")) == ["1", "4", "2", "3", "5", "6"]
    assert ask(table, **sorted_by(2, by="caseless")) == ["1", "4", "2", "3", "5", "6"]
    assert ask(table, **sorted_by(2, by="natural")) == ["4", "1", "2", "3", "5", "6"]


def test_told_words_are_no_numbers_to_filters(table: Table) -> None:
    assert ask(table, **only("<", 10)) == ["3"]
    assert ask(table, **only("==", -9)) == []
    assert ask(table, **only("==", "-9", by="number")) == []
    assert ask(table, **only("!=", 30)) == ["2", "3", "4", "5", "6"]
    assert ask(table, **only("in", (5, -9))) == ["3"]
    assert ask(table, **only("in", (5, "-9"))) == ["2", "3"]


def test_told_words_are_missing_but_stay_as_text(table: Table) -> None:
    assert ask(table, **only("missing")) == ["2", "4", "5", "6"]
    assert ask(table, **only("present")) == ["1", "3"]
    assert ask(table, **only("missing", column=2)) == ["2", "3", "5", "6"]
    assert ask(table, **only("==", "none given", column=2)) == ["2"]
    assert ask(table, **only("contains", "GIVEN", column=2, caseless=True)) == ["2", "5"]
    assert ask(table, search="-9") == ["2", "4"]


def test_a_profile_counts_told_words_apart(table: Table) -> None:
    found = profile(table, 1)
    assert (found.kind, found.missing, found.na, found.fitting) == ("number", 1, 3, 2)
    assert found.na_words == [("-9", 1), ("-9.0", 1), ("n/a", 1)]
    assert (found.minimum, found.maximum, found.mean) == ("5", "30", 17.5)
    found = profile(table, 2)
    assert (found.kind, found.missing, found.na, found.fitting) == ("text", 1, 3, 2)
    assert found.na_words == [("-", 1), ("None Given", 1), ("none given", 1)]
    assert (found.minimum, found.maximum, found.distinct) == ("NA", "fine", 2)
    assert found.top == [("fine", 1), ("NA", 1)]


def test_no_word_may_be_one_for_nothing(make_table: MakeTable) -> None:
    table = make_table(AGES, ReadOptions(missing=()))
    assert profile(table, 1).kind == "text"
    assert ask(table, **sorted_by(1)) == ["2", "4", "1", "3", "5", "6"]
    told = (MissingIn(column="age", words=()),)
    assert profile(make_table(AGES, ReadOptions(missing_in=told)), 1).kind == "text"


def test_other_columns_keep_the_words_of_the_table(make_table: MakeTable) -> None:
    told = ReadOptions(missing=("n/a",), missing_in=(MissingIn(column="note", words=("-",)),))
    table = make_table(AGES, told)
    assert profile(table, 1).na_words == [("n/a", 1)]
    assert profile(table, 2).na_words == [("-", 1)]
    told = ReadOptions(missing_in=(MissingIn(column="note", words=("-",)),))
    assert profile(make_table(AGES, told), 1).na_words == [("n/a", 1)]


def test_a_column_of_told_words_alone_is_empty(make_table: MakeTable) -> None:
    table = make_table(b"a\tb\n-\t1\n-\t2\n", ReadOptions(missing=("-",)))
    found = profile(table, 0)
    assert (found.kind, found.na, found.fitting, found.distinct) == ("empty", 2, 0, 0)
    assert profile(make_table(b"a\tb\n-\t1\n-\t2\n"), 0).kind == "text"


def test_dates_with_told_words(make_table: MakeTable) -> None:
    data = b"n\tday\n1\t2020-01-05\n2\t1900-01-01\n3\t2019-01-05\n4\tunknown\n"
    table = make_table(data, ReadOptions(missing=("1900-01-01", "unknown")))
    assert ask(table, **sorted_by(1)) == ["3", "1", "2", "4"]
    assert ask(table, **only("<", "2020-01-01", by="date")) == ["3"]
    found = profile(table, 1)
    assert (found.kind, found.na, found.minimum) == ("date", 2, "2019-01-05")


def test_words_for_a_column_that_is_not_there_are_said(make_table: MakeTable) -> None:
    told = tuple(MissingIn(column=column, words=("x",)) for column in ("agee", "age", 2, 3))
    table = make_table(AGES, ReadOptions(missing_in=told))
    assert table.facts.dialect.notes["missing"] == "words were told for no column: 'agee', '3'"


def test_names_of_rows_and_of_formats_are_known(make_table: MakeTable) -> None:
    data = b"mpg\tcyl\nA\t21\t6\nB\t-1\t4\nC\t7\t8\n"
    table = make_table(data, ReadOptions(missing_in=(MissingIn(column="mpg", words=("-1",)),)))
    assert ask(table, **sorted_by(1)) == ["C", "A", "B"]
    bed = b"chr1\t5\t9\tx\t0\t+\nchr1\t15\t19\ty\t9\t+\nchr1\t25\t29\tz\t7\t-\n"
    table = make_table(bed, ReadOptions(missing_in=(MissingIn(column="score", words=("9",)),)))
    assert profile(table, 4).na == 1
