"""Groups beside those of pandas, points beside the cells that they are of."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from profile_fixture import fill

from tsvshare_widget.query import Group, Groups
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.groups.group import MAX_GROUPS, group_rows
from tsvshare_widget.table.groups.points import find_points


def frame(rows: int = 3000) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "chrom": rng.choice(["chr1", "chr2", "chr10", "", "a longer name than eight"], rows),
            "strand": rng.choice(["+", "-"], rows),
            "score": rng.normal(size=rows).round(3).astype(str),
        }
    ).assign(score=lambda all: all.score.where(all.index % 7 != 0, "NA"))


def table_of(path: Path, some: pd.DataFrame) -> Table:
    return fill(path, some.to_csv(sep="\t", index=False, header=False).encode())


def ask(table: Table, by: tuple[int, ...], value: int | None, rows=None) -> Groups:
    return group_rows(table.snapshot(), by, value, rows, lambda _: None)


def check(found: Groups, some: pd.DataFrame, by: list[str]) -> None:
    numbers = some.assign(score=pd.to_numeric(some.score, errors="coerce"))
    grouped = numbers.groupby(by, dropna=False).score
    expected = grouped.agg(["size", "count", "sum", "mean", "median"])
    assert (found.rows, found.total) == (len(some), len(expected))
    assert [one.count for one in found.groups] == sorted(expected["size"], reverse=True)
    for one in found.groups:
        key: Any = one.cells[0] if len(by) == 1 else tuple(one.cells)
        row = expected.loc[key]
        assert (one.count, one.numbers) == (row["size"], row["count"])
        assert one.sum == pytest.approx(row["sum"])
        assert one.mean == pytest.approx(row["mean"])
        assert one.median == pytest.approx(row["median"])


@pytest.mark.parametrize("by", [["chrom"], ["strand", "chrom"]])
@pytest.mark.parametrize("block", [2000, 1 << 20])
def test_as_pandas_has_it(
    tmp_path: Path, by: list[str], block: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(load, "BLOCK_BYTES", block)
    some = frame()
    table = table_of(tmp_path / "table", some)
    columns = tuple(map(list(some).index, by))
    check(ask(table, columns, 2), some, by)
    chosen = np.random.default_rng(4).permutation(3000)[:500]
    check(ask(table, columns, 2, chosen), some.iloc[chosen], by)
    table.close()


def test_a_missing_cell_is_no_empty_one_and_ab_c_is_not_a_bc(tmp_path: Path):
    table = fill(tmp_path / "table", b"ab\tc\t1\na\tbc\t2\na\t\t3\na\n")
    found = ask(table, (0, 1), 2)
    assert sorted((one.cells for one in found.groups), key=repr) == [
        ["a", ""],
        ["a", "bc"],
        ["a", None],
        ["ab", "c"],
    ]
    last = next(one for one in found.groups if one.cells == ["a", None])
    assert last == Group(cells=["a", None], count=1)
    assert ask(table, (0,), None).groups[0] == Group(cells=["a"], count=3)
    table.close()


def test_there_are_many_groups_and_the_largest_are_told(tmp_path: Path):
    lines = [f"g{n}\t1\n" for n in range(1500)] + ["g7\t5\n"]
    table = fill(tmp_path / "table", "".join(lines).encode())
    found = ask(table, (0,), 1)
    assert (found.total, len(found.groups)) == (1500, MAX_GROUPS)
    first = found.groups[0]
    assert (first.cells, first.count, first.sum, first.median) == (["g7"], 2, 6, 3)
    assert [one.cells for one in found.groups[1:4]] == [["g0"], ["g1"], ["g2"]]
    table.close()


def test_points_are_those_of_the_rows_in_their_order(tmp_path: Path):
    table = fill(
        tmp_path / "table", b"1\t2026-01-01\n2\tNA\nx\t2026-01-02\n4\t2026-01-03\n5\t1970-01-01\n"
    )
    found = find_points(table.snapshot(), 0, 1, np.array([4, 0, 1, 2]))
    day = 86_400
    assert found.points == [(5, 0), (1, 20_454 * day)]
    assert (found.rows, found.dates) == (4, (False, True))
    assert find_points(table.snapshot(), 0, 1, np.array([], np.int64)).points == []
    assert all(math.isfinite(x) for x, _ in found.points)
    table.close()
