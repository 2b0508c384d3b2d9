"""How late a relay's event loop is beside questions about a large table.

    python tests/benchmarks/loop.py T1 --repeat 3

The relay is a process of its own, with a tick each millisecond in its event loop; meanwhile pages
of another document are turned without end.  ``own work`` is the part of being late in which the
loop's thread was at work itself; ``control`` is how late the same tick is in a process that does
nothing else: what the computer makes late, with all the work that is on it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from generate import DATA, TABLES, generate

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from relay_fixture import Document, Viewer, tsv

REST_SECONDS = 0.01
"""Between two page turns of the other document."""

Ask = Callable[[Viewer, str, int], None]


class Tick(NamedTuple):
    """When a tick was due, by how much it came late, and how long the loop's thread worked then."""

    due: float
    late: float
    worked: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=["T1"], help=" ".join(TABLES))
    parser.add_argument("--dir", type=Path, default=DATA, help="where the tables are kept")
    parser.add_argument("--repeat", type=int, default=3, help="questions of each kind (3)")
    parser.add_argument("--tick", choices=["relay", "control"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.tick:
        asyncio.run(tick(with_relay=options.tick == "relay"))
        return
    for name in options.tables:
        measure(generate(name, options.dir), options.repeat)


# --- in a process of its own ---------------------------------------------------------------------


async def tick(*, with_relay: bool) -> None:
    """Tick until standard input ends, then print when each tick was and how late it came."""
    from tsvshare_widget.relay.server import start
    from tsvshare_widget.relay.settings import Settings

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    threading.Thread(
        target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set))
    ).start()
    relay = await start(Settings()) if with_relay else None
    gc.freeze()  # as the command does
    print(relay.url if relay else "", flush=True)
    ticks: list[Tick] = []
    while not ended.is_set():
        due, worked = time.monotonic() + 0.001, time.thread_time()
        await asyncio.sleep(0.001)
        ticks.append(Tick(due, time.monotonic() - due, time.thread_time() - worked))
    if relay:
        await relay.stop()
    json.dump(ticks, sys.stdout)


class Ticking:
    """A process that ticks."""

    def __init__(self, kind: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--tick", kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()

    def end(self) -> list[Tick]:
        """End it, and return its ticks."""
        text, _ = self._process.communicate()
        return [Tick(*tick) for tick in json.loads(text)]


# --- what is asked -------------------------------------------------------------------------------


def shared(viewer: Viewer, table: str, **settings: Any) -> None:
    answer = viewer.op(table, **settings)
    assert answer["type"] == "ack", answer


def sort(column: int) -> Ask:
    directions = ("asc", "desc")

    def ask(viewer: Viewer, table: str, number: int) -> None:
        keys = [{"column": column, "direction": directions[number % 2]}]
        by_number = [{"column": 1}] if number > 1 else []  # another question than before
        shared(viewer, table, sort=keys + by_number)

    return ask


def narrow(column: int, op: str, *values: str) -> Ask:
    def ask(viewer: Viewer, table: str, number: int) -> None:
        value = f"{values[number % len(values)]}{'|zzz' * (number // len(values))}"
        shared(viewer, table, filters=[{"column": column, "op": op, "value": value}], sort=[])

    return ask


def search(viewer: Viewer, table: str, number: int) -> None:
    shared(viewer, table, filters=[], search=["TOKYO", "zürich", "5f", "beta"][number % 4])


def profile(viewer: Viewer, table: str, number: int) -> None:
    words = ["", "1", "2", "3", "4"]
    for column in range(12):
        viewer.send(
            type="profile",
            id=f"p:{column}",
            table=table,
            column=column,
            query={"search": words[number % 5]} if number else {},
        )
    for _ in range(12):
        assert viewer.next("profile", "reject")["type"] == "profile"


def take_back(viewer: Viewer, table: str, number: int) -> None:
    keys = [{"column": 10}, {"column": 2}, {"column": number + 3}]
    viewer.send(type="op", id=f"t:{number}", table=table, set={"sort": keys})
    time.sleep(0.3)
    viewer.send(type="cancel", id=f"t:{number}")
    assert viewer.next("reject")["code"] == "cancelled"


QUESTIONS: dict[str, Ask] = {
    "numeric sort": sort(2),
    "text sort": sort(10),
    "filter": narrow(10, "contains", "tumour", "東京", "alpha"),
    "search": search,
    "regex filter": narrow(10, "matches", "[aeiou]{2}", "(run|data).*café", "^a"),
    "profile of 12 columns": profile,
    "a sort taken back": take_back,
}


# --- measuring -----------------------------------------------------------------------------------


def measure(path: Path, repeat: int) -> None:
    relay, control = Ticking("relay"), Ticking("control")
    spans: dict[str, list[tuple[float, float]]] = {}
    document, other = Document(relay.url), Document(relay.url)
    elsewhere = other.put(tsv(100_000, columns=10), header="true").json["id"]
    with turning(other, elsewhere) as turns:
        timed(spans, "nothing", lambda: time.sleep(2))
        timed(spans, "upload", lambda: document.put(path.read_bytes(), name=path.name))
        with document.editor() as viewer:
            table = viewer.welcome["state"]["table"]["id"]
            time.sleep(2)  # until a process is there, as it is when people begin to ask
            for name, ask in QUESTIONS.items():
                for number in range(repeat):
                    timed(spans, name, lambda ask=ask, n=number: ask(viewer, table, n))
    print(f"{path.name}: {len(turns):,} turns of other pages, in ms: {figures(turns)}")
    ticks, others = relay.end(), control.end()
    print(f"{'late, in ms':25}{'s':>8}   {'the relay':36}{'own work':36}control")
    for name, parts in spans.items():
        seconds = sum(end - begin for begin, end in parts)
        ours, beside = within(ticks, parts), within(others, parts)
        late, worked = [tick.late for tick in ours], [min(tick.late, tick.worked) for tick in ours]
        control_late = [tick.late for tick in beside]
        print(
            f"  {name:23}{seconds:8.2f}   {figures(late)}{figures(worked)}{figures(control_late)}"
        )


@contextmanager
def turning(document: Document, table: str) -> Iterator[list[float]]:
    """Turn pages meanwhile; how many seconds each turn took."""
    took: list[float] = []
    ended = threading.Event()

    def turn() -> None:
        with document.editor(cid="o") as viewer:
            number = 0
            while not ended.wait(REST_SECONDS):
                number += 1
                begin = time.monotonic()
                assert viewer.op(table, page=number * 37 % 1000 + 1)["type"] == "ack"
                took.append(time.monotonic() - begin)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield took
    finally:
        ended.set()
        thread.join()


def timed(
    spans: dict[str, list[tuple[float, float]]], name: str, work: Callable[[], object]
) -> None:
    begin = time.monotonic()
    work()
    spans.setdefault(name, []).append((begin, time.monotonic()))


def within(ticks: list[Tick], spans: list[tuple[float, float]]) -> list[Tick]:
    return [tick for tick in ticks if any(begin <= tick.due <= end for begin, end in spans)]


def figures(seconds: list[float]) -> str:
    ordered = sorted(1000 * value for value in seconds)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.99, 1)]
    return f"p50{at[0]:6.2f} p99{at[1]:6.2f} worst{at[2]:7.2f}   "


if __name__ == "__main__":
    main()
