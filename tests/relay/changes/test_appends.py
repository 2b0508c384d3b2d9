"""Rows that are appended, as everyone sees them."""

import gzip
import json

import pytest
from appends_fixture import append, download, lines, rows_on, total, upload
from relay_fixture import request, tsv


def test_appended_rows_show_on_the_last_page_and_in_the_total(document):
    table = upload(document)
    with document.editor(cid="a") as ann, document.viewer() as bob:
        ann.op(table, page=3)
        answer = append(document, lines(250, 30), cid="a")
        assert answer.status == 200
        assert (answer.json["id"], answer.json["rows"]) == (table, 280)
        options = bob.state(total(280))
        assert (options["event"], options["by"]) == ("growth", "a")
        assert (options["state"]["table"]["status"], options["state"]["view"]["n_rows"]) == (
            "complete",
            280,
        )
        assert rows_on(options["page"]) == [f"r{r}c0" for r in range(200, 280)]
    assert download(document) == tsv(280)


def test_who_sticks_to_the_end_goes_along_and_others_stay(document):
    table = upload(document)
    with document.editor() as ann:
        ann.op(table, page=3)
        append(document, lines(250, 100))
        assert ann.state(total(350))["state"]["view"]["page"] == 3
        ann.op(table, page=-1)
        append(document, lines(350, 100))
        options = ann.state(total(450))
        assert (options["state"]["view"]["page"], options["page"]["rows"][-1][0]) == (5, "r449c0")


def test_an_op_made_before_rows_were_appended_is_not_stale(document):
    table = upload(document)
    append(document, lines(250, 100))
    with document.editor() as ann:
        assert ann.op(table, page=4)["type"] == "ack"


def test_a_wider_row_makes_the_table_wider(document):
    upload(document)
    assert append(document, b"a\tb\tc\td\n").json["columns"] == 4
    state = append(document, b"x\n").json
    assert (state["columns"], state["rows"]) == (4, 252)
    assert state["census"]["short"]["count"] == 1


def test_rows_come_also_as_lists_of_cells(document):
    document.put(b'name,note\r\n1,"a,b"\r\n', header="true")
    rows = [["007", " x "], ["", 'say "hi"'], ["\u00e9", "two\nlines"], ["NA", "1,5"]]
    assert append(document, json.dumps(rows), format="rows").json["rows"] == 5
    page = request("GET", f"{document.url}/page/1").json
    assert page["data"][1:] == rows


@pytest.mark.parametrize("body", [b"[[1]]", b"{}", b"[[", b'[["a", null]]', b"\xff"])
def test_rows_that_are_none_are_refused(document, body):
    upload(document)
    answer = append(document, body, format="rows")
    assert (answer.status, answer.code) == (400, "bad_value")
    assert download(document) == tsv(250)


def test_a_cell_that_the_table_cannot_hold_is_refused_and_named(document):
    document.put(tsv(3), quoting="none", header="true")
    answer = append(document, json.dumps([["a", "b"], ["c", "d\te"]]), format="rows")
    assert (answer.status, answer.code) == (400, "bad_value")
    assert "row 2, column 2" in answer.json["error"]["message"]
    assert download(document) == tsv(3)


def test_a_compressed_table_grows_too(document):
    assert document.put(gzip.compress(tsv(10)), header="true").json["rows"] == 10
    assert append(document, lines(10, 5)).json["rows"] == 15
    assert gzip.decompress(download(document)) == tsv(15)


def test_nothing_appended_changes_nothing(document):
    upload(document)
    with document.viewer() as bob:
        seq = bob.welcome["seq"]
        assert append(document, b"").json["rows"] == 250
        assert append(document, b"[]", format="rows").json["rows"] == 250
    with document.viewer() as bob:
        assert bob.welcome["seq"] == seq


@pytest.mark.slow
def test_questions_take_appended_rows_in(document):
    table = upload(document, 250)
    with document.editor() as ann, document.viewer(cid="b") as bob:
        ann.op(table, search="r24")
        append(document, lines(250, 2250))
        options = ann.state(lambda message: message["state"]["view"]["of_rows"] == 2500)
        assert options["state"]["view"]["n_rows"] == 1 + 10 + 100
        bob.send(
            type="look",
            id="l:1",
            table=table,
            page=-1,
            page_size=10,
            query={"sort": [{"column": 0, "by": "natural"}]},
        )
        page = bob.next("page")["page"]
        assert (page["of_rows"], page["rows"][-1][0]) == (2500, "r2499c0")
