"""Sort, filters and search as people write them, and rows that are appended; needs no relay."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import Filter, Histogram, Profile, Query, Sort
from tsvshare_widget.read_options import Dialect
from tsvshare_widget.widget.convert.header import Header
from tsvshare_widget.widget.convert.profile import describe_profile
from tsvshare_widget.widget.convert.query import (
    describe_query,
    read_filters,
    read_search,
    read_sort,
    write_filters,
    write_sort,
)
from tsvshare_widget.widget.convert.rows import read_rows

GENES = Header(["gene", "score", "chrom", "note", "note"], 6)
BARE = Header(None, 3)

# --- columns -----------------------------------------------------------------------------------


def test_a_column_is_meant_by_name_or_position():
    assert GENES.position("score") == 1
    assert GENES.position(np.int64(4)) == 4
    assert [GENES.label(i) for i in range(6)] == ["gene", "score", "chrom", 3, 4, 5]
    assert BARE.label(2) == 2


@pytest.mark.parametrize(
    ("header", "column", "said"),
    [
        (GENES, "scroe", "did you mean 'score'"),
        (GENES, "Gene ", "did you mean 'gene'"),
        (GENES, "zebra", "w.columns has all names"),
        (GENES, "note", r"2 columns are called 'note'.*\(3, 4\)"),
        (GENES, 6, "positions count from 0, and this table has 6"),
        (GENES, -1, "position from 0"),
        (GENES, True, "position from 0"),
        (GENES, 1.0, "position from 0"),
        (BARE, "gene", "no header"),
    ],
)
def test_a_column_that_is_not_there_is_said_with_what_may_be_meant(header, column, said):
    with pytest.raises(BadValue, match=said):
        header.position(column)


# --- sort --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            [("score", "desc"), ("gene", "asc", "natural"), "chrom"],
            [("score", "desc"), ("gene", "asc", "natural"), ("chrom", "asc")],
        ),
        ("score", [("score", "asc")]),
        (("score", "desc"), [("score", "desc")]),
        ((("score", "desc"),), [("score", "desc")]),
        (3, [(3, "asc")]),
        ([Sort(column=1, direction="desc", by="text")], [("score", "desc", "text")]),
        ([], []),
        (None, []),
    ],
)
def test_a_sort_reads_as_it_is_written(given, shown):
    assert write_sort(read_sort(given, GENES), GENES) == shown
    assert write_sort(read_sort(shown, GENES), GENES) == shown


@pytest.mark.parametrize(
    "value",
    [
        [("score", "down")],
        [("score", "asc", "size")],
        [("score", "asc", "text", 1)],
        [()],
        [None],
        [["score", "desc"]],
        {"score": "desc"},
        ["score", "score"],
        ["scroe"],
    ],
)
def test_nonsense_is_refused_as_a_sort(value):
    with pytest.raises(BadValue):
        read_sort(value, GENES)


# --- filters -----------------------------------------------------------------------------------

FILTERS = [
    ("score", ">", 0.5),
    ("gene", "contains", "TP53"),
    ("chrom", "in", ["1", "X"]),
    (3, "missing"),
    {"column": "gene", "op": "startswith", "value": "tp", "caseless": True},
    {"column": "score", "op": "==", "value": "2026-01-02", "by": "date"},
]


def test_filters_read_as_they_are_written():
    filters = read_filters(FILTERS, GENES)
    assert filters[2] == Filter(column=2, op="in", value=("1", "X"))
    assert write_filters(filters, GENES) == FILTERS
    assert read_filters(list(filters), GENES) == filters
    for one in (("gene", "missing"), {"column": 0, "op": "missing"}, filters[3]):
        assert len(read_filters(one, GENES)) == 1
    assert read_filters(None, GENES) == ()


@pytest.mark.parametrize(
    ("value", "sent", "by"),
    [
        (np.float64(0.5), 0.5, "auto"),
        (np.int32(7), 7, "auto"),
        (2**60, str(2**60), "number"),
        (decimal.Decimal("0.1"), "0.1", "number"),
        (datetime.date(2026, 1, 2), "2026-01-02", "date"),
        (pd.Timestamp("2026-01-02 03:04"), "2026-01-02T03:04:00", "date"),
        (np.datetime64("2026-01-02"), "2026-01-02", "date"),
    ],
)
def test_values_of_many_kinds_are_understood(value, sent, by):
    wanted = read_filters([("score", ">=", value)], GENES)[0]
    assert (wanted.value, wanted.by) == (sent, by)
    assert type(wanted.value) is type(sent)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([("score", "~", 1)], "there is no filter '~'"),
        ([("score", "==")], "takes a value.*'missing'"),
        ([("score", "missing", 1)], "takes no value"),
        ([("score", "==", True)], "its text, such as 'True'"),
        ([("score", "==", float("nan"))], "nan"),
        ([("score", "==", b"x")], "a text, a number or a date"),
        ([("score", "in", "abc")], "list of values"),
        ([("score", "in", ["a", datetime.date(2026, 1, 2)])], "one kind"),
        ([("gene", "matches", "(")], "regular expression"),
        ([("gene", "contains", 5)], "takes a text"),
        ([{"column": "gene"}], "is no filter"),
        ([{"column": "gene", "op": "==", "values": 1}], "is no filter"),
        ([7], "is no filter"),
        ("gene == 1", "is a list"),
        ([("gane", "missing")], "did you mean 'gene'"),
    ],
)
def test_nonsense_is_refused_as_a_filter(value, said):
    with pytest.raises(BadValue, match=said):
        read_filters(value, GENES)


def test_a_search_is_a_text():
    assert read_search("TP53", GENES) == "TP53"
    assert read_search(None, GENES) == ""
    for value in (7, "x" * 1001):
        with pytest.raises(BadValue):
            read_search(value, GENES)


def test_a_query_in_words():
    query = Query(
        sort=read_sort([("score", "desc"), "gene"], GENES),
        filters=read_filters([("score", ">", 0.5), ("chrom", "in", ["1", "X"])], GENES),
        search="TP53",
    )
    assert describe_query(query, GENES) == (
        "score > 0.5, chrom is one of '1', 'X', holding 'TP53', sorted by score (down), gene"
    )
    assert describe_query(Query(), GENES) == ""


# --- rows --------------------------------------------------------------------------------------

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


@pytest.mark.parametrize(
    ("rows", "said"),
    [
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


# --- profiles ----------------------------------------------------------------------------------


def test_a_profile_of_numbers_is_a_picture():
    histogram = Histogram(edges=[0.0, 10.0, 20.0, 30.0], counts=[12, 0, 3])
    profile = Profile(
        column=1,
        kind="number",
        rows=1000,
        missing=5,
        na=980,
        fitting=15,
        distinct=9,
        exact=False,
        minimum="0.5",
        maximum="29",
        mean=7.25,
        median=6.0,
        histogram=histogram,
        top=[("7", 3)],
    )
    described = describe_profile(profile, GENES)
    assert (described.name, described.position, described.mean) == ("score", 1, 7.25)
    text = repr(described)
    for said in ("'score': number", "5 (0.5%)", "about 9", "7.25", "10 to 20", "0.5"):
        assert said in text
    lines = text.splitlines()
    assert [line.count("█") for line in lines[-3:]] == [24, 0, 6]


def test_a_profile_of_texts_shows_the_most_frequent_as_text():
    top = [("<b>bold</b>", 3), ("a\nb" * 100, 1)]
    profile = Profile(column=0, kind="text", rows=4, fitting=4, distinct=2, top=top)
    described = describe_profile(profile, BARE)
    assert "column 0: text" in repr(described)
    assert max(map(len, repr(described).splitlines())) < 130
    assert "<b>" not in described._repr_html_()


def test_a_profile_of_dates_says_dates():
    days = [86_400.0 * n for n in (0, 1, 10**9)]
    profile = Profile(
        column=0,
        kind="date",
        rows=2,
        fitting=2,
        mean=days[1],
        median=43_200.0,
        histogram=Histogram(edges=days, counts=[1, 1]),
    )
    text = repr(describe_profile(profile, GENES))
    assert "mean       1970-01-02" in text
    assert "median     1970-01-01 12:00:00" in text


def test_figures_of_every_size_can_be_read():
    histogram = Histogram(edges=[0.0, 2e7, 4e7], counts=[1000, 1])
    top = Profile(column=0, kind="number", rows=1001, mean=0.000123, histogram=histogram)
    lines = repr(describe_profile(top, GENES)).splitlines()
    assert "0.000123" in "".join(lines)
    assert "20,000,000 to 40,000,000  ▏" in lines[-1]


def test_many_bins_are_put_together():
    histogram = Histogram(edges=[float(n) for n in range(46)], counts=[1] * 45)
    profile = Profile(column=0, kind="number", rows=45, fitting=45, histogram=histogram)
    bars = [line for line in repr(describe_profile(profile, GENES)).splitlines() if "█" in line]
    assert bars[0].split("█")[0].strip() == "0 to 3"
    assert len(bars) <= 20
    assert sum(int(bar.rsplit(maxsplit=1)[1]) for bar in bars) == 45
