"""Tables read anew: what everyone sees before, during and after, and what is refused."""

import json

from patience import PATIENCE
from reading_fixture import is_read, shown, status, two_of
from relay_fixture import Document, Viewer, request, tsv, wait_for

from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table


def test_everyone_sees_the_new_reading_and_the_sender_hears_when(document):
    table = shown(document)
    with two_of(document) as (ann, bob):
        before = bob.welcome["seq"]
        ack = ann.op(table, reading={"header": False})
        assert ack["type"] == "ack"
        seen = bob.state(is_read)
        assert (seen["seq"], seen["by"]) == (ack["seq"], "ann")
        assert ack["seq"] > before
        state = seen["state"]["table"]
        assert (state["id"], state["rows"], state["status"]) == (table, 251, "complete")
        assert (state["told"], state["reading"]["header"]) == ({"header": False}, False)
        assert seen["page"]["rows"][0] == ["name0", "name1"]
        assert seen["page"]["columns"]["names"] is None
    assert request("GET", f"{document.url}/table").body == tsv(250)


def test_a_reading_is_the_whole_set(document):
    table = shown(document)
    with document.editor() as ann:
        ann.op(table, reading={"header": False})
        ann.op(table, reading={"quoting": "none"})
        again = ann.state(lambda s: s["state"]["table"]["told"] == {"quoting": "none"})
        assert again["state"]["table"]["reading"]["header"] is True
        ann.op(table, reading={})
        assert ann.state(lambda s: s["state"]["table"]["told"] == {})


def test_the_line_on_top_stays_in_sight(document):
    table = shown(document)
    with document.editor() as ann:
        ann.op(table, page_size=50)
        ann.op(table, page=4)
        ann.op(table, reading={"header": False})
        seen = ann.state(is_read)
        assert seen["state"]["view"]["page"] == 4
        assert ["r150c0", "r150c1"] in seen["page"]["rows"]
        assert seen["page"]["lines"][0] == 151


def test_the_old_reading_shows_meanwhile(document, gate):
    table = shown(document)
    with two_of(document) as (ann, bob):
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        during = bob.state()
        assert (during["event"], status(during)) == ("rereading", "rereading")
        assert during["page"]["rows"][0] == ["r0c0", "r0c1"]
        assert ann.op(table, page=2)["type"] == "ack"
        assert bob.state()["page"]["rows"][0] == ["r100c0", "r100c1"]
        gate.opened.set()
        after = bob.state(is_read)
        assert (status(after), after["state"]["view"]["page"]) == ("complete", 2)
        while (answer := ann.next("ack"))["id"] != "a:1":
            pass
        assert answer["seq"] == after["seq"]


def test_a_reading_that_is_impossible_leaves_the_old_one(document):
    table = shown(document)
    with two_of(document) as (ann, bob):
        answer = ann.op(table, reading={"encoding": "klingon"})
        assert (answer["type"], answer["code"]) == ("reject", "bad_value")
        assert "klingon" in answer["message"]
        assert ann.op(table, page=2)["type"] == "ack"
        seen = bob.state(lambda s: s["event"] == "page")
        assert (status(seen), seen["state"]["table"]["told"]) == ("complete", {"header": True})
        assert seen["page"]["rows"][0] == ["r100c0", "r100c1"]


def test_reading_it_as_it_is_read_changes_nothing(document):
    table = shown(document)
    with document.editor() as ann:
        assert ann.op(table, reading={"header": True})["seq"] == ann.welcome["seq"]


def test_who_may_only_look_cannot_have_it_read_anew(document):
    table = shown(document)
    with document.viewer() as bob:
        assert bob.op(table, reading={})["code"] == "forbidden"


def test_what_cannot_be_read_anew_is_refused(document):
    with document.editor() as ann:
        assert ann.op(None, reading={})["code"] == "not_yet"
        old = shown(document)
        new = shown(document)
        assert ann.op(old, reading={"header": False})["code"] == "stale"
        assert ann.op(new, reading={"header": False}, page=2)["code"] == "bad_value"


def test_a_table_that_is_coming_in_is_not_read_anew(document, slow_put):
    upload = slow_put(document, header="true")
    with document.editor() as ann:
        upload.send(tsv(150))
        table = ann.state()["state"]["table"]["id"]
        answer = ann.op(table, reading={"header": False})
        assert (answer["code"], "still coming in" in answer["message"]) == ("not_yet", True)
        assert upload.end().json["rows"] == 150


