"""A big generated file, opened by path in a real notebook, beside ``pandas.read_csv``.

Times are from the start of the cell to the first rows on each screen, and to the whole file being
there to page through; the package was imported in a cell before.  Memory is the kernel's peak.  The
file is in the page cache for both, since it has just been read.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
import sys
import time
from pathlib import Path

from stage import Notebook, open_link, stage

DATA = Path(__file__).parent / "data"
BLOCK = 20_000

PANDAS = """
import json, resource, sys, time
import pandas
began = time.perf_counter()
rows = len(pandas.read_csv(sys.argv[1], sep="\\t"))
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": rows, "seconds": seconds, "peak": peak}))
"""

MEMORY = """
import re
status = open("/proc/self/status").read()
megabytes = lambda name: int(re.search(name + r":\\s+(\\d+)", status)[1]) / 1024
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=DATA, help="where the file is kept")
    parser.add_argument("--megabytes", type=int, default=1000, help="its size (1000)")
    args = parser.parse_args()
    path = args.dir / f"generated-{args.megabytes}mb.tsv"
    if not path.exists():
        generate(path, args.megabytes * 1_000_000)
    warm_up(path)
    print(f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB")
    measure_notebook(path)
    measure_pandas(path)


def generate(path: Path, size: int) -> None:
    """Write ``size`` bytes of rows: an id, a gene, a place, numbers and a sentence."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    words = ["kinase", "binding", "protein", "membrane", "repeat", "nuclear", "factor", "like"]
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write("id\tgene\tchrom\tstart\tend\tscore\tp_value\tdescription\n")
        numbers = itertools.count(1)
        while file.tell() < size:
            lines = []
            for number in itertools.islice(numbers, BLOCK):
                start = chance.randrange(250_000_000)
                lines.append(
                    f"{number:09}\tGENE{chance.randrange(30_000)}\tchr{chance.randrange(1, 23)}"
                    f"\t{start}\t{start + chance.randrange(5_000)}\t{chance.random() * 1000:.3f}"
                    f"\t{chance.random():.6g}\t{' '.join(chance.sample(words, 4))}\n"
                )
            file.write("".join(lines))
    partial.rename(path)


def warm_up(path: Path) -> None:
    """Read the file once, so that neither side pays for the disk."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def measure_notebook(path: Path) -> None:
    with stage() as (browser, lab):
        notebook = Notebook(browser, lab, f"w = TSVShare({str(path)!r})\nw")
        notebook.execute("from tsvshare_widget import TSVShare\nTSVShare(b'warm\\n').close()")
        notebook.execute(MEMORY)
        idle = notebook.value('megabytes("VmRSS")')
        began = time.perf_counter()
        inside = notebook.run_all()
        inside.wait_for_cell("000000001")
        on_notebook = time.perf_counter() - began
        url = notebook.value("w.url")
        linked = time.perf_counter() - began
        outside = open_link(browser, url)
        outside.wait_for_cell("000000001")
        on_browser = time.perf_counter() - began
        rows = notebook.value("w.wait(timeout=600).n_rows")
        complete = time.perf_counter() - began
        notebook.execute(MEMORY)
        peak = notebook.value('megabytes("VmHWM")')
    print(f"tsvshare   first page: notebook {on_notebook:.2f} s, browser {on_browser:.2f} s")
    print(f"           (its link was there after {linked:.2f} s and was then opened)")
    print(f"           all {rows:,} rows after {complete:.2f} s")
    print(f"           kernel peak {peak:,.0f} MB, {idle:,.0f} MB before")


def measure_pandas(path: Path) -> None:
    command = [sys.executable, "-c", PANDAS, str(path)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = json.loads(said)
    print(f"pandas     all {found['rows']:,} rows after {found['seconds']:.2f} s")
    print(f"           peak {found['peak']:,.0f} MB")


if __name__ == "__main__":
    main()
