"""Columns as people have them: what they are taken for, how they sort, what is missing in them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from tsvshare_widget.query import Filter, Query, Sort, SortBy
from tsvshare_widget.table import Table
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import snapshot_at

MakeTable = Callable[..., Table]

COLUMNS: list[tuple[str, str, SortBy, str, int]] = [
    # cells, what they are, how they are sorted, in which order, and how many say nothing
    ("+ - + -", "text", "auto", "+ + - -", 0),
    ("yes none no None", "text", "auto", "None no none yes", 0),
    ("US NA DE NA", "text", "auto", "DE NA NA US", 0),
    ("A T - G .", "text", "auto", "- . A G T", 0),
    ("10 NIL 9 #NULL! 100", "number", "auto", "9 10 100 NIL #NULL!", 2),
    ("9 n/a 101", "number", "auto", "9 101 n/a", 1),
    ("2020-01-01 NaT 2019-01-01 N/A", "date", "auto", "2019-01-01 2020-01-01 NaT N/A", 2),
    (". . .", "empty", "auto", ". . .", 3),
    ("- - -", "text", "auto", "- - -", 0),
    ("1e-10 1E+3 5 -Inf +inf 0.1", "number", "auto", "-Inf 1e-10 0.1 5 1E+3 +inf", 0),
    ("9007199254740993 9007199254740992", "number", "auto", "9007199254740992 9007199254740993", 0),
    ("1,234.50 12 3,000,000", "text", "number", "12 1,234.50 3,000,000", 0),
    ("1.234,50 12,5 3", "text", "number", "3 12,5 1.234,50", 0),
    ("-0 0 -0.0", "number", "auto", "-0 0 -0.0", 0),
    ("1_000 5", "text", "auto", "1_000 5", 0),
    ("\uff11\uff12 5", "text", "auto", "5 \uff11\uff12", 0),
    ("12% 5% 100%", "text", "natural", "5% 12% 100%", 0),
    ("chr10 chr2 chrX", "text", "natural", "chr2 chr10 chrX", 0),
]


@pytest.mark.parametrize(("cells", "kind", "by", "up", "nothing"), COLUMNS)
def test_columns(
    make_table: MakeTable, cells: str, kind: str, by: SortBy, up: str, nothing: int
) -> None:
    given = cells.split()
    snapshot = snapshot_at(_table(make_table, given).moment())
    found = profile_columns(snapshot, range(1), None, 100, lambda done: None)[0]
    assert (found.kind, found.na) == (kind, nothing)
    rows = find_rows(snapshot, Query(sort=(Sort(column=0, by=by),)), lambda done: None)
    assert [given[row] for row in rows] == up.split()


def test_moments_finer_than_any_clock_has(make_table: MakeTable) -> None:
    cells = ["2020-01-01T00:00:00.000000001", "2020-01-01", "2020-01-01T00:00:00.000000002"]
    snapshot = snapshot_at(_table(make_table, cells).moment())
    rows = find_rows(snapshot, Query(sort=(Sort(column=0),)), lambda done: None)
    assert rows.tolist() == [1, 0, 2]
    wanted = Filter(column=0, op="==", value=cells[0], by="date")
    assert find_rows(snapshot, Query(filters=(wanted,)), lambda done: None).tolist() == [0]
    found = profile_columns(snapshot, range(1), None, 100, lambda done: None)[0]
    assert (found.minimum, found.maximum) == (cells[1], cells[2])


@pytest.mark.parametrize("numbers", [[1e16, 1.0, -1e16], [0.1] * 10, [1e308, 1e308, -1e308], [3.0]])
def test_means_are_exact(make_table: MakeTable, numbers: list[float]) -> None:
    snapshot = snapshot_at(_table(make_table, [repr(number) for number in numbers]).moment())
    found = profile_columns(snapshot, range(1), None, 100, lambda done: None)[0]
    expected = math.fsum(n / 4 for n in numbers) / len(numbers) * 4
    assert found.mean == pytest.approx(expected, rel=1e-15)


def _table(make_table: MakeTable, cells: list[str]) -> Table:
    return make_table(("c\tx\n" + "".join(f"{cell}\t1\n" for cell in cells)).encode())
