"""Pointing: where editors click, everyone brought to a row, links and filters by a cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link

from .grids import cell, press
from .screens import PATIENCE, Notebook, Screen, open_people, screenshot

Meet = Callable[..., Screen]
Share = Callable[[str], Link]


@pytest.fixture
def link(share: Share) -> Link:
    """A table of 300 genes on three pages, wider than the screen."""
    names = "\t".join(["gene", "chr", *(f"sample {n}" for n in range(30))])
    rows = [
        "\t".join([f"GENE{n}", f"chr{n % 5}", *(str(n * k) for k in range(30))]) for n in range(300)
    ]
    return share("\n".join([names, *rows]) + "\n")


def pointer(screen: Screen) -> Locator:
    return screen.root.locator(".tsv-pointer")


COVERS = """([marked, meant]) => {
  const [one, other] = [marked.getBoundingClientRect(), meant.getBoundingClientRect()];
  return ['x', 'y', 'width', 'height'].every(side => Math.abs(one[side] - other[side]) < 2);
}"""


def wait_until_it_covers(screen: Screen, row: int, column: int) -> None:
    """Wait until the pointer stands over a cell, whose column may just get another width."""
    marked, meant = pointer(screen).element_handle(), cell(screen, row, column).element_handle()
    screen.page.wait_for_function(COVERS, arg=[marked, meant], timeout=PATIENCE)


def know_each_other(ada: Screen, other: Screen) -> None:
    """Wait until each has heard of the other, and the other of Ada's name."""
    for screen in (ada, other):
        expect(screen.status.first).to_contain_text("2 people here", timeout=PATIENCE)
    people = other.root.get_by_role("button", name=re.compile("here$")).first
    expect(people).to_have_attribute("title", re.compile("Ada"), timeout=PATIENCE)


@pytest.mark.exhaustive
def test_where_an_editor_clicks_glows_on_other_screens(link: Link, meet: Meet, screenshots: Path):
    ada, ben = meet(link.url, "Ada"), meet(link.view_url)
    know_each_other(ada, ben)
    cell(ada, 4, 1).click()
    expect(pointer(ben)).to_have_text("Ada", timeout=PATIENCE)
    wait_until_it_covers(ben, 4, 1)
    screenshot(ben, screenshots, "pointing")
    press(ada, "ArrowDown")
    expect(pointer(ben)).to_have_count(1)
    ben.page.wait_for_function(
        "() => document.querySelector('.tsv-pointer')?.getBoundingClientRect().top > "
        "document.querySelector('[aria-rowindex=\"7\"]').getBoundingClientRect().top - 2"
    )
    expect(pointer(ada)).to_have_count(0)

    # Who only looks points at nothing for anybody.
    cell(ben, 2, 0).click()
    ada.page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
    expect(pointer(ada)).to_have_count(0)


@pytest.mark.exhaustive
def test_who_looks_around_sees_it_if_it_is_on_their_page(link: Link, meet: Meet):
    ada, ben = meet(link.url, "Ada"), meet(link.view_url)
    know_each_other(ada, ben)
    ben.root.get_by_role("searchbox", name="Search").fill("GENE25")
    press(ben, "Enter")
    ben.wait_for_cell("GENE25")
    cell(ada, 25, 0).click()
    expect(pointer(ben)).to_have_text("Ada", timeout=PATIENCE)
    wait_until_it_covers(ben, 0, 0)
    cell(ada, 26, 0).click()
    expect(pointer(ben)).to_have_count(0, timeout=PATIENCE)


@pytest.mark.exhaustive
def test_pointing_can_be_switched_off(link: Link, meet: Meet, screenshots: Path):
    ada, ben = meet(link.url, "Ada", color_scheme="dark"), meet(link.url, "Alan")
    know_each_other(ada, ben)
    people = open_people(ada)
    expect(people).to_contain_text("everyone follows")
    expect(people.locator(".tsv-circle")).to_have_text(["Ad", "Al"], timeout=PATIENCE)
    ben.root.get_by_role("switch", name="Follow").click()
    expect(people).to_contain_text("1 follows, 1 looks around", timeout=PATIENCE)
    screenshot(ada, screenshots, "pointing-people")
    people.get_by_label("Show others where I point").uncheck()
    press(ada, "Escape")
    cell(ada, 4, 1).click()
    cell(ben, 7, 0).click()
    # What Alan points at has made the way that what Ada points at would have made before.
    expect(pointer(ada)).to_have_text("Alan", timeout=PATIENCE)
    expect(pointer(ben)).to_have_count(0)


