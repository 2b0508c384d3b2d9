"""Views as scripts, downloads, new tables, new readings and restarts see them."""

import json
from urllib.parse import quote

import pytest
from patience import PATIENCE
from relay_fixture import Document, SlowUpload, request
from views_fixture import DESCENDING, above, answer, ask, first_cells, look, numbers, show
from websockets.sync.client import connect

from tsvshare_widget.relay.queries import view
from tsvshare_widget.relay.web.desk_handler import KEY_HEADER


def test_scripts_and_the_plain_protocol_see_the_current_view(relay, document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING, filters=above(2))
    page = request("GET", f"{document.url}/page/2?page_size=2").json
    assert (page["total_number"], page["data"]) == (5, [["7", "n7"], ["5", "n5"]])
    assert request("GET", f"{document.url}/page/4?page_size=2").code == "no_such_page"


def test_the_plain_protocol_turns_the_pages_of_the_view(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, page_size=2)
        plain_url = f"{document.base}/parser/ws/{document.uuid}".replace("http", "ws", 1)
        with connect(plain_url, additional_headers={KEY_HEADER: document.key}) as plain:
            assert json.loads(plain.recv(PATIENCE))["data"] == [["7", "n7"], ["3", "n3"]]
            ann.op(table, sort=DESCENDING)
            shown = json.loads(plain.recv(PATIENCE))
            assert (shown["page_no"], shown["data"]) == (1, [["13", "n13"], ["11", "n11"]])
            plain.send("2")
            shown = json.loads(plain.recv(PATIENCE))
            assert (shown["page_no"], shown["data"]) == (2, [["7", "n7"], ["5", "n5"]])
            assert shown["total_number"] == 8


def test_the_view_is_downloaded_in_its_order(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING, filters=above(5))
    body = request("GET", f"{document.url}/table?view=1").body
    assert body == numbers([13, 11, 7])
    assert request("GET", f"{document.url}/table").body == numbers()
    own = quote(json.dumps({"search": "n1"}))
    body = request("GET", f"{document.url}/table?view=1&query={own}").body
    assert body == numbers([11, 13, 1])
    assert request("GET", f"{document.url}/table?view=1&query=%7B").code == "bad_value"


def test_a_new_table_without_the_columns_clears_the_query(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING)
    show(document, b"other\tnames\n1\tx\n2\ty\n")
    with document.viewer() as bob:
        assert bob.welcome["state"]["view"]["query"] == {}
        assert first_cells(bob.welcome["page"]) == ["1", "2"]


def test_a_new_reading_keeps_what_can_still_be_asked(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, filters=[{"column": 0, "op": "contains", "value": "1"}])
        state = ask(ann, table, reading={"header": False, "comments": ["7"]})
        assert state["event"] == "reading"
        view = state["state"]["view"]
        assert (view["n_rows"], view["of_rows"]) == (3, 8)
        assert first_cells(state["page"]) == ["11", "13", "1"]
        assert state["page"]["ids"] == [2, 6, 7]


def test_a_new_reading_drops_what_cannot_be_asked_any_more(document):
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=[{"column": 1, "direction": "desc"}], filters=above(2))
        view = ask(ann, table, reading={"delimiter": ";", "header": True})["state"]["view"]
        assert (view["query"], view["carried"]) == ({}, "none")
        assert view["n_rows"] == view["of_rows"]


@pytest.mark.slow
def test_rows_that_come_are_taken_in(document):
    upload = SlowUpload(document, header="true")
    try:
        upload.send(numbers([5, 9]))
        with document.editor() as ann:
            state = ann.state() if ann.welcome["state"]["table"] is None else ann.welcome
            table = state["state"]["table"]["id"]
            assert ann.op(table, sort=DESCENDING)["type"] == "ack"
            upload.send(b"7\tn7\n1\tn1\n")
            state = ann.state(lambda message: message["state"]["view"]["n_rows"] == 4)
            assert first_cells(state["page"]) == ["9", "7", "5", "1"]
            upload.send(b"8\tn8\n")
            assert upload.end().status == 200
            state = ann.state(lambda message: message["state"]["view"]["of_rows"] == 5)
            assert first_cells(state["page"]) == ["9", "8", "7", "5", "1"]
    finally:
        upload.disconnect()


def test_a_view_is_of_all_rows_as_soon_as_a_table_has_come_in_full(document, monkeypatch):
    monkeypatch.setattr(view, "FRESH_SECONDS", 100 * PATIENCE)  # while rows are on their way
    upload = SlowUpload(document, header="true")
    try:
        upload.send(numbers([5, 9]))
        with document.editor() as ann, document.viewer() as bob:
            state = ann.state() if ann.welcome["state"]["table"] is None else ann.welcome
            table = state["state"]["table"]["id"]
            assert ann.op(table, sort=DESCENDING)["type"] == "ack"
            look(bob, table, {"search": "n"})
            assert answer(bob)["page"]["n_rows"] == 2
            upload.send(b"8\tn8\n")
            assert upload.end().status == 200
            state = ann.state(lambda message: message["state"]["view"]["of_rows"] == 3)
            assert first_cells(state["page"]) == ["9", "8", "5"]
            look(bob, table, {"search": "n"})
            assert answer(bob)["page"]["n_rows"] == 3
    finally:
        upload.disconnect()


def test_a_view_is_found_again_when_its_rows_are_not_kept_any_more(make_relay):
    relay = make_relay(view_cache_bytes=1)
    document = Document(relay.url)
    table = show(document)
    with document.editor() as ann, document.viewer() as bob:
        ann.op(table, sort=DESCENDING)
        look(bob, table, {"search": "n1"})
        assert answer(bob)["page"]["n_rows"] == 3
        ann.send(type="op", id="c:9", table=table, set={"page_size": 3})
        state = bob.state(lambda message: message["page"] and message["page"]["page_size"] == 3)
        assert first_cells(state["page"]) == ["13", "11", "7"]


@pytest.mark.slow
def test_the_query_outlives_a_restart(relay_process):
    document = Document(relay_process.url)
    table = show(document)
    with document.editor() as ann:
        ann.op(table, sort=DESCENDING, filters=above(4))
        ann.op(table, page_size=2)
        ann.op(table, page=2)
    relay_process.kill()
    relay_process.start()
    with document.viewer() as bob:
        state = bob.welcome
        if state["page"] is None:
            state = bob.state(lambda message: message["page"])
        assert first_cells(state["page"]) == ["7", "5"]
        assert state["state"]["view"]["page"] == 2
    assert request("GET", f"{document.url}/page/1").json["data"] == [["13", "n13"], ["11", "n11"]]
