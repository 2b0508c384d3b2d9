"""Queries, as the front end has them too: the cases in tests/golden: queries and carrying."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from contract_fixture import contract
from msgspec import UNSET

from tsvshare_widget.document import Kept
from tsvshare_widget.query import Query, carry_query, column_keys

CASES = contract("queries")
CARRYING = contract("carrying")


def query(words: dict[str, Any]) -> Query:
    return msgspec.convert(words, Query)


@pytest.mark.parametrize("case", CASES["same"], ids=str)
def test_which_queries_are_the_same(case: dict[str, Any]) -> None:
    assert (query(case["one"]) == query(case["other"])) is case["same"]


@pytest.mark.parametrize("case", CARRYING["cases"], ids=lambda case: case["name"])
def test_what_a_newer_version_of_a_table_keeps_of_a_query(case: dict[str, Any]) -> None:
    before, after = (column_keys(**case[which]) for which in ("before", "after"))
    asked = query(case["asked"])
    kept = carry_query(asked, before, after)
    assert kept == query(case["kept"])
    carried = Kept(asked=asked, query=kept).carried
    assert (None if carried is UNSET else carried) == case["carried"]
