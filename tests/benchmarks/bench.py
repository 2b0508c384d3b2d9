"""What one person waits for, each beside a floor of the same run: ``make bench``, some minutes.

    python tests/benchmarks/bench.py --only pages paint

Prints a table and writes it to ``docs/performance.json``, of which the docs make a page.  Rows that
were not run keep what they said.  Milliseconds are those of the machine; ratios hold elsewhere.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import cold
import first_paint
import lab_memory
import latency
import page_turn
import turn
import upload
import views
from compiled import compile_package
from generate import DATA, generate
from stage import CHROMIUM

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "performance.json"

BARE_PAGE = "a page that puts 30 x 12 texts into a table's text nodes"
BARE_WIDGET = "an anywidget of five lines with 30 x 12 texts"


@dataclass
class Row:
    """One thing that is waited for; ``floor`` and ``ours`` in ``unit``, None without a floor."""

    part: str
    what: str
    floor_is: str
    floor: float | None
    ours: float
    unit: str = "ms"
    wanted: str = ""


# --- what is measured ----------------------------------------------------------------------------


def paint() -> Iterator[Row]:
    found = first_paint.measure(repeat=3, megabytes=10)
    floor, ours = (median(run.after for run in found[name]) for name in ("floor", "tsvshare"))
    what = "a cell that is run, to painted in JupyterLab, 10 MB"
    yield Row("paint", what, BARE_WIDGET, floor, ours, wanted="1.5x")


def memory() -> Iterator[Row]:
    found = lab_memory.measure(repeat=3, megabytes=103)
    whats = {
        "kernel": ("the same with 103 MB: memory of the kernel at most", "86 MB"),
        "heap": ("the same: heap of the page", ""),
    }
    for name, (what, wanted) in whats.items():
        floor, ours = (lab_memory.middle(found[each], name) for each in ("floor", "tsvshare"))
        yield Row("memory", what, BARE_WIDGET, floor, ours, "MB", wanted)


def pages() -> Iterator[Row]:
    found = page_turn.measure(turns=10)
    whats = {
        "work": ("page turn of 100 x 12: work of a browser that follows", "1.25x"),
        "there": ("the same: until the cells in sight are there", "1.5x"),
        "painted": ("the same: until they are painted", ""),
    }
    for kind, (what, wanted) in whats.items():
        floor, ours = (median(getattr(found[name], kind)) for name in ("floor", "tsvshare"))
        yield Row("pages", what, BARE_PAGE, floor, ours, wanted=wanted)
    slow = page_turn.measure(turns=4, throttle=6)
    floor, ours = (median(slow[name].there) for name in ("floor", "tsvshare"))
    what = "the same on a processor six times slower: until the cells are there"
    yield Row("pages", what, BARE_PAGE, floor, ours, wanted="100 ms")


def notebook() -> Iterator[Row]:
    found = latency.measure(turns=40)
    for name, turns in found.items():
        first, *later = turns
        yield Row("notebook", f"page turn {name}", "none", None, median(later), wanted="12 ms")
        if name.startswith("notebook"):
            what = f"first page turn {name}"
            yield Row("notebook", what, "a later one", median(later), first, wanted="1x")


def relay() -> Iterator[Row]:
    found = {kind: 1000 * median(seconds) for kind, seconds in turn.measure(turns=200).items()}
    echo = "a Tornado echo of 5.8 KB"
    what = "relay alone: turn to another plain client"
    yield Row("relay", what, echo, found["echo"], found["memory"], wanted="+1 ms")
    yield Row("relay", f"{what}, data folder", echo, found["echo"], found["folder"], wanted="+1 ms")


def scripts() -> Iterator[Row]:
    found = cold.measure(repeat=3)
    for kind in cold.COLUMNS:
        what = f"fresh script: open, sort by {kind}, first page, 1M x 12"
        floor, ours = found[kind, "polars"], found[kind, "tsvshare"]
        yield Row("scripts", what, "polars", floor, ours, "s", "0.8x")


def questions() -> Iterator[Row]:
    path = generate("T1", DATA)
    for question in views.QUESTIONS["T1"]:
        found = views.medians_of(path, question, ["polars"], repeat=2)
        what = f"in a process that runs: {question}, 1M x 12"
        floor = found["polars"].get("s")
        yield Row("questions", what, "polars", floor, found["ours"]["s"], "s", "0.8x")
    found = views.medians_of(path, "profile", ["duckdb"], repeat=1)
    what = "profile of all columns, 1M x 12"
    floor, ours = found["summarize"].get("s"), found["ours"]["s"]
    yield Row("questions", what, "DuckDB's SUMMARIZE", floor, ours, "s", "1x")


def uploads() -> Iterator[Row]:
    found = upload.measure(megabytes=1000)
    floor, ours = found["floor"].cpu_seconds, found["tsvshare"].cpu_seconds
    what = "PUT of 1 GB: processor time of the relay until the answer"
    yield Row("uploads", what, "a loop that receives and writes", floor, ours, "s", "4x")


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    part.__name__: part
    for part in (paint, memory, pages, notebook, relay, scripts, questions, uploads)
}


# --- the table -----------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="*", choices=PARTS, default=[*PARTS], help="parts to run")
    parts = parser.parse_args().only
    compile_package()
    rows = read_rows()
    for part in parts:
        rows[part] = []
        for row in PARTS[part]():
            print(words(row), flush=True)
            rows[part].append(row)
        write(rows)
    print(f"written to {FILE.relative_to(ROOT)}")


def words(row: Row) -> str:
    floor = f"{row.floor:,.4g} {row.unit}" if row.floor is not None else "-"
    ratio = f"{row.ours / row.floor:.2f}x" if row.floor else "-"
    ours = f"{row.ours:,.4g} {row.unit}"
    return f"{row.what:72} {floor:>10} {ours:>10} {ratio:>7}  wanted {row.wanted or '-'}"


def read_rows() -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {part: [] for part in PARTS}
    if FILE.exists():
        for row in json.loads(FILE.read_text(encoding="utf-8"))["rows"]:
            rows[row["part"]].append(Row(**row))
    return rows


def write(rows: dict[str, list[Row]]) -> None:
    content = {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}",
        "versions": versions(),
        "rows": [
            asdict(row) | {"floor": row.floor and round(row.floor, 4), "ours": round(row.ours, 4)}
            for part in rows.values()
            for row in part
        ],
    }
    FILE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    said = subprocess.run([str(CHROMIUM), "--version"], capture_output=True, text=True).stdout
    found = {"Python": platform.python_version(), "Chromium": said.split()[1] if said else "?"}
    for name in ("jupyterlab", "anywidget", "tornado", "numpy", "polars", "duckdb"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not there"
    return found


if __name__ == "__main__":
    main()
