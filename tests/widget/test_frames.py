"""Cells as DataFrames."""

import collections
import io
import warnings
from typing import Any, cast

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import Problem, TableState
from tsvshare_widget.table.export.tsv import write_rows
from tsvshare_widget.widget.convert.frames import (
    dtype_by_position,
    read_text,
    to_frame,
    warn_of_end,
)
from tsvshare_widget.widget.convert.header import Header

ROWS = [["007", "1"], ["x"], ["", "2", "extra"], [""]]


def test_verbatim_cells_in_a_frame():
    frame = to_frame(ROWS, ["id", "n"], 3, dtype=str, index=range(200, 204))
    assert list(frame.columns) == ["id", "n", "(3)"]
    assert list(frame.index) == [200, 201, 202, 203]
    assert frame["id"].tolist() == ["007", "x", "", ""]
    assert frame["n"].isna().tolist() == [False, True, False, True]
    assert frame["(3)"].isna().tolist() == [True, True, False, True]


def test_inferred_types_in_a_frame():
    frame = to_frame(ROWS, None, 3, dtype=None)
    assert list(frame.columns) == [0, 1, 2]
    assert len(frame) == 4
    assert frame[1].tolist()[:1] == [1.0]
    assert frame[0].isna().tolist() == [False, False, True, True]


def test_names_that_occur_twice_and_frames_without_anything():
    assert list(to_frame([["1", "2"]], ["x", "x"], 2, dtype=None).columns) == ["x", "x"]
    assert to_frame([], None, 0, dtype=None).shape == (0, 0)
    assert to_frame([], ["a"], 1, dtype=None).shape == (0, 1)
    assert to_frame([], ["a"], 1, dtype=str).shape == (0, 1)


CELLS = st.text(st.sampled_from("a\"\t\n\r ,é#'0"), max_size=4)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_no_row_and_no_cell_is_lost_on_the_way_through_pandas(rows):
    total = max(len(row) for row in rows)
    frame = to_frame(rows, None, total, dtype="object")
    verbatim = to_frame(rows, None, total, dtype=str)
    assert frame.shape == verbatim.shape == (len(rows), total)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            assert verbatim.iat[i, j] == cell
            assert frame.iat[i, j] == cell or (cell == "" and pd.isna(cast(Any, frame.iat[i, j])))


ANY_CELLS = st.text(st.sampled_from("a\"\t\n\r ,é#'0\ufeff"), max_size=4)


@given(st.lists(st.lists(ANY_CELLS, min_size=1, max_size=4), max_size=6), st.booleans())
@example([["\ufeff"]], False)
def test_the_text_of_a_view_is_read_as_its_cells_are(rows, with_header):
    total = max([4, *map(len, rows)])
    names = ["a", "b\nc", '"', "\t"] if with_header else None
    header = Header(names, total, "file" if with_header else None)
    lines = [names, *rows] if with_header else rows
    text = io.BytesIO(write_rows(lines, first=True))
    frame = read_text(text, header, dtype=None, skip=int(header.is_line))
    pd.testing.assert_frame_equal(frame, to_frame(rows, names, total, dtype=None))


def test_types_are_told_by_name_or_position():
    header = Header(["id", "n", "n"], 4)
    assert dtype_by_position({"id": str, 2: float, "(4)": int}, header) == {
        0: str,
        2: float,
        3: int,
    }
    assert dtype_by_position({np.int64(1): "Int64"}, header) == {1: "Int64"}
    rest: dict[str, type] = collections.defaultdict(lambda: str, n=float)
    assert dtype_by_position(rest, Header(["id", "n"], 3)) == {0: str, 1: float, 2: str}
    assert dtype_by_position("object", header) == "object"
    for dtype, said in (({"zzz": str}, "no column 'zzz'"), ({"n": str}, "2 columns are called")):
        with pytest.raises(BadValue, match=said):
            dtype_by_position(dtype, header)


def test_a_table_that_is_not_all_there_is_said():
    table = TableState(id="t", name="t.tsv", rows=3, status="incomplete")
    table = msgspec.structs.replace(table, problem=Problem("bad_table", "the file is cut off"))
    with pytest.warns(UserWarning, match=r"t\.tsv is incomplete.*3 rows.*the file is cut off"):
        warn_of_end(table)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_end(msgspec.structs.replace(table, status="complete"))
