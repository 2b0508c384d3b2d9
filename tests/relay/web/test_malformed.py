"""Requests and messages that are none: each gets a code, and no traceback is logged."""

import json
from urllib.parse import quote

import pytest
import tornado
from raw_fixture import RawSocket, raw_connection, raw_request
from relay_fixture import request, tsv, wait_for

DEEP = 100_000


@pytest.fixture(autouse=True)
def _nothing_has_a_traceback(relay, caplog):
    yield
    assert not [record for record in caplog.records if record.exc_info]


def put(document, *lines, body=b""):
    head = [f"PUT /d/{document.uuid}/table HTTP/1.1", "Host: localhost", *lines]
    return raw_request(document.base, "\n".join([*head, f"X-TSVShare-Key: {document.key}"]), body)


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 1e9"],
        ["Content-Length: 4,5"],
        ["Content-Length: 4", "Content-Length: 5"],
        ["Content-Length: " + "4" * 4400],
        ["Content-Length: +4"],
        ["Content-Length: -4"],
        ["Content-Length: 4_0"],
        ["Content-Length: \xb2"],
        ["Content-Length:"],
        ["Content-Length: 4,"],
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: gzip"],
    ],
)
def test_lengths_that_are_none(document, lines):
    answer = put(document, *lines, body=b"a\tb\n")
    assert answer.status == 400
    if answer.body:  # what Tornado refuses by itself, after the headers, has none
        assert answer.code == "bad_request"
    assert document.put(tsv(3), header="true").json["rows"] == 3


@pytest.mark.parametrize("lines", [["Content-Length: 4,4"], ["Content-Length: 4"] * 2])
def test_a_length_said_twice_is_one(document, lines):
    answer = put(document, *lines, body=b"a\tb\n")
    assert (answer.status, answer.json["bytes"]) == (200, 4)


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//]"])
@pytest.mark.parametrize("path", ["/parser/ws", "/d"])
def test_origins_that_are_none(relay, path, origin):
    answer = raw_request(relay.url, f"POST {path} HTTP/1.1\nHost: localhost\nOrigin: {origin}")
    assert (answer.status, answer.code) == (400, "bad_request")


@pytest.mark.parametrize(
    "lines",
    [[], ["Host: a, b"], ["Host: localhost", "Host: rebind.test"], ["Host: a b"]],
)
def test_hosts_that_are_none(relay, lines):
    answer = raw_request(relay.url, "\n".join(["GET / HTTP/1.1", *lines]))
    assert answer.status in (400, 421)
    assert answer.code in ("bad_request", "wrong_host")


@pytest.mark.parametrize(
    "address",
    [
        "/static/%00",
        "/static/a%0Ab",
        "/d/%00",
        "/d/%",
        "/d/%zz",
        "/d/%ff",
        "/\xff",
        "/d/{uuid}/page/%00",
        "/d/{uuid}/page/1?page_size=%",
        "/d/{uuid}/page/1?page_size=%ff",
        "/d/{uuid}/page/1?%ff=1",
        "/d/{uuid}/page/1?page_size=%C3%28",
        "/d/{uuid}/page/1?page_size=" + "4" * 4400,
        "/d/{uuid}/page/" + "4" * 4400,
        "/d/{uuid}/page/1?columns=" + "4" * 4400 + "-1",
        "/d/{uuid}/page/1?columns=\xb2-\xb3",
        "/d/{uuid}/table?view=1&query=" + quote('{"filters":' + "[" * 20_000),
        "/d/{uuid}/table?view=1&query=" + quote('{"x":' + "[" * 20_000),
        "/d/{uuid}/table?view=1&query=%ff",
        "/d/{uuid}/table?view=1&query={{",
        # Before 6.5.8, Tornado takes as many words as there is room for in a request.
        *["/d/{uuid}/table?" + "&".join(["a=1"] * 10_000)] * (tornado.version_info >= (6, 5, 8)),
    ],
)
def test_addresses_that_are_none(document, address):
    document.put(tsv(3))
    head = f"GET {address.format(uuid=document.uuid)} HTTP/1.1\nHost: localhost"
    answer = raw_request(document.base, head)
    assert 400 <= answer.status < 500
    assert answer.code in ("bad_request", "bad_value")


