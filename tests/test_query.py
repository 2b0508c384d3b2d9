"""What can be asked of a table, before any table is looked at."""

import pytest

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import (
    MAX_CHOICES,
    MAX_FILTERS,
    MAX_KEYS,
    MAX_TEXT,
    Filter,
    Query,
    Sort,
    check_query,
    compile_pattern,
)

COLUMNS = MAX_KEYS + 1


def where(op, value=None, **how):
    return Query(filters=(Filter(column=0, op=op, value=value, **how),))


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(sort=tuple(Sort(column=n) for n in range(MAX_KEYS)), search="x" * MAX_TEXT),
        Query(filters=(Filter(column=0, op="present"),) * MAX_FILTERS),
        where("missing"),
        where("==", ""),
        where("<", -0.5),
        where("==", " 7 ", by="number"),
        where("in", ("a", 1, 2.5) * (MAX_CHOICES // 3)),
        where("in", ()),
        where("matches", "^(a|b)+$"),
    ],
)
def test_what_can_be_asked_is_given_back(query):
    assert check_query(query, COLUMNS) is query


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (Query(sort=tuple(Sort(column=n) for n in range(MAX_KEYS + 1))), f"up to {MAX_KEYS}"),
        (Query(filters=(Filter(column=0, op="present"),) * (MAX_FILTERS + 1)), "filters"),
        (
            Query(sort=(Sort(column=2), Sort(column=0), Sort(column=2))),
            "column 3 is sorted by twice",
        ),
        (Query(sort=(Sort(column=COLUMNS),)), f"no column {COLUMNS + 1}"),
        (Query(filters=(Filter(column=-1, op="present"),)), "no column 0"),
        (Query(search="x" * (MAX_TEXT + 1)), "the search has 1,001 characters"),
        (where("missing", "x"), "takes no value"),
        (where("in", "x"), "takes a list"),
        (where("in", ("x",) * (MAX_CHOICES + 1)), "up to 1,000 values"),
        (where("in", ("x", float("inf"))), "cannot compare with inf"),
        (where("=="), "takes one value"),
        (where("==", ("x",)), "takes one value"),
        (where(">", float("nan")), "cannot compare with nan"),
        (where("contains", 7), "takes a text, not the number 7"),
        (where("==", "x" * (MAX_TEXT + 1)), "the value of the filter '=='"),
        (where("<", "seven", by="number"), "'seven' is not a number"),
    ],
)
def test_what_cannot_be_asked_says_why(query, says):
    with pytest.raises(BadValue) as caught:
        check_query(query, COLUMNS)
    assert says in str(caught.value)


@pytest.mark.parametrize("pattern", ["(a", "[", "a{99999999999}", "*"])
def test_a_pattern_that_is_none_is_named(pattern):
    with pytest.raises(BadValue, match="is not a regular expression"):
        compile_pattern(pattern)
    assert compile_pattern("A+", caseless=True).search("xa") is not None
