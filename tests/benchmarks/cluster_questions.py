"""Questions about a large table: by a worker of the relay, and by one and two of a Dask cluster.

    python tests/benchmarks/cluster_questions.py --rows 10_000_000
    python tests/benchmarks/cluster_questions.py --rows 50_000_000 --beside
    python tests/benchmarks/cluster_questions.py --rows 10_000_000 --store --workers 1 2

The scheduler and its workers (one thread and 2 GB each) are processes of this computer.  ``cpu`` is
what all processes together have taken; ``peak`` the largest one's memory, of workers alone where
there are some.  ``--beside`` has dask.dataframe on the same cluster, and polars with its streaming
engine, do the same with the file.  With ``--store`` there is no folder of the table any more: it is
in an S3 service of this computer that streams ranges (``s3_ranges.py``), where whoever asks or
answers reads it.  For Linux; needs ``tsvshare-widget[cluster,dask,tables]``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
import psutil
from cold_store import CACHE, s3_service, tables_in
from distributed import Client
from generate import DATA

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.read_options import NO_OPTIONS
from tsvshare_widget.table import Table
from tsvshare_widget.table.state import Stored
from tsvshare_widget.table.worker.jobs import Advance, Answer, Failed, ProfileJob, ViewJob

COLUMNS = ("id", "gene", "score", "day", "sequence", "count")
CHUNK = 500_000
GENES = 20_000
MOST_DIFFERENT = 10_000_000

QUERY_MEMORY = "2000000000"
"""That of a relay, unless it is told another: a sort of more than 31 million rows is in parts."""

QUERIES = {
    "sort by a number": Query(sort=(Sort(column=2),)),
    "sort by two texts": Query(sort=(Sort(column=1), Sort(column=3, direction="desc"))),
    "sort by a text": Query(sort=(Sort(column=4),)),
    "filter": Query(filters=(Filter(column=2, op=">", value=150),)),
    "search": Query(search="QXZ"),
}
PROFILE = "profile of a column"

WORKER = [sys.executable, "-P", "-m", "tsvshare_widget.table.worker.main"]
DASK = [sys.executable, "-P", "-m"]

BESIDE_DASK = {
    "sort by a number": "frame.sort_values('score').to_parquet(out)",
    "filter": "len(frame[frame.score > 150])",
    PROFILE: "(frame.score.describe().compute(), frame.score.nunique().compute())",
}
BESIDE_POLARS = {
    "sort by a number": "frame.sort('score').sink_parquet(out + '/p')",
    "filter": "frame.filter(polars.col('score') > 150).select(polars.len()).collect(engine=how)",
    PROFILE: "frame.select(mean=score.mean(), median=score.median(), low=score.min(), "
    "high=score.max(), distinct=score.n_unique()).collect(engine=how)",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--dir", type=Path, default=DATA, help="where the table is kept")
    parser.add_argument("--only", nargs="*", help="words of the questions that are asked")
    parser.add_argument(
        "--workers", nargs="*", type=int, default=[0, 1, 2], help="of Dask; 0: here"
    )
    parser.add_argument("--store", action="store_true", help="the table is in an S3 service alone")
    parser.add_argument("--beside", action="store_true", help="dask.dataframe and polars too")
    options = parser.parse_args()
    path = generated(options.rows, options.dir)
    print(f"{options.rows:,} rows, {path.stat().st_size / 1e9:.2f} GB", flush=True)
    asked = [
        name
        for name in (*QUERIES, PROFILE)
        if not options.only or any(word in name for word in options.only)
    ]
    with tempfile.TemporaryDirectory(dir=options.dir) as folder, ExitStack() as opened:
        dask = ["--dask-from", "0"]
        if options.store:
            url = opened.enter_context(s3_service(Path(folder) / "served"))
            moment = asyncio.run(stored(path, Path(folder) / "relay", url))
            dask.append("--dask-stored")
        else:
            moment = taken_in(path, Path(folder) / "table")
        if 0 in options.workers:
            ask_all("here", asked, moment, [*WORKER, "--memory", QUERY_MEMORY], [])
        for number in filter(None, options.workers):
            with cluster(Path(folder), number) as (address, processes):
                command = [*WORKER, "--dask", address, *dask]
                words = f"{number} Dask worker{'s' if number > 1 else ''}"
                ask_all(words, asked, moment, command, processes)
        if options.beside:
            address, processes = opened.enter_context(cluster(Path(folder), 2))
            beside("dask.dataframe", BESIDE_DASK, asked, dask_program(path, address), processes)
            beside("polars, streaming", BESIDE_POLARS, asked, polars_program(path), [])


def generated(rows: int, folder: Path) -> Path:
    """A table of numbers, dates, long names of few genes, and text that is always another.

    Rows beyond ``MOST_DIFFERENT`` are those before once more.
    """
    path = folder / f"cluster_{rows}.tsv"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write("\t".join(COLUMNS).encode() + b"\n")
        if rows <= MOST_DIFFERENT:
            write_rows(file, rows)
        for _ in range(rows // MOST_DIFFERENT if rows > MOST_DIFFERENT else 0):
            with generated(MOST_DIFFERENT, folder).open("rb") as once:
                once.readline()
                shutil.copyfileobj(once, file, 1 << 22)
    part.rename(path)
    return path


def write_rows(file: IO[bytes], rows: int) -> None:
    random = np.random.default_rng(7)
    genes = np.array([f"sample_{n:05d}_of_the_long_project_{n % 7}" for n in range(GENES)])
    for first in range(0, rows, CHUNK):
        file.write(chunk(random, genes, first, min(CHUNK, rows - first)))


def chunk(random: Any, genes: Any, first: int, count: int) -> bytes:
    columns = [
        (random.permutation(count) + first).astype(str),
        genes[random.integers(0, GENES, count)],
        np.char.mod("%.4f", random.normal(0, 100, count)),
        (np.datetime64("2000-01-01") + random.integers(0, 9000, count)).astype(str),
        random.integers(65, 91, (count, 24), dtype=np.uint8).view("S24").ravel().astype(str),
        random.integers(0, 1000, count).astype(str),
    ]
    lines = zip(*(column.tolist() for column in columns), strict=True)
    return "".join("\t".join(line) + "\n" for line in lines).encode()


def taken_in(path: Path, folder: Path) -> Any:
    table = Table.create(folder, durable=False)
    with path.open("rb") as file:
        while data := file.read(1 << 22):
            table.feed_bytes(data)
    table.finish_input()
    moment = table.moment()
    table.close()
    return moment


async def stored(path: Path, folder: Path, url: str) -> Any:
    """The same, in an object store alone."""
    tables = tables_in(url, folder / "tables")
    table_id, table = tables.create(NO_OPTIONS, CACHE)
    ahead = tables.ahead(table_id)
    with path.open("rb") as file:
        while data := file.read(1 << 22):
            await asyncio.to_thread(table.feed_bytes, data)
            await ahead.room()
    await ahead.end()
    await asyncio.to_thread(table.finish_input)
    where = Stored(store=url, table=table_id, only=True)
    moment = msgspec.structs.replace(table.moment(), stored=where)
    tables.release(table_id)
    tables.close()
    shutil.rmtree(moment.folder)
    return moment


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """The address of a scheduler with so many workers, and the processes of these."""
    own = Path(tempfile.mkdtemp(dir=folder))
    known = own / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(known)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = [*DASK, "distributed.cli.dask_scheduler", *common, "--host", "127.0.0.1"]
    worker = [*DASK, "distributed.cli.dask_worker", *common, "--no-nanny", "--nthreads", "1"]
    worker += ["--memory-limit", "2GB", "--local-directory", str(own)]
    started = [subprocess.Popen([*scheduler, "--port", "0"], **quiet)]  # type: ignore[call-overload]
    try:
        while not known.exists() or b"address" not in known.read_bytes():
            time.sleep(0.1)
        started += [subprocess.Popen(worker, **quiet) for _ in range(workers)]  # type: ignore[call-overload]
        address = json.loads(known.read_text())["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers)
        yield address, [psutil.Process(process.pid) for process in reversed(started)]
    finally:
        for process in started:
            process.kill()
            process.wait()


def ask_all(
    how: str, asked: list[str], moment: Any, command: list[str], others: list[psutil.Process]
) -> None:
    for name in asked:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
            own = psutil.Process(worker.pid)
            measure(f"{name}: {how}", [own], others, partial(ask, worker, name, moment))
            worker.kill()


def ask(worker: subprocess.Popen[bytes], name: str, moment: Any) -> str:
    assert worker.stdin is not None
    assert worker.stdout is not None
    job: ViewJob | ProfileJob = ProfileJob(moment=moment, start=2, stop=3, most=1_000)
    out = Path(moment.folder).parent / "found.ids"
    out.unlink(missing_ok=True)
    if name in QUERIES:
        job = ViewJob(moment=moment, query=QUERIES[name], out=str(out))
    worker.stdin.write(msgspec.json.encode(job) + b"\n")
    worker.stdin.flush()
    for line in worker.stdout:
        answer: Any = msgspec.json.decode(line, type=Answer)  # type: ignore[arg-type]
        if not isinstance(answer, Advance):
            return answer.message if isinstance(answer, Failed) else ""
    return "the process has ended"


def measure(
    what: str,
    own: list[psutil.Process],
    others: list[psutil.Process],
    work: Callable[[], str],
) -> None:
    before, begun = cpu_of(own + others), time.perf_counter()
    said = work()
    seconds, cpu = time.perf_counter() - begun, cpu_of(own + others) - before
    peak = max(peak_of(process) for process in others[:-1] or own)
    print(
        f"{what:<44} {seconds:8.1f} s  cpu {cpu:8.1f} s  peak {peak:6,.0f} MB  {said}", flush=True
    )


def cpu_of(processes: list[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return sum(one.user + one.system for one in times)


def peak_of(process: psutil.Process) -> float:
    """The most memory that it has had, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


