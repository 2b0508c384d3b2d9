"""Words for missing and types of columns, from a notebook to everything that goes by them."""

import re
import warnings
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.protocol import Columns, DocumentState, Page, TableState
from tsvshare_widget.read_options import Dialect, MissingIn
from tsvshare_widget.widget.convert.frames import pandas_rules, to_frame
from tsvshare_widget.widget.convert.static_html import render

PEOPLE = b"""id	age	country	zip
1	30	NA	007
2	-9	DE	010
3	none given	NA	7
4	5	-	1
"""


@pytest.mark.parametrize(
    "missing", [["-9", "none given", "-"], {"age": [-9, "none given"], 2: "-"}]
)
def test_told_words_count_everywhere(share, missing):
    widget = share(PEOPLE, missing=missing)
    found = widget.profile("age", progress=False)
    assert (found.kind, found.na, found.mean) == ("number", 2, 17.5)
    assert widget.profile("country", progress=False).top == [("NA", 2), ("DE", 1)]
    frame = widget.df
    assert frame["age"].tolist()[::3] == [30.0, 5.0]
    assert frame["age"].isna().tolist() == [False, True, True, False]
    assert frame["country"].fillna("?").tolist() == ["NA", "DE", "NA", "?"]
    pd.testing.assert_frame_equal(widget.page_df, frame, check_index_type=False)
    assert widget.to_pandas(dtype=str)["age"].tolist() == ["30", "-9", "none given", "5"]
    widget.sort = ["age"]
    assert [row[0] for row in widget.rows] == ["4", "1", "2", "3"]
    assert widget.to_pandas(view=True)["age"].tolist()[:2] == [5.0, 30.0]
    widget.filters = [("age", "present")]
    assert [row[0] for row in widget.rows] == ["4", "1"]


def test_the_reading_says_which_words_are_taken(share):
    widget = share(PEOPLE)
    assert widget.reading.missing[:2] == ["NA", "N/A"]
    assert widget.reading.missing_in == {}
    widget.reread(missing={None: ["-"], "age": ["-9"]})
    reading = widget.reading
    assert (reading.missing, reading.missing_in) == (["-"], {"age": ["-9"]})
    assert "  missing        -; in age: -9" in repr(reading).splitlines()
    told = {"missing": ["-"], "missing_in": [{"column": "age", "words": ["-9"]}]}
    assert reading.told == told
    widget.reread(missing=[])
    assert "  missing        no word" in repr(widget.reading).splitlines()
    assert widget.df["country"].tolist() == ["NA", "DE", "NA", "-"]
    widget.reread(missing={"agee": ["-9"]})
    assert widget.reading.notes["missing"] == "words were told for no column: 'agee'"
    widget.reread()
    assert (widget.reading.told, widget.reading.missing[0]) == ({}, "NA")


def test_types_that_are_told_hold_for_frames_too(share):
    widget = share(PEOPLE, types=["auto", "auto", "text", "text"])
    assert widget.df["zip"].tolist() == ["007", "010", "7", "1"]
    assert widget.to_pandas(dtype={"zip": "int64"})["zip"].tolist() == [7, 10, 7, 1]
    assert widget.profile("zip", progress=False).kind == "text"
    widget.sort = ["zip"]
    assert [row[3] for row in widget.rows] == ["007", "010", "1", "7"]
    assert widget.reading.types == ["auto", "auto", "text", "text"]


def test_a_published_table_keeps_what_is_told(share, make_relay):
    widget = share(PEOPLE, missing={"age": ["-9", "none given"]}, types=["auto", "number"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the old links do not lead there
        widget.publish(make_relay().url)
    assert widget.profile("age", progress=False).na == 2
    assert widget.reading.types == ["auto", "number"]


SIDES = [
    ({}, ["left", "right", "right"]),
    ({"missing": ("x",)}, ["right", "left", "right"]),
    (
        {"missing_in": (MissingIn(column="b", words=()), MissingIn(column=0, words=("X",)))},
        ["right", "left", "right"],
    ),
    ({"types": ("number", "text", "text")}, ["right", "left", "left"]),
    ({"types": ("auto", "auto", "date")}, ["left", "right", "left"]),
]


@pytest.mark.parametrize(("dialect", "sides"), SIDES)
def test_a_static_table_is_aligned_by_what_is_told(dialect, sides):
    table = TableState(id="t", name="x.tsv", dialect=Dialect(**dialect))
    columns = Columns(start=0, total=3, names=["a", "b", "c"])
    rows = [["1", "NA", "7"], ["x", "2", "8"]]
    paging: dict[str, Any] = {"page": 1, "n_pages": 1, "page_size": 9, "n_rows": 2, "first_row": 0}
    page = Page(table="t", columns=columns, rows=rows, **paging)
    html = render(DocumentState(table=table), page)
    assert re.findall(r"text-align:(left|right)\">[abc]<", html) == sides


words = st.sampled_from(["-9", "-9.0", "x", "none given", "NA", "", "n/a", "7", "-", "1e3"])


@given(st.lists(st.tuples(words, words), min_size=1), st.lists(words.filter(bool), max_size=3))
def test_frames_have_told_words_as_missing(rows, told):
    """As pandas itself has them by ``na_values``, in any case of letters."""
    dialect = Dialect(missing_in=(MissingIn(column="b", words=tuple(told)),))
    rules = pandas_rules(dialect, ["a", "b"], range(2))
    frame = to_frame([[*row] for row in rows], ["a", "b"], 2, dtype=None, rules=rules)
    plain = to_frame([[*row] for row in rows], ["a", "b"], 2, dtype=None)
    assert frame["a"].isna().tolist() == plain["a"].isna().tolist()
    for (_, cell), gone in zip(rows, frame["b"].isna(), strict=True):
        if cell in ("", *told):
            assert gone
        elif not {cell, cell.removesuffix(".0")} & {word.removesuffix(".0") for word in told}:
            assert not gone
