"""Profiles of many columns in one pass over the rows, beside those of each column by itself."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from profile_fixture import fill, profiles

from tsvshare_widget.query import Profile
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load, strips
from tsvshare_widget.table.lines.bitmaps import Positions

LINES = st.lists(
    st.lists(
        st.sampled_from(
            ["", "1", "1.50", "-2", "NA", "1,234", "2020-02-03", '"a', '"a"', '"b\tc"', "d\\\te"]
        )
        | st.text(st.sampled_from(list("ab\xff1,é")), max_size=12),
        min_size=1,
        max_size=7,
    ).map("\t".join),
    min_size=1,
    max_size=12,
)
BLOCK_BY_BLOCK, ALL_AT_ONCE = 0, 2_000


def found(table: Table, columns: range, rows: Positions | None, few_rows: int) -> list[Profile]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strips, "FEW_ROWS", few_rows)
        return profiles(table, columns, rows, 5)


@pytest.mark.exhaustive
@given(LINES, st.sampled_from(["excel", "none", "backslash"]), st.data())
def test_many_columns_are_what_each_is(lines: list[str], quoting: str, draw: st.DataObject) -> None:
    options = ReadOptions(
        encoding="utf-8",
        line_ends="lf",
        delimiter="\t",
        quoting=quoting,  # type: ignore[arg-type]
        header=False,
        comments=False,
    )
    data = "".join(f"{line}\n" for line in lines).encode("latin-1")  # not all of it is UTF-8
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "BLOCK_BYTES", draw.draw(st.sampled_from([1, 30, 1 << 20])))
        patch.setattr(strips, "STRIP_CELLS", draw.draw(st.sampled_from([1, 9, 1 << 20])))
        table = fill(Path(folder, "table"), data, options)
        count, every = table.facts.rows, range(table.facts.columns)
        some = draw.draw(st.none() | st.sets(st.integers(0, count - 1)).map(sorted))
        rows = None if some is None else np.array(some, np.int64)
        one_by_one = [
            found(table, range(column, column + 1), rows, BLOCK_BY_BLOCK)[0] for column in every
        ]
        assert found(table, every, rows, ALL_AT_ONCE) == one_by_one
        table.close()


def test_a_giant_row_among_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "BLOCK_BYTES", 10)
    monkeypatch.setattr(load, "GIANT_ROW_BYTES", 20)
    table = fill(tmp_path / "table", b'1\ta\n2\t"%b"\te\n3\n' % (b"long " * 9))
    one_by_one = [
        found(table, range(column, column + 1), None, BLOCK_BY_BLOCK)[0] for column in range(3)
    ]
    assert found(table, range(3), None, ALL_AT_ONCE) == one_by_one
    assert [one.missing for one in one_by_one] == [0, 1, 2]
    table.close()


def test_how_numbers_are_written_is_found_in_the_same_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And by all rows, whichever are looked at."""
    monkeypatch.setattr(load, "BLOCK_BYTES", 16)
    rows = [["1,234", "1.000,5", "1", "7,5"]] * 5 + [["5", "6", "2", "x"]]
    table = fill(tmp_path / "table", "".join("\t".join(row) + "\n" for row in rows).encode())
    for chosen in (None, np.arange(3)):
        told = [one.spelling for one in found(table, range(4), chosen, ALL_AT_ONCE)]
        assert told == ["thousands", "decimal_comma", None, None]
    table.close()
