"""What is a number: the contract with the front end, and Python's own idea of it."""

from __future__ import annotations

import re

import pytest
from contract_fixture import contract
from hypothesis import given
from hypothesis import strategies as st

from tsvshare_widget.errors import BadValue
from tsvshare_widget.number_syntax import NA_WORDS, is_nothing, is_number, is_numeric, nothing_words
from tsvshare_widget.protocol import Columns, DocumentState, Page
from tsvshare_widget.query import Filter, Query, check_query
from tsvshare_widget.table.dialect.header import is_header
from tsvshare_widget.widget.convert.static_html import render

CASES = contract("numbers")


@pytest.mark.parametrize(("text", "is_one"), CASES["texts"])
def test_which_texts_are_numbers(text: str, is_one: bool) -> None:
    assert is_number(text) is is_one


@pytest.mark.parametrize(("text", "is_one"), CASES["texts"])
def test_a_filter_takes_the_same_texts_for_numbers(text: str, is_one: bool) -> None:
    query = Query(filters=(Filter(column=0, op=">", value=text, by="number"),))
    if is_one:
        assert check_query(query, 1) == query
    else:
        with pytest.raises(BadValue, match="is not a number"):
            check_query(query, 1)


@pytest.mark.parametrize("case", CASES["columns"], ids=lambda case: repr(case["cells"]))
def test_which_columns_are_numeric(case: dict[str, object]) -> None:
    assert is_numeric(case["cells"]) is case["numeric"]  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES["columns"], ids=lambda case: repr(case["cells"]))
def test_the_static_table_aligns_the_same_columns(case: dict[str, list[str]]) -> None:
    page = Page(
        table="t",
        page=1,
        n_pages=1,
        page_size=100,
        n_rows=len(case["cells"]),
        first_row=0,
        columns=Columns(start=0, total=1, names=["score"]),
        rows=[[cell] for cell in case["cells"]],
    )
    side = re.search(r"text-align:(left|right)[^>]*>score<", render(DocumentState(), page))
    assert side is not None
    assert side[1] == ("right" if case["numeric"] else "left")


def test_the_words_for_nothing() -> None:
    assert list(NA_WORDS) == CASES["words_for_nothing"]
    assert all(map(is_nothing, [*CASES["words_for_nothing"], *CASES["nothing"]]))
    assert not any(map(is_nothing, CASES["something"]))


@pytest.mark.parametrize("case", CASES["told"], ids=lambda case: repr(case["words"]))
def test_words_that_were_told(case: dict[str, list[str]]) -> None:
    words = nothing_words(case["words"])
    assert all(is_nothing(cell, words) for cell in case["nothing"])
    assert not any(is_nothing(cell, words) for cell in case["something"])
    assert is_numeric([*case["nothing"], "7"], words) is True
    assert is_numeric(case["nothing"], words) is None


@given(st.text("0123456789+-.eE \t\n\v\f\r", max_size=12) | st.floats(width=32).map(str))
def test_a_number_is_what_python_reads_as_one(text: str) -> None:
    try:
        float(text)
    except ValueError:
        assert not is_number(text)
    else:
        assert is_number(text) is ("nan" not in text)


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_blanks_do_not_matter_where_a_header_is_looked_for(blank: str) -> None:
    def padded(*cells: str) -> list[str]:
        return [f"{blank}{cell}{blank}" for cell in cells]

    data = [padded("a", "5", "6"), padded("b", "7", "8"), padded("c", "9", "4")]
    assert not is_header([padded("x", "1", "3"), *data])
    assert is_header([padded("x", "1999", "2000"), *data])
    counted = [padded("x", "1", "2", "3"), *(row + padded("0") for row in data)]
    assert is_header(counted)
