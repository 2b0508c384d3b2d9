"""What strangers send, while somebody turns pages on another document: by order, never by time.

So many turns are answered before what they sent has come to its end, nobody is closed for it, and
what waits in memory stays within its limits.
"""

import contextlib
import gzip
import json
import socket
import struct
import threading
from urllib.parse import quote, urlsplit

import pytest
from raw_fixture import raw_request
from relay_fixture import Document, RelayThread, SlowUpload, request, tsv, wait_for

from tsvshare_widget.relay.changes.incoming import GROWTH_SECONDS
from tsvshare_widget.relay.desk import DOCUMENT_BYTES

MB = 1_000_000
ANSWERS = 8 * MB
INCOMING = 4 * MB
NEVER = 36_000.0
TURNS = 5
ENDLESS = {"column": 0, "op": "matches", "value": "(a+)+$"}
COSTLY = {"column": 0, "op": "matches", "value": "(?i)" + "[!-\uffff]" * 195}


@pytest.fixture(scope="module")
def relay():
    relay = RelayThread(
        answer_bytes=ANSWERS,
        incoming_bytes=INCOMING,
        parser_max_message=2 * MB,
        query_stall_seconds=NEVER,
        query_seconds=NEVER,
        workers=2,
    )
    yield relay
    relay.stop()


class Other:
    """Somebody who turns pages on a document of their own."""

    def __init__(self, editor, table):
        self._editor, self.table = editor, table
        self._number = 0

    def turn(self):
        self._number += 1
        answer = self._editor.op(self.table, page=self._number % 40 + 2)
        assert answer["type"] == "ack"

    def turn_pages(self):
        for _ in range(TURNS):
            self.turn()

    def sort(self):
        return self._editor.op(self.table, sort=[{"column": 0, "direction": "desc"}])


@pytest.fixture
def other(relay):
    document = Document(relay.url)
    table = document.put(tsv(5000), header="true").json["id"]
    with document.editor(cid="other") as editor:
        yield Other(editor, table)


@pytest.fixture
def open_all():
    with contextlib.ExitStack() as stack:
        yield stack


ROUNDS = 8
"""A computer may do a piece of work so fast, or this thread so slowly, that it has few turns."""


def turns_during(other, work):
    """How many turns are answered while ``work`` is done, in the best of some rounds.

    Work that holds the relay lets none through in any of them.
    """
    most = 0
    for _ in range(ROUNDS):
        most = max(most, turns_in_a_round(other, work))
        if most >= TURNS:
            break
    return most


def turns_in_a_round(other, work):
    thread = threading.Thread(target=work)
    thread.start()
    turns = 0
    while thread.is_alive():
        other.turn()
        turns += thread.is_alive()
    return turns


def deaf_socket(relay, open_all):
    """A connection whose network takes in little while nobody reads."""
    raw = open_all.enter_context(socket.socket())
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", relay.port))
    return raw


def web_socket(relay, open_all, path):
    raw = deaf_socket(relay, open_all)
    raw.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert raw.recv(4096).startswith(b"HTTP/1.1 101")
    return raw


def masked(opcode, payload):
    """A frame whose mask changes nothing."""
    size = struct.pack("!B", 0x80 | len(payload))
    if len(payload) > 125:
        size = struct.pack("!BH", 0xFE, len(payload))
    return bytes([0x80 | opcode]) + size + b"\0\0\0\0" + payload


def hello(cid="n"):
    return masked(1, json.dumps({"type": "hello", "v": 1, "cid": cid}).encode())


def path_of(document):
    return urlsplit(document.url).path


# --- work that has no end, or a late one ---------------------------------------------------------


def test_patterns_that_never_end_leave_a_worker_to_others(relay, other, open_all):
    text = ("text\n" + "a" * 40 + "b\n").encode()
    viewers = []
    for number in range(6):
        document = Document(relay.url)
        table = document.put(text, header="true").json["id"]
        viewer = open_all.enter_context(document.viewer(cid=f"n{number}"))
        query = {"filters": [ENDLESS]}
        viewer.send(type="look", id="v:1", table=table, page=1, page_size=5, query=query)
        viewers.append(viewer)
    wait_for(lambda: relay.hub.views.running == len(viewers))
    other.turn_pages()
    assert other.sort()["type"] == "ack"
    assert relay.hub.views.running == len(viewers)


