"""How many pages of how many documents several relays turn in a second, beside one relay.

    python tests/benchmarks/many_documents.py --documents 1000 --seconds 8

Each document has one editor, who turns to the next page as soon as the last one is acknowledged.
One, two and three relays on one Redis have the same documents, one after the other; editors are
spread over the relays, at the one that has their document or, ``elsewhere``, at another one.
Load is made by processes of their own.  Processor time is the kernel's account of all relays and
of Redis, for each turn; all share the processors there are.  Linux, and redis-server, are needed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from cluster_fixture import RelayOfItsOwn
from redis_fixture import RedisServer, redis_server
from relay_fixture import Document, tsv
from websockets.asyncio.client import connect

from tsvshare_widget.relay.storage.engine import USUAL_PACE

LOADS = 2
"""Processes that turn pages."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each way (8)")
    parser.add_argument("--relays", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        asyncio.run(turn_pages(json.loads(sys.stdin.readline())))
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    print(f"{options.documents:,} documents on {os.cpu_count()} processors, {LOADS} make load")
    print(f"{'':24} turns/s   p50 ms   p99 ms   us of relays   us of Redis, a turn")
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder) / "redis") as server:
        documents = made(server, Path(folder), options.documents)
        for relays in options.relays:
            with several(server, Path(folder), relays) as running:
                for shift in (0, 1)[: min(relays, 2)]:
                    where = f"{relays} relay{'s' * (relays > 1)}{', elsewhere' * bool(shift)}"
                    row(where, documents, running, shift, server, options.seconds)


def made(server: RedisServer, folder: Path, number: int) -> list[tuple[str, str, str]]:
    """Documents with a small table: UUID, key and table of each."""
    found = []
    with several(server, folder, 1) as [relay]:
        for _ in range(number):
            document = Document(relay.url)
            found.append((document.uuid, document.key, document.put(tsv(1_000, 6)).json["id"]))
    return found


@contextlib.contextmanager
def several(server: RedisServer, folder: Path, number: int) -> Iterator[list[RelayOfItsOwn]]:
    """So many relays, which let go of all documents in the end."""
    with contextlib.ExitStack() as ends:
        relays = []
        for _ in range(number):
            relays.append(RelayOfItsOwn(server.url, folder / "shared", USUAL_PACE))
            ends.callback(relays[-1].end)
        yield relays


def row(
    name: str,
    documents: list[tuple[str, str, str]],
    relays: list[RelayOfItsOwn],
    shift: int,
    server: RedisServer,
    seconds: float,
) -> None:
    """Turn pages, and print what that came to."""
    tasks: list[list[Any]] = [[] for _ in range(LOADS)]
    for number, document in enumerate(documents):
        owner, at = (relays[(number + n) % len(relays)] for n in (0, shift))
        tasks[number % LOADS].append([owner.url, at.url, *document])
    loads = [start_load({"documents": some, "seconds": seconds}) for some in tasks]
    for load in loads:
        assert load.stdout is not None
        assert load.stdout.readline() == "ready\n"
    before = [seconds_of(relay.process.pid) for relay in relays], seconds_of(server.pid)
    for load in loads:
        assert load.stdin is not None
        load.stdin.write("go\n")
        load.stdin.flush()
    said = [json.loads(load.communicate()[0]) for load in loads]
    after = [seconds_of(relay.process.pid) for relay in relays], seconds_of(server.pid)
    took = sorted(itertools.chain.from_iterable(each["took"] for each in said))
    turns = len(took)
    of_relays, of_redis = 1e6 * (sum(after[0]) - sum(before[0])), 1e6 * (after[1] - before[1])
    middle, last = (1000 * took[int(turns * part)] for part in (0.5, 0.99))
    print(
        f"{name:24} {turns / seconds:7.0f} {middle:8.1f} {last:8.1f} "
        f"{of_relays / turns:14.0f} {of_redis / turns:13.0f}",
        flush=True,
    )


def start_load(what: dict[str, Any]) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--load"]
    load = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert load.stdin is not None
    load.stdin.write(json.dumps(what) + "\n")
    load.stdin.flush()
    return load


def seconds_of(pid: int | None) -> float:
    """The processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- a process that makes load -------------------------------------------------------------------


async def turn_pages(what: dict[str, Any]) -> None:
    """Have an editor of each document turn pages for so long; says how long each turn took."""
    async with contextlib.AsyncExitStack() as held:
        turners = []
        for owner, at, uuid, key, table in what["documents"]:
            async with connect(socket_of(owner, uuid)) as first:  # it has the document from now on
                await greet(first, key)
            editor = await held.enter_async_context(
                connect(socket_of(at, uuid), compression=None, ping_interval=None)
            )
            turner = Turner(editor, table, await greet(editor, key))
            await turner.turn()  # the relay has opened the table from now on
            turners.append(turner)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        end = time.perf_counter() + what["seconds"]
        took = await asyncio.gather(*(turner.turn_until(end) for turner in turners))
    print(json.dumps({"took": list(itertools.chain.from_iterable(took))}))


def socket_of(url: str, uuid: str) -> str:
    return f"{url.replace('http', 'ws', 1)}/d/{uuid}/ws"


async def greet(editor: Any, key: str) -> int:
    """Say hello; which page everyone is on."""
    await editor.send(json.dumps({"type": "hello", "v": 1, "cid": "c", "key": key, "have": None}))
    while (said := json.loads(await editor.recv()))["type"] != "welcome":
        pass
    return said["state"]["view"]["page"]


class Turner:
    """An editor who is on a page."""

    def __init__(self, editor: Any, table: str, page: int) -> None:
        self._editor, self._table, self._page = editor, table, page
        self._number = 0

    async def turn_until(self, end: float) -> list[float]:
        """Turn pages; how long each turn took that was acknowledged before ``end``."""
        took = []
        while True:
            seconds = await self.turn()
            if time.perf_counter() > end:
                return took
            took.append(seconds)

    async def turn(self) -> float:
        """Turn to the next page; how long it took until that was acknowledged."""
        began = time.perf_counter()
        self._number += 1
        self._page = self._page % 10 + 1
        id, set = f"b:{began}:{self._number}", {"page": self._page}
        op = {"type": "op", "id": id, "table": self._table, "set": set}
        await self._editor.send(json.dumps(op))
        while not (said := await self._editor.recv()).startswith('{"type":"ack"'):
            assert not said.startswith('{"type":"reject"'), said
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
