"""How long it takes to append to a finished table, beside a plain file that is appended to.

    python tests/benchmarks/append.py T1 --repeat 30

``10,000 rows`` are appended as often as is said, then ``100 rows`` a thousand times, both with
``meta.json``, as the relay does; ``file`` is one ``write`` of the same bytes to a file, opened and
closed for it.  ``cells`` is the time to write as many rows of cells as the table's bytes.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from generate import DATA, TABLES, generate

from tsvshare_widget.table import Table, encode_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", default=["T1"], help=" ".join(TABLES))
    parser.add_argument("--dir", type=Path, default=DATA, help="where the tables are kept")
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    for name in options.tables:
        folder = Path(tempfile.mkdtemp(dir=options.dir))
        try:
            measure(generate(name, options.dir), folder, options.repeat)
        finally:
            shutil.rmtree(folder)


def measure(path: Path, folder: Path, repeat: int) -> None:
    """Append to a copy of the table, which was taken in and opened again."""
    table = Table.create(folder / "table")
    table.adopt(path, lambda facts: None, threading.Event())
    table.finish_input()
    table.close()
    table = Table.open(folder / "table")
    print(f"{path.stem}: {table.facts.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
    compare(table, folder / "some", 10_000, repeat)
    compare(table, folder / "few", 100, 1_000)
    table.close()


def compare(table: Table, plain: Path, rows: int, times: int) -> None:
    """Append the first rows of a table to it again and again, and to a plain file."""
    known, columns, ours, theirs = table.facts.rows, table.facts.columns, [], []
    cells = table.rows(0, rows, 0, columns).cells
    data = encode_rows(cells, table.facts.dialect)
    for _ in range(times):
        ours.append(timed(lambda: table.append_bytes(data)))
        theirs.append(timed(lambda: grow(plain, data)))
    known += rows * times
    assert table.facts.rows == known
    assert table.rows(known - rows, rows, 0, columns).cells == cells
    show(f"{rows:,} rows, x {times:,}", ours)
    show("  file", theirs)
    print(f"  {'table / file':<26} {statistics.median(ours) / statistics.median(theirs):>9.1f}")
    show("  cells", [timed(lambda: encode_rows(cells, table.facts.dialect)) for _ in range(9)])


def grow(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def timed(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return (time.perf_counter() - begin) * 1e3


def show(name: str, values: list[float]) -> None:
    most = sorted(values)[min(len(values) - 1, len(values) * 99 // 100)]
    print(f"{name:<28} {statistics.median(values):>9.2f} ms median {most:>9.2f} ms p99")


if __name__ == "__main__":
    main()
