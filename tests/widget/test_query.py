"""Sort, filters and search as people write them; needs no relay."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.widget.convert.header import Header
from tsvshare_widget.widget.convert.query import (
    describe_query,
    read_filters,
    read_search,
    read_sort,
    write_filters,
    write_sort,
)

GENES = Header(["gene", "score", "chrom", "note", "note"], 6)
BARE = Header(None, 3)

# --- columns -------------------------------------------------------------------------------------


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


# --- sort ----------------------------------------------------------------------------------------


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


# --- filters -------------------------------------------------------------------------------------

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
