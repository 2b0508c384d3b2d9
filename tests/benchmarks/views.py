"""What people ask of a table, ours beside other engines: from the file to the first page shown.

    python tests/benchmarks/views.py T1 T3 T5 --repeat 3 --with polars duckdb pandas

Each question is asked of a new process, imports apart, ours with a worker that has started.  Ours
takes the file in, asks the worker as soon as all rows are known, and reads the first page of what
it found: at most 100 columns, with line numbers, encoded.  Memory is the most that was resident in
the process, and in its worker.  ``profile`` is that of all columns of a finished table,
half of them by each of two workers, as ``w.describe()`` has it done of a table like T1;
``summarize`` is DuckDB's.  ``warm`` are pages of a table that is open already, as ``pages.py``
turns them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import msgspec
from engines import ENGINES, MODULES, PAGE, WINDOW, Question, summarize
from generate import DATA, TABLES, generate

TALL = {
    "numeric sort": Question("score", sort=True, number=True),
    "text sort": Question("text", sort=True),
    "one column": Question("text", text="tumour"),
    "all columns": Question(None, text="tumour"),
}
WIDE = {
    "numeric sort": Question("g10000", sort=True, number=True),
    "text sort": Question("g10000", sort=True),
    "one column": Question("g10000", above=9.9),
    "all columns": Question(None, text="9.87"),
}
QUESTIONS = {"T1": TALL, "T2": TALL, "T5": TALL, "T3": WIDE}
TURNS = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=["T1"], help=" ".join(TABLES))
    parser.add_argument("--dir", type=Path, default=DATA, help="where the tables are kept")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--with", nargs="*", default=[], choices=ENGINES, dest="engines")
    parser.add_argument("--only", nargs="*", default=[], help="of the questions")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure)))
        return
    for name in options.tables:
        path = generate(name, options.dir)
        print(f"{name}: {path.stat().st_size / 1e6:.0f} MB, median of {options.repeat}")
        for question in options.only or [*QUESTIONS[name], "profile", "warm"]:
            compare(path, question, options.engines, options.repeat)


def compare(path: Path, question: str, engines: list[str], repeat: int) -> None:
    for engine, medians in medians_of(path, question, engines, repeat).items():
        shown = "  ".join(f"{figure} {value:,.3f}" for figure, value in medians.items())
        print(f"  {question:<14} {engine:<10} {shown or 'cannot read it'}", flush=True)


def medians_of(
    path: Path, question: str, engines: list[str], repeat: int
) -> dict[str, dict[str, float]]:
    """The figures of a question, by the engine that answered it."""
    if question == "profile":
        engines = ["summarize"] if engines and path.stem != "T3" else []
    elif question == "warm":
        engines = []
    runs: dict[str, list[dict[str, float]]] = {}
    for _ in range(repeat):  # one after the other, so that all have the same neighbours
        for engine in ["ours", *engines]:
            runs.setdefault(engine, []).append(start(path, question, engine))
    return {engine: middle(figures) for engine, figures in runs.items()}


def middle(figures: list[dict[str, float]]) -> dict[str, float]:
    known = {figure for run in figures for figure in run}
    return {
        figure: statistics.median(run[figure] for run in figures if figure in run)
        for figure in sorted(known, reverse=True)
    }


def start(path: Path, question: str, engine: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", str(path), question, engine]
    if question == "warm":
        pages = str(Path(__file__).parent / "pages.py")
        command = [sys.executable, pages, "--json", str(path), "--pages", str(TURNS)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and engine == "ours":
        raise SystemExit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout) if not done.returncode else {}
    return figures


def measure(name: str, question: str, engine: str) -> dict[str, float]:
    path = Path(name)
    if engine == "ours":
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            return ours(path, question, Path(folder))
    importlib.import_module(MODULES[engine])
    begin = time.perf_counter()
    if engine == "summarize":
        summarize(path)
    else:
        ENGINES[engine](path, QUESTIONS[path.stem][question])
    return {"s": time.perf_counter() - begin, "MB": peak()}


def peak(process: str = "self") -> float:
    """The most memory that was resident, in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- ours ---------------------------------------------------------------------------------------


