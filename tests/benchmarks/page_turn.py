"""What a page turn costs a browser that follows, beside a page that does the least there is to do.

    python tests/benchmarks/page_turn.py --turns 20

Somebody else turns the pages of a table of 8,000 x 12 cells, 100 rows a page.  Per turn: the work
of the main thread in processor time, as the developer tools of Chromium count it, with all that
comes after; and how long it takes until every cell in sight shows the new page, and until that is
painted.  The floor is ``floors/turn.html``: 30 x 12 texts, put into the text nodes of a plain
table, from its own WebSocket.  Both in the same browser and run, by turns.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from stage import CHROMIUM, CHROMIUM_FLAGS, Relay
from websockets.sync.client import ClientConnection, connect

from tsvshare_widget.client import Link, create_document, upload

ROWS, PAGE_ROWS = 8_000, 100
FLOOR = Path(__file__).parent / "floors" / "turn.html"
REST_SECONDS = 0.4
"""After a turn: all that it costs is done by then."""

IN_SIGHT = """() => {
  const rows = [...document.querySelectorAll('tr')].filter(row => row.querySelector('td'));
  const scroller = document.querySelector('.tsv-scroll')?.getBoundingClientRect();
  const bottom = Math.min(innerHeight, scroller?.bottom ?? innerHeight);
  return rows.filter(row => row.getBoundingClientRect().top < bottom).length;
}"""

# Notes when the first rows have become those that are given, and when they have been painted.
WATCH = """rows => {
  const now = () => performance.timeOrigin + performance.now();
  const lines = [...document.querySelectorAll('tr')].filter(row => row.querySelector('td'));
  const cells = lines.slice(0, rows.length).map(row => [...row.querySelectorAll(':scope > td')]
    .filter(cell => !cell.classList.contains('tsv-gap')));
  const is = () => rows.every((row, i) => row.every((text, j) => cells[i][j].textContent === text));
  window.seen = new Promise(resolve => {
    const observer = new MutationObserver(() => {
      if (!is()) return;
      observer.disconnect();
      const there = now();
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => resolve([there, now()]);
      requestAnimationFrame(() => port2.postMessage(0));
    });
    observer.observe(document.body, {childList: true, subtree: true, characterData: true});
  });
}"""


@dataclass
class Turns:
    """What was measured of one page, in milliseconds, a figure for each turn."""

    work: list[float] = field(default_factory=list)
    there: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)
    parts: list[dict[str, float]] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=20, help="in each of three rounds (20)")
    parser.add_argument("--rich", action="store_true", help="links, blanks, short rows too")
    parser.add_argument("--throttle", type=float, default=1, help="so many times slower (1)")
    options = parser.parse_args()
    found = measure(options.turns, rich=options.rich, throttle=options.throttle)
    for name, turns in found.items():
        print(f"{name:8} {line(turns, found['floor'])}")


def line(turns: Turns, floor: Turns) -> str:
    kinds = ("work", "there", "painted")
    figures = [(median(getattr(turns, kind)), median(getattr(floor, kind))) for kind in kinds]
    words = [
        f"{kind} {ms:6.1f} ms {ms / of:5.2f}x"
        for kind, (ms, of) in zip(kinds, figures, strict=True)
    ]
    parts = [f"{PARTS[name]} {median(part[name] for part in turns.parts):.1f}" for name in PARTS]
    return "   ".join([*words, *parts])


def measure(turns: int, *, rich: bool = False, throttle: float = 1) -> dict[str, Turns]:
    """The turns of both pages."""
    rows = make_rows(rich)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        relay = Relay(Path(folder))
        relay.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            return by_turns(browser, share(relay.url, rows), rows, turns, throttle)
        finally:
            browser.close()
            relay.end()


def by_turns(
    browser: Browser, link: Link, rows: list[list[str]], turns: int, throttle: float
) -> dict[str, Turns]:
    with connect(
        f"{link.base.replace('http', 'ws')}/parser/ws/{link.uuid}",
        additional_headers={"X-TSVShare-Key": link.key or ""},
        max_size=None,
    ) as socket:
        turner = Turner(socket, rows)
        found = {"floor": Turns(), "tsvshare": Turns()}
        for _ in range(3):
            for name, figures in found.items():
                page = browser.new_page(viewport={"width": 1200, "height": 800})
                open_page(page, link, name == "floor")
                follow(page, turner, turns, throttle, figures)
                page.close()
    return found


def make_rows(rich: bool) -> list[list[str]]:
    """Rows of twelve short cells: numbers, words, places; ``rich`` ones need more than a text."""
    chance = random.Random(1)
    words = ["kinase", "binding", "protein", "membrane", "repeat", "nuclear", "factor", "like"]
    rows = []
    for number in range(ROWS):
        start = chance.randrange(250_000_000)
        row = [f"{number:06}", f"GENE{chance.randrange(30_000)}", f"chr{chance.randrange(1, 23)}"]
        row += [str(start), str(start + chance.randrange(5_000)), "+-"[chance.randrange(2)]]
        row += [f"{chance.random() * 1000:.3f}", f"{chance.random():.6g}", chance.choice(words)]
        row += [
            chance.choice(words),
            chance.choice(["yes", "no", ""]),
            f"2026-{number % 12 + 1:02}",
        ]
        if rich:
            row[8:10] = [f"https://a.example/{number}", f" {row[9]}"]
        rows.append(row[: 10 if rich and number % 5 == 0 else 12])
    return rows


def share(relay: str, rows: list[list[str]]) -> Link:
    link = create_document(relay)
    lines = ["\t".join(f"name{column}" for column in range(12)), *map("\t".join, rows)]
    upload(link, ("\n".join(lines) + "\n").encode(), name="turns.tsv")
    return link


class Turner:
    """Turns everybody's pages, from the plain protocol."""

    def __init__(self, socket: ClientConnection, rows: list[list[str]]) -> None:
        self._socket, self._rows = socket, rows
        self._page = 1

    def next_rows(self, count: int) -> list[list[str]]:
        """The first rows of the page that is turned to next."""
        first = (self._page % 40) * PAGE_ROWS
        return self._rows[first : first + count]

    def turn(self) -> float:
        """Turn; the moment, in milliseconds since 1970."""
        self._page = self._page % 40 + 1
        began = time.time()
        self._socket.send(str(self._page))
        self._socket.recv()
        return began * 1000


