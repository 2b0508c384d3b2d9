"""Filters, sorts, searches and profiles beside pandas, on tables with all that is hard in them.

Infinity, words for nothing, decimals written out, sums that cancel out, dates to the nanosecond,
text in several normal forms, short and long rows.  pandas is handed the values that the cells were
written from; ``--hypothesis-profile=search`` tries many more.
"""

from __future__ import annotations

import csv
import io
import math
import operator
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from contract_fixture import contract
from hypothesis import given
from hypothesis import strategies as st
from query_fixture import fill

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.table.columns import load
from tsvshare_widget.table.profile.profile import profile_columns
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import Snapshot, snapshot_at

NUMBER, DATE, TEXT = range(3)

Cell = tuple[str, Any]
"""A cell's text, and its value as pandas has it."""

WORDS = [*contract("numbers")["words_for_nothing"], "n/a", "NULL", " nan", "na\t", ""]
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def written(value: float) -> Cell:
    """A number in one of several spellings, the same ones for the same number."""
    if math.isinf(value):
        return ("-Inf" if value < 0 else "infinity"), value
    spellings = (f"{value!r}", f"{value:.18e}", f" {value!r}\t", f"{value:+.17g}")
    return spellings[hash(value) % len(spellings)], value


def dated(nanoseconds: int) -> Cell:
    value = np.datetime64(nanoseconds, "ns")
    text = str(value)
    shorter = text.rstrip("0").rstrip(".") if "." in text else text
    return (text, shorter.replace("T", " ") + "Z")[nanoseconds % 2], value


values = st.one_of(
    st.sampled_from([math.inf, -math.inf, 0.1, 0.3, 1e16, 1.0, -1e16, -0.0, 1e300, -1e300, 5e-324]),
    st.integers(-5, 5).map(float),
    st.floats(-1e6, 1e6),
)
moments = st.one_of(
    st.integers(-(10**18), 4 * 10**18),
    st.integers(0, 250),
    st.integers(0, 50).map(lambda days: days * 86_400 * 10**9),
)
numbers = values.map(written) | st.sampled_from(WORDS).map(lambda word: (word, math.nan))
NO_DATE = np.datetime64("NaT", "s")
dates = moments.map(dated) | st.sampled_from(WORDS).map(lambda word: (word, NO_DATE))
texts = st.sampled_from(
    [*WORDS, "caf\u00e9", "cafe\u0301", "CAF\u00c9", "TP53", "tp53", "7", "inf", "\u212b"]
).map(lambda text: (text, text))
rows = st.tuples(numbers, dates, texts, st.integers(1, 4)).map(
    lambda row: [*row[:3], ("longer", None)][: row[3]]
)
FIRST: list[Cell] = [written(0.0), dated(0), ("x", "x")]
tables = st.lists(rows, max_size=40).map(lambda few: [FIRST, *few])


@contextmanager
def snapshot_of(table: list[list[Cell]]) -> Iterator[Snapshot]:
    text = io.StringIO()
    cells = [[cell for cell, _ in row] for row in table]
    csv.writer(text, dialect="excel-tab", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        cells
    )
    with tempfile.TemporaryDirectory() as folder:
        filled = fill(Path(folder), text.getvalue().encode(), "strict")
        yield snapshot_at(filled.moment())
        filled.close()


def ask(snapshot: Snapshot, **asked: Any) -> list[int]:
    found: list[int] = find_rows(snapshot, Query(**asked), lambda done: None).tolist()
    return found


def column_of(table: list[list[Cell]], number: int) -> pd.Series[Any]:
    """The values of a column; NaN, NaT or None where there are none."""
    found = [row[number][1] if number < len(row) else None for row in table]
    if number == NUMBER:
        return pd.Series(found, dtype="float64")
    return pd.Series(found, dtype="datetime64[ns]" if number == DATE else object)


