"""Several relays on one Redis: whoever comes to whichever of them is on the same page."""

import contextlib
import http.client

import pytest
from cluster_fixture import CALM, SharedDocument, comes_back, relays_on_redis
from relay_fixture import SlowUpload, request, tsv, wait_for
from tls_fixture import TLS_CERT, TLS_KEY
from websockets.sync.client import connect

from tsvshare_widget.relay.cluster.caretaker import Caretaker
from tsvshare_widget.relay.listening import TlsFiles

pytestmark = pytest.mark.slow


@pytest.fixture
def relays(tmp_path):
    with relays_on_redis(tmp_path, CALM) as relays:
        yield relays


@pytest.fixture
def three(relays):
    return [relays.start() for _ in range(3)]


@pytest.fixture
def document(three):
    document = SharedDocument(*three)
    assert document.put(tsv(250)).status == 200
    return document


@pytest.fixture
def people(document, three):
    """An editor at the second relay, somebody who looks on at each of them, and their table."""
    with contextlib.ExitStack() as held:
        ann = held.enter_context(document.at(three[1], document.key, cid="ann"))
        others = [
            held.enter_context(document.at(relay, cid=f"c{n}")) for n, relay in enumerate(three)
        ]
        yield ann, others, ann.welcome["state"]["table"]["id"]


def test_whoever_comes_to_whichever_relay_is_on_the_same_page(people):
    ann, others, table = people
    assert ann.welcome["page"]["rows"][0] == ["r0c0", "r0c1"]
    ack = ann.op(table, page=3)
    for viewer in (ann, *others):
        shown = viewer.state(lambda state: state["seq"] == ack["seq"])
        assert shown["by"] == "ann"
        assert shown["page"]["rows"][0] == ["r200c0", "r200c1"]


def test_who_is_there_is_known_at_all_relays(people):
    ann, others, _ = people
    ann.send(type="me", name="Ann")
    for viewer in (ann, *others):
        while (said := viewer.next("presence"))["viewers"] < 4 or not said["people"][0]["name"]:
            pass
        assert said["people"][0]["name"] == "Ann"


def test_sorts_undo_and_private_looks_work_at_any_relay(people):
    ann, others, table = people
    assert ann.op(table, sort=[{"column": 0, "direction": "desc"}])["type"] == "ack"
    for viewer in others:
        viewer.state(lambda state: state["page"]["rows"][0][0] == "r9c0")
    others[2].send(type="look", id="l:1", table=table, page=2, page_size=10)
    assert others[2].next("page")["page"]["rows"][0] == ["r10c0", "r10c1"]
    ann.send(type="op", id="u:1", table=table, set={"page": 1000})
    assert ann.next("reject")["code"] == "no_such_page"


def test_uploads_appends_and_downloads_by_another_relay(document, people, three):
    ann, others, table = people
    headers = {"X-TSVShare-Key": document.key}
    answer = request("POST", f"{document.url_at(three[2])}/table", tsv(5, header=False), headers)
    assert answer.status == 200
    for viewer in (ann, *others):
        viewer.state(lambda state: state["state"]["table"]["rows"] == 255)
    answer = request("GET", f"{document.url_at(three[1])}/table")
    assert answer.body == tsv(250) + tsv(5, header=False)
    body = tsv(60_000)
    assert request("PUT", f"{document.url_at(three[1])}/table", body, headers).status == 200
    assert request("GET", f"{document.url_at(three[2])}/table").body == body
    for relay in three:
        assert request("GET", f"{document.url_at(relay)}/page/2").json["page_no"] == 2
        assert request("GET", document.url_at(relay)).status == 200
    shown = ann.state(lambda state: state["state"]["table"]["id"] != table)
    newest = shown["state"]["table"]["id"]
    assert ann.op(newest, undo=table)["type"] == "ack"
    others[0].state(lambda state: state["state"]["table"]["id"] == table)


def test_an_upload_shows_at_all_relays_while_it_comes(document, people, three):
    _, others, table = people
    there = SharedDocument.__new__(SharedDocument)
    there.url, there.key = document.url_at(three[2]), document.key
    upload = SlowUpload(there)
    upload.send(tsv(300))
    for viewer in others:
        shown = viewer.state(lambda state: state["state"]["table"]["id"] != table)
        assert shown["state"]["table"]["status"] == "receiving"
    upload.send(tsv(200, header=False))
    assert upload.end().status == 200
    for viewer in others:
        viewer.state(lambda state: state["state"]["table"]["rows"] == 500)
    upload.disconnect()


def test_refusals_come_in_the_words_of_the_relay_that_has_the_document(document, three):
    url = document.url_at(three[1])
    answer = request("PUT", f"{url}/table", tsv(3), {"X-TSVShare-Key": "wrong"})
    assert (answer.status, answer.code) == (403, "wrong_key")
    assert request("GET", f"{three[1].url}/d/no-such/state").code == "not_found"
    with document.at(three[1], say_hello=False) as viewer:
        viewer.send(type="look", id="l:1", table="t", page=1, page_size=1)
        assert viewer.next("error")["code"] == "bad_request"


def test_one_connection_asks_for_documents_of_several_relays(three):
    documents = [SharedDocument(relay) for relay in three]
    connection = http.client.HTTPConnection("127.0.0.1", three[0].port)
    for document in 2 * documents:
        connection.request("GET", f"/d/{document.uuid}/state")
        answer = connection.getresponse()
        assert answer.status == 200
        answer.read()
    connection.close()


