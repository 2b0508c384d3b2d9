"""Fuzzing of what a relay is sent: HTTP requests and messages of both WebSocket protocols.

    python tests/fuzz/fuzz_network.py --seconds 600

Whatever comes, the relay logs no traceback, answers nothing with 500, and somebody else's page
turns and a request for ``/livez`` are answered afterwards.  What was found is made as small as it
can be, printed, and kept in ``.hypothesis`` in the working directory, so that the next run begins
with it; keep it as a test in ``tests/relay/web/test_fuzz_finds.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import socket
import sys
import time
import typing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "fixtures")]

from raw_fixture import RawSocket, frame  # noqa: E402
from relay_fixture import Document, RelayThread, Viewer, request, tsv  # noqa: E402

from tsvshare_widget.protocol import Settings, ViewerMessage  # noqa: E402

ANSWER_SECONDS = 0.3
"""So long something is waited for that the relay need not answer, if what came before is broken."""

FENCE = b"fence"

# --- messages ---------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
number = st.sampled_from([-1, 0, 1, 2, 3, 100, 1000, 2**31, 2**53, 2**63, 2**64, -(2**63)])
pair = st.tuples(number, number).map(list)
word = st.sampled_from(["", "a", "name0", "r1", "(", "(?i)a", "\0", "\u202e", "x" * 2000, "\ud800"])
clause = st.fixed_dictionaries(
    {"column": number, "op": st.sampled_from(["==", "<", "contains", "matches", "in", "missing"])},
    optional={"value": word | number | st.floats() | st.lists(word, max_size=3)},
)
direction = st.fixed_dictionaries(
    {"column": number}, optional={"direction": word | st.just("desc")}
)
query = st.fixed_dictionaries(
    {},
    optional={
        "search": word,
        "sort": st.lists(direction, max_size=3),
        "filters": st.lists(clause, max_size=3),
    },
)
options = st.dictionaries(
    st.sampled_from(["delimiter", "quoting", "header", "comments", "skip", "encoding", "strict"]),
    word | number | st.booleans() | st.none() | st.lists(word, max_size=3),
)


def settings_of(table: str) -> st.SearchStrategy[dict[str, Any]]:
    known = {
        "page": number,
        "page_size": number,
        "sort": st.lists(direction, max_size=3),
        "filters": st.lists(clause, max_size=3),
        "search": word | st.none(),
        "reading": options,
        "undo": st.sampled_from([table, "x"]),
    }
    chosen = {name: known.get(name, anything) for name in Settings.__struct_encode_fields__}
    return st.fixed_dictionaries({}, optional=chosen)


def message_of(table: str, kind: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A message of this kind; now and then a field of it holds anything or is not there."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "id": word | st.sampled_from(["v:1", "e:1", "e:2"]),
        "table": st.just(table) | word,
        "query": query,
        "set": settings_of(table),
        "columns": pair,
        "text": word,
        "cid": word,
        "name": word,
        "v": number,
        "delete": st.just(False),
        "keep": st.just(None),
        "look": st.just(None),
        "key": word,
    }
    fields = {n: known.get(n, number) | anything for n in kind.__struct_fields__}
    for name in ("delete", "look", "keep", "key"):  # the document is needed to the end
        fields.pop(name, None)
    tag = {"type": st.just(kind.__struct_config__.tag)}
    return st.fixed_dictionaries(tag, optional=fields)


def frames_for(table: str) -> st.SearchStrategy[bytes]:
    """A few WebSocket frames, most of them with messages that make some sense."""
    kinds = [message_of(table, kind) for kind in typing.get_args(ViewerMessage)]
    text = st.one_of(*kinds, anything).map(lambda value: json.dumps(value).encode())
    sensible = text.map(lambda payload: frame(1, payload))
    raw = st.builds(
        frame,
        st.integers(0, 15),
        st.binary(max_size=200) | text,
        fin=st.booleans(),
        rsv=st.sampled_from([0, 0, 0, 1, 4]),
        mask=st.sampled_from([True, True, True, False]),
        size=st.none() | st.sampled_from([0, 1, 126, 2**16, 2**31, 2**63]),
    )
    return st.lists(sensible | sensible | raw, min_size=1, max_size=8).map(b"".join)


# --- requests ---------------------------------------------------------------------------------

header = st.sampled_from(
    [
        *("Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999"),
        *("Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Expect: 100-continue"),
        *(
            "Range: bytes=0-3",
            "Range: bytes=9-1,-",
            "If-None-Match: *",
            "Origin: null",
            "Origin: http://[",
        ),
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        *("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Key: x", "Cookie: a"),
        *("Content-Type: multipart/form-data; boundary=x", "X-TSVShare-Key: \xff", ": x", "x"),
        *("Host: localhost", "Host: a b", "Accept-Encoding: gzip", "Content-Encoding: gzip"),
    ]
)
value = st.sampled_from(["1", "0", "-1", "1e9", "%00", "%FF", "%", "true", "%7B%7D", "[]", "a,b"])
name = st.sampled_from(
    [
        *("page_size", "columns", "view", "query", "name", "header", "delimiter", "comments"),
        *("encoding", "quoting", "skip", "growing", "table", "format", "id", "cid", "names", "k"),
    ]
)
path = st.sampled_from(
    [
        *(
            "/",
            "/d",
            "{d}",
            "{d}/",
            "{d}/table",
            "{d}/page/1",
            "{d}/page/-1",
            "{d}/page/x",
            "{d}/ws",
        ),
        *("/parser/ws", "/parser/ws/{u}", "/parser/", "/parser/share/{u}", "/static/widget.js"),
        *(
            "/static/../x",
            "/static/%00",
            "/readyz",
            "/metrics",
            "//",
            "*",
            "/d/%2e%2e",
            "/d/x/table",
        ),
    ]
)


@st.composite
def requests(draw: Any, document: Document) -> bytes:
    """Bytes that look like one or two requests, with the key or without."""
    asked = b""
    for _ in range(draw(st.integers(1, 2))):
        method = draw(
            st.sampled_from(["GET", "HEAD", "PUT", "POST", "OPTIONS", "DELETE", "get", ""])
        )
        where = draw(path).replace("{d}", f"/d/{document.uuid}").replace("{u}", document.uuid)
        words = "&".join(f"{draw(name)}={draw(value)}" for _ in range(draw(st.integers(0, 3))))
        lines = [f"{method} {where}{'?' if words else ''}{words} HTTP/1.1"]
        lines += draw(st.lists(header, max_size=4))
        lines += ["Host: localhost"] * draw(st.sampled_from([1, 1, 1, 0, 2]))
        lines += [f"X-TSVShare-Key: {document.key}"] * draw(st.integers(0, 1))
        body = draw(st.binary(max_size=40) | st.just(b"5\r\na\tb\nc\r\n0\r\n\r\n"))
        asked += "\r\n".join([*lines, "", ""]).encode("latin-1") + body
    return asked


# --- the relay --------------------------------------------------------------------------------


class Tracebacks(logging.Handler):
    """What was logged with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.found.append(logging.Formatter().format(record))


