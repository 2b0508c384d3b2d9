"""What is painted while pages are turned fast: whole pages, nothing blank, nothing that moves."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, CDPSession

from tsvshare_widget.client import Link

from .grids import bounds, cell, press, wait_until_at
from .screens import PATIENCE, Screen, open_link

Share = Callable[[str], Link]

PAGES = 40
ROW_PX = 24

# How a strip of pixels looks in each of some boxes, and whether anything is drawn in it.
STRIPS = """async ([png, boxes]) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.drawImage(image, 0, 0);
  return boxes.map(box => {
    const pixels = new Uint32Array(context.getImageData(...box).data.buffer);
    return [pixels.join(), new Set(pixels).size > 1];
  });
}"""

# Collects what moves, as the browser sees it; what is announced may be longer or shorter.
MOVES = """() => {
  window.moved = [];
  new PerformanceObserver(list => {
    for (const {sources} of list.getEntries())
      for (const {node, previousRect: was, currentRect: is} of sources)
        if (node?.className !== 'tsv-announcement')
          window.moved.push([node?.className || node?.textContent, was.toJSON(), is.toJSON()]);
  }).observe({type: 'layout-shift'});
}"""


def pages() -> str:
    """A table whose cells say on which page they are, all as wide as each other."""
    lines = ["page\tpart\tword"]
    lines += [
        f"page {n // 100 + 1:02}\t{'ab'[n // 100 % 2] * 20}\tword {n // 100 + 1:02}"
        for n in range(PAGES * 100)
    ]
    return "\n".join(lines) + "\n"


class Shots:
    """What a page shows, each time that it is painted."""

    def __init__(self, tools: CDPSession) -> None:
        self._tools = tools
        self.pngs: list[str] = []
        tools.on("Page.screencastFrame", self._take)
        tools.send("Page.startScreencast", {"format": "png"})

    def _take(self, frame: dict[str, Any]) -> None:
        self.pngs.append(frame["data"])
        self._tools.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    def end(self) -> list[str]:
        self._tools.send("Page.stopScreencast")
        return self.pngs


def strips(screen: Screen) -> list[list[float]]:
    """Boxes of pixels: the cells of a column that are in sight, all of them."""
    scroller = bounds(screen.root.locator(".tsv-scroll"))
    head = bounds(cell(screen, -1, 1))
    left, width = round(head["x"]) + 2, min(round(head["width"]) - 6, 120)
    top = bounds(cell(screen, 0, 1))["y"]
    rows = int((scroller["y"] + scroller["height"] - top) // ROW_PX)
    assert rows > 10
    tops = [round(top) + ROW_PX * row + 2 for row in range(rows)]
    return [[left, top, width, ROW_PX - 4] for top in tops]


def turn_fast(screen: Screen) -> None:
    """Hold a key, then click, then hold the key that leads back."""
    for _ in range(PAGES // 2):
        press(screen, "PageDown")
    screen.wait_for_page(PAGES // 2 + 1)
    for _ in range(5):
        screen.button("Next page").dispatch_event("click")
    screen.wait_for_page(PAGES // 2 + 6)
    for _ in range(PAGES // 2):
        press(screen, "PageUp")
    screen.wait_for_page(6)


@pytest.mark.parametrize(
    ("colours", "width"),
    [
        ("light", 1200),
        pytest.param("dark", 1200, marks=pytest.mark.exhaustive),
        pytest.param("light", 390, marks=pytest.mark.exhaustive),
        pytest.param("dark", 390, marks=pytest.mark.exhaustive),
    ],
)
def test_what_is_painted_is_a_whole_page_and_nothing_moves(
    colours: Literal["light", "dark"],
    width: int,
    chromium: Browser,
    share: Share,
    screenshots: Path,
):
    context = chromium.new_context(
        viewport={"width": width, "height": 700}, color_scheme=colours, reduced_motion="reduce"
    )
    screen = open_link(context, share(pages()).url)
    screen.wait_for_connection("Live")
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    # There the last page fits as well as the first, and the second part of the front end is here.
    screen.go_to(PAGES)
    screen.wait_for_page(PAGES)
    screen.go_to(1)
    screen.wait_for_page(1)
    cell(screen, 0, 0).focus()
    wait_until_at(screen, 0, 0)
    boxes = strips(screen)
    screen.page.evaluate(MOVES)
    shots = Shots(context.new_cdp_session(screen.page))
    turn_fast(screen)
    taken = shots.end()
    moved = screen.page.evaluate("window.moved")
    assert moved == [], moved
    assert len(taken) > 5
    judge = context.new_page()
    for number, png in enumerate(taken):
        name = screenshots / f"turning-{colours}-{width}-{number:02}.png"
        name.write_bytes(base64.b64decode(png))
        rows = judge.evaluate(STRIPS, [png, boxes])
        assert all(drawn for _, drawn in rows), f"{name}: a row is blank"
        assert len({pixels for pixels, _ in rows}) == 1, f"{name}: rows of several pages"
    context.close()
