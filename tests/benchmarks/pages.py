"""How long a relay takes for a page that nobody has looked at yet, its encoding included.

    python tests/benchmarks/pages.py T1 T5 T3 --pages 2000

Pages at random, of 100 rows and up to 100 columns: in the order of the file, of a view sorted by a
column, and of a filter.  ``cpu`` is without what other processes took; ``gc`` is how often Python
collected garbage meanwhile, and the longest time that it took for that.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from generate import DATA, TABLES, generate

from tsvshare_widget.document import Found
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import EVERYTHING, Filter, Query, Sort
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.queries.brought import Brought
from tsvshare_widget.relay.queries.pool import WorkerPool
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.rooms.page_window import window_of
from tsvshare_widget.relay.rooms.pages import Renderer
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import table_state
from tsvshare_widget.relay.threads import FairThreads

PAGE_SIZE = 100
WARM_UP = 50

QUERIES = {
    "in file order": EVERYTHING,
    "sorted": Query(sort=(Sort(column=2),)),
    "filtered": Query(filters=(Filter(column=3, op="contains", value="5"),)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=["T1"], help=" ".join(TABLES))
    parser.add_argument("--dir", type=Path, default=DATA, help="where the tables are kept")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.json:
        print(json.dumps(asyncio.run(in_milliseconds(options.json, options.pages))))
        return
    for name in options.tables:
        asyncio.run(measure(generate(name, options.dir), options.pages))


async def measure(path: Path, pages: int) -> None:
    async with opened(path) as (renderer, views, table):
        print(f"{path.name}: {table.rows:,} x {table.columns:,}; a page, in ms")
        for name, query in QUERIES.items():
            found = await turn(renderer, views, table, query, pages)
            print(f"  {name:14}{found.in_words()}", flush=True)


async def in_milliseconds(path: Path, pages: int) -> dict[str, float]:
    """For ``views.py``: the median and the 99th percentile of pages of each kind."""
    figures = {}
    async with opened(path) as (renderer, views, table):
        for name, query in QUERIES.items():
            found = await turn(renderer, views, table, query, pages)
            for part in (50, 99):
                figures[f"{name} p{part} ms"] = percentile(found.took, part)
    return figures


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[tuple[Renderer, Views, TableState]]:
    """What a relay reads the pages of a file with."""
    with tempfile.TemporaryDirectory() as folder:
        store = TableStore(Path(folder) / "tables")
        settings = Settings()
        pool = WorkerPool(settings, Metrics())
        views = Views(pool, Brought(store), Path(folder) / "views", settings.view_cache_bytes)
        try:
            table = await asyncio.to_thread(take_in, store, path)
            yield Renderer(store, FairThreads("reading", 2), views), views, table
        finally:
            await pool.stop()
            store.close()


def take_in(store: TableStore, path: Path) -> TableState:
    table_id, table = store.create(ReadOptions(), path.stat().st_size, name=path.name)
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            table.feed_bytes(chunk)
    table.finish_input()
    return table_state(table_id, path.name, table.facts, ReadOptions(), finished=True)


class Turned(NamedTuple):
    """How many seconds each of the pages took, and what else there is to say of that."""

    took: list[float]
    worked: list[float]
    size: int
    collections: list[float]

    def in_words(self) -> str:
        return (
            f"{figures(self.took)}   cpu{figures(self.worked)}   {len(self.took):,} pages of "
            f"{self.size // len(self.took):,} bytes   "
            f"gc {len(self.collections)}, longest {max(self.collections, default=0):.2f}"
        )


async def turn(
    renderer: Renderer, views: Views, table: TableState, query: Query, pages: int
) -> Turned:
    """Turn to different pages, each for the first time."""
    found = None
    if query != EVERYTHING:
        found = (await views.find(table, query)).found
    took, worked, size = [], [], 0
    windows = [
        window_of(table, page, PAGE_SIZE, (column, column + PAGE_SIZE), found)
        for page, column in places(table, found, pages + WARM_UP)
    ]
    for window in windows[:WARM_UP]:
        await renderer.page(table, window)
    with collecting() as collections:
        for window in windows[WARM_UP:]:
            begin, cpu = time.perf_counter(), time.thread_time()
            size += len(await renderer.page(table, window))
            worked.append(time.thread_time() - cpu)
            took.append(time.perf_counter() - begin)
    return Turned(took, worked, size, collections)


def places(table: TableState, found: Found | None, count: int) -> list[tuple[int, int]]:
    """Different pages, of different columns where there are many, in any order."""
    rows = found.n_rows if found else table.rows
    pages = range(1, 1 + (rows + PAGE_SIZE - 1) // PAGE_SIZE)
    columns = range(0, table.columns, PAGE_SIZE)
    every = [(page, column) for page in pages for column in columns]
    return random.Random(4).sample(every, min(count, len(every)))


def figures(seconds: list[float]) -> str:
    p50, p99, worst = (percentile(seconds, part) for part in (50, 99, 100))
    return f" p50 {p50:6.3f} p99 {p99:6.3f} worst {worst:7.3f}"


def percentile(seconds: list[float], part: int) -> float:
    """In milliseconds."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, len(seconds) * part // 100)]


@contextmanager
def collecting() -> Iterator[list[float]]:
    """How many milliseconds each collection of garbage takes meanwhile."""
    took: list[float] = []
    begun = 0.0

    def note(phase: str, info: dict[str, int]) -> None:
        nonlocal begun
        if phase == "start":
            begun = time.perf_counter()
        else:
            took.append(1000 * (time.perf_counter() - begun))

    gc.callbacks.append(note)
    try:
        yield took
    finally:
        gc.callbacks.remove(note)


if __name__ == "__main__":
    main()
