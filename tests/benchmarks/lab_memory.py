"""What a table takes of memory in JupyterLab: of the kernel at most, and of the page's heap.

    python tests/benchmarks/lab_memory.py --megabytes 103

A fresh notebook, page and kernel for each of a bare widget and a table, by turns, the imports in
the cell before.  Of the kernel it is the most that was ever resident (Linux), once all rows of the
file have been found and a page has been turned; of the page it is what the heap holds after a
collection, and the nodes of its documents.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from statistics import median

from first_paint import CELLS_OF, RUN, file_of
from open_1gb import MEMORY
from playwright.sync_api import BrowserContext, CDPSession
from stage import Lab, Notebook, Screen, stage


@dataclass
class Taken:
    """Megabytes of the kernel, before the table and at most; those of the page's heap; nodes."""

    before: float
    kernel: float
    heap: float
    nodes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="pairs that count (3)")
    parser.add_argument("--megabytes", type=int, default=103, help="of the file (103)")
    options = parser.parse_args()
    for name, runs in measure(options.repeat, options.megabytes).items():
        print(
            f"{name:8} kernel {middle(runs, 'kernel'):6.1f} MB at most, "
            f"{middle(runs, 'before'):6.1f} before; "
            f"heap {middle(runs, 'heap'):6.1f} MB, {middle(runs, 'nodes'):,.0f} nodes"
        )


def middle(runs: list[Taken], name: str) -> float:
    """The median of one of the figures."""
    return median(float(getattr(run, name)) for run in runs)


def measure(repeat: int, megabytes: int) -> dict[str, list[Taken]]:
    """What the bare widget takes, and what ours does."""
    path = file_of(megabytes)
    found: dict[str, list[Taken]] = {name: [] for name in CELLS_OF}
    with stage() as (browser, lab):
        for _ in range(repeat):
            for name, cells_of in CELLS_OF.items():
                found[name].append(one(browser, lab, name, *cells_of(path)))
    return found


def one(browser: BrowserContext, lab: Lab, name: str, imports: str, table: str) -> Taken:
    notebook = Notebook(browser, lab, imports, f"w = {table}\nw")
    notebook.execute(f"{imports}\n{MEMORY}")
    before = notebook.value('megabytes("VmRSS")')
    notebook.page.evaluate(RUN)
    if name == "tsvshare":
        notebook.value("w.wait(timeout=600).n_rows")
        turn(Screen(notebook.page, notebook.page.locator(".tsvshare").first))
    notebook.execute(MEMORY)
    kernel = notebook.value('megabytes("VmHWM")')
    heap, nodes = look_at(browser.new_cdp_session(notebook.page))
    notebook.close()
    return Taken(before, kernel, heap, nodes)


def turn(screen: Screen) -> None:
    screen.button("Next page").click()
    screen.wait_for_page(2)


def look_at(session: CDPSession) -> tuple[float, int]:
    """Megabytes of the heap of a page, after a collection, and the nodes that it holds."""
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    said = session.send("Performance.getMetrics")["metrics"]
    metrics = {each["name"]: each["value"] for each in said}
    return metrics["JSHeapUsedSize"] / 1e6, int(metrics["Nodes"])


if __name__ == "__main__":
    main()
