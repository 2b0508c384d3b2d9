"""Tables that grow while people look: what an append takes, and what its viewers see.

    python tests/benchmarks/growth.py --appends 1000 --rows 100 --viewers 100

The relay is a process of its own that keeps its documents on disk.  First 10,000 rows are appended
to T1, as bytes of the file and as rows of cells; then a small table grows often, while its viewers
are on its last page.  Times are those of the whole request.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from generate import DATA, generate
from tornado.websocket import websocket_connect

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from relay_fixture import Document, RelayProcess, tsv

LARGE_ROWS = 10_000
LARGE_TIMES = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--appends", type=int, default=1000, help="small appends")
    parser.add_argument("--rows", type=int, default=100, help="rows in each of them")
    parser.add_argument("--viewers", type=int, default=100, help="who look on")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        relay = RelayProcess(Path(folder) / "data")
        try:
            append_to_large(relay.url)
            asyncio.run(append_often(relay.url, options.appends, options.rows, options.viewers))
        finally:
            relay.kill()


class Line:
    """One connection that appends to one document, and how long each append took."""

    def __init__(self, document: Document) -> None:
        parts = urlsplit(document.url)
        self.milliseconds: list[float] = []
        self._path = f"{parts.path}/table"
        self._headers = {"X-TSVShare-Key": document.key}
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def append(self, body: bytes, query: str = "") -> int:
        """Append, and return how many rows the table has then."""
        began = time.perf_counter()
        self._connection.request("POST", self._path + query, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        self.milliseconds.append(1000 * (time.perf_counter() - began))
        assert answer.status == 200, text
        return int(json.loads(text)["rows"])


def append_to_large(url: str) -> None:
    path = generate("T1", DATA)
    with path.open("rb") as file:
        lines = list(islice(file, 1, LARGE_ROWS + 1))
    cells = [line.decode().rstrip("\n").split("\t") for line in lines]
    document = Document(url)
    rows = document.put(path.read_bytes(), name="T1.tsv").json["rows"]
    bodies = {"": b"".join(lines), "?format=rows": json.dumps(cells).encode()}
    for query, body in bodies.items():
        line = Line(document)
        for _ in range(LARGE_TIMES):
            rows += LARGE_ROWS
            assert line.append(body, query) == rows
        report(f"{LARGE_ROWS:,} rows to T1 {query or 'as bytes'}", line.milliseconds)


class Watcher:
    """A viewer: when it was sent a state, and the rows and the page of the last one."""

    def __init__(self) -> None:
        self.rows = 0
        self.page: dict[str, list[list[str]]] = {}
        self.when: list[float] = []

    async def run(self, url: str, until: int) -> None:
        """Look on until the table has so many rows."""
        socket = await websocket_connect(url)
        await socket.write_message('{"type": "hello", "v": 1, "cid": "w"}')
        while self.rows < until and (text := await socket.read_message()) is not None:
            message = json.loads(text)
            if message["type"] == "state":
                self.rows = message["state"]["table"]["rows"]
                self.page = message["page"]
                self.when.append(time.perf_counter())
        socket.close()


async def append_often(url: str, appends: int, rows: int, viewers: int) -> None:
    document = Document(url)
    everything = tsv(appends * rows).splitlines(keepends=True)
    table = document.put(everything[0], header="true").json["id"]
    with document.editor() as ann:
        ann.op(table, page=-1)
    watchers = [Watcher() for _ in range(viewers)]
    watching = [asyncio.create_task(w.run(document.ws_url, appends * rows)) for w in watchers]
    line = Line(document)
    began = time.perf_counter()
    for first in range(1, len(everything), rows):
        body = b"".join(everything[first : first + rows])
        await asyncio.to_thread(line.append, body)
    ended = time.perf_counter()
    await asyncio.gather(*watching)
    report(f"{rows:,} rows, {viewers} viewers", line.milliseconds)
    check(document, watchers, everything)
    late = max(w.when[-1] for w in watchers) - ended
    most = max(len(w.when) for w in watchers)
    print(
        f"  {appends:,} appends in {ended - began:.1f} s; all {viewers} are on the same last page "
        f"{1000 * late:.0f} ms later; up to {most} states for each, "
        f"{most / (ended - began):.1f} a second; nothing lost, nothing twice"
    )


def check(document: Document, watchers: list[Watcher], everything: list[bytes]) -> None:
    """All are on the last page, and the file is what was appended."""
    last = everything[-1].decode().split()
    assert all(watcher.page == watchers[0].page for watcher in watchers)
    assert watchers[0].page["rows"][-1] == last
    connection = http.client.HTTPConnection(urlsplit(document.url).netloc)
    connection.request("GET", f"{urlsplit(document.url).path}/table")
    assert connection.getresponse().read() == b"".join(everything)
    connection.close()


def report(name: str, milliseconds: list[float]) -> None:
    p99 = quantiles(milliseconds, n=100)[98]
    print(
        f"{name:32} median {median(milliseconds):6.2f} ms   p99 {p99:6.2f} ms   "
        f"worst {max(milliseconds):6.2f} ms   of {len(milliseconds):,}",
        flush=True,
    )


if __name__ == "__main__":
    main()
