"""Columns of one's own, large pages, and what stands in cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, expect

from tsvshare_widget.client import Link, create_document, upload
from tsvshare_widget.read_options import ReadOptions

from .grids import (
    COLUMNS,
    bounds,
    cell,
    header,
    names,
    people,
    press,
    wait_until_at,
    where,
    wide,
)
from .processes import Relay
from .screens import PATIENCE, Screen, open_link, screenshot

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

SMOOTH = """async ([across, down]) => {  // how much each drawing changed in the grid
  const scroller = document.querySelector('.tsv-scroll');
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  const changes = [];
  const watch = {childList: true, attributes: true, characterData: true, subtree: true};
  const observer = new MutationObserver(records => changes.push(records.length));
  observer.observe(scroller, watch);
  let [left, top] = [0, 0];
  for (let i = 0; i < 60; i++) {
    scroller.scrollTo(left += across, top += down);
    await frame();
  }
  return changes;
}"""

IN_SIGHT = """() => {
  const box = document.querySelector('.tsv-scroll').getBoundingClientRect();
  const right = (x, y) => {
    const cell = document.elementFromPoint(x, y).closest('[aria-colindex]');
    const row = Number(cell?.parentElement.getAttribute('aria-rowindex')) - 2;
    const column = Number(cell?.getAttribute('aria-colindex')) - 2;
    return row >= 0 && column >= 0 && cell.textContent === row + '/' + column;
  };
  for (let y = box.top + 90; y < box.bottom - 20; y += 60)
    for (let x = box.left + 120; x < box.right - 20; x += 90) if (!right(x, y)) return false;
  return true;
}"""


# --- columns of one's own -------------------------------------------------------------------------


def width(screen: Screen, name: str) -> float:
    return bounds(header(screen, name))["width"]


def test_a_column_is_resized_by_its_edge_and_by_keys(screen: Screen):
    before = width(screen, "score")
    grip = header(screen, "score").locator(".tsv-grip")
    box = bounds(grip)
    screen.page.mouse.move(box["x"] + 3, box["y"] + 5)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + 63, box["y"] + 5)
    screen.page.mouse.up()
    assert abs(width(screen, "score") - before - 60) < 2
    assert header(screen, "score").get_attribute("aria-sort") == "none"
    grip.dblclick()
    assert width(screen, "score") == before
    header(screen, "score").focus()
    press(screen, "+", "+", "-")
    assert abs(width(screen, "score") - before - 24) < 2
    assert where(screen) == (-1, 1)


def test_columns_are_moved_by_dragging_and_by_keys(screen: Screen):
    target = bounds(header(screen, "note"))
    header(screen, "name").hover()
    screen.page.mouse.down()
    middle = target["y"] + target["height"] / 2
    screen.page.mouse.move(target["x"] + 10, middle, steps=3)
    screen.page.mouse.move(target["x"] + target["width"] - 8, middle, steps=3)
    screen.page.mouse.up()
    assert names(screen) == ["score", "note", "name", "link"]
    assert header(screen, "name").get_attribute("aria-sort") == "none"
    assert cell(screen, 4, 2).inner_text() == "person 4"
    header(screen, "name").focus()
    press(screen, "Control+Shift+ArrowLeft")
    assert names(screen) == ["score", "name", "note", "link"]
    expect(header(screen, "name")).to_be_focused()


def column_menu(screen: Screen, name: str, entry: str) -> None:
    header(screen, name).focus()
    press(screen, "Alt+ArrowDown")
    opened = screen.root.get_by_role("dialog", name=name, exact=True)
    opened.get_by_role("button", name=entry, exact=True).click()
    expect(opened).to_be_hidden()


@pytest.mark.exhaustive
def test_a_hidden_column_is_hidden_for_this_viewer_alone(share: Share, visit: Visit):
    link = share(people())
    here, there = visit(link.url), visit(link.url)
    for screen in (here, there):
        cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    column_menu(here, "score", "Hide")
    assert names(here) == ["name", "note", "link"]
    assert here.grid.get_attribute("aria-colcount") == "4"
    here.button("Next page").click()
    for screen in (here, there):
        screen.wait_for_page(2)
    assert names(there) == COLUMNS
    assert names(here) == ["name", "note", "link"]
    assert cell(here, 100, 1).inner_text() == ""


def test_a_pinned_column_stays_while_the_others_scroll(share: Share, visit: Visit):
    screen = visit(share(wide(50, 300)).url)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    column_menu(screen, "col 2", "Pin")
    expect(header(screen, "col 2")).to_be_focused()
    # The first column of text of a wide table is pinned by itself.
    assert names(screen)[:3] == ["col 0", "col 2", "col 1"]
    column_menu(screen, "col 0", "Unpin")
    assert names(screen)[:3] == ["col 2", "col 0", "col 1"]
    cell(screen, 0, 0).focus()
    press(screen, "End")
    wait_until_at(screen, 0, 299)
    expect(cell(screen, 0, 299)).to_have_text("0/299", timeout=PATIENCE)
    expect(header(screen, "col 2")).to_be_in_viewport()
    expect(cell(screen, 0, 0)).to_have_text("0/2")
    beside = bounds(cell(screen, 0, 0))["x"] + width(screen, "col 2")
    assert bounds(cell(screen, 0, 298))["x"] >= beside - 1
    press(screen, "Control+ArrowLeft", "ArrowRight")
    assert bounds(cell(screen, 0, 1))["x"] >= beside - 1


# --- large pages ----------------------------------------------------------------------------------


@pytest.mark.exhaustive
def test_questions_and_columns_stay_when_a_newer_version_of_the_table_comes(
    served: Relay, visit: Visit, screenshots: Path
):
    link = create_document(served.url)
    upload(link, people().encode(), name="people.tsv")
    screen = visit(link.url)
    header(screen, "score").click()
    expect(header(screen, "score")).to_have_attribute("aria-sort", "ascending")
    column_menu(screen, "note", "Hide")
    column_menu(screen, "score", "Pin")
    header(screen, "name").focus()
    press(screen, "+", "+")
    arranged, wide = names(screen), width(screen, "name")
    assert arranged == ["score", "name", "link"]

    moved = "id\tnote\tname\tscore\tlink\n1\tx\tperson 1\t9\t\n2\tx\tperson 2\t8\t\n"
    upload(link, moved.encode(), name="newer.tsv")
    said = screen.root.locator(".tsv-banner", has_text="was replaced by newer.tsv")
    expect(said).to_contain_text("Sorted by score, ascending, as before", timeout=PATIENCE)
    expect(said).to_contain_text("Your columns stay")
    expect(cell(screen, 0, 0)).to_have_text("8")
    expect(header(screen, "score")).to_have_attribute("aria-sort", "ascending")
    assert names(screen) == ["score", "id", "name", "link"]
    assert width(screen, "name") == wide
    for scheme in SCHEMES:
        screen.page.emulate_media(color_scheme=scheme)
        screenshot(screen, screenshots, f"stayed-{scheme}")

    screen.page.reload()
    screen.wait_for_cell("person 2")
    assert names(screen) == ["score", "id", "name", "link"]

    upload(link, people().encode(), name="third.tsv")
    said = screen.root.locator(".tsv-banner", has_text="was replaced by third.tsv")
    said.get_by_role("button", name="Clear what stayed").click()
    expect(header(screen, "score")).to_have_attribute("aria-sort", "none")
    assert names(screen) == COLUMNS
    expect(said.get_by_role("button", name="Clear what stayed")).to_be_hidden()


@pytest.fixture(scope="module")
def vast(served: Relay) -> Link:
    """300 rows of 20,000 columns."""
    link = create_document(served.url)
    upload(link, wide(300, 20_000).encode(), name="vast.tsv")
    return link


@pytest.mark.parametrize(
    ("across", "down"),
    [
        pytest.param(300, 0, marks=pytest.mark.exhaustive),
        pytest.param(9000, 0, marks=pytest.mark.exhaustive),
        pytest.param(0, 90, marks=pytest.mark.exhaustive),
        (1500, 60),
    ],
)
def test_scrolling_20000_columns_changes_little_at_once(
    across: int, down: int, vast: Link, visit: Visit
):
    screen = visit(vast.view_url)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    changes = screen.page.evaluate(SMOOTH, [across, down])
    # How long that takes is for tests/benchmarks/scrolling.py to say; here, that it is bounded.
    assert 0 < max(changes) < 4000
    assert screen.grid.locator("*").count() < 3000


@pytest.mark.exhaustive
def test_what_is_in_sight_of_a_large_page_is_what_stands_there(vast: Link, visit: Visit):
    screen = visit(vast.view_url)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    screen.root.get_by_label("Rows per page").select_option("1000")
    expect(screen.grid).to_have_attribute("aria-rowcount", "301")
    scroller = screen.root.locator(".tsv-scroll")
    for left, top in ((0, 7000), (1_200_000, 4000), (1_200_350, 4100), (2_399_000, 0)):
        scroller.evaluate("(scroller, [left, top]) => scroller.scrollTo(left, top)", [left, top])
        screen.page.wait_for_function(IN_SIGHT, timeout=PATIENCE)


def test_a_column_far_away_is_gone_to_by_keys(vast: Link, visit: Visit):
    screen = visit(vast.view_url)
    cell(screen, 1, 0).focus()
    press(screen, "End")
    wait_until_at(screen, 1, 19_999)
    expect(cell(screen, 1, 19_999)).to_have_text("1/19999", timeout=PATIENCE)
    press(screen, "Control+ArrowDown", "ArrowLeft")
    wait_until_at(screen, 99, 19_998)
    press(screen, "Home")
    wait_until_at(screen, 99, 0)


def test_the_focus_waits_out_of_sight_and_keys_bring_it_back(vast: Link, visit: Visit):
    screen = visit(vast.view_url)
    cell(screen, 2, 1).focus()
    scroller = screen.root.locator(".tsv-scroll")
    scroller.evaluate("scroller => scroller.scrollTo(900_000, 1500)")
    expect(cell(screen, 2, 1)).to_have_count(0)
    expect(scroller).to_be_focused()
    press(screen, "ArrowDown")
    wait_until_at(screen, 3, 1)
    expect(cell(screen, 3, 1)).to_be_in_viewport()


# --- what stands in cells ------------------------------------------------------------------------

HOSTILE = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "<svg/onload=\"document.title='owned'\">",
    "javascript:document.title='owned'",
    "JaVaScRiPt:document.title='owned'//https://a.example",
    "data:text/html,<script>document.title='owned'</script>",
    "https://a.example/\" onmouseover=\"document.title='owned'",
    "'\"><b>bold</b>",
    "{{constructor.constructor('return 1')()}}",
    "</td></tr></table><h1>out</h1>",
    "&lt;b&gt; &amp; &#60;",
]


def test_hostile_cells_and_names_are_text(served: Relay, visit: Visit):
    rows = [["n", *HOSTILE], ["1", *HOSTILE]]
    text = "\n".join("\t".join(row) for row in rows) + "\n"
    link = create_document(served.url)
    upload(link, text.encode(), name="<b>hostile</b>.tsv", options=ReadOptions(header=True))
    screen = visit(link.url)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    assert [name.strip() for name in names(screen)] == rows[0]
    for place, text in enumerate(HOSTILE, 1):
        assert cell(screen, 0, place).text_content() == text
        assert header(screen, text).get_attribute("title") == text
        cell(screen, 0, place).click(button="right")
        press(screen, "Escape")
        press(screen, "Enter")
        expect(screen.root.get_by_role("dialog")).to_contain_text(text)
        press(screen, "Escape")
    drawn = "svg:not(.tsv-picture svg)"
    assert screen.grid.locator(f"a, img, {drawn}, script, b, h1").count() == 0
    assert "owned" not in screen.page.title()


def test_addresses_of_the_web_are_links_that_tell_nothing(screen: Screen):
    link = cell(screen, 3, 3).get_by_role("link")
    assert link.get_attribute("href") == "https://a.example/3"
    assert link.get_attribute("target") == "_blank"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_what_is_searched_for_is_marked(screen: Screen):
    box = screen.root.get_by_role("searchbox", name="Search", exact=True)
    box.fill("PERSON 24")
    expect(screen.grid.locator("mark").first).to_have_text("person 24", timeout=PATIENCE)
    expect(screen.grid).to_have_attribute("aria-rowcount", "12")
    expect(cell(screen, 1, 0)).to_have_text("person 240")
    number = screen.grid.get_by_role("rowheader", name="2", exact=True)
    expect(number).not_to_have_attribute("title", re.compile(""))
    number.hover()
    expect(number).to_have_attribute("title", "row 241 of the table, line 242 of the file")


def pinch(context: BrowserContext, screen: Screen) -> None:
    """Move two fingers apart on the grid."""
    box = bounds(cell(screen, 4, 1))
    session = context.new_cdp_session(screen.page)

    def touch(kind: str, *apart: float) -> None:
        fingers = [{"x": box["x"] + x, "y": box["y"] + 5, "id": n} for n, x in enumerate(apart)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    touch("touchStart", -20, 20)
    for apart in range(25, 90, 5):
        touch("touchMove", -apart, apart)
    touch("touchEnd")


def test_fingers_have_room(served: Relay, browser: BrowserContext, share: Share):
    assert browser.browser is not None
    context = browser.browser.new_context(
        viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True
    )
    try:
        screen = open_link(context, share(people()).url)
        cell(screen, 0, 0).wait_for(timeout=PATIENCE)
        assert bounds(cell(screen, 0, 0))["height"] >= 34
        assert bounds(header(screen, "score").locator(".tsv-grip"))["width"] >= 14
        wide_as_screen = screen.page.evaluate("document.documentElement.scrollWidth")
        assert wide_as_screen <= 390
        pinch(context, screen)
        screen.page.wait_for_function("() => visualViewport.scale > 1.5", timeout=PATIENCE)
    finally:
        context.close()


def test_nothing_overlaps_on_a_narrow_phone(share: Share, visit: Visit):
    """Nor is half of the screen taken by what stands above and below the table."""
    screen = visit(share("\t".join(f"column {n}" for n in range(20)) + "\n1\t2" * 5000).url)
    screen.page.set_viewport_size({"width": 360, "height": 740})
    screen.wait_for_connection("Live")
    facts, pill = screen.root.locator(".tsv-facts"), screen.root.locator(".tsv-pill")
    assert bounds(facts)["x"] + bounds(facts)["width"] <= bounds(pill)["x"]
    names = ["How it was read", "Upload", "Share"]
    tools = [screen.root.get_by_role("switch", name="Follow"), *map(screen.button, names)]
    for before, after in itertools.pairwise(map(bounds, tools)):
        assert before["x"] + before["width"] <= after["x"]
    assert bounds(screen.root.locator(".tsv-pager"))["height"] <= 130


def test_names_that_are_empty_or_long_have_their_place(share: Share, visit: Visit):
    screen = visit(share(f"\t{'long ' * 200}\tx\n1\t2\t3\n").url)
    cell(screen, 0, 2).wait_for(timeout=PATIENCE)
    empty = cell(screen, -1, 0)
    assert re.search("its name is empty", empty.get_attribute("aria-label") or "")
    assert bounds(cell(screen, -1, 1))["width"] <= 1200