# --- others ------------------------------------------------------------------------------------

READY = "print('ready', flush=True); input(); "
DONE = "; print('done', flush=True); input()"


def dask_program(path: Path, address: str) -> str:
    kinds = "{'id': int, 'gene': str, 'score': float, 'day': str, 'sequence': str, 'count': int}"
    return (
        "from dask import dataframe; from distributed import Client; "
        f"client = Client({address!r}); frame = dataframe.read_csv({str(path)!r}, sep='\\t', "
        f"blocksize=64_000_000, dtype={kinds}); "
    )


def polars_program(path: Path) -> str:
    return (
        "import polars; how = 'streaming'; score = polars.col('score'); "
        f"frame = polars.scan_csv({str(path)!r}, separator='\\t'); "
    )


def beside(
    how: str, programs: dict[str, str], asked: list[str], begin: str, others: list[psutil.Process]
) -> None:
    for name in (name for name in asked if name in programs):
        with tempfile.TemporaryDirectory() as out:
            program = f"out = {out!r}; {begin}{READY}{programs[name]}{DONE}"
            command = [sys.executable, "-c", program]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
                run = psutil.Process(other.pid)
                talk(other)
                measure(f"{name}: {how}", [run], others, partial(talk, other, b"\n"))
                other.kill()


def talk(process: subprocess.Popen[bytes], said: bytes = b"") -> str:
    """Say something, and wait for the next line; returns what is wrong."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(said)
    process.stdin.flush()
    return "" if process.stdout.readline() else "it has failed"


if __name__ == "__main__":
    main()
