"""Requests of which the rest does not come."""

import asyncio

import pytest
from raw_fixture import raw_connection, raw_request, read_answer
from relay_fixture import Document, request, tsv, wait_for

from tsvshare_widget.relay.changes.incoming import Upload

SECONDS = 0.2


@pytest.fixture
def relay(make_relay):
    return make_relay(body_seconds=SECONDS, header_seconds=SECONDS)


def head(document, method="PUT", query="", length=1000):
    return (
        f"{method} /d/{document.uuid}/table{query} HTTP/1.1\nHost: localhost\n"
        f"X-TSVShare-Key: {document.key}\nContent-Length: {length}"
    )


@pytest.mark.parametrize("body", [b"", b"a\tb\n" * 10])
def test_an_upload_that_stops_is_broken_off_and_the_old_table_returns(document, body):
    document.put(tsv(5), header="true")
    answer = raw_request(document.base, head(document), body)
    assert (answer.status, answer.code) == (408, "upload_broken")
    assert answer.headers["Connection"] == "close"
    wait_for(lambda: request("GET", f"{document.url}/table").body == tsv(5))
    assert document.put(tsv(6), header="true").json["rows"] == 6


def test_an_append_that_stops_adds_nothing(document):
    document.put(tsv(5), header="true")
    answer = raw_request(document.base, head(document, "POST"), b"a\tb\n")
    assert (answer.status, answer.code) == (408, "upload_broken")
    assert request("GET", f"{document.url}/table").body == tsv(5)


@pytest.mark.parametrize("address", ["/d", "/nothing", "/livez"])
@pytest.mark.parametrize("length", ["Content-Length: 10", "Transfer-Encoding: chunked"])
def test_other_bodies_that_never_come_end_too(relay, address, length):
    answer = raw_request(relay.url, f"POST {address} HTTP/1.1\nHost: localhost\n{length}", b"")
    assert (answer.status, answer.code) == (408, "upload_broken")


def test_headers_that_never_end_are_not_waited_for(relay):
    with raw_connection(relay.url) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: local")
        assert raw.recv(1) == b""


def test_a_connection_that_says_nothing_is_closed(relay):
    with raw_connection(relay.url) as raw:
        assert raw.recv(1) == b""


def test_what_comes_as_it_is_made_may_rest(relay, document, slow_put):
    """The clock of an upload that stopped runs out in the meantime: the order, not the time."""
    growing = slow_put(document, growing="true", header="true")
    growing.send(tsv(3))
    other = Document(relay.url)
    assert raw_request(relay.url, head(other)).status == 408
    assert raw_request(relay.url, head(other)).status == 408
    growing.send(b"x\ty\n")
    assert growing.end().json["rows"] == 4


def test_who_takes_in_the_bytes_may_take_their_time(relay, document, slow_put, monkeypatch):
    """The relay's own slowness is not the sender's."""
    others = Document(relay.url)
    receive = Upload.receive

    async def slowly(self, chunk):
        await asyncio.to_thread(raw_request, relay.url, head(others))
        await receive(self, chunk)

    monkeypatch.setattr(Upload, "receive", slowly)
    upload = slow_put(document, len(tsv(3)), header="true")
    upload.send(tsv(3))
    assert upload.end().json["rows"] == 3


def test_nothing_of_it_is_left(relay, document):
    document.put(tsv(5))
    for _ in range(3):
        assert raw_request(document.base, head(document), b"a\tb\n").status == 408
    wait_for(lambda: not relay.hub.uploads.has(document.uuid))
    folder = relay.hub.tables.folder
    wait_for(lambda: len(list(folder.iterdir())) == 1)


def test_a_connection_goes_on_after_a_body_that_has_come(relay):
    with raw_connection(relay.url) as raw:
        for _ in range(3):
            raw.sendall(b"POST /d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
            raw.sendall(b"}")
            assert read_answer(raw).status == 201
