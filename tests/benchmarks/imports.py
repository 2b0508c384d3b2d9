"""How much processor time importing the package and its widget takes, beside anywidget.

    python tests/benchmarks/imports.py --repeat 10

Each import is that of a fresh interpreter; what an empty one takes is taken off.  A kernel has
asyncio and Tornado already, which are counted here.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from statistics import median

from compiled import compile_package

MODULES = ("anywidget", "pandas", "tsvshare_widget", "tsvshare_widget.widget.tsvshare")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=10)
    repeat = parser.parse_args().repeat
    compile_package()
    taken: dict[str, list[float]] = {module: [] for module in ("sys", *MODULES)}
    for _ in range(repeat):
        for module, seconds in taken.items():
            seconds.append(seconds_of(module))
    nothing = median(taken["sys"])
    anywidget = median(taken["anywidget"]) - nothing
    for module in MODULES:
        seconds = median(taken[module]) - nothing
        print(f"{module:34}{seconds * 1000:7.1f} ms{seconds / anywidget:7.2f} x anywidget")


def seconds_of(module: str) -> float:
    """Processor seconds of an interpreter that imports *module* and ends."""
    before = of_children()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return of_children() - before


def of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