def test_the_plain_protocol_at_another_relay(document, people, three):
    ann, _, table = people
    with connect(f"ws://127.0.0.1:{three[2].port}/parser/ws/{document.uuid}") as plain:
        assert '"page_no":1' in plain.recv(timeout=60)
        ann.op(table, page=3)
        assert '"page_no":3' in plain.recv(timeout=60)


def test_links_that_are_taken_back_put_out_at_all_relays(document, people, three):
    _, others, _ = people
    headers = {"X-TSVShare-Key": document.key}
    assert request("POST", f"{document.url_at(three[2])}/links", b"", headers).status == 200
    for viewer in others:
        assert viewer.close_code() == 4503


def test_a_document_that_is_let_go_goes_on_at_another_relay(document, people, three):
    ann, others, table = people
    ack = ann.op(table, page=2)
    three[0].run(store_of(three[0]).release(document.uuid))
    three[0].run(let_go(three[0], document.uuid))
    for viewer in (ann, *others):
        assert viewer.close_code() == 4001
    have = {"epoch": ack["epoch"], "seq": ack["seq"]}
    for relay in (three[1], three[2], three[0]):
        with comes_back(document, relay, document.key, have=have) as again:
            assert again.welcome["unchanged"]
            assert (again.welcome["epoch"], again.welcome["seq"]) == (ack["epoch"], ack["seq"])
    assert store_of(three[1]).has(document.uuid)


async def let_go(relay, uuid):
    relay.hub.let_go(uuid)


def test_what_nobody_uses_is_left_to_the_others(relays, document, three):
    caretaker = Caretaker(three[0].hub, store_of(three[0]), rest_seconds=0.0)
    with document.at(three[0]):
        three[0].run(caretaker.let_rest())
        assert store_of(three[0]).has(document.uuid)
    wait_for(lambda: not three[0].hub.is_in_use(document.uuid))
    three[0].run(caretaker.let_rest())
    assert not store_of(three[0]).has(document.uuid)
    with document.at(three[2]) as viewer:
        assert viewer.welcome["page"]["rows"][0] == ["r0c0", "r0c1"]
    assert store_of(three[2]).has(document.uuid)


def test_documents_that_no_relay_has_end_when_their_time_is_over(relays):
    one, other = relays.start(), relays.start(idle_seconds=0.001)
    documents = [SharedDocument(one) for _ in range(2)]
    for document in documents:
        assert document.put(tsv(3)).status == 200
    one.run(store_of(one).release(documents[0].uuid))
    caretaker = Caretaker(other.hub, store_of(other))
    other.run(caretaker.look_around())
    other.run(other.hub.lifetimes.sweep())
    answers = [request("GET", f"{document.url}/state").status for document in documents]
    assert answers == [404, 200]
    assert other.run(store_of(other).copied()) == [documents[1].uuid]


def test_documents_that_redis_has_lost_are_brought_back_though_nobody_asks(relays):
    one = relays.start()
    document = SharedDocument(one)
    one.stop()
    relays.server.ask("FLUSHALL")
    other = relays.start()
    wait_for(lambda: other.run(store_of(other)._is_settled()))
    other.run(Caretaker(other.hub, store_of(other)).look_around())
    assert relays.server.ask("EXISTS", f"tsvshare:{{{document.uuid}}}") == 1


def test_relays_with_a_certificate_speak_tls_with_each_other(relays):
    one, other = (relays.start(tls=TlsFiles(TLS_CERT, TLS_KEY)) for _ in range(2))
    document = SharedDocument(one, other)
    assert document.put(tsv(250)).status == 200
    with document.at(other, document.key, cid="ann") as ann, document.at(one, cid="bob") as bob:
        ack = ann.op(ann.welcome["state"]["table"]["id"], page=3)
        for viewer in (ann, bob):
            shown = viewer.state(lambda state: state["seq"] == ack["seq"])
            assert shown["page"]["rows"][0] == ["r200c0", "r200c1"]
        assert request("GET", f"{document.url_at(other)}/table").body == tsv(250)
    (address,) = other.running._cluster._peers
    assert address.startswith("tls://")


def test_tables_that_no_document_has_go_from_the_store(relays, monkeypatch):
    monkeypatch.setattr("tsvshare_widget.relay.storage.stored_tables.LEFT_OVER_SECONDS", 0.0)
    one, other = relays.start(), relays.start()
    documents = [SharedDocument(one) for _ in range(2)]
    for document in documents:
        assert document.put(tsv(3)).status == 200
    objects = other.hub.tables.stored.objects
    kept = set(objects.folders("tables"))
    relays.server.ask("DEL", f"tsvshare:{{{documents[1].uuid}}}")  # so a copy alone tells of it
    caretaker = Caretaker(other.hub, store_of(other))
    objects.put("alone", b"")
    for goes in (False, True):
        objects.put("tables/orphan/manifest/000000001", b"{}")
        relays.server.ask("DEL", "tsvshare:sweeping")
        other.run(caretaker.sweep_tables())
        assert set(objects.folders("tables")) == (kept if goes else kept | {"orphan"})
        objects.delete(["alone"])
    objects.put("tables/orphan/manifest/000000001", b"{}")
    other.run(caretaker.sweep_tables())  # it is not its turn
    assert "orphan" in objects.folders("tables")


def store_of(relay):
    return relay.running._cluster.store