@pytest.mark.parametrize("by", ["look", "download"])
def test_patterns_that_take_long_to_understand(relay, other, open_all, by):
    document = Document(relay.url)
    table = document.put(tsv(5), header="true").json["id"]
    query = {"filters": [COSTLY] * 8}
    if by == "look":
        viewer = open_all.enter_context(document.viewer())
        viewer.send(type="look", id="v:1", table=table, page=1, page_size=5, query=query)
    else:
        raw = deaf_socket(relay, open_all)
        asked = quote(json.dumps({"filters": [COSTLY] * 2}, ensure_ascii=False))
        line = f"GET {path_of(document)}/table?view=1&query={asked} HTTP/1.1"
        raw.sendall(f"{line}\r\nHost: localhost\r\n\r\n".encode())
    wait_for(lambda: relay.hub.views.running)
    other.turn_pages()
    assert relay.hub.views.running
    open_all.close()
    wait_for(lambda: not relay.hub.views.running)


def test_a_header_of_millions_of_columns(relay, other):
    wide = gzip.compress(b"\t" * 3_000_000 + b"\n")
    answers = []
    put = lambda: answers.append(Document(relay.url).put(wide, header="true"))  # noqa: E731
    assert turns_during(other, put) >= TURNS
    assert answers[0].code == "bad_table"


def test_uploads_that_unpack_to_line_ends(relay, other):
    packed = gzip.compress(b"\n" * 10_000_000)
    assert turns_during(other, lambda: Document(relay.url).put(packed)) >= TURNS


def test_pages_of_very_many_cells(relay, other):
    document = Document(relay.url)
    document.put(tsv(1000, columns=500), header="true")

    def get():
        for size in (1000, 999, 998):
            assert request("GET", f"{document.url}/page/1?page_size={size}").status == 200

    assert turns_during(other, get) >= TURNS


def test_readings_with_many_marks(relay, other, open_all):
    marks = [f"#{number}" for number in range(32)]
    editors = []
    for number in range(4):
        document = Document(relay.url)
        document.put(tsv(20_000), header="true")
        editors.append(open_all.enter_context(document.editor(cid=f"n{number}")))

    def read_anew():
        for editor in editors:
            table = editor.welcome["state"]["table"]["id"]
            editor.send(type="op", id="r:1", table=table, set={"reading": {"comments": marks}})
        for editor in editors:
            assert editor.next("ack", "reject")["type"] == "ack"

    assert turns_during(other, read_anew) >= TURNS


def test_two_uploads_at_once_to_one_document(relay, other):
    document = Document(relay.url)

    def put():
        for _ in range(5):
            puts = [threading.Thread(target=document.put, args=(tsv(2000),)) for _ in range(2)]
            for each in puts:
                each.start()
            for each in puts:
                each.join()

    assert turns_during(other, put) >= TURNS
    wait_for(lambda: not relay.hub.uploads.has(document.uuid))