def test_of_readings_that_wait_the_newest_is_done(document, gate):
    table = shown(document)
    with document.editor() as ann:
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        wait_for(lambda: gate.begun)
        ann.send(type="op", id="a:2", table=table, set={"reading": {"quoting": "none"}})
        ann.send(type="op", id="a:3", table=table, set={"reading": {"quoting": "excel"}})
        refused = ann.next("reject")
        assert (refused["id"], refused["code"]) == ("a:2", "superseded")
        gate.opened.set()
        assert [ann.next("ack")["id"] for _ in range(2)] == ["a:1", "a:3"]
    assert gate.begun == [ReadOptions(header=False), ReadOptions(quoting="excel")]


def test_a_reading_asked_for_again_is_done_once(document, gate):
    table = shown(document)
    op = {"type": "op", "id": "a:1", "table": table, "set": {"reading": {"header": False}}}
    with document.editor() as ann:
        ann.send(**op)
        wait_for(lambda: gate.begun)
    with document.editor() as ann:
        ann.send(**op)
        gate.opened.set()
        seq = ann.next("ack")["seq"]
        ann.send(**op)
        assert ann.next("ack")["seq"] == seq
    assert len(gate.begun) == 1


def test_a_reading_that_is_taken_back_leaves_the_old_one(relay, document, monkeypatch):
    begun = []

    def reread_for_ever(table, options, check):
        begun.append(options)
        while True:
            check()

    table = shown(document)
    monkeypatch.setattr(Table, "reread", reread_for_ever)
    with document.editor() as ann:
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        wait_for(lambda: begun)
        ann.send(type="cancel", id="a:1")
        assert ann.next("reject")["code"] == "cancelled"
        state = ann.state(lambda message: message["state"]["table"]["status"] == "complete")
        assert state["state"]["table"]["reading"]["header"] is True
        wait_for(lambda: not relay.hub.rereads.has(document.uuid))


def test_a_reading_that_takes_too_long_is_refused(make_relay, monkeypatch):
    def reread_for_ever(table, options, check):
        while True:
            check()

    document = Document(make_relay(reread_seconds=0.1).url)
    table = shown(document)
    monkeypatch.setattr(Table, "reread", reread_for_ever)
    with document.editor() as ann:
        assert ann.op(table, reading={"header": False})["code"] == "too_slow"


def test_a_heartbeat_is_answered_while_a_reading_takes_its_time(make_relay, gate):
    relay = make_relay(heartbeat=60.0)
    document = Document(relay.url)
    table = shown(document)
    with document.editor() as ann:
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        wait_for(lambda: gate.begun)
        for beat in range(1, 6):
            relay.look_after_viewers(later=beat * 60.0)
            ann.next("hb")
            ann.send(type="pong")
            wait_for(lambda: all(viewer._unanswered == 0 for viewer in relay.hub.connections))
        gate.opened.set()
        assert ann.next("ack")["id"] == "a:1"


def test_an_upload_replaces_a_table_that_is_being_read_anew(make_relay, gate):
    relay = make_relay(undo_seconds=0)
    document = Document(relay.url)
    table = shown(document)
    with document.editor() as ann:
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        wait_for(lambda: gate.begun)
        new = shown(document, rows=3)
        gate.opened.set()
        assert ann.next("reject")["code"] == "stale"
    wait_for(lambda: {f.name for f in relay.hub.tables.folder.iterdir()} == {new})


def test_a_table_hidden_by_an_upload_that_fails_returns_as_it_was_read_anew(
    document, slow_put, gate
):
    table = shown(document)
    with document.editor() as ann:
        ann.send(type="op", id="a:1", table=table, set={"reading": {"header": False}})
        wait_for(lambda: gate.begun)
        upload = slow_put(document, 10_000)
        upload.send(b"x\ty\n1\t2\n")
        ann.state(lambda s: s["event"] == "table")
        gate.opened.set()
        assert ann.next("ack")["id"] == "a:1"
        upload.disconnect()
        back = ann.state(lambda s: s["event"] == "reverted")
        assert (back["state"]["table"]["id"], back["state"]["table"]["rows"]) == (table, 251)
        assert back["page"]["rows"][0] == ["name0", "name1"]


def test_a_document_of_the_plain_protocol_can_be_read_anew(relay):
    from websockets.sync.client import connect

    with connect(f"{relay.url.replace('http', 'ws')}/parser/ws") as plain:
        plain.send(tsv(3))
        page = json.loads(plain.recv(timeout=PATIENCE))
        assert (page["columns"], page["total_number"]) == ([], 4)
        ws_url = f"{relay.url.replace('http', 'ws')}/d/{page['uuid']}/ws"
        with Viewer(ws_url) as ann:
            table = ann.welcome["state"]["table"]
            assert table["told"] == {"header": False, "comments": False, "delimiter": "\t"}
            assert ann.op(table["id"], reading={})["type"] == "ack"
        while (page := json.loads(plain.recv(timeout=PATIENCE)))["total_number"] == 4:
            pass  # said to be read anew: the page is the same
        assert (page["columns"], page["total_number"]) == (["name0", "name1"], 3)
