"""What is asked of tables gives the rows that pandas finds in the same cells.

Tables are ragged, quoted and in UTF-8; pandas is handed their cells, not the file.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_fixture import fill

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.table.query.find_rows import find_rows
from tsvshare_widget.table.state import Snapshot, snapshot_at

NUMBER, NAME, NOTE = range(3)

numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.floats(-1e9, 1e9, allow_nan=False).map(repr),
    st.sampled_from(["", "0", "1e3", "-2.5E-2", "007", "+4", "NA"]),
)
texts = st.text(st.sampled_from('abÄßéTP53東 "\t\n'), max_size=5) | st.sampled_from(
    ["TP53", "tp53"]
)
rows = st.tuples(numbers, texts, texts, st.integers(1, 3)).map(lambda row: list(row[: row[3]]))
tables = st.lists(rows, max_size=30).map(lambda few: [["0", "x", "x"], *few])
"""Rows of one to three cells, the first of three: so every table has as many columns."""


@contextmanager
def table_of(cells: list[list[str]]) -> Iterator[Snapshot]:
    written = io.StringIO()
    csv.writer(written, dialect="excel-tab", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(
        cells
    )
    with tempfile.TemporaryDirectory() as folder:
        table = fill(Path(folder), written.getvalue().encode(), "strict")
        yield snapshot_at(table.moment())
        table.close()


def ask(table: Snapshot, query: Query) -> list[int]:
    found: list[int] = find_rows(table, query, lambda done: None).tolist()
    return found


def ours(cells: list[list[str]], query: Query) -> list[int]:
    with table_of(cells) as table:
        return ask(table, query)


def frame_of(cells: list[list[str]]) -> pd.DataFrame:
    """The cells; None where a row has none."""
    padded = [row + [None] * (3 - len(row)) for row in cells]
    return pd.DataFrame(padded, columns=[NUMBER, NAME, NOTE], dtype=object)


def as_numbers(frame: pd.DataFrame) -> pd.Series:
    return pd.to_numeric(frame[NUMBER], errors="coerce")


@given(tables, st.booleans(), st.booleans())
def test_sorted_by_a_number_then_a_text(cells: list[list[str]], up: bool, name_up: bool) -> None:
    frame = frame_of(cells)
    keys = pd.DataFrame({"number": as_numbers(frame), "name": frame[NAME].replace("", None)})
    expected = keys.sort_values(
        ["number", "name"], ascending=[up, name_up], kind="stable", na_position="last"
    )
    query = Query(
        sort=(
            Sort(column=NUMBER, direction="asc" if up else "desc", by="number"),
            Sort(column=NAME, direction="asc" if name_up else "desc", by="text"),
        )
    )
    assert ours(cells, query) == expected.index.tolist()


@given(tables, st.integers(-1000, 1000))
@pytest.mark.slow
def test_filtered(cells: list[list[str]], bound: int) -> None:
    frame, found = frame_of(cells), as_numbers(frame_of(cells))
    name = frame[NAME]
    questions = {
        Filter(column=NUMBER, op=">", value=bound): found > bound,
        Filter(column=NUMBER, op="<=", value=bound): found <= bound,
        Filter(column=NAME, op="contains", value="a"): name.str.contains(
            "a", regex=False, na=False
        ),
        Filter(column=NAME, op="startswith", value="T"): name.str.startswith("T", na=False),
        Filter(column=NAME, op="matches", value="[ab]+P?"): name.str.contains("[ab]+P?", na=False),
        Filter(column=NAME, op="in", value=("TP53", "")): name.isin(["TP53", ""]),
        Filter(column=NOTE, op="missing"): frame[NOTE].isna(),
        Filter(column=NOTE, op="present"): frame[NOTE].notna(),
    }
    with table_of(cells) as table:
        for question, passes in questions.items():
            expected = frame.index[passes.astype(bool)].tolist()
            assert ask(table, Query(filters=(question,))) == expected, question


@given(tables, st.sampled_from(["tp53", "ß", "SS", "ä", "é", '"', "東", " "]))
def test_searched(cells: list[list[str]], search: str) -> None:
    frame = frame_of(cells)
    hits = frame.map(lambda cell: cell is not None and search.casefold() in cell.casefold())
    assert ours(cells, Query(search=search)) == frame.index[hits.any(axis=1)].tolist()
