"""Pictures in the headers: of a sample, then of all rows; clicked and brushed to filter; hidden."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link

from .grids import bounds, cell, header
from .screens import PATIENCE, Screen

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]


def table(rows: int) -> str:
    lines = ["name\tscore\tkind"]
    lines += [f"n{n}\t{n % 100}\t{'' if n % 4 == 0 else 'ab'[n % 2]}" for n in range(rows)]
    return "\n".join(lines) + "\n"


def picture(screen: Screen, name: str) -> Locator:
    return header(screen, name).locator(".tsv-picture")


def test_a_picture_is_of_all_rows_soon_and_filters(share: Share, visit: Visit):
    screen = visit(share(table(6000)).url)
    score = picture(screen, "score")
    expect(score).to_be_visible(timeout=PATIENCE)
    expect(score).not_to_have_attribute("data-sample", "", timeout=PATIENCE)
    expect(picture(screen, "kind")).to_contain_text("25 % empty")
    expect(picture(screen, "name")).to_contain_text("all different")
    bars = score.locator(".tsv-picture-bars")
    bars.click(position={"x": 2, "y": 10})
    expect(screen.page.get_by_text("score < ")).to_be_visible()
    expect(header(screen, "score")).to_have_attribute("aria-sort", "none")
    # It follows the filters: there is no other value any more.
    expect(screen.page.get_by_text(re.compile(r"of 6,000 rows"))).to_be_visible()
    picture(screen, "kind").locator(".tsv-picture-value").first.click()
    expect(screen.page.get_by_role("button", name=re.compile("Remove kind"))).to_be_visible()
    expect(picture(screen, "kind")).to_contain_text("1 value", timeout=PATIENCE)


@pytest.mark.exhaustive
def test_a_range_is_brushed_and_one_click_hides_the_pictures(share: Share, visit: Visit):
    screen = visit(share(table(500)).url)
    bars = picture(screen, "score").locator(".tsv-picture-bars")
    expect(bars).to_be_visible(timeout=PATIENCE)
    box = bounds(bars)
    mouse = screen.page.mouse
    mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 8)
    mouse.down()
    mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 8, steps=4)
    mouse.up()
    expect(screen.page.get_by_role("button", name=re.compile("Remove score"))).to_have_count(2)
    first = cell(screen, 0, 1)
    expect(first).to_have_text(re.compile("^[3-5][0-9]$"))
    toggle = screen.page.get_by_role("button", name="Pictures in the header")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(bars).to_be_hidden()
    screen.page.reload()
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    expect(toggle).to_have_attribute("aria-pressed", "false")
    expect(bars).to_be_hidden()
    toggle.click()
    expect(bars).to_be_visible()


def test_rows_have_three_heights_that_the_browser_keeps(share: Share, visit: Visit):
    screen = visit(share(table(50)).url)
    first = cell(screen, 0, 0)
    first.wait_for(timeout=PATIENCE)
    assert bounds(first)["height"] == 24
    screen.page.get_by_role("button", name="How the table looks").click()
    screen.page.get_by_role("radio", name="Roomy").check()
    screen.page.keyboard.press("Escape")
    assert bounds(first)["height"] > 30
    screen.page.reload()
    first.wait_for(timeout=PATIENCE)
    assert bounds(first)["height"] > 30
