"""Tables that grow while one looks: the newest row stays in sight, and what comes is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tsvshare_widget import connect
from tsvshare_widget.client import Link

from .grids import cell, press, wait_until_at
from .screens import PATIENCE, Screen, screenshot

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

PUSH = """([deltaY, page]) => {
  if (document.querySelector('[aria-label=Page]').value === page) return true;
  const event = new WheelEvent('wheel', {deltaY, bubbles: true, cancelable: true});
  if (!(event.timeStamp < window.pushed + 300)) {
    window.pushed = event.timeStamp;
    document.querySelector('.tsv-scroll').dispatchEvent(event);
  }
  return false;
}"""

SCROLLED = "grid => grid.closest('.tsv-scroll').scrollTop"


def rows(first: int, end: int) -> str:
    return "".join(f"{n}\tsample {n}\n" for n in range(first, end))


@pytest.fixture
def link(share: Share) -> Link:
    """A table of 250 rows on three pages."""
    return share("n\tname\n" + rows(1, 251))


def append(link: Link, first: int, end: int) -> None:
    with connect(link.url) as table:
        table.append([[str(n), f"sample {n}"] for n in range(first, end)])


def in_sight(screen: Screen, row: int) -> None:
    expect(cell(screen, row, 0)).to_be_in_viewport(timeout=PATIENCE)


def test_the_newest_row_stays_in_sight(link: Link, visit: Visit, screenshots: Path):
    screen, other = visit(link.url), visit(link.view_url)
    screen.button("Last page").click()
    in_sight(screen, 249)
    append(link, 251, 281)
    in_sight(screen, 279)
    expect(screen.root.locator(".tsv-growing")).to_have_text(re.compile("^growing"))
    append(link, 281, 331)
    screen.wait_for_page(4)
    in_sight(screen, 329)
    in_sight(other, 329)  # who follows is led along
    screenshot(screen, screenshots, "tail-growing")

    screen.button("Pause").click()
    append(link, 331, 461)
    expect(screen.root.get_by_role("button", name="130 new rows")).to_be_visible(timeout=PATIENCE)
    screen.wait_for_page(4)
    screenshot(screen, screenshots, "tail-paused")
    screen.button("Resume").click()
    screen.wait_for_page(5)
    in_sight(screen, 459)


def test_who_is_elsewhere_hears_of_new_rows_and_can_go_there(link: Link, visit: Visit):
    screen = visit(link.view_url)
    screen.wait_for_cell("1")
    append(link, 251, 263)
    jump = screen.root.get_by_role("button", name="12 new rows")
    jump.click(timeout=PATIENCE)
    screen.wait_for_page(3)
    in_sight(screen, 261)
    expect(jump).to_be_hidden()
    expect(screen.status.first).not_to_contain_text("250 rows")


def test_who_scrolls_back_is_not_torn_away(link: Link, visit: Visit):
    screen = visit(link.url)
    screen.button("Last page").click()
    in_sight(screen, 249)
    screen.grid.evaluate("grid => { grid.closest('.tsv-scroll').scrollTop = 40; }")
    append(link, 251, 263)
    expect(screen.root.get_by_text(re.compile("^rows 201.262 of 262"))).to_be_visible(
        timeout=PATIENCE
    )
    assert screen.grid.evaluate(SCROLLED) == 40


def test_going_to_a_row_by_its_number(link: Link, visit: Visit, screenshots: Path):
    screen = visit(link.url)
    screen.wait_for_cell("1")
    cell(screen, 0, 1).click()
    press(screen, "r")
    asked = screen.root.get_by_role("dialog", name="Go to row")
    asked.get_by_role("spinbutton", name="Row").fill("251")
    press(screen, "Enter")
    expect(asked).to_contain_text("Rows go from 1 to 250")
    screenshot(screen, screenshots, "go-to-row")
    asked.get_by_role("spinbutton", name="Row").fill("187")
    press(screen, "Enter")
    wait_until_at(screen, 186, 1)
    screen.wait_for_page(2)
    in_sight(screen, 186)


def test_pages_have_buttons_and_can_be_scrolled_over(link: Link, visit: Visit):
    screen = visit(link.url)
    screen.root.get_by_role("button", name="Page 3", exact=True).click()
    screen.wait_for_page(3)
    current = screen.root.locator("[aria-current=page]")
    expect(current).to_have_text("3")
    expect(current).to_be_focused()
    screen.root.get_by_role("button", name="Page 1", exact=True).click()
    screen.wait_for_page(1)

    screen.root.locator(".tsv-rows").click()
    asked = screen.root.get_by_role("dialog", name="Go to row")
    asked.get_by_label("Scroll on to the next page").check()
    press(screen, "Escape")
    box = screen.grid.bounding_box()
    assert box is not None
    screen.page.mouse.move(box["x"] + 200, 400)
    screen.page.mouse.wheel(0, 20_000)
    in_sight(screen, 99)
    push_until(screen, 120, page=2)
    in_sight(screen, 100)
    push_until(screen, -120, page=1)
    in_sight(screen, 99)


def push_until(screen: Screen, pixels: int, page: int) -> None:
    """Push against the end of a page until it turns: what only brought it there does not count."""
    screen.page.wait_for_function(PUSH, arg=[pixels, str(page)], timeout=PATIENCE)
