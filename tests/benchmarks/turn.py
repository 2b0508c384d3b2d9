"""How long a page turn takes from one plain client to another, beside a bare Tornado echo.

    python tests/benchmarks/turn.py --turns 300

Three servers, each a process of its own, take turns: a Tornado WebSocket that sends 5.8 KB to
everybody at each message, a relay, and a relay with a data folder.  The client is the same for all.
What a relay adds is its figure less that of the echo.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import tornado.httpserver
import tornado.netutil
import tornado.web
import tornado.websocket
from websockets.sync.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from relay_fixture import Document, Viewer, tsv

from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings

ECHO_BYTES = 5_800
REST_SECONDS = 0.025
"""Between two turns: closer ones are held back by the relay."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=300, help="of each server (300)")
    parser.add_argument("--serve", choices=["echo", "memory", "folder"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.serve))
    else:
        report(measure(options.turns))


# --- servers, in processes of their own ----------------------------------------------------------


class Echo(tornado.websocket.WebSocketHandler):
    """Sends a page's worth of bytes to everybody at each message."""

    def initialize(self, everybody: set[Echo]) -> None:
        self.everybody = everybody

    def open(self) -> None:
        self.everybody.add(self)

    def on_message(self, message: str | bytes) -> None:
        for one in self.everybody:
            one.write_message("x" * ECHO_BYTES)


async def serve(kind: str) -> None:
    if kind == "echo":
        routes = [("/", Echo, {"everybody": set()})]
        server = tornado.httpserver.HTTPServer(tornado.web.Application(routes))
        [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
        server.add_socket(listener)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        await asyncio.Event().wait()
    with tempfile.TemporaryDirectory(prefix="tsvshare-turn") as folder:
        relay = await start(Settings(data_dir=Path(folder) if kind == "folder" else None))
        print(relay.url, flush=True)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.to_thread(sys.stdin.read)
        await relay.stop()


@contextlib.contextmanager
def running(kind: str) -> Iterator[str]:
    command = [sys.executable, __file__, "--serve", kind]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()
            if kind == "echo":
                server.terminate()
            server.wait()


# --- clients -------------------------------------------------------------------------------------


class Pair(Protocol):
    """Two clients of a server: one acts, the other sees it."""

    def turn(self, number: int) -> float:
        """Act once; the seconds until the other one has seen it."""


class EchoPair:
    def __init__(self, one: ClientConnection, other: ClientConnection) -> None:
        self._one, self._other = one, other

    def turn(self, number: int) -> float:
        begin = time.perf_counter()
        self._one.send(str(number))
        self._other.recv()
        seconds = time.perf_counter() - begin
        self._one.recv()
        return seconds


class RelayPair:
    def __init__(self, one: Viewer, other: Viewer, table: str) -> None:
        self._one, self._other, self._table = one, other, table

    def turn(self, number: int) -> float:
        page = 1 + number % 50
        op = {"type": "op", "id": f"turn:{number}", "table": self._table, "set": {"page": page}}
        begin = time.perf_counter()
        self._one.socket.send(json.dumps(op))
        wait_for_page(self._other, page)
        seconds = time.perf_counter() - begin
        wait_for_page(self._one, page)
        return seconds


def wait_for_page(viewer: Viewer, page: int) -> None:
    while True:
        message = json.loads(viewer.socket.recv())
        if message["type"] == "state" and message["state"]["view"]["page"] == page:
            return


@contextlib.contextmanager
def pair_of(kind: str) -> Iterator[Pair]:
    with running(kind) as url, contextlib.ExitStack() as stack:
        if kind == "echo":
            at = url.replace("http", "ws")
            yield EchoPair(*(stack.enter_context(connect(at, compression=None)) for _ in "12"))
        else:
            document = Document(url)
            table = document.put(tsv(8_000, columns=12)).json["id"]
            one = stack.enter_context(document.editor(cid="one", compression=None))
            other = stack.enter_context(document.viewer(cid="other", compression=None))
            yield RelayPair(one, other, table)


def measure(turns: int) -> dict[str, list[float]]:
    """Seconds of each turn, in order of length, by the kind of server."""
    kinds = ("echo", "memory", "folder")
    with contextlib.ExitStack() as stack:
        pairs = {kind: stack.enter_context(pair_of(kind)) for kind in kinds}
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for number in range(1, turns + 1):
            for kind, pair in pairs.items():
                time.sleep(REST_SECONDS)
                seconds[kind].append(pair.turn(number))
    return {kind: sorted(seconds[kind]) for kind in kinds}


def report(seconds: dict[str, list[float]]) -> None:
    floor = statistics.median(seconds["echo"])
    for kind, ordered in seconds.items():
        median, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
        print(
            f"{kind:8} median {median * 1000:6.2f} ms, p95 {late * 1000:6.2f} ms, "
            f"{(median - floor) * 1000:+6.2f} ms to the echo"
        )


if __name__ == "__main__":
    main()
