"""Pagination, as the front end has it too: the cases in tests/golden/pages.json."""

from __future__ import annotations

from typing import Any

import pytest
from contract_fixture import contract
from document_fixture import NOW, table

from tsvshare_widget import document as docs
from tsvshare_widget.document.paging import page_of_row
from tsvshare_widget.errors import NoSuchPage
from tsvshare_widget.protocol import Settings
from tsvshare_widget.query import EVERYTHING, Query

CASES = contract("pages")
ASKED = Query(search="x")


def test_pages_and_their_rows_are_counted() -> None:
    for case in CASES["counts"]:
        assert docs.count_pages(case["rows"], case["page_size"]) == case["pages"]
    for case in CASES["rows"]:
        found = docs.rows_of_page(case["page"], case["page_size"], case["rows"])
        assert found == (case["first"], case["end"])
    for case in CASES["page_of_row"]:
        assert page_of_row(case["row"], case["page_size"]) == case["page"]


@pytest.mark.parametrize("case", CASES["turns"], ids=str)
def test_a_page_that_is_not_there_is_refused(case: dict[str, Any]) -> None:
    page, pages = case["page"], case["pages"]
    if "refused" in case:
        with pytest.raises(NoSuchPage) as caught:
            docs.resolve_page(page, pages)
        assert str(caught.value) == case["refused"]
    else:
        assert docs.resolve_page(page, pages) == (pages if page == -1 else page)


def set_view(document: docs.Document, found: docs.Found | None = None, **settings: Any) -> Any:
    return docs.apply(
        document, Settings(**settings), table="t1", op_id=None, by="c", now=NOW, found=found
    )


def take(document: docs.Document, step: dict[str, Any]) -> docs.Document:
    """What becomes of a document whose table is still coming in."""
    view = document.state.view
    if "ask" in step:
        found = docs.Found(query=ASKED, n_rows=step["ask"], of_rows=view.of_rows)
        return set_view(document, found, search=ASKED.search)
    if "grow" in step and view.query == EVERYTHING:
        return docs.grow_table(document, table(rows=step["grow"]))
    if "grow" in step:
        newer = docs.Found(query=ASKED, n_rows=step["grow"], of_rows=view.of_rows + 1)
        return docs.renew_view(document, "t1", newer)
    if step.get("refused"):
        with pytest.raises(NoSuchPage):
            set_view(document, **step["set"])
        return document
    return set_view(document, **step["set"])


@pytest.mark.parametrize("case", CASES["views"], ids=lambda case: case["name"])
def test_what_becomes_of_a_view(case: dict[str, Any]) -> None:
    document = docs.create("u", key=None, now=NOW)
    document = docs.show_table(document, table(rows=case["rows"]), by=None, now=NOW)
    document = set_view(document, page_size=case["page_size"])
    for step in case["steps"]:
        document = take(document, step)
    view = document.state.view
    shows = {"page": view.page, "n_pages": view.n_pages, "stick": view.stick}
    assert shows == case["shows"]