def open_page(page: Page, link: Link, floor: bool) -> None:
    if floor:
        # From an address of the relay: it lets no pages from elsewhere in.
        page.goto(f"{link.base}/livez#{link.uuid},12")
        page.set_content(FLOOR.read_text())
        page.wait_for_function("() => document.querySelector('td').textContent")
    else:
        page.goto(link.view_url)
        page.get_by_role("gridcell").first.wait_for()


PARTS = {"ScriptDuration": "script", "LayoutDuration": "layout", "RecalcStyleDuration": "style"}


def follow(page: Page, turner: Turner, turns: int, throttle: float, figures: Turns) -> None:
    """Turn pages that ``page`` follows: first for the time, then for the work."""
    tools = page.context.new_cdp_session(page)
    # Processor time: what else the machine does is not counted.
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    tools.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    in_sight = min(30, page.evaluate(IN_SIGHT))
    for number in range(turns + 2):
        page.evaluate(WATCH, turner.next_rows(in_sight))
        began = turner.turn()
        there, painted = page.evaluate("() => window.seen")
        time.sleep(REST_SECONDS / 2)
        if number >= 2:
            figures.there.append(there - began)
            figures.painted.append(painted - began)
    for _ in range(turns):
        before = metrics(tools)
        turner.turn()
        time.sleep(REST_SECONDS)
        after = metrics(tools)
        figures.work.append(after["TaskDuration"] - before["TaskDuration"])
        figures.parts.append({name: after[name] - before[name] for name in PARTS})


def metrics(tools: CDPSession) -> dict[str, float]:
    """What the main thread has done so far, in milliseconds."""
    found = tools.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] * 1000 for metric in found}


if __name__ == "__main__":
    main()
