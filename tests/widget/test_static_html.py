"""The page as HTML for saved notebooks."""

import re
from typing import Any

from widget_fixture import known

from tsvshare_widget.protocol import (
    Columns,
    DocumentState,
    Page,
    TableState,
)
from tsvshare_widget.widget.convert.static_html import render


def page(rows, names=None, total=None, **changes):
    width = max([len(row) for row in rows], default=0)
    fields: dict[str, Any] = {"table": "t1", "page": 2, "n_pages": 3, "page_size": 100}
    fields["n_rows"] = 1204
    fields |= {"first_row": 100, "rows": rows}
    fields["columns"] = Columns(start=0, total=total or width, names=names)
    return Page(**fields | changes)


def test_the_static_table_holds_the_page_and_says_where_it_is_from():
    html = render(known().state, page([["TP53", "007"], ["BRCA1"]], ["gene", "n"], total=150))
    where = ("<b>t.tsv</b>", "page 2 of 3", "300 rows", "148 more")
    for text in ("TP53", "007", "gene", "101", *where):
        assert text in html


def test_what_is_still_counted_is_said_to_be_so():
    state = known(status="receiving").state
    assert "300 rows so far" in render(state, page([["TP53"]], ["gene"]))


def test_numbers_of_the_static_table_are_aligned_right():
    rows = [["-1.5e3", "007", "1"], ["NA", "x", ""], ["", "8"]]
    html = render(known().state, page(rows, ["a", "b", "c"]))
    cells = re.findall(r"text-align:(left|right)(?:;[^>]*)?\">([^<]*)<", html)
    right = {text for side, text in cells if side == "right"}
    assert right >= {"a", "-1.5e3", "NA", "c", "1"}
    assert not right & {"b", "007", "x", "8"}


def test_nothing_from_a_file_is_markup():
    evil = '<script>alert("1")</script>'
    state = DocumentState(table=TableState(id="t", name=evil))
    html = render(state, page([[evil]], [evil]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3


def test_long_cells_are_cut_and_no_table_is_said_to_be_none():
    assert len(render(known().state, page([["x" * 100_000]]))) < 3000
    assert "No table yet" in render(DocumentState(), None)


def test_a_saved_notebook_grows_by_less_than_100_kb():
    wide = page([["é" * 300] * 2000 for _ in range(100)], ["name" * 40] * 2000, total=20_000)
    html = render(known().state, wide)
    assert len(html.encode()) < 100_000
    assert re.search(r"[\d,]+ more columns · the first \d+ rows of the page", html)
    usual = page([[f"r{row}c{column}" for column in range(12)] for row in range(100)])
    html = render(known().state, usual)
    assert len(html) < 85_000
    assert "r99c11" in html
    assert "of the page" not in html
