"""How long the tasks of Chromium's main thread are while a table of 20,000 columns is scrolled.

    python tests/benchmarks/scrolling.py --repeat 3

For each way to scroll, one step a frame, the longest task and the longest but nine, by the clock
and in processor time.  Beside them, in the same browser, how long it takes to draw 20,000 cells of
a plain table at once: what a table without columns out of sight would take for one row.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright
from stage import CHROMIUM, CHROMIUM_FLAGS, open_link

from tsvshare_widget.client import create_document, upload
from tsvshare_widget.relay.embedded import get_relay

COLUMNS, ROWS = 20_000, 300
WAYS = {
    "a column a frame": (100, 0),
    "three columns": (300, 0),
    "a screen": (1200, 0),
    "far": (9000, 0),
    "rows": (0, 90),
    "both": (1500, 60),
}

SCROLL = """async ([across, down]) => {
  const scroller = document.querySelector('.tsv-scroll');
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  let [left, top] = [0, 0];
  for (let i = 0; i < 100; i++) {
    scroller.scrollTo(left += across, top += down);
    await frame();
  }
}"""

TOGETHER = """() => {
  const table = document.createElement('table');
  for (let i = 0; i < 100; i++) {
    const row = table.insertRow();
    for (let j = 0; j < 200; j++) row.insertCell().textContent = i + '/' + j;
  }
  document.body.append(table);
  return table.offsetWidth;
}"""

Tasks = list[tuple[float, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    print(f"{'ms, median of ' + str(repeat):20} {'longest':>18} {'longest but 9':>18}")
    print(f"{'':20} {'clock':>9} {'cpu':>8} {'clock':>9} {'cpu':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        context = browser.new_context(viewport={"width": 1200, "height": 800})
        print_row("20,000 cells at once", [cells_at_once(context) for _ in range(repeat)])
        url = vast()
        for name, step in WAYS.items():
            print_row(name, [scrolled(context, url, step) for _ in range(repeat)])
        browser.close()


def vast() -> str:
    """The link of a table of 20,000 columns."""
    rows = ["\t".join(f"col {column}" for column in range(COLUMNS))]
    rows += ["\t".join(f"{row}/{column}" for column in range(COLUMNS)) for row in range(ROWS)]
    link = create_document(get_relay().url)
    upload(link, ("\n".join(rows) + "\n").encode(), name="vast.tsv")
    return link.view_url


def scrolled(context: BrowserContext, url: str, step: tuple[int, int]) -> Tasks:
    screen = open_link(context, url)
    screen.grid.get_by_role("gridcell").first.wait_for()
    with main_thread(screen.page) as tasks:
        screen.page.evaluate(SCROLL, list(step))
    screen.page.close()
    return tasks


def cells_at_once(context: BrowserContext) -> Tasks:
    page = context.new_page()
    with main_thread(page) as tasks:
        page.evaluate(TOGETHER)
    page.close()
    return tasks


def print_row(name: str, runs: list[Tasks]) -> None:
    figures = [
        median(run[min(place, len(run) - 1)][kind] for run in runs)
        for place in (0, 9)
        for kind in (0, 1)
    ]
    print(f"{name:20} {figures[0]:9.1f} {figures[1]:8.1f} {figures[2]:9.1f} {figures[3]:8.1f}")


@contextmanager
def main_thread(page: Page) -> Iterator[Tasks]:
    """How many milliseconds each task of the page's main thread took, and its processor time.

    The longest come first.
    """
    browser = page.context.browser
    assert browser is not None
    tasks: Tasks = []
    browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
    try:
        yield tasks
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
        tasks += sorted(tasks_of(events), reverse=True)


def tasks_of(events: list[dict[str, Any]]) -> Iterator[tuple[float, float]]:
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    for event in events:
        if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) in mains:
            yield event.get("dur", 0) / 1000, event.get("tdur", 0) / 1000


if __name__ == "__main__":
    main()