class Worker:
    """A worker process that has started."""

    def __init__(self, folder: Path) -> None:
        from tsvshare_widget.query import EVERYTHING
        from tsvshare_widget.relay.queries.starting import environment
        from tsvshare_widget.table import Table

        self.folder = folder
        folder.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tsvshare_widget.table.worker.main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        self.jobs = 0
        table = Table.create(folder / "first")
        table.feed_bytes(b"a\n1\n")
        self.find(table, EVERYTHING)
        table.close()

    def find(self, table: object, query: object) -> object:
        from tsvshare_widget.table.worker.jobs import ViewJob
        from tsvshare_widget.table.worker.row_ids import RowIdsFile

        self.jobs += 1
        out = str(self.folder / f"ids{self.jobs}")
        self.give(ViewJob(moment=table.moment(), query=query, out=out))
        return RowIdsFile(self.answer().ids)

    def give(self, job: object) -> None:
        self.process.stdin.write(msgspec.json.encode(job) + b"\n")
        self.process.stdin.flush()

    def answer(self) -> object:
        from tsvshare_widget.table.worker.jobs import Advance, Answer, Failed

        while True:
            answer = msgspec.json.decode(self.process.stdout.readline(), type=Answer)
            if isinstance(answer, Failed):
                raise SystemExit(answer)
            if not isinstance(answer, Advance):
                return answer

    def end(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def ours(path: Path, question: str, folder: Path) -> dict[str, float]:
    from tsvshare_widget.table import Table

    worker, another = Worker(folder / "1"), Worker(folder / "2")
    try:
        begin = time.perf_counter()
        table = Table.create(folder / "table", durable=False)  # as a notebook's relay does
        table.adopt(path, lambda facts: None, threading.Event())
        known = time.perf_counter() - begin
        if question == "profile":
            return profile(table, begin, [worker, another])
        ids = worker.find(table, query(table, QUESTIONS[path.stem][question])).read_ids(0, PAGE)
        page(table, ids, 0)
        seconds = time.perf_counter() - begin
        memory = peak() + peak(str(worker.process.pid))
        table.finish_input()
        table.close()
        return {"s": seconds, "rows known": known, "MB": memory}
    finally:
        worker.end()
        another.end()


def query(table: object, asked: Question) -> object:
    from tsvshare_widget.query import Filter, Query, Sort

    if asked.column is None:
        return Query(search=asked.text)
    column = table.names(0, table.facts.columns).index(asked.column)
    if asked.sort:
        return Query(sort=(Sort(column=column, by="number" if asked.number else "text"),))
    if asked.text:
        return Query(filters=(Filter(column=column, op="contains", value=asked.text),))
    return Query(filters=(Filter(column=column, op=">", value=asked.above),))


def page(table: object, ids: object, start: int) -> bytes:
    """A page as it goes out: cells and line numbers, encoded."""
    rows = table.rows_at(ids, start, start + WINDOW)
    return msgspec.json.encode((rows.cells, table.line_numbers_at(ids)))


def profile(table: object, begin: float, workers: list[Worker]) -> dict[str, float]:
    from tsvshare_widget.table.worker.jobs import ProfileJob

    table.finish_input()
    columns = table.facts.columns
    half = -(-columns // len(workers))
    for number, each in enumerate(workers):
        start, stop = number * half, min((number + 1) * half, columns)
        each.give(ProfileJob(moment=table.moment(), start=start, stop=stop, most=200))
    for each in workers:
        each.answer()
    seconds = time.perf_counter() - begin
    memory = peak() + sum(peak(str(each.process.pid)) for each in workers)
    table.close()
    return {"s": seconds, "MB": memory}


if __name__ == "__main__":
    main()