@given(tables, st.sampled_from([40, 1 << 20]))
def test_sorts(table: list[list[Cell]], size: int) -> None:
    with snapshot_of(table) as snapshot:
        frame = pd.DataFrame({number: column_of(table, number) for number in (NUMBER, DATE, TEXT)})
        frame[TEXT] = frame[TEXT].replace("", None)
        for keys in ((NUMBER,), (DATE,), (TEXT,), (TEXT, NUMBER), (DATE, TEXT)):
            for up in (True, False):
                direction: Any = "asc" if up else "desc"
                by: Any = list(keys)
                sort = tuple(Sort(column=key, direction=direction) for key in keys)
                expected = frame.sort_values(by, ascending=up, kind="stable")
                before, load.BLOCK_BYTES = load.BLOCK_BYTES, size
                try:
                    assert ask(snapshot, sort=sort) == expected.index.tolist(), (keys, up)
                finally:
                    load.BLOCK_BYTES = before


@given(tables, values, moments)
def test_filters(table: list[list[Cell]], number: float, moment: int) -> None:
    text, date = dated(moment)
    with snapshot_of(table) as snapshot:
        found: Any = column_of(table, NUMBER)
        bound: Any = {"value": number}
        if math.isinf(number):
            bound = {"value": str(number), "by": "number"}
        for op, compare in COMPARED.items():
            wanted: Any = {"column": NUMBER, "op": op, **bound}
            expected = np.flatnonzero(compare(found, number)).tolist()
            assert ask(snapshot, filters=(Filter(**wanted),)) == expected, op
            wanted = {"column": DATE, "op": op, "value": text, "by": "date"}
            expected = np.flatnonzero(compare(column_of(table, DATE), date)).tolist()
            assert ask(snapshot, filters=(Filter(**wanted),)) == expected, op
        some = Filter(
            column=NUMBER, op="in", value=(0.1, 1.0, number if math.isfinite(number) else 7)
        )
        assert isinstance(some.value, tuple)
        assert ask(snapshot, filters=(some,)) == np.flatnonzero(found.isin(some.value)).tolist()
        words = Filter(column=TEXT, op="in", value=("NA", "-", "inf"))
        expected = np.flatnonzero(column_of(table, TEXT).isin(["NA", "-", "inf"])).tolist()
        assert ask(snapshot, filters=(words,)) == expected


@given(tables)
def test_searches(table: list[list[Cell]]) -> None:
    with snapshot_of(table) as snapshot:
        padded = [[*(text for text, _ in row), *[None] * (4 - len(row))] for row in table]
        cells = pd.DataFrame(padded, dtype=object)
        normal = cells.apply(lambda column: column.str.normalize("NFC").str.casefold())
        for text, form in (
            ("caf\u00e9", "caf\u00e9"),
            ("CAFE\u0301", "caf\u00e9"),
            ("\u212b", "\u00e5"),
            ("n/A", "n/a"),
            ("Infinity", "infinity"),
        ):
            hits = normal.apply(
                lambda column, form=form: column.str.contains(form, regex=False, na=False)
            )
            expected = np.flatnonzero(hits.astype(bool).any(axis=1)).tolist()
            assert ask(snapshot, search=text) == expected, text


@given(tables)
def test_profiles(table: list[list[Cell]]) -> None:
    with snapshot_of(table) as snapshot:
        profiles = profile_columns(snapshot, range(3), None, 1000, lambda done: None)
    for number, (found, kind) in enumerate(zip(profiles, ("number", "date", "text"), strict=True)):
        cells = pd.Series(
            [row[number][0] if number < len(row) else None for row in table], dtype=object
        )
        series, is_text = column_of(table, number), number == TEXT
        absent = cells.isna() | (cells == "")
        there = ~absent if is_text else series.notna()
        assert (found.kind, found.rows) == (kind, len(table))
        assert (found.missing, found.empty) == (cells.isna().sum(), (cells == "").sum())
        assert found.na == (~there & ~absent).sum() == sum(count for _, count in found.na_words)
        assert (found.fitting, found.distinct) == (there.sum(), cells[there].nunique())
        assert found.minimum in set(cells[there & (series == series[there].min())])
        assert found.maximum in set(cells[there & (series == series[there].max())])
        assert dict(found.top).items() <= cells[there].value_counts().to_dict().items()
    check_middle(profiles[NUMBER].mean, profiles[NUMBER].median, column_of(table, NUMBER).dropna())


def check_middle(mean: float | None, median: float | None, series: pd.Series[Any]) -> None:
    """pandas adds up with rounding; math.fsum does not."""
    finite = np.isfinite(series).all()
    assert mean == (math.fsum(series) / len(series) if finite else None)
    middle = float(series.median())
    assert median == (middle if math.isfinite(middle) else None)