class Stage:
    """A relay, a document for all that is sent, and somebody on another one."""

    def __init__(self, relay: RelayThread, editor: Viewer, table: str) -> None:
        self.relay, self._editor, self._table = relay, editor, table
        self.logged = Tracebacks()
        logging.getLogger().addHandler(self.logged)
        self.renew()
        self._turns = 0

    def renew(self) -> None:
        """Another document: the one before may have been deleted, by those who may."""
        self.document = Document(self.relay.url)
        self.table = self.document.put(tsv(30, columns=3), header="true").json["id"]

    def check(self) -> None:
        """Everybody else is served, and nothing has gone wrong."""
        self._turns += 1
        answer = self._editor.op(self._table, page=self._turns % 3 + 1)
        assert answer["type"] == "ack", answer
        assert request("GET", f"{self.relay.url}/livez").status == 200
        found, self.logged.found = self.logged.found, []
        assert not found, found[0]


def send(stage: Stage, data: bytes) -> bytes:
    """Send bytes on a new connection and end it; what was answered."""
    with socket.create_connection(("127.0.0.1", stage.relay.port), timeout=ANSWER_SECONDS) as raw:
        said = b""
        with contextlib.suppress(OSError):
            raw.sendall(
                data + b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            while more := raw.recv(65536):
                said += more
        return said


def talk(stage: Stage, path: str, frames: bytes, fence: bytes) -> None:
    """Send frames on a new WebSocket, and wait until the last of them is answered or it ends."""
    with RawSocket(stage.relay.url, path) as raw, contextlib.suppress(OSError):
        raw.raw.settimeout(ANSWER_SECONDS)
        raw.raw.sendall(frames + frame(1, fence))
        while (found := raw.next()) is not None and FENCE not in found[1]:
            pass


def fuzz_requests(stage: Stage, profile: settings, number: int) -> None:
    @seed(number)
    @profile
    @given(requests(stage.document))
    def one(data: bytes) -> None:
        said = send(stage, data)
        assert b"HTTP/1.1 500" not in said, said
        stage.check()

    one()


def fuzz_messages(stage: Stage, profile: settings, number: int) -> None:
    document = stage.document

    @seed(number)
    @profile
    @given(st.sampled_from([None, document.key]), frames_for(stage.table), st.booleans())
    def one(key: str | None, frames: bytes, greets: bool) -> None:
        hello = json.dumps({"type": "hello", "v": 1, "cid": "f", "key": key}).encode()
        last = {"type": "columns", "id": FENCE.decode(), "table": stage.table, "text": "a"}
        begin = frame(1, hello) if greets else b""
        talk(stage, f"/d/{document.uuid}/ws", begin + frames, json.dumps(last).encode())
        stage.check()

    one()


def fuzz_plain(stage: Stage, profile: settings, number: int) -> None:
    said = st.binary(max_size=300).map(lambda data: frame(2, data))
    said |= (st.text(max_size=30) | st.integers().map(str)).map(lambda t: frame(1, t.encode()))

    @seed(number)
    @profile
    @given(st.lists(said, max_size=6).map(b"".join))
    def one(frames: bytes) -> None:
        talk(stage, "/parser/ws", frames, FENCE)
        stage.check()

    one()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first round")
    asked = parser.parse_args()
    profile = settings(
        max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    relay = RelayThread(body_seconds=2.0, query_stall_seconds=1.0, max_documents=10_000_000)
    other = Document(relay.url)
    table = other.put(tsv(500), header="true").json["id"]
    end, number = time.monotonic() + asked.seconds, asked.seed
    with other.editor(cid="other") as editor:
        stage = Stage(relay, editor, table)
        while time.monotonic() < end:
            for fuzz in (fuzz_requests, fuzz_messages, fuzz_plain):
                fuzz(stage, profile, number)
                stage.renew()
            print(f"seed {number}: nothing found, {end - time.monotonic():.0f} s left", flush=True)
            number += 1
    relay.stop()


if __name__ == "__main__":
    main()
