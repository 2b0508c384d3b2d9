"""What several relays add to a page turn, for a hundred viewers, beside one relay.

    python tests/benchmarks/cluster.py --turns 100 --viewers 100

Ways take turns: one relay with a data folder; a relay on Redis, its viewers there; and a relay on
Redis whose viewers, and who turns pages, are at another one.  From the message of who turns to its
coming to each viewer; all clients are one process, the same for all ways.  Needs redis-server.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from cluster_fixture import RelayOfItsOwn
from redis_fixture import redis_server
from relay_fixture import Document, RelayProcess, tsv

from tsvshare_widget.relay.storage.engine import USUAL_PACE

REST_SECONDS = 0.05
"""Between two turns: closer ones are held back by the relay."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=100, help="of each way (100)")
    parser.add_argument("--viewers", type=int, default=100, help="of the document (100)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as held:
        ways = started(Path(folder), held)
        found: dict[str, list[list[float]]] = {name: [] for name in ways}
        for _ in range(5):
            for name, (document, base) in ways.items():
                turns = max(1, options.turns // 5)
                found[name] += asyncio.run(measure(document, base, turns, options.viewers))
        report(found)


def started(folder: Path, held: contextlib.ExitStack) -> dict[str, tuple[Document, str]]:
    """A document of each way, and the relay its viewers come to."""
    alone = RelayProcess(folder / "alone")
    held.callback(alone.kill)
    server = held.enter_context(redis_server(folder / "redis"))
    owner, other = (RelayOfItsOwn(server.url, folder / "shared", USUAL_PACE) for _ in range(2))
    held.callback(owner.kill)
    held.callback(other.kill)
    ways = {
        "one relay": (Document(alone.url), alone.url),
        "with Redis": (Document(owner.url), owner.url),
        "viewers at another relay": (Document(owner.url), other.url),
    }
    for document, _ in ways.values():
        assert document.put(tsv(20_000, 12)).status == 200
    return ways


async def measure(document: Document, base: str, turns: int, viewers: int) -> list[list[float]]:
    """Milliseconds until each viewer has each page."""
    url = f"{base.replace('http', 'ws', 1)}/d/{document.uuid}/ws"
    async with contextlib.AsyncExitStack() as held:
        people: list[ClientConnection] = []
        for number in range(viewers + 1):
            one = await held.enter_async_context(
                connect(url, max_size=None, compression=None, open_timeout=60)
            )
            key = document.key if number == 0 else None
            hello = {"type": "hello", "v": 1, "cid": f"c{number}", "key": key, "have": None}
            await one.send(json.dumps(hello))
            welcome = await next_of(one, "welcome")
            people.append(one)
        table, page = welcome["state"]["table"]["id"], welcome["state"]["view"]["page"]
        editor, *others = people
        found = []
        for number in range(turns):
            page = page % 200 + 1
            coming = [asyncio.create_task(arrival(one, page)) for one in others]
            await asyncio.sleep(REST_SECONDS)
            began = time.perf_counter()
            op = {"type": "op", "id": f"b:{number}:{began}", "table": table, "set": {"page": page}}
            await editor.send(json.dumps(op))
            arrived = await asyncio.gather(*coming)
            await next_of(editor, "ack")
            found.append([1000 * (at - began) for at in arrived])
        return found


async def arrival(one: ClientConnection, page: int) -> float:
    """When a page has come."""
    while True:
        message = await one.recv()
        at = time.perf_counter()
        if message.startswith('{"type":"state"') and f'"page":{page},' in message:
            return at


async def next_of(one: ClientConnection, kind: str) -> dict:
    while (message := json.loads(await one.recv()))["type"] != kind:
        pass
    return message


def report(found: dict[str, list[list[float]]]) -> None:
    print(f"{'':28} first p50   mid p50   last p50   last p90  ms")
    for name, turns in found.items():
        firsts, mids, lasts = [], [], []
        for turn in turns:
            firsts.append(min(turn))
            mids.append(statistics.median(turn))
            lasts.append(max(turn))
        p90 = statistics.quantiles(lasts, n=10)[-1]
        middle = [statistics.median(each) for each in (firsts, mids, lasts)]
        print(f"{name:28} {middle[0]:9.2f} {middle[1]:9.2f} {middle[2]:10.2f} {p90:10.2f}")


if __name__ == "__main__":
    main()
