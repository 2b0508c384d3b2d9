"""Queries, as the front end has them too: the cases in tests/golden/queries.json."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from contract_fixture import contract

from tsvshare_widget.query import Query, keep_columns

CASES = contract("queries")


def query(words: dict[str, Any]) -> Query:
    return msgspec.convert(words, Query)


@pytest.mark.parametrize("case", CASES["same"], ids=str)
def test_which_queries_are_the_same(case: dict[str, Any]) -> None:
    assert (query(case["one"]) == query(case["other"])) is case["same"]


@pytest.mark.parametrize("case", CASES["kept"], ids=str)
def test_what_a_table_with_fewer_columns_keeps_of_a_query(case: dict[str, Any]) -> None:
    assert keep_columns(query(case["query"]), case["columns"]) == query(case["keeps"])
