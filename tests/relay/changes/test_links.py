"""Links that are taken back, documents that are deleted, end on a day, or move to another relay."""

import asyncio
import json
import threading
import time
from uuid import uuid4

import pytest
from relay_fixture import Document, SlowUpload, Viewer, request, tsv, wait_for
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tsvshare_widget.client import Link, access
from tsvshare_widget.document.keys import hash_key
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import look_key_of, new_key
from tsvshare_widget.relay.changes.links import DELETED, OVER

DAY = 24 * 3600


def ask(viewer, **access):
    """Ask for another access and return the answer."""
    return viewer.request(type="access", id="x:1", **access)


def farewell(viewer):
    """The code of what a viewer is told before it is put out, and that of its close."""
    told = viewer.next("error")
    return told["code"], viewer.close_code()


def refused(document, key):
    """How a newcomer with this key fares."""
    with Viewer(document.ws_url, key, say_hello=False) as late:
        late.send(**late._hello)
        return farewell(late)


def keyed(key):
    return {"X-TSVShare-Key": key} if key else {}


@pytest.fixture
def shown(document):
    document.put(tsv(250))
    return document


# --- new links -----------------------------------------------------------------------------------


def test_new_links_that_nobody_was_told_of_can_be_asked_for_again(shown):
    key, other = new_key(), new_key()
    headers = {"X-TSVShare-Key": shown.key, "X-TSVShare-New-Key": key}
    answers = [request("POST", f"{shown.url}/links", b"", headers) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    refused = request("POST", f"{shown.url}/links", b"", headers | {"X-TSVShare-New-Key": other})
    assert (refused.status, refused.code) == (403, "revoked")
    look = headers | {"X-TSVShare-New-Key": look_key_of(key)}
    assert request("POST", f"{shown.url}/links", b"", look).status == 403


def test_a_script_that_was_not_told_of_new_links_has_them(shown, monkeypatch):
    ask, asked = access._ask, []

    def ask_and_lose(*words, **options):
        answer = ask(*words, **options)
        asked.append(options["headers"]["X-TSVShare-New-Key"])
        if len(asked) == 1:
            raise Unavailable("the connection was lost")
        return answer

    monkeypatch.setattr(access, "_ask", ask_and_lose)
    link = access.renew_links(Link(shown.base, shown.uuid, shown.key))
    assert asked == [link.key, link.key]
    with shown.viewer(link.key) as ann:
        assert ann.welcome["role"] == "edit"


def test_new_links_put_out_everybody_but_who_asked(shown):
    key = new_key()
    with (
        shown.editor(cid="ann") as ann,
        shown.editor(cid="ben") as ben,
        shown.viewer(cid="cleo") as cleo,
    ):
        answer = ask(ann, key=key)
        assert answer["look_key"] == look_key_of(key)
        assert answer["access"] == {"look": "key", "ends": None}
        assert farewell(ben) == farewell(cleo) == ("revoked", 4503)
        assert ann.op(ann.welcome["state"]["table"]["id"], page=2)["type"] == "ack"  # goes on
    for old in (None, shown.key, "0" * 32):
        assert refused(shown, old) == ("revoked", 4503)
    with shown.viewer(key=key) as ann, shown.viewer(key=look_key_of(key)) as cleo:
        assert (ann.welcome["role"], ann.welcome["look_key"]) == ("edit", look_key_of(key))
        assert (cleo.welcome["role"], cleo.welcome["look_key"]) == ("look", look_key_of(key))


def test_who_comes_by_the_new_link_before_all_are_put_out_stays(relay, shown, monkeypatch):
    key, came = new_key(), threading.Event()
    put_out = relay.hub.links._put_out

    async def put_out_late(*what):
        await asyncio.to_thread(came.wait)
        await put_out(*what)

    monkeypatch.setattr(relay.hub.links, "_put_out", put_out_late)
    headers = {"X-TSVShare-Key": shown.key, "X-TSVShare-New-Key": key}
    asking = threading.Thread(
        target=request, args=("POST", f"{shown.url}/links", b"", headers), daemon=True
    )
    with shown.editor(cid="ann") as ann:
        asking.start()
        wait_for(lambda: relay.hub.rooms.document(shown.uuid).key_hash == hash_key(key))
        with shown.viewer(key, cid="ben") as ben:
            came.set()
            assert farewell(ann) == ("revoked", 4503)
            asking.join()
            table = ben.welcome["state"]["table"]["id"]
            assert ben.op(table, page=2)["type"] == "ack"


def test_an_old_link_opens_nothing_over_http_either(shown):
    made = request("POST", f"{shown.url}/links", headers=keyed(shown.key)).json
    look = look_key_of(made["key"])
    assert made["view_url"] == f"{shown.url}#k={look}"
    paths = ("/table", "/page/1", "/state", "/table?view=1")
    for path in paths:
        for old in (None, shown.key):
            assert request("GET", shown.url + path, headers=keyed(old)).code == "revoked"
        for key in (made["key"], look):
            assert request("GET", shown.url + path, headers=keyed(key)).status == 200
    assert shown.put(tsv(1)).code == "revoked"
    assert shown.put(tsv(1), key=look).code == "forbidden"
    assert shown.put(tsv(1), key=made["key"]).status == 200
    for path, method in (("", "DELETE"), ("/links", "POST")):
        for key in (None, shown.key, look):
            assert request(method, shown.url + path, headers=keyed(key)).status == 403
    with connect(shown.base.replace("http", "ws") + f"/parser/ws/{shown.uuid}") as plain:
        assert json.loads(plain.recv())["code"] == "revoked"
        with pytest.raises(ConnectionClosed):
            plain.recv()


def test_a_browser_downloads_by_a_ticket(shown):
    made = request("POST", f"{shown.url}/links", headers=keyed(shown.key)).json
    asked = request("POST", f"{shown.url}/ticket", headers=keyed(look_key_of(made["key"])))
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    ticket = asked.json["ticket"]
    assert request("GET", f"{shown.url}/table?ticket={ticket}").body == tsv(250)
    other = Document(shown.base)
    other.put(tsv(1))
    request("POST", f"{other.url}/links", headers=keyed(other.key))
    until, _, signature = ticket.partition(".")
    for bad in ("", "x", "1.", f"{int(until) + 9}.{signature}", f"{until}.{signature[:-1]}"):
        assert request("GET", f"{shown.url}/table?ticket={bad}").code == "revoked"
    assert request("GET", f"{other.url}/table?ticket={ticket}").code == "revoked"
    assert request("POST", f"{shown.url}/ticket").code == "revoked"


def test_asked_twice_for_the_same_links_they_are_made_once(shown):
    key = new_key()
    with shown.editor(cid="ann") as ann:
        ask(ann, key=key)
    with shown.viewer(key=key, cid="ann") as ann:  # the answer got lost, and is asked for again
        before = ann.welcome["seq"]
        assert ask(ann, key=key)["access"]["look"] == "key"
    with shown.viewer(key=key) as ann:
        assert ann.welcome["seq"] == before


# --- the look-only link --------------------------------------------------------------------------


def test_the_look_only_link_is_closed_and_opened_again(shown):
    with shown.editor(cid="ann") as ann, shown.viewer(cid="cleo") as cleo:
        assert ask(ann, look=False)["access"]["look"] == "closed"
        assert farewell(cleo) == ("revoked", 4503)
        assert refused(shown, None) == ("revoked", 4503)
        assert ann.state()["access"]["look"] == "closed"  # screens hear of it
    assert request("GET", f"{shown.url}/table").code == "revoked"
    assert request("PATCH", shown.url, b'{"look": true}', keyed(shown.key)).json["look"] == "open"
    with shown.viewer() as cleo:
        assert "access" not in cleo.welcome


def test_a_look_only_link_that_was_taken_back_does_not_come_back(shown):
    new = request("POST", f"{shown.url}/links", headers=keyed(shown.key)).json
    assert (
        request("PATCH", shown.url, b'{"look": false}', keyed(new["key"])).json["view_url"] is None
    )
    assert refused(shown, look_key_of(new["key"])) == ("revoked", 4503)
    opened = request("PATCH", shown.url, b'{"look": true}', keyed(new["key"])).json
    assert opened["look"] == "key"
    assert refused(shown, None) == ("revoked", 4503)
    with shown.viewer(key=look_key_of(new["key"])) as cleo:
        assert cleo.welcome["role"] == "look"


# --- deleting, and the day on which it ends ------------------------------------------------------


def test_a_deleted_document_is_gone_with_its_bytes_and_everyone_is_told(relay, shown):
    table = shown.put(tsv(3)).json["id"]  # the first one could be brought back: it goes, too
    folders = list(relay.hub.tables.folder.iterdir())
    assert table in {folder.name for folder in folders}
    with shown.editor(cid="ann") as ann, shown.viewer(cid="cleo") as cleo:
        assert request("DELETE", shown.url, headers=keyed(shown.key)).status == 204
        assert farewell(ann) == farewell(cleo) == ("deleted", 4504)
    wait_for(lambda: not any(folder.exists() for folder in folders))


def test_who_comes_late_reads_that_it_was_deleted(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    deleted, over = Document(relay.url), Document(relay.url)
    assert request("DELETE", deleted.url, headers=keyed(deleted.key)).status == 204
    relay.run(relay.hub.links.delete(over.uuid, OVER))
    relay.stop()
    make_relay(data_dir=tmp_path, port=relay.port)
    for gone, why in ((deleted, DELETED), (over, OVER)):
        page = request("GET", gone.url)
        assert (page.status, why[1:] in page.body.decode()) == (404, True)
        for answer in (
            request("GET", f"{gone.url}/table"),
            gone.put(tsv(3)),
            request("DELETE", gone.url, headers=keyed(gone.key)),
        ):
            assert (answer.status, answer.code, answer.json["error"]["message"]) == (
                404,
                "deleted",
                why,
            )
        assert refused(gone, gone.key) == ("deleted", 4504)
        with connect(gone.base.replace("http", "ws") + f"/parser/ws/{gone.uuid}") as plain:
            assert json.loads(plain.recv()) == {"error": why, "code": "deleted"}
    assert "too long idle" in request("GET", f"{relay.url}/d/{uuid4()}/table").body.decode()


def test_an_upload_to_a_document_that_is_deleted_ends(relay, document):
    upload = SlowUpload(document, 1_000_000)
    upload.send(tsv(100))
    with document.editor() as ann:
        if ann.welcome["state"]["table"] is None:
            ann.state(lambda s: s["state"]["table"] is not None)
        ann.send(type="access", id="x:1", delete=True)
        assert farewell(ann) == ("deleted", 4504)
    assert upload.answer().code == "deleted"
    upload.disconnect()
    wait_for(lambda: not list(relay.hub.tables.folder.iterdir()))


def test_a_document_ends_on_its_day_also_while_somebody_looks(relay, shown, monkeypatch):
    until = request("PATCH", shown.url, b'{"keep": "2d"}', keyed(shown.key)).json["ends"]
    assert abs(until - time.time() - 2 * DAY) < 60
    with shown.viewer() as cleo:
        assert cleo.welcome["access"]["ends"] == until
        relay.run(relay.hub.lifetimes.sweep())
        assert request("GET", f"{shown.url}/table").status == 200
        monkeypatch.setattr(time, "time", lambda now=time.time: now() + 2 * DAY + 1)
        relay.run(relay.hub.lifetimes.sweep())
        assert farewell(cleo) == ("deleted", 4504)
    assert request("GET", f"{shown.url}/table").json["error"]["message"] == OVER


def test_an_idle_document_lives_until_its_day(relay):
    kept, dropped = Document(relay.url), Document(relay.url)
    for document in (kept, dropped):
        document.put(tsv(3))
    assert request("PATCH", kept.url, b'{"keep": 3600}', keyed(kept.key)).status == 200
    relay.hub.lifetimes._idle_seconds = 0.0
    relay.run(relay.hub.lifetimes.sweep())
    assert request("GET", f"{kept.url}/table").status == 200
    assert request("GET", f"{dropped.url}/table").status == 404
    assert request("PATCH", kept.url, b'{"keep": null}', keyed(kept.key)).json["ends"] is None
    relay.run(relay.hub.lifetimes.sweep())
    assert request("GET", f"{kept.url}/table").status == 404


@pytest.mark.parametrize("said", ['"31d"', '"-1d"', '"soon"', "0", "[]", '"1 fortnight and"'])
def test_how_long_it_can_be_kept(shown, said):
    body = f'{{"keep": {said}}}'.encode()
    assert request("PATCH", shown.url, body, keyed(shown.key)).code == "bad_value"


# --- who may -------------------------------------------------------------------------------------


def test_only_who_has_the_key_may(relay, shown):
    with shown.viewer() as cleo:
        for asked in ({"key": new_key()}, {"look": False}, {"keep": 60.0}, {"delete": True}):
            assert ask(cleo, **asked)["code"] == "forbidden"
    with shown.editor() as ann:
        assert ask(ann, key="short")["code"] == "bad_value"
        assert ask(ann, keep=1e12)["code"] == "bad_value"
    with connect(f"ws://127.0.0.1:{relay.port}/parser/ws") as plain:  # nobody owns it
        plain.send(b"a\n")
        uuid = json.loads(plain.recv())["uuid"]
        address = f"{relay.url}/d/{uuid}"
        for method, path in (("DELETE", ""), ("POST", "/links"), ("POST", "/move")):
            assert request(method, address + path, b"{}").code == "forbidden"
        with Viewer(address.replace("http", "ws") + "/ws") as anyone:
            assert ask(anyone, delete=True)["code"] == "forbidden"


def test_rights_outlast_a_restart(make_relay, tmp_path):
    relay = make_relay(data_dir=tmp_path)
    document = Document(relay.url)
    document.put(tsv(3))
    new = request("POST", f"{document.url}/links", headers=keyed(document.key)).json
    request("PATCH", document.url, b'{"keep": "1d"}', keyed(new["key"]))
    relay.stop()
    make_relay(data_dir=tmp_path, port=relay.port)
    assert request("GET", f"{document.url}/table").code == "revoked"
    state = request("GET", f"{document.url}/state", headers=keyed(new["key"])).json
    assert state["access"]["look"] == "key"
    assert state["access"]["ends"] > time.time()


# --- moving --------------------------------------------------------------------------------------


def move(document, to, **more):
    body = {"base": to.base, "uuid": to.uuid} | more
    return request("POST", f"{document.url}/move", json.dumps(body).encode(), keyed(document.key))


def test_links_lead_to_where_a_document_is_now(make_relay):
    relay, other = make_relay(may_move=True), make_relay()
    document = Document(relay.url)
    table = document.put(tsv(250)).json
    to = Document(other.url)
    folder = relay.hub.tables.folder / table["id"]
    assert move(document, to).code == "stale"  # its table was not taken along
    with document.editor(cid="ann") as ann, document.viewer(cid="cleo") as cleo:
        assert move(document, to, table=table["id"], bytes=table["bytes"]).status == 204
        for viewer in (ann, cleo):
            told = viewer.next("error")  # what viewers of an older version understand
            assert (told["code"], to.url in told["message"]) == ("moved", True)
            assert viewer.next("moved") == {"type": "moved", "base": to.base, "uuid": to.uuid}
            assert viewer.close_code() == 4505
    with document.viewer(say_hello=False) as late:
        late.send(**late._hello)
        assert late.next("moved")["uuid"] == to.uuid
    page = request("GET", document.url)
    assert (page.status, page.headers["Location"]) == (302, to.url)
    answer = request("GET", f"{document.url}/table")
    assert (answer.status, answer.code, to.url in answer.json["error"]["message"]) == (
        410,
        "moved",
        True,
    )
    assert document.put(tsv(1)).code == "moved"
    wait_for(lambda: not folder.exists())


def test_a_relay_for_all_leads_nobody_elsewhere_unless_it_is_told_to(relay, shown):
    assert move(shown, Document(relay.url)).code == "forbidden"


@pytest.mark.parametrize(
    "base",
    [
        "javascript:alert(1)//",
        "http:///x",
        "https://u@h.test",
        "http://h/?",
        "http://h/#",
        "http://h\r\nX: y",
        "ftp://h",
        'http://h/"',
    ],
)
def test_nobody_is_led_to_what_is_no_relay(make_relay, base):
    document = Document(make_relay(may_move=True).url)
    body = json.dumps({"base": base, "uuid": "u"}).encode()
    assert request("POST", f"{document.url}/move", body, keyed(document.key)).code == "bad_value"


def test_a_document_is_made_with_a_key_that_was_chosen(relay):
    key = new_key()
    made = request("POST", f"{relay.url}/d", headers=keyed(key))
    assert (made.status, made.json["key"]) == (201, key)
    assert request("POST", f"{relay.url}/d", headers=keyed("short")).code == "bad_value"


def test_what_an_undo_brings_is_for_who_has_the_key(shown):
    shown.put(tsv(3))
    state = request("GET", f"{shown.url}/state", headers=keyed(shown.key)).json
    previous = state["previous"]["table"]["id"]
    assert request("GET", f"{shown.url}/state").json["previous"] is None
    address = f"{shown.url}/table?id={previous}"
    assert request("GET", address, headers=keyed(shown.key)).body == tsv(250)
    assert request("GET", address).status == 403
    assert request("GET", f"{shown.url}/table?id=other").code == "stale"


def test_a_table_that_has_moved_leads_there_after_its_day_too(make_relay, monkeypatch):
    relay, other = make_relay(may_move=True), make_relay()
    document, there = Document(relay.url), Document(other.url)
    request("PATCH", document.url, b'{"keep": "2d"}', keyed(document.key))
    assert move(document, there).status == 204
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 2 * DAY + 1)
    relay.run(relay.hub.lifetimes.sweep())
    assert request("GET", document.url).headers["Location"] == there.url
