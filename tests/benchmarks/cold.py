"""A fresh script that opens a table, sorts it and has the first page, beside polars doing the same.

    python tests/benchmarks/cold.py --repeat 3

Each in a process of its own, from the first line after the imports: ours starts a relay and a
worker within that time.  T1 is 1,000,000 x 12; see ``generate.py``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

from compiled import compile_package
from generate import DATA, generate

OURS = """
import sys, time
from tsvshare_widget import TSVShare
begin = time.perf_counter()
w = TSVShare(sys.argv[1])
w.sort = [(sys.argv[2], "asc")]
rows = w.rows
print(time.perf_counter() - begin, *(int(row[0]) for row in rows))
"""

POLARS = """
import sys, time
import polars as pl
begin = time.perf_counter()
by = sys.argv[2] if sys.argv[2] == "score" else pl.col(sys.argv[2]).cast(pl.String)
frame = pl.read_csv(sys.argv[1], separator="\\t", quote_char=None, null_values=["NA", ""])
rows = frame.sort(by, nulls_last=True, maintain_order=True).head(100).rows()
print(time.perf_counter() - begin, *(row[0] for row in rows))
"""

COLUMNS = {"number": "score", "text": "text"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    compile_package()
    found = measure(repeat)
    for (kind, who), seconds in found.items():
        print(f"sort by {kind:7} {who:8} {seconds:6.2f} s {seconds / found[kind, 'polars']:5.2f}x")


def measure(repeat: int) -> dict[tuple[str, str], float]:
    """Median seconds, by the kind of column and by who sorted."""
    path = generate("T1", DATA)
    runs: dict[tuple[str, str], list[float]] = {}
    for _ in range(repeat):
        for kind, column in COLUMNS.items():
            answers = set()
            for who, script in (("polars", POLARS), ("tsvshare", OURS)):
                seconds, rows = one(script, path, column)
                runs.setdefault((kind, who), []).append(seconds)
                answers.add(rows)
            if len(answers) > 1:
                raise SystemExit(f"sorted by {kind}, the first pages are not the same")
    return {key: median(seconds) for key, seconds in runs.items()}


def one(script: str, path: Path, column: str) -> tuple[float, tuple[str, ...]]:
    """Seconds, and the first cells of the rows that came."""
    command = [sys.executable, "-c", script, str(path), column]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, *rows = done.stdout.split()
    return float(seconds), tuple(rows)


if __name__ == "__main__":
    main()
