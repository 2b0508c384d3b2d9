"""Own words for nothing, beside what pandas makes of the same text by ``na_values``."""

from __future__ import annotations

import csv
import io
import math
import operator
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from query_fixture import options as exactly

from tsvshare_widget.query import Filter, Profile, Query, Sort
from tsvshare_widget.read_options import MissingIn
from tsvshare_widget.table import Table
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import Snapshot, snapshot_at

WORDS = ["-9", "none given", "x", "NA", ".", "?", "1900", "99.5", "inf", "unbekannt", "--", "0"]
NUMBERS = ["-9", "7", "-9.0", "0", "99.5", "1900", "inf", "-2.5", "1e3", "0.1", "12"]
TEXTS = ["b", "a", "x", "NA", "none given", "Z", ".", "unbekannt", "7", "caf\u00e9", "?"]

Row = list[str]
rows = st.lists(
    st.tuples(
        st.sampled_from([*NUMBERS, *WORDS]),
        st.sampled_from([*NUMBERS, "none given", ""]),
        st.sampled_from([*TEXTS, ""]),
    ).map(list),
    min_size=1,
    max_size=30,
)
told = st.lists(st.sampled_from(WORDS), max_size=6, unique=True)


def read(folder: Path, table: list[Row], words: list[list[str]], by_column: bool) -> Table:
    some = [MissingIn(column=n, words=tuple(one)) for n, one in enumerate(words)]
    options = replace(
        exactly("strict"),
        missing=None if by_column else tuple(words[0]),
        missing_in=tuple(some) if by_column else None,
    )
    filled = Table.create(folder / "t", options=options)
    filled.feed_bytes(written(table).encode())
    filled.finish_input()
    return filled


def written(table: list[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, dialect="excel-tab", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        table
    )
    return text.getvalue()


def by_pandas(table: list[Row], words: list[list[str]]) -> pd.DataFrame:
    missing: Any = {number: ["", *some, *as_floats(some)] for number, some in enumerate(words)}
    frame = pd.read_csv(
        io.StringIO(written(table)),
        sep="\t",
        header=None,
        names=range(3),
        na_values=missing,
        keep_default_na=False,
        skip_blank_lines=False,
    )
    return frame


def as_floats(words: list[str]) -> list[str]:
    """Whole numbers as pandas 3 takes them by itself, and pandas 2 does not in a dictionary."""
    return [f"{word}.0" for word in words if word.lstrip("-").isdecimal()]


def ask(snapshot: Snapshot, **asked: Any) -> list[int]:
    found: list[int] = find_rows(snapshot, Query(**asked), lambda done: None).tolist()
    return found


@given(rows, told, told, told, st.booleans())
def test_as_pandas_has_it(
    table: list[Row], first: list[str], second: list[str], third: list[str], by_column: bool
) -> None:
    words = [first, second, third] if by_column else [first] * 3
    frame = by_pandas(table, words)
    with tempfile.TemporaryDirectory() as folder:
        filled = read(Path(folder), table, words, by_column)
        snapshot = snapshot_at(filled.moment())
        profiles = profile_columns(snapshot, range(3), None, 1000, lambda done: None)
        for number in range(3):
            check_sorts(snapshot, frame, number)
            check_filters(snapshot, frame[number], number)
        filled.close()
    for number, found in enumerate(profiles):
        cells = pd.Series([row[number] for row in table], dtype=object)
        check_profile(found, frame[number], cells)


def check_sorts(snapshot: Snapshot, frame: pd.DataFrame, number: int) -> None:
    for up in (True, False):
        key = Sort(column=number, direction="asc" if up else "desc")
        by: Any = number
        expected = frame.sort_values(by, ascending=up, kind="stable").index.tolist()
        assert ask(snapshot, sort=(key,)) == expected, (number, up)


def check_filters(snapshot: Snapshot, series: pd.Series[Any], number: int) -> None:
    gone = series.isna()
    for op, expected in (("missing", gone & (series.index >= 0)), ("present", ~gone)):
        empty = ask(snapshot, filters=(Filter(column=number, op="==", value=""),))
        there = [row for row in np.flatnonzero(expected).tolist() if row not in empty]
        found = ask(snapshot, filters=(Filter(column=number, op=op),))  # type: ignore[arg-type]
        assert [row for row in found if row not in empty] == there, (number, op)
    if series.dtype.kind not in "if":
        return
    for op, compare in (("<", operator.lt), (">=", operator.ge), ("!=", operator.ne)):
        wanted = Filter(column=number, op=op, value=7)  # type: ignore[arg-type]
        assert ask(snapshot, filters=(wanted,)) == np.flatnonzero(compare(series, 7)).tolist()


def check_profile(found: Profile, series: pd.Series[Any], cells: pd.Series[Any]) -> None:
    there, empty = series.notna(), cells == ""
    assert (found.empty, found.fitting) == (empty.sum(), there.sum())
    assert found.na == (~there & ~empty).sum() == sum(count for _, count in found.na_words)
    assert found.distinct == cells[there].nunique()
    if not there.any():
        assert found.kind == "empty"
        return
    assert found.kind == ("number" if series.dtype.kind in "if" else "text")
    assert found.minimum in set(cells[there & (series == series[there].min())])
    assert found.maximum in set(cells[there & (series == series[there].max())])
    assert dict(found.top).items() <= cells[there].value_counts().to_dict().items()
    if found.kind == "number" and np.isfinite(series[there]).all():
        assert found.mean == math.fsum(series[there]) / there.sum()
