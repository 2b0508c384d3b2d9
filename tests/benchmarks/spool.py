"""How fast a table comes in and how fast its pages come out, beside ``cp`` in the same run.

    python tests/benchmarks/spool.py T1 T5 --repeat 3 --pandas

``pages`` is the time until every page of a file opened by path can be turned to, ``census`` until
its lines are counted as well.  While it is fed by chunks, an event loop in another thread ticks
each millisecond; ``late`` is by how much its ticks come too late, and ``held up`` is that without
the time in which one of the two threads waited for a processor, where the system tells it: what is
left is the doing of this process.  Each table is taken in by a process of its own, so that the
memory is that of this table alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from generate import DATA, TABLES, generate

CHUNK = 1 << 18
PAGE = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=["T1", "T5"], help=" ".join(TABLES))
    parser.add_argument("--dir", type=Path, default=DATA, help="where the tables are kept")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--pandas", action="store_true", help="pandas.read_csv in the same run")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    for name in options.tables:
        path = generate(name, options.dir)
        runs = [compare(path, pandas=options.pandas) for _ in range(options.repeat)]
        print(f"{name}: {path.stat().st_size / 1e6:.0f} MB, median of {options.repeat}")
        for figure in runs[0]:
            print(f"  {figure:<28} {statistics.median(run[figure] for run in runs):>12,.2f}")


PANDAS = """
import sys, time
import pandas
begin = time.perf_counter()
pandas.read_csv(sys.argv[1], sep="\\t", on_bad_lines="skip")
print(time.perf_counter() - begin)
"""


def compare(path: Path, *, pandas: bool) -> dict[str, float]:
    """``cp`` and one run of ours on the same file, one after the other."""
    warm(path)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        copy_seconds = timed(
            lambda: subprocess.run(["cp", "--reflink=never", path, folder], check=True)
        )
    command = [sys.executable, __file__, "--measure", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    ours: dict[str, float] = json.loads(done.stdout)
    theirs = {"pandas.read_csv, s": read_with_pandas(path)} if pandas else {}
    return {
        "cp, s": copy_seconds,
        "pages / cp": ours["pages, s"] / copy_seconds,
        "census / cp": ours["census, s"] / copy_seconds,
        "feed / cp": ours["feed, s"] / copy_seconds,
        **ours,
        **theirs,
    }


def read_with_pandas(path: Path) -> float:
    command = [sys.executable, "-c", PANDAS, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(path: Path) -> dict[str, float]:
    """Take a file in twice, by chunks and by path, and read pages of it."""
    from tsvshare_widget.table import Table

    folder = Path(tempfile.mkdtemp(dir=path.parent))
    try:
        idle = resident_megabytes()
        table = Table.create(folder / "fed")
        with ticking() as (late, held_up):
            chunk_ms, feed_seconds = feed(table, path)
        memory = resident_megabytes() - idle
        pages = measure_pages(table)
        table.close()
        warm(path)
        adopted = Table.create(folder / "adopted")
        first: list[float] = []
        begin = time.perf_counter()
        adopted.adopt(
            path, lambda facts: first.append(time.perf_counter() - begin), threading.Event()
        )
        pages_seconds = time.perf_counter() - begin
        adopted.finish_input()
        census_seconds = time.perf_counter() - begin
        adopted.close()
    finally:
        shutil.rmtree(folder)
    return {
        "pages, s": pages_seconds,
        "census, s": census_seconds,
        "first rows, ms": first[0] * 1e3,
        "feed, s": feed_seconds,
        "256 KB chunk p50, ms": percentile(chunk_ms, 50),
        "256 KB chunk p99, ms": percentile(chunk_ms, 99),
        "256 KB chunk max, ms": max(chunk_ms),
        "late p99, ms": percentile(late, 99),
        "late max, ms": max(late),
        "held up max, ms": max(held_up),
        "memory over idle, MB": memory,
        **pages,
    }


@contextmanager
def ticking() -> Iterator[tuple[list[float], list[float]]]:
    """By how many milliseconds the ticks of an event loop come too late meanwhile.

    And the same without the time that it, or this thread, waited for a processor.
    """
    late, held_up = [0.0], [0.0]
    stop, feeder = threading.Event(), threading.get_native_id()

    async def tick() -> None:
        with waiting(feeder, threading.get_native_id()) as waited:
            before = waited()
            while not stop.is_set():
                begin = time.perf_counter()
                await asyncio.sleep(0.001)
                late.append((time.perf_counter() - begin) * 1e3 - 1)
                after = waited()
                held_up.append(late[-1] - (after - before))
                before = after

    thread = threading.Thread(target=lambda: asyncio.run(tick()))
    thread.start()
    try:
        yield late, held_up
    finally:
        stop.set()
        thread.join()


@contextmanager
def waiting(*threads: int) -> Iterator[Callable[[], float]]:
    """Tells for how many milliseconds threads have waited for a processor so far, on Linux."""
    options = [Path(f"/proc/self/task/{thread}/schedstat") for thread in threads]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("rb")) for path in options if path.exists()]

        def waited() -> float:
            return sum(int(os.pread(file.fileno(), 99, 0).split()[1]) / 1e6 for file in files)

        yield waited


def warm(path: Path) -> None:
    """Read a file once, and write what waits for that, so that neither side pays for the disk."""
    os.sync()
    with path.open("rb", buffering=0) as file:
        while file.read(CHUNK):
            pass


def feed(table: Any, path: Path) -> tuple[list[float], float]:
    times = []
    begin = time.perf_counter()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            times.append(timed(lambda data=chunk: table.feed_bytes(data)) * 1e3)
    table.finish_input()
    return times, time.perf_counter() - begin


def measure_pages(table: Any) -> dict[str, float]:
    source, rows, columns = random.Random(2), table.facts.rows, table.facts.columns
    window = min(100, columns)

    def page(start: int) -> float:
        first = source.randrange(max(1, rows - PAGE))
        return timed(lambda: table.rows(first, PAGE, start, start + window)) * 1e3

    first_columns = [page(0) for _ in range(300)]
    last_columns = [page(columns - window) for _ in range(300 if columns <= 100 else 30)]
    return {
        "rows": rows,
        "page p50, ms": percentile(first_columns, 50),
        "page p99, ms": percentile(first_columns, 99),
        "page, last columns p50, ms": percentile(last_columns, 50),
    }


def timed(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def resident_megabytes() -> float:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