@pytest.mark.exhaustive
def test_everyone_is_brought_to_a_row_and_a_column(link: Link, meet: Meet):
    ada, ben = meet(link.url, "Ada"), meet(link.view_url)
    know_each_other(ada, ben)
    ada.go_to(2)
    ben.wait_for_page(2)
    cell(ada, 100, 0).click()
    press(ada, "Control+ArrowDown", "End")
    open_people(ada).get_by_role("button", name="Bring everyone here").click()
    expect(cell(ben, 199, 31)).to_be_in_viewport(timeout=PATIENCE)
    expect(pointer(ben)).to_have_text("Ada", timeout=PATIENCE)
    wait_until_it_covers(ben, 199, 31)


def test_one_follows_a_person_to_their_page_and_cells(link: Link, meet: Meet, screenshots: Path):
    ada, ben = meet(link.url, "Ada"), meet(link.view_url)
    know_each_other(ada, ben)
    people = open_people(ben)
    people.get_by_role("button", name="Follow Ada").click()
    expect(people.get_by_role("button", name="Following Ada")).to_be_focused(timeout=PATIENCE)
    screenshot(ben, screenshots, "following-person")
    press(ben, "Escape")
    expect(ben.root.get_by_text("You follow Ada.")).to_be_visible(timeout=PATIENCE)
    ada.root.get_by_role("switch", name="Follow").click()
    ada.go_to(3)
    ben.wait_for_page(3)
    cell(ada, 200, 0).click()
    press(ada, "Control+ArrowDown", "End")
    expect(cell(ben, 299, 31)).to_be_in_viewport(timeout=PATIENCE)
    ben.root.get_by_role("button", name="Return").click()
    ben.wait_for_page(1)
    expect(ben.root.get_by_text("You follow Ada.")).to_be_hidden()


@pytest.mark.exhaustive
def test_a_cell_leads_to_links_and_filters(link: Link, meet: Meet, screenshots: Path):
    ada = meet(link.url)
    ada.go_to(2)
    ada.wait_for_page(2)
    cell(ada, 100, 1).click()
    press(ada, "Control+ArrowDown")
    cell(ada, 199, 1).click(button="right")
    menu = ada.root.get_by_role("dialog", name="Cell")
    screenshot(ada, screenshots, "cell-menu")
    menu.get_by_role("button", name="Link to this cell").click()
    expect(ada.status.first).to_contain_text("Link to this cell copied")
    url = ada.page.evaluate("() => navigator.clipboard.readText()")
    assert link.key is not None
    assert link.key not in url, "who gets it is to look"

    ben = meet(url)
    ben.wait_for_page(2)
    expect(cell(ben, 199, 1)).to_be_in_viewport(timeout=PATIENCE)

    cell(ada, 199, 1).click(button="right")
    menu.get_by_role("button", name="Exclude this value").click()
    expect(ada.root.get_by_text("240 of 300 rows")).to_be_visible(timeout=PATIENCE)
    ada.button("Clear").first.click()
    cell(ada, 1, 1).click(button="right")
    menu.get_by_role("button", name="Filter to this value").click()
    expect(ada.root.get_by_text("60 of 300 rows")).to_be_visible(timeout=PATIENCE)


@pytest.mark.exhaustive
def test_a_notebook_points_and_is_pointed_at(
    open_notebook: Callable[..., Notebook], meet: Meet, share: Share
):
    link = share("gene\tscore\n" + "".join(f"G{n}\t{n}\n" for n in range(40)))
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\nw = TSVShare.join({link.url!r})\nw"
    )
    inside = notebook.run_all()
    inside.wait_for_cell("G3")
    ben = meet(link.url, "Ben")
    for screen in (inside, ben):
        expect(screen.status.first).to_contain_text("2 people here", timeout=PATIENCE)
    cell(inside, 3, 0).click()
    expect(pointer(ben)).to_be_visible(timeout=PATIENCE)
    wait_until_it_covers(ben, 3, 0)
    cell(ben, 5, 1).click()
    expect(pointer(inside)).to_have_text("Ben", timeout=PATIENCE)
