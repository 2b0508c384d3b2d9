"""Rows that are appended, as people write them; needs no relay."""

import decimal
import math

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import Dialect, LineStats
from tsvshare_widget.widget.convert.header import Header
from tsvshare_widget.widget.convert.rows import read_rows

BARE = Header(None, 3)


TABLE = TableState(id="t1", name="t.tsv", dialect=Dialect(encoding="latin-1"))
TWO = Header(["gene", "score"], 2)


def test_rows_in_many_forms():
    row = ["TP53", "0.5"]
    for rows in (
        [row],
        [("TP53", 0.5)],
        {"score": 0.5, "gene": "TP53"},
        [{0: "TP53", "score": "0.5"}],
        pd.DataFrame({"score": [0.5], "gene": ["TP53"]}),
    ):
        assert read_rows(rows, TWO, TABLE) == [row]
    assert read_rows([["", None, float("nan"), 1, True]], TWO, TABLE) == [["", "", "", "1", "True"]]
    assert read_rows([{"gene": "x"}], TWO, TABLE) == [["x", ""]]
    assert read_rows("é\t1\n", TWO, TABLE) == "é\t1\n".encode("latin-1")
    assert read_rows(bytearray(b"x\n"), TWO, TABLE) == b"x\n"
    assert read_rows([], TWO, TABLE) == read_rows(pd.DataFrame({"a": []}), TWO, TABLE) == []


def test_a_dictionary_may_have_a_list_of_cells_for_each_column():
    rows = [["TP53", "0.5"], ["KRAS", ""]]
    for many in (["TP53", "KRAS"], np.array(["TP53", "KRAS"]), pd.Series(["TP53", "KRAS"])):
        assert read_rows({"score": (0.5, None), "gene": many}, TWO, TABLE) == rows
    assert read_rows({"gene": [], "score": []}, TWO, TABLE) == []
    assert read_rows({"score": [1.5]}, TWO, TABLE) == [["", "1.5"]]
    assert read_rows({"score": np.float64(1.5)}, TWO, TABLE) == [["", "1.5"]]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"gene": ["x", "y"], "score": [1]}, "a list of as many cells"),
        ({"gene": ["x", "y"], "score": 1}, "a list of as many cells"),
        ([{"gene": ["x"], "score": 1}], r"a cell is a text, a number or a date, not \['x'\]"),
        ([["x", {"a": 1}]], "a cell is a text"),
        ([{"gane": 1}], "did you mean 'gene'"),
        (["TP53"], "a row is a list"),
        (pd.DataFrame({"gene": ["x"]}), "it lacks 'score'"),
        (pd.DataFrame({"gene": ["x"], "score": [1], "z": [2]}), "not in the table: 'z'"),
        ("€", "latin-1"),
    ],
)
def test_rows_that_do_not_fit_are_said(rows, said):
    with pytest.raises(BadValue, match=said):
        read_rows(rows, TWO, TABLE)


def test_frames_without_names_to_match_go_by_order():
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"], "z": [None, "c"]})
    assert read_rows(frame, BARE, TABLE) == [["1", "a", ""], ["2", "b", "c"]]
    with pytest.raises(BadValue, match=r"has 3 columns and no header.*has 1"):
        read_rows(frame[["x"]], BARE, TABLE)
    with pytest.raises(TypeError, match="cannot append a int"):
        read_rows(3, BARE, TABLE)


CELLS = st.text(st.sampled_from("a\"\t\n\r ,é#'0"), max_size=4)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6))
def test_texts_in_a_frame_are_appended_as_they_are(rows):
    assert read_rows(pd.DataFrame(rows, columns=["gene", "score"]), TWO, TABLE) == rows


def test_a_cell_of_a_frame_may_be_very_long():
    frame = pd.DataFrame({"gene": ["x" * 1_000_000], "score": [1]})
    assert read_rows(frame, TWO, TABLE) == [["x" * 1_000_000, "1"]]


NOTHING = [
    *(None, math.nan, pd.NaT, pd.NA, np.float32("nan"), np.float64("nan")),
    *(decimal.Decimal("NaN"), decimal.Decimal("sNaN")),
    *(np.datetime64("NaT", "s"), np.timedelta64("NaT", "s")),
]


@pytest.mark.parametrize("value", NOTHING, ids=lambda value: f"{type(value).__name__} {value}")
def test_what_stands_for_nothing_is_empty_as_in_a_frame(value: object) -> None:
    assert read_rows([[value, "x"]], TWO, TABLE) == [["", "x"]]
    assert read_rows({"gene": "x", "score": value}, TWO, TABLE) == [["x", ""]]
    if str(value) != "sNaN":  # which pandas writes in so many letters
        frame = pd.DataFrame({"gene": ["x"], "score": [value]})
        assert read_rows(frame, TWO, TABLE) == [["x", ""]]


def test_a_dictionary_has_as_many_cells_as_the_header() -> None:
    ragged = msgspec.structs.replace(TABLE, line_stats=LineStats(rows=2, width=2))
    wide = Header(["gene", "score"], 5)
    assert read_rows({"gene": "x"}, wide, ragged) == [["x", ""]]
    assert read_rows({3: "y"}, wide, ragged) == [["", "", "", "y"]]
    assert read_rows([{1: 1}, ["z"]], Header(None, 5), ragged) == [["", "1"], ["z"]]


def test_the_index_of_a_frame_is_among_its_columns_if_only_so_it_fits() -> None:
    frame = pd.DataFrame({"score": [1, 2]}, index=pd.Index(["A", "B"], name="gene"))
    assert read_rows(frame, TWO, TABLE) == [["A", "1"], ["B", "2"]]
    both = pd.DataFrame({"gene": ["A"], "score": [1]}, index=["lost"])
    assert read_rows(both, TWO, TABLE) == [["A", "1"]]
    assert read_rows(both, BARE, TABLE) == [["lost", "A", "1"]]
    levels = pd.DataFrame(
        [["A", 1]], columns=pd.MultiIndex.from_tuples([("gene", ""), ("score", "")])
    )
    assert read_rows(levels, TWO, TABLE) == [["A", "1"]]
    with pytest.raises(BadValue, match="it lacks 'gene'"):
        read_rows(frame, TWO, TABLE, index=False)
    with pytest.raises(BadValue, match="not in the table: ''"):
        read_rows(both, TWO, TABLE, index=True)
    with pytest.raises(TypeError, match="index= goes with a DataFrame"):
        read_rows([["x"]], TWO, TABLE, index=True)
