"""What a stranger may send in large numbers: little things without end, and large ones at once.

Like :mod:`attacks`, whose stage they use.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from attacks import Stage, in_threads, table_of
from relay_fixture import SlowUpload, tsv

SECONDS = 10.0
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def connected(stage: Stage, buffer: int | None = None) -> socket.socket:
    """A connection to the relay, closed in the end."""
    parts = urlsplit(stage.url)
    raw = stage.open.enter_context(socket.socket())
    if buffer is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    raw.settimeout(5)
    raw.connect((parts.hostname, parts.port))
    return raw


def web_socket(stage: Stage, path: str, buffer: int | None = None) -> socket.socket:
    raw = connected(stage, buffer)
    raw.sendall(HANDSHAKE.format(path=path, host=urlsplit(stage.url).netloc).encode())
    raw.recv(4096)
    return raw


def frame(opcode: int, payload: bytes) -> bytes:
    """A masked frame whose mask changes nothing."""
    size = len(payload)
    head = (
        struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        if size < 126
        else (struct.pack("!BBH", 0x80 | opcode, 0xFE, size))
    )
    return head + b"\0\0\0\0" + payload


def send_on(stage: Stage, raw: socket.socket, data: bytes) -> None:
    """Send the same again and again."""
    end = time.monotonic() + SECONDS
    with contextlib.suppress(OSError):
        while time.monotonic() < end and not stage.stop.is_set():
            raw.sendall(data)


def flood(stage: Stage, message: bytes, connections: int = 5) -> None:
    path = urlsplit(stage.document(tsv(10)).url).path + "/ws"
    sockets = [web_socket(stage, path, 4096) for _ in range(connections)]
    in_threads(connections, lambda n: send_on(stage, sockets[n], message * 1000))


def pings_without_end(stage: Stage) -> None:
    flood(stage, frame(9, b"p" * 125))


def signs_of_life_without_end(stage: Stage) -> None:
    flood(stage, frame(1, b'{"type":"pong"}'))


def empty_frames_without_end(stage: Stage) -> None:
    path = urlsplit(stage.document(tsv(10)).url).path + "/ws"
    begin = struct.pack("!BB", 1, 0x80) + b"\0\0\0\0"
    go_on = struct.pack("!BB", 0, 0x80) + b"\0\0\0\0"

    def one(_: int) -> None:
        raw = web_socket(stage, path)
        raw.sendall(begin)
        send_on(stage, raw, go_on * 1000)

    in_threads(5, one)


def requests_in_one_go(stage: Stage) -> None:
    host = urlsplit(stage.url).netloc
    one = f"GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()

    def read(raw: socket.socket) -> None:
        raw.setblocking(False)
        with contextlib.suppress(OSError):
            while raw.recv(65536):
                pass
        raw.settimeout(5)

    def send(_: int) -> None:
        raw = connected(stage)
        end = time.monotonic() + SECONDS
        with contextlib.suppress(OSError):
            while time.monotonic() < end and not stage.stop.is_set():
                raw.sendall(one * 500)
                read(raw)

    in_threads(5, send)


def appends_that_never_end(stage: Stage) -> None:
    def one(_: int) -> None:
        document = stage.document(tsv(10), header="true")
        more = SlowUpload(document, 64_000_000, method="POST")
        stage.open.callback(more.disconnect)
        with contextlib.suppress(OSError):
            for _ in range(63):
                more.send(b"x" * 999_999 + b"\n")

    in_threads(15, one)
    stage.stop.wait(20)


def bodies_where_none_is_due(stage: Stage) -> None:
    host = urlsplit(stage.url).netloc
    head = f"POST /d HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n\r\n".encode()
    for _ in range(500):
        raw = connected(stage)
        with contextlib.suppress(OSError):
            raw.sendall(head + b"x" * 999_000)
    stage.stop.wait(20)


def headers_that_never_end(stage: Stage) -> None:
    host = urlsplit(stage.url).netloc
    for _ in range(800):
        raw = connected(stage)
        raw.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nX: ".encode() + b"x" * 65_000)
    stage.stop.wait(20)


def downloads_that_nobody_reads(stage: Stage) -> None:
    document = stage.document(tsv(200_000, columns=10), header="true")
    for number in range(500):
        raw = connected(stage, 4096)
        view = ("?view=1", "")[number % 2]
        ask = f"GET /d/{document.uuid}/table{view} HTTP/1.1\r\nHost: {urlsplit(stage.url).netloc}"
        raw.sendall(f"{ask}\r\n\r\n".encode())
    stage.stop.wait(20)


def uploads_at_once(stage: Stage) -> None:
    def one(_: int) -> None:
        for _ in range(20):
            slow = SlowUpload(stage.document(), 50_000_000)
            stage.open.callback(slow.disconnect)
            with contextlib.suppress(OSError):
                slow.send(b"a\tb\tc\n" * 500_000)

    in_threads(10, one)
    stage.stop.wait(10)


def changes_for_those_who_do_not_read(stage: Stage) -> None:
    """A large page, turned again and again, for a hundred viewers that take nothing."""
    document = stage.document((b"\t".join([b"x" * 8_000] * 10) + b"\n") * 200)
    path = urlsplit(document.url).path + "/ws"
    for number in range(100):
        raw = web_socket(stage, path, 4096)
        hello = f'{{"type":"hello","v":1,"cid":"n{number}"}}'.encode()
        raw.sendall(frame(1, hello))
    editor = stage.open.enter_context(document.editor(cid="e"))
    table = table_of(editor)
    for turn in range(200):
        if stage.stop.is_set():
            return
        editor.op(table, page=turn % 2 + 1)
        time.sleep(0.05)


def questions_of_many_documents(stage: Stage) -> None:
    """Searches that take a while, of thirty documents."""
    data = tsv(300_000, columns=5)
    documents = [stage.document(data, header="true") for _ in range(10)]
    viewers = [stage.look_only(d, cid=f"n{n}") for d in documents for n in range(3)]
    for round_number in range(200):
        for number, viewer in enumerate(viewers):
            if stage.stop.is_set():
                return
            query = {"search": f"r{round_number}{number}"}
            viewer.send(
                type="look", id="v:1", table=table_of(viewer), page=1, page_size=5, query=query
            )
        time.sleep(0.5)


FLOODS: list[Callable[[Stage], None]] = [
    pings_without_end,
    signs_of_life_without_end,
    empty_frames_without_end,
    requests_in_one_go,
    appends_that_never_end,
    bodies_where_none_is_due,
    headers_that_never_end,
    downloads_that_nobody_reads,
    uploads_at_once,
    changes_for_those_who_do_not_read,
    questions_of_many_documents,
]
