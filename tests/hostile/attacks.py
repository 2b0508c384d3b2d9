"""What a stranger may send: each attack with a link to look, or with documents of its own.

Every one is bounded in count and time, and ends by itself, or when ``stop`` is set.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from patience import PATIENCE
from relay_fixture import Document, SlowUpload, Viewer, request, tsv

CELL = 10_000_000
LINE_ENDS = gzip.compress(b"\n" * 100_000_000, 9)
WIDE_HEADER = gzip.compress(b"\t" * 10_000_000 + b"\n", 9)
PATTERN = "(?i)" + "[!-\uffff]" * 195


@dataclass
class Stage:
    """A relay, and tables to look at: one of many cells, one with huge cells."""

    url: str
    stop: threading.Event = field(default_factory=threading.Event)
    open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def document(self, data: bytes | None = None, **options: str) -> Document:
        made = Document(self.url)
        if data is not None:
            made.put(data, **options)
        return made

    def look_only(self, document: Document, **options: Any) -> Viewer:
        return self.open.enter_context(document.viewer(**options))


def table_of(viewer: Viewer) -> str:
    return viewer.welcome["state"]["table"]["id"]


def looks(viewer: Viewer, table: str, count: int, **changes: Any) -> None:
    """So many private looks, whose answers nobody reads."""
    for number in range(count):
        look = {"id": f"v{number}:1", "table": table, "page": 1, "page_size": 1000} | changes
        viewer.send(type="look", **look)


def in_threads(count: int, work: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)


def patterns_by_look(stage: Stage) -> None:
    viewer = stage.look_only(stage.document(tsv(1000), header="true"))
    wanted = [{"column": 0, "op": "matches", "value": PATTERN} for _ in range(8)]
    for number in range(4):
        filters = [*wanted[:-1], {**wanted[0], "value": PATTERN[:-9] + str(number)}]
        looks(viewer, table_of(viewer), 1, id=f"v:{number}", query={"filters": filters})
    answered = 0
    while answered < 4 and not stage.stop.is_set():
        answered += viewer.next("page", "reject")["type"] in ("page", "reject")


def patterns_by_download(stage: Stage) -> None:
    document = stage.document(tsv(1000), header="true")
    filters = [{"column": 0, "op": "matches", "value": PATTERN} for _ in range(8)]
    query = quote(json.dumps({"filters": filters}, ensure_ascii=False))
    request("GET", f"{document.url}/table?view=1&query={query}")


def a_header_of_ten_million_columns(stage: Stage) -> None:
    in_threads(3, lambda _: stage.document().put(WIDE_HEADER, header="true"))


def pages_of_a_million_cells(stage: Stage) -> None:
    document = stage.document(tsv(1000, columns=1000), header="true")

    def get(number: int) -> None:
        address = f"{document.url}/page/1?page_size={1000 - number}"
        with contextlib.suppress(OSError, http.client.HTTPException):
            request("GET", address)

    in_threads(40, get)


def uploads_that_unpack_to_line_ends(stage: Stage) -> None:
    in_threads(10, lambda _: stage.document().put(LINE_ENDS))


def cells_that_nobody_reads(stage: Stage) -> None:
    document = stage.document(b"a\n" + b"x" * CELL + b"\n", header="true")
    for number in range(8):
        viewer = stage.look_only(document, cid=f"n{number}", max_queue=1)
        for cell in range(4):
            viewer.send(type="cell", id=f"c:{cell}", table=table_of(viewer), row=0, column=0)
    stage.stop.wait(20)


def looks_with_long_ids(stage: Stage) -> None:
    document = stage.document(tsv(1000), header="true")
    for number in range(8):
        viewer = stage.look_only(document, cid=f"n{number}")
        for page in range(200):
            looks(viewer, table_of(viewer), 1, id="i" * 60_000 + str(page))


def pages_that_nobody_reads(stage: Stage) -> None:
    document = stage.document(b"\t".join([b"x" * 8_000] * 10) + b"\n" + tsv(1))
    document.put((b"\t".join([b"x" * 8_000] * 10) + b"\n") * 100)
    parts = urlsplit(document.url)
    for number in range(120):
        raw = stage.open.enter_context(socket.socket())
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((parts.hostname, parts.port))
        line = f"GET {parts.path}/page/1?page_size={100 - number % 50} HTTP/1.1"
        raw.sendall(f"{line}\r\nHost: {parts.netloc}\r\n\r\n".encode())
    stage.stop.wait(20)


def halves_of_large_messages(stage: Stage) -> None:
    parts = urlsplit(stage.url)
    for _ in range(10):
        raw = stage.open.enter_context(socket.create_connection((parts.hostname, parts.port)))
        key = "AAAAAAAAAAAAAAAAAAAAAA=="
        raw.sendall(
            f"GET /parser/ws HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        raw.recv(4096)
        size = 64 * 1024 * 1024 - 1000
        with contextlib.suppress(OSError):
            raw.settimeout(5)
            raw.sendall(b"\x82\xff" + size.to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 60_000_000)
    stage.stop.wait(20)


def two_uploads_at_once(stage: Stage) -> None:
    document = stage.document()
    for _ in range(40):
        in_threads(2, lambda _: document.put(tsv(2000), header="true"))


def bodies_that_never_come(stage: Stage) -> None:
    for _ in range(100):
        slow = SlowUpload(stage.document(), 1_000_000)
        stage.open.callback(slow.disconnect)
        slow.send(b"a\tb\n")
    stage.stop.wait(20)


def many_documents(stage: Stage) -> None:
    for _ in range(2000):
        if stage.stop.is_set():
            return
        request("POST", f"{stage.url}/d")


def questions_that_take_for_ever(stage: Stage) -> None:
    text = ("text\n" + "a" * 40 + "b\n").encode()
    hopeless = [{"column": 0, "op": "matches", "value": "(a+)+$"}]
    for number in range(12):
        viewer = stage.look_only(stage.document(text, header="true"), cid=f"n{number}")
        looks(viewer, table_of(viewer), 1, query={"filters": hopeless})
    stage.stop.wait(20)


def readings_with_many_marks(stage: Stage) -> None:
    marks = [f"#{number}" for number in range(4000)]
    for number in range(25):
        document = stage.document(tsv(20_000), header="true")
        editor = stage.open.enter_context(document.editor(cid=f"n{number}"))
        for half in (marks[:2000], marks[:20]):
            reading = {"reading": {"comments": half}}
            editor.send(type="op", id=f"r:{len(half)}", table=table_of(editor), set=reading)
    stage.stop.wait(10)


def requests_that_make_no_sense(stage: Stage) -> None:
    parts = urlsplit(stage.url)
    lengths = ["1e9", "4,4", "4" * 4400, "-1", "0x10"]
    heads = [f"PUT /d/none/table HTTP/1.1\r\nContent-Length: {length}" for length in lengths]
    heads += [f"GET {path} HTTP/1.1" for path in ("/static/%00", "/d/%ff", "/" + "x" * 9000)]
    for head in itertools.chain(*itertools.repeat(heads, 20)):
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as raw:
            raw.sendall(f"{head}\r\nHost: {parts.netloc}\r\n\r\n".encode())
            with contextlib.suppress(OSError):
                raw.recv(4096)
    viewer = stage.look_only(stage.document(tsv(10)))
    for _ in range(20):
        viewer.socket.send("[" * 60_000)
        viewer.next("error")


ATTACKS: list[Callable[[Stage], None]] = [
    patterns_by_look,
    patterns_by_download,
    a_header_of_ten_million_columns,
    pages_of_a_million_cells,
    uploads_that_unpack_to_line_ends,
    cells_that_nobody_reads,
    looks_with_long_ids,
    pages_that_nobody_reads,
    halves_of_large_messages,
    two_uploads_at_once,
    bodies_that_never_come,
    many_documents,
    questions_that_take_for_ever,
    readings_with_many_marks,
    requests_that_make_no_sense,
]


@contextlib.contextmanager
def under_attack(url: str, attack: Callable[[Stage], None]) -> Iterator[threading.Thread]:
    """Run an attack in a thread for as long as the block lasts."""
    stage = Stage(url)

    def run() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException, Exception):
            attack(stage)

    thread = threading.Thread(target=run, name=attack.__name__, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        stage.stop.set()
        with contextlib.suppress(Exception):
            stage.open.close()
        thread.join(PATIENCE)
