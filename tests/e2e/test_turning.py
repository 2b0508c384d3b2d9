"""Turning pages, and the rows that are out of sight: they are there, and never of another page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, expect

from tsvshare_widget.client import Link

from .conftest import CHROMIUM, CHROMIUM_FLAGS
from .grids import ROWS, bounds, cell, people, press, selected, wait_until_at, where
from .screens import PATIENCE, Screen, open_link

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

IS_DRAWN = "cell => cell.checkVisibility({contentVisibilityAuto: true})"

DRAWN = """grid => [...grid.querySelectorAll('tbody tr')].filter(row =>
  row.firstChild.checkVisibility({contentVisibilityAuto: true})).length"""

FIND = "text => window.find(text, true, false, true)"

ALL_TEXT = """grid => {
  getSelection().selectAllChildren(grid);
  const text = getSelection().toString();
  getSelection().removeAllRanges();
  return text;
}"""

SCROLL = """(scroller, top) => new Promise(resolve => {
  scroller.scrollTop = top;
  requestAnimationFrame(() => requestAnimationFrame(resolve));
})"""

# In each frame, what stands in the first column of the rows that are in sight.
WATCH = """grid => {
  const scroller = grid.parentElement;
  window.frames_seen = [];
  const look = () => {
    const bottom = scroller.getBoundingClientRect().bottom;
    const rows = [...grid.querySelectorAll('tbody tr')]
      .filter(row => row.getBoundingClientRect().top < bottom);
    window.frames_seen.push(rows.map(row => row.querySelector('td[aria-colindex]').textContent));
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def tall(rows: int) -> str:
    return "n\tword\n" + "".join(f"{n}\tword{n}\n" for n in range(rows))


def turn(screen: Screen, number: int) -> None:
    screen.go_to(number)
    screen.wait_for_page(number)
    cell(screen, 100 * (number - 1), 0).wait_for(timeout=PATIENCE)


def spoken(screen: Screen) -> list[str]:
    """The names of the cells in the accessibility tree of the browser."""
    tools = screen.page.context.new_cdp_session(screen.page)
    tools.send("Accessibility.enable")
    nodes: list[dict[str, Any]] = tools.send("Accessibility.getFullAXTree")["nodes"]
    tools.detach()
    cells = [node for node in nodes if node.get("role", {}).get("value") == "gridcell"]
    return [node["name"]["value"] for node in cells if not node.get("ignored")]


# --- out of sight -------------------------------------------------------------------------------


def test_rows_out_of_sight_are_read_by_screen_readers(chromium: Browser, share: Share):
    as_for_one = [*CHROMIUM_FLAGS, "--force-renderer-accessibility"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=as_for_one)
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    screen = open_link(context, share(people()).url)
    screen.wait_for_connection("Live")
    for page in (2, 1, 3):
        turn(screen, page)
        rows = range(100 * page - 100, min(100 * page, ROWS))
        names = spoken(screen)
        assert names[0::4] == [f"person {n}" for n in rows]
        assert names[3::4] == [f"https://a.example/{n}" for n in rows]
    browser.close()


def test_rows_out_of_sight_are_not_laid_out_but_found_and_selected(screen: Screen):
    turn(screen, 2)
    assert screen.grid.evaluate(DRAWN) < 60
    text = screen.grid.evaluate(ALL_TEXT)
    assert all(f"person {n}" in text for n in range(100, 200))
    assert "person 99\t" not in text
    assert not screen.page.evaluate(FIND, "person 91")
    assert screen.page.evaluate(FIND, "person 191")
    assert screen.page.evaluate("getSelection().toString()") == "person 191"
    assert cell(screen, 191, 0).evaluate(IS_DRAWN)


def test_rows_come_into_sight_with_their_texts(screen: Screen):
    turn(screen, 2)
    scroller = screen.root.locator(".tsv-scroll")
    for top in (300, 900, 1500, 10_000, 40):
        scroller.evaluate(SCROLL, top)
        box = bounds(scroller)
        row = screen.page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('[aria-rowindex]').innerText",
            [box["x"] + 100, box["y"] + box["height"] / 2],
        )
        number = int(row.split()[0].replace(",", ""))
        assert f"person {number - 1}" in row


# --- turning fast --------------------------------------------------------------------------------


def test_turning_fast_shows_whole_pages_and_ends_on_the_last(share: Share, visit: Visit):
    screen = visit(share(tall(5_000)).url)
    screen.wait_for_connection("Live")
    cell(screen, 4, 1).focus()
    screen.grid.evaluate(WATCH)
    for _ in range(40):
        press(screen, "PageDown")
    screen.wait_for_page(41)
    wait_until_at(screen, 4004, 1)
    next_page = screen.button("Next page")
    for _ in range(9):
        next_page.dispatch_event("click")
    screen.wait_for_page(50)
    cell(screen, 4900, 0).wait_for(timeout=PATIENCE)
    seen = screen.page.evaluate("window.frames_seen")
    for rows in seen:
        first = int(rows[0])
        assert first % 100 == 0
        assert rows == [str(first + i) for i in range(len(rows))]
    firsts = [int(rows[0]) for rows in seen]
    assert firsts == sorted(firsts)


# --- across the edge of what is in sight ----------------------------------------------------------


def test_the_end_of_a_long_page_by_keys(share: Share, visit: Visit):
    link = share(tall(1_700))
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    screen.root.get_by_label("Rows per page").select_option("1000")
    cell(screen, 999, 0).wait_for(state="attached", timeout=PATIENCE)
    cell(screen, 0, 0).focus()
    press(screen, "Control+ArrowDown")
    wait_until_at(screen, 999, 0)
    expect(cell(screen, 999, 0)).to_be_in_viewport()
    press(screen, "Control+End")
    screen.wait_for_page(2)
    wait_until_at(screen, 1_699, 1)
    expect(cell(screen, 1_699, 1)).to_be_in_viewport()


def test_a_selection_by_keys_goes_on_beyond_the_edge(screen: Screen):
    cell(screen, 10, 0).focus()
    press(screen, *["Shift+ArrowDown"] * 40)
    assert where(screen) == (50, 0)
    expect(cell(screen, 50, 0)).to_be_in_viewport()
    assert selected(screen) == [[f"person {n}"] for n in range(10, 51)]


def test_a_selection_by_the_mouse_goes_on_beyond_the_edge(screen: Screen):
    box = bounds(screen.root.locator(".tsv-scroll"))
    cell(screen, 5, 1).hover()
    screen.page.mouse.down()
    cell(screen, 7, 1).hover()
    column = bounds(cell(screen, 7, 1))["x"] + 5
    screen.page.mouse.move(column, box["y"] + box["height"] + 15)
    expect(cell(screen, 60, 1)).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    screen.page.mouse.up()
    rows = [row[-1] for row in selected(screen)]
    assert rows[:56] == [f"{n:03d}" for n in range(5, 61)]


def test_the_text_of_a_cell_is_selected_by_the_mouse(screen: Screen):
    box = bounds(cell(screen, 3, 0))
    middle = box["y"] + box["height"] / 2
    screen.page.mouse.move(box["x"] + 11, middle)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + box["width"] - 20, middle, steps=5)
    screen.page.mouse.up()
    assert screen.page.evaluate("getSelection().toString()") == "person 3"
    assert selected(screen) == []