# --- little things without end -------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "message", [masked(9, b"p" * 125), masked(10, b""), masked(1, b'{"type":"pong"}')]
)
def test_who_says_nothing_very_often(relay, other, open_all, message):
    raw = web_socket(relay, open_all, path_of(Document(relay.url)) + "/ws")
    raw.sendall(hello())

    def send():
        raw.sendall(message * (700_000 // len(message)) + masked(1, b"nonsense"))
        said = b""
        while b'"error"' not in said:
            said = said[-10:] + raw.recv(4096)

    assert turns_during(other, send) >= TURNS


@pytest.mark.slow
def test_pings_of_one_who_does_not_read_are_not_all_answered(relay, open_all):
    raw = web_socket(relay, open_all, path_of(Document(relay.url)) + "/ws")
    raw.sendall(masked(9, b"p" * 125) * 60_000)  # more than both networks take in
    raw.sendall(masked(9, b"last"))
    said = b""
    while not said.endswith(b"last"):
        said = said[-10:] + raw.recv(1 << 20)


def test_many_requests_in_one_go(relay, other, open_all):
    raw = deaf_socket(relay, open_all)
    count = 1000

    def ask():
        raw.sendall(b"GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n" * count)
        left, tail = count, b""
        while left:
            said = tail + raw.recv(1 << 20)
            left -= said.count(b"HTTP/1.1 204")
            tail = said[-len(b"HTTP/1.1 20") :]

    assert turns_during(other, ask) >= TURNS


def test_many_documents(relay, other):
    def make():
        for _ in range(100):
            assert request("POST", f"{relay.url}/d").status == 201

    assert turns_during(other, make) >= TURNS


def test_looks_with_ids_that_are_too_long(relay, other, open_all):
    document = Document(relay.url)
    table = document.put(tsv(5), header="true").json["id"]
    viewer = open_all.enter_context(document.viewer())

    def look():
        for _ in range(200):
            viewer.send(type="look", id="i" * 60_000, table=table, page=1, page_size=5)
        for _ in range(200):
            assert viewer.next("error")["code"] == "bad_request"

    assert turns_during(other, look) >= TURNS


# --- memory --------------------------------------------------------------------------------------


def test_cells_and_pages_that_nobody_reads(relay, other, open_all):
    document = Document(relay.url)
    row = b"\t".join([b"x" * 9_000] * 10) + b"\n"
    table = document.put(b"a\n" + b"x" * 2 * MB + b"\n" + row * 30, header="true").json["id"]
    for number in range(12):  # of what one asks for the networks may take in all
        raw = web_socket(relay, open_all, path_of(document) + "/ws")
        raw.sendall(hello(f"n{number}"))
        for cell in range(4):
            ask = {"type": "cell", "id": f"c:{cell}", "table": table, "row": 0, "column": 0}
            raw.sendall(masked(1, json.dumps(ask).encode()))
    for number in range(10):
        raw = deaf_socket(relay, open_all)
        line = f"GET {path_of(document)}/page/1?page_size={30 - number} HTTP/1.1"
        raw.sendall(f"{line}\r\nHost: localhost\r\n\r\n".encode())
        raw = deaf_socket(relay, open_all)
        line = f"GET {path_of(document)}/table?view=1 HTTP/1.1"
        raw.sendall(f"{line}\r\nHost: localhost\r\n\r\n".encode())
    wait_for(lambda: relay.hub.answers.used > ANSWERS / 2)
    other.turn_pages()
    assert relay.hub.answers.used <= ANSWERS


def test_changes_for_those_who_do_not_read(relay, other, open_all):
    """Each of them is slow with another frame; who holds the oldest one has to come back."""
    document = Document(relay.url)
    row = b"\t".join([b"x" * 9_000] * 10) + b"\n"
    table = document.put(b"a\n" + row * 40, header="true").json["id"]
    with document.editor(cid="e", max_queue=None) as editor:
        for number in range(20):
            raw = web_socket(relay, open_all, path_of(document) + "/ws")
            raw.sendall(hello(f"n{number}"))
            assert editor.op(table, page_size=40 - number % 3)["type"] == "ack"
            assert relay.hub.held_frames.used <= max(ANSWERS, DOCUMENT_BYTES)
        other.turn_pages()
        assert editor.op(table, page_size=10)["type"] == "ack"
        assert relay.hub.answers.used <= ANSWERS


def test_large_messages_and_appends_that_never_end(relay, other, open_all):
    for _ in range(4):
        document = Document(relay.url)
        document.put(tsv(5), header="true")
        append = SlowUpload(document, 3 * MB, method="POST")
        open_all.callback(append.disconnect)
        with contextlib.suppress(OSError):  # one that is given up is told so
            append.send(b"x" * (2 * MB))
        raw = web_socket(relay, open_all, "/parser/ws")
        with contextlib.suppress(OSError):
            raw.sendall(b"\x82\xff" + (2 * MB).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * MB)
    wait_for(lambda: relay.hub.incoming.used)
    other.turn_pages()
    # What is too much is counted before something is given up for it.
    wait_for(lambda: relay.hub.incoming.used <= INCOMING)


def test_an_append_that_is_given_up_says_so_and_can_be_made_again(relay, open_all):
    first, second = Document(relay.url), Document(relay.url)
    appends = []
    for document in (first, second):
        document.put(tsv(5), header="true")
        appends.append(SlowUpload(document, 3 * MB, method="POST"))
        open_all.callback(appends[-1].disconnect)
    appends[0].send(b"x" * (3 * MB - 10))
    wait_for(lambda: relay.hub.incoming.used >= 3 * MB - 10)
    appends[1].send(b"x" * (2 * MB))
    refused = appends[0].answer()
    assert (refused.status, refused.code) == (429, "too_many")
    appends[1].disconnect()
    wait_for(lambda: not relay.hub.incoming.used)
    more = SlowUpload(first, method="POST")
    more.send(b"x\ty\n")
    assert more.end().json["rows"] == 6
    more.disconnect()


def test_a_body_where_none_is_due_is_refused_before_it_comes(relay, other):
    head = "POST /d HTTP/1.1\nHost: localhost\nContent-Length: 1000000"
    assert raw_request(relay.url, head).status == 400
    other.turn()


def test_many_uploads_share_what_may_wait(relay, other, open_all):
    room = relay.hub.uploads._room
    assert room() == 1024 * 1024
    for _ in range(40):
        slow = SlowUpload(Document(relay.url), 50 * MB)
        open_all.callback(slow.disconnect)
        slow.send(b"a\tb\tc\n" * 1000)
    wait_for(lambda: room() < 1024 * 1024)
    assert relay.hub.uploads._rest() > GROWTH_SECONDS
    other.turn_pages()