@pytest.mark.parametrize("name", ["encoding", "delimiter", "name", "cid", "header", "skip"])
@pytest.mark.parametrize("value", ["%ff", "%", "%c3%28", "%zz"])
def test_upload_words_that_are_none(document, name, value):
    head = f"PUT /d/{document.uuid}/table?{name}={value} HTTP/1.1\nHost: localhost"
    lines = f"{head}\nContent-Length: 4\nX-TSVShare-Key: {document.key}"
    answer = raw_request(document.base, lines, b"a\tb\n")
    assert (answer.status, answer.code) == (400, "bad_request")


@pytest.mark.parametrize(
    "start", ["", "GET", "GET /", "\x00\x01", "GET / HTTP/9.9", "GET  / HTTP/1.1"]
)
def test_first_lines_that_are_none(relay, start):
    with raw_connection(relay.url) as raw:
        raw.sendall(f"{start}\r\nHost: localhost\r\n\r\n".encode("latin-1"))
        raw.shutdown(1)
        first = raw.makefile("rb").read()
    assert first.startswith((b"HTTP/1.1 400", b"HTTP/1.1 505")) or not first


def test_headers_without_end_are_not_kept(relay):
    with raw_connection(relay.url) as raw:
        wait_for(lambda: not _sends(raw, b"X-Long: " + b"x" * 65536 + b"\r\n"))


def _sends(raw, data):
    try:
        raw.sendall(data)
    except OSError:
        return False
    return True


@pytest.mark.parametrize("path", ["/parser/ws", "/d/{uuid}/ws"])
@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["Upgrade: h2c", "Connection: Upgrade"],
        ["Upgrade: websocket", "Connection: close"],
        ["Upgrade: websocket", "Connection: Upgrade"],
        ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: short"],
    ],
)
def test_handshakes_that_are_none(document, path, lines):
    start = f"GET {path.format(uuid=document.uuid)} HTTP/1.1"
    answer = raw_request(document.base, "\n".join([start, "Host: localhost", *lines]))
    assert (answer.status, answer.code) == (400, "bad_request")


@pytest.mark.parametrize(
    "deep",
    [
        '{"type": "hello", "v": 1, "cid": "c", "x": ' + "[" * 60_000,
        '{"type": "look", "id": "1", "table": "t", "page": 1, "page_size": 9, "x": ' + "[" * 60_000,
        '{"a":' * 12_000,
        "[" * 65_000,
    ],
)
def test_messages_nested_too_deep(document, deep):
    with document.viewer() as bob:
        bob.socket.send(deep)
        answer = bob.next("error")
        assert answer["code"] == "bad_request"
        bob.send(type="me", name="still here")
        assert bob.next("presence")["viewers"] == 1


@pytest.mark.parametrize("text", ["", "NaN", '{"type": 1}', "\ud7ff", '"\\ud800"', "1" * 5000])
def test_messages_that_are_none(document, text):
    with RawSocket(document.base, f"/d/{document.uuid}/ws") as raw:
        raw.send(1, text.encode())
        assert json.loads(raw.next()[1])["code"] == "bad_request"


def test_rows_nested_too_deep(document):
    document.put(tsv(3))
    answer = request(
        "POST",
        f"{document.url}/table?format=rows",
        b"[" * DEEP,
        {"X-TSVShare-Key": document.key},
    )
    assert (answer.status, answer.code) == (400, "bad_value")


def test_file_names_turn_no_text_around(document):
    document.put(tsv(3), name="a\u202egpj.exe\u200f\x1b[2J\x9b\n.tsv")
    answer = request("GET", f"{document.url}/table")
    name = answer.headers["Content-Disposition"]
    assert "UTF-8''agpj.exe%20%5B2J" in name
