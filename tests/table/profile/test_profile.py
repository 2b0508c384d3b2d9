"""What a column is like, beside plain Python and pandas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from contract_fixture import contract
from hypothesis import given
from hypothesis import strategies as st
from profile_fixture import check, fill, profile, profiles

from tsvshare_widget.number_syntax import NA_WORDS
from tsvshare_widget.table import Table
from tsvshare_widget.table.columns import load, strips
from tsvshare_widget.table.profile import distinct

EVERYTHING = 10**9
Row = list[str]


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
        patch.setattr(strips, "FEW_ROWS", draw.draw(st.sampled_from([1, 3, 2_000])))
        patch.setattr(strips, "STRIP_ROWS", draw.draw(st.sampled_from([2, 10_000])))
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
