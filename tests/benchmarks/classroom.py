"""From a click on "Next page" to painted, in thirty browsers at once, as a teacher sees it.

    python tests/benchmarks/classroom.py --browsers 30 --crowd 970

All are pages of one Chromium, so they share this machine's processors with it and the relay;
``--crowd`` more look on that are no browsers (fanout/swarm.c: Linux, a C compiler).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median, quantiles

from page_turn import WATCH, make_rows, share
from playwright.sync_api import Browser, Page, sync_playwright
from stage import CHROMIUM, CHROMIUM_FLAGS, Relay

from tsvshare_widget.client import Link

sys.path.insert(0, str(Path(__file__).parent / "fanout"))

PAGE_ROWS = 100
IN_SIGHT = 15
"""Rows that are looked at: what is in sight of all of them."""

CLICK = """button => {
  const now = performance.timeOrigin + performance.now();
  button.click();
  return now;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browsers", type=int, default=30)
    parser.add_argument("--crowd", type=int, default=0)
    parser.add_argument("--turns", type=int, default=30)
    options = parser.parse_args()
    rows = make_rows(False)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        relay = Relay(Path(folder))
        relay.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            link = share(relay.url, rows)
            with looking_on(link, relay, options.crowd, Path(folder)):
                report(measure(browser, link, rows, options.browsers, options.turns))
        finally:
            browser.close()
            relay.end()


@contextmanager
def looking_on(link: Link, relay: Relay, viewers: int, folder: Path) -> Iterator[None]:
    """So many more viewers, which are no browsers."""
    with crowd(link, relay, viewers, folder) if viewers else nullcontext():
        yield


@contextmanager
def crowd(link: Link, relay: Relay, viewers: int, folder: Path) -> Iterator[None]:
    from run import BEAT, compile_c

    hello = json.dumps({"type": "hello", "v": 1, "cid": "crowd"})
    command = [compile_c("swarm", folder), "--port", str(relay.port)]
    command += ["--path", f"/d/{link.uuid}/ws", "--hello", hello, "--viewers", str(viewers)]
    command += ["--beat-bytes", str(len(BEAT)), "--pong", '{"type":"pong"}']
    command += ["--turns", "0", "--stay", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as swarm:
        assert swarm.stdout is not None
        print(json.loads(swarm.stdout.readline())["viewers"], "more look on")
        try:
            yield
        finally:
            swarm.terminate()


def measure(
    browser: Browser, link: Link, rows: list[list[str]], browsers: int, turns: int
) -> dict[str, list[float]]:
    """Milliseconds from each click until every follower has the cells, and has painted them."""
    teacher = open_page(browser, link.url)
    pupils = [open_page(browser, link.view_url) for _ in range(browsers)]
    found: dict[str, list[float]] = {"there": [], "painted": [], "last painted": []}
    for number in range(turns + 2):
        first = (number + 1) * PAGE_ROWS
        expected = rows[first : first + IN_SIGHT]
        for pupil in pupils:
            pupil.evaluate(WATCH, expected)
        clicked = teacher.get_by_role("button", name="Next page").evaluate(CLICK)
        seen = [pupil.evaluate("() => window.seen") for pupil in pupils]
        if number < 2:
            continue  # to warm up
        found["there"] += [there - clicked for there, _ in seen]
        painted = [painted - clicked for _, painted in seen]
        found["painted"] += painted
        found["last painted"].append(max(painted))
    return found


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.goto(url)
    page.get_by_role("gridcell").first.wait_for()
    return page


def report(found: dict[str, list[float]]) -> None:
    for name, milliseconds in found.items():
        p99 = quantiles(milliseconds, n=100)[98]
        print(
            f"{name:14} p50 {median(milliseconds):6.0f} ms   p99 {p99:6.0f} ms   "
            f"worst {max(milliseconds):6.0f} ms   of {len(milliseconds)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
