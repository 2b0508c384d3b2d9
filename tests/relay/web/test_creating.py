"""Who may make documents, how many may look on and bring tables, and how often they may come."""

import pytest
from patience import PATIENCE
from raw_fixture import RawSocket
from relay_fixture import Document, SlowUpload, request, tsv, wait_for
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tsvshare_widget import TSVShare
from tsvshare_widget.client import create_document
from tsvshare_widget.errors import Forbidden, TokenNeeded
from tsvshare_widget.relay.rate import Rate

TOKEN = "correct-horse-battery"


@pytest.fixture
def guarded(make_relay):
    return make_relay(create="token", create_token=TOKEN)


def make(relay, said=None):
    return request("POST", f"{relay.url}/d", headers={"Authorization": said} if said else {})


@pytest.mark.parametrize("said", [f"Bearer {TOKEN}", f"bearer  {TOKEN}", f"token {TOKEN}"])
def test_who_has_the_token_makes_documents(guarded, said):
    assert make(guarded, said).status == 201


@pytest.mark.parametrize(
    "said", [None, "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer caf\u00e9"]
)
def test_who_has_not_is_told_what_to_do(guarded, said):
    answer = make(guarded, said)
    assert (answer.status, answer.code) == (401, "token_needed")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "token=" in answer.json["error"]["message"]
    assert 'refused_total{code="token_needed"} 1' in guarded.hub.metrics_text()


def test_documents_are_used_without_it(guarded):
    made = make(guarded, f"Bearer {TOKEN}").json
    headers = {"X-TSVShare-Key": made["key"]}
    url = f"{guarded.url}/d/{made['uuid']}"
    assert request("PUT", f"{url}/table", tsv(3), headers).status == 200
    assert request("GET", f"{url}/page/1").status == 200


def test_the_plain_protocol_makes_none_without_it(guarded):
    url = guarded.url.replace("http", "ws", 1) + "/parser/ws"
    with pytest.raises(InvalidStatus) as caught:
        connect(url, open_timeout=PATIENCE)
    assert caught.value.response.status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with connect(url, open_timeout=PATIENCE, additional_headers=headers) as socket:
        socket.send(b"a\tb\n")
        assert '"uuid"' in socket.recv(timeout=PATIENCE)


def test_python_gives_the_token(guarded):
    with TSVShare(tsv(3), relay=guarded.url, token=TOKEN) as widget:
        assert widget.n_rows == 3
    with pytest.raises(TokenNeeded, match="token="):
        create_document(guarded.url)


def test_nobody_makes_documents(make_relay):
    relay = make_relay(create="nobody")
    assert (make(relay).status, make(relay).code) == (403, "forbidden")
    with pytest.raises(Forbidden, match="no new tables"):
        create_document(relay.url)


def test_a_full_document_is_said_to_be_full_and_has_room_again(make_relay):
    document = Document(make_relay(max_viewers=2).url)
    with document.viewer(cid="a"), document.viewer(cid="b") as bob:
        with document.viewer(cid="c", say_hello=False) as late:
            late.send(type="hello", v=1, cid="c")
            assert late.next("error")["code"] == "too_many"
            assert late.close_code() == 4014
        assert bob.next("presence")["viewers"] == 2
    with document.viewer(cid="d"):
        pass


def test_too_many_uploads_at_a_time(make_relay):
    relay = make_relay(max_uploads=1)
    first, second = Document(relay.url), Document(relay.url)
    slow = SlowUpload(first, 100)
    slow.send(b"a\tb\n")
    wait_for(lambda: relay.hub.uploads.has(first.uuid))
    answer = second.put(tsv(3))
    assert (answer.status, answer.code) == (429, "too_many")
    slow.disconnect()


def test_viewers_who_come_all_at_once_are_asked_to_come_back(make_relay):
    relay = make_relay(joins_per_second=0.001)
    document = Document(relay.url)
    path = f"/d/{document.uuid}/ws"
    with RawSocket(relay.url, path) as raw:
        assert raw.status == 101
    refused = request(
        "GET",
        relay.url + path,
        headers={
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version": "13",
        },
    )
    assert (refused.status, refused.code) == (503, "unavailable")
    assert 1 <= int(refused.headers["Retry-After"]) <= 1000


def test_a_rate():
    rate = Rate(2)
    assert [rate.take(10.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert [rate.take(10.5), rate.take(10.5)] == [0, 0.5]
    assert [rate.take(99.0) for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert [rate.queue(99.0) for _ in range(3)] == [0.5, 1.0, 1.5]
    assert rate.take(99.5) == 1.5
    assert [Rate(0).take(0.0) + Rate(0).queue(0.0) for _ in range(100)] == [0.0] * 100
