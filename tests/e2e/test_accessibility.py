"""axe-core finds nothing to complain of: page and notebook, light and dark, dialogs and states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tsvshare_widget.client import Link, create_document, upload

from .grids import cell, header, press
from .processes import Relay
from .screens import PATIENCE, Notebook, Screen, screenshot

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"

CHECK = """async root => {
  const {violations} = await axe.run(root, {resultTypes: ['violations']});
  return violations.map(({id, help, nodes}) =>
    [id, help, nodes.slice(0, 3).map(node => [node.html.slice(0, 200), node.failureSummary])]);
}"""

TABLE = "name\tscore\tnote\tlink\n" + "".join(
    f"person {n}\t{n}\t{'' if n % 3 else ' x'}" + (f"\thttps://a.example/{n}\n" if n % 2 else "\n")
    for n in range(150)
)


WHOLE_PAGE = CHECK.replace("axe.run(root,", "axe.run(document,")


def complaints_of_page(page: Page) -> list[Any]:
    """What axe says against a whole page, its landmarks included."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(WHOLE_PAGE)
    return found


def complaints(screen: Screen) -> list[Any]:
    """What axe says against the table and what is open over it."""
    assert AXE.is_file(), f"{AXE} is not there: run `hatch_build.py npm ci`"
    screen.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = screen.root.evaluate(CHECK)
    return found


@pytest.fixture(params=["light", "dark"])
def screen(request: pytest.FixtureRequest, served: Relay, visit: Visit) -> Screen:
    link = create_document(served.url)
    upload(link, TABLE.encode(), name="people.tsv")
    screen = visit(link.url)
    screen.page.emulate_media(color_scheme=request.param)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    return screen


def test_the_page(screen: Screen):
    screen.wait_for_connection("Live")
    assert complaints(screen) == []


def test_the_page_while_it_is_used(screen: Screen):
    cell(screen, 1, 0).focus()
    press(screen, "Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    cell(screen, 2, 3).hover()
    assert complaints(screen) == []
    screen.root.get_by_role("switch", name="Follow").click()
    assert complaints(screen) == []


@pytest.mark.parametrize("keys", ["?", "Shift+F10", "Enter", "g"])
def test_what_keys_open(keys: str, screen: Screen):
    cell(screen, 1, 3).focus()
    press(screen, keys)
    expect(screen.root.get_by_role("dialog").first).to_be_visible()
    assert complaints(screen) == []


def test_the_menu_of_a_column(screen: Screen):
    header(screen, "score").focus()
    press(screen, "Alt+ArrowDown")
    expect(screen.root.get_by_role("dialog", name="score", exact=True)).to_be_visible()
    assert complaints(screen) == []


@pytest.mark.parametrize("name", ["Share", "Reading"])
def test_dialogs(name: str, screen: Screen):
    screen.button(name).click()
    expect(screen.root.get_by_role("dialog").first).to_be_visible()
    assert complaints(screen) == []


PAINTED = "element => getComputedStyle(element).backgroundColor"


def test_what_says_something_by_its_colour_is_seen_where_the_system_chooses_them(screen: Screen):
    screen.page.emulate_media(forced_colors="active")
    background = screen.root.evaluate(PAINTED)
    knob = screen.root.locator(".tsv-knob")
    following = knob.evaluate(PAINTED)
    screen.root.get_by_role("switch", name="Follow").click()
    expect(knob).not_to_have_css("background-color", following)
    assert background not in (following, knob.evaluate(PAINTED))
    header(screen, "score").focus()
    press(screen, "Alt+ArrowDown")
    bar = screen.root.locator(".tsv-bin-fill").first
    expect(bar).not_to_have_css("background-color", background)


def test_an_empty_document(served: Relay, visit: Visit):
    screen = visit(create_document(served.url).url)
    screen.wait_for_connection("Live")
    assert complaints(screen) == []


def test_whole_pages_have_their_landmarks(served: Relay, visit: Visit, share: Share):
    link = share(TABLE)
    for url in (link.url, link.view_url):
        screen = visit(url)
        screen.wait_for_cell("person 0")
        assert complaints_of_page(screen.page) == []
    screen.page.goto(served.url)
    screen.page.get_by_role("button", name="Choose a file").wait_for(timeout=PATIENCE)
    assert complaints_of_page(screen.page) == []
    screen.page.goto(f"{served.url}/d/there-is-none")
    screen.page.get_by_role("heading", name="There is no table here").wait_for(timeout=PATIENCE)
    assert complaints_of_page(screen.page) == []


def test_a_notebook(open_notebook: Callable[..., Notebook], screenshots: Path):
    text = TABLE.encode()
    notebook = open_notebook("from tsvshare_widget import TSVShare", f"w = TSVShare({text!r})\nw")
    screen = notebook.run_all()
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.use_theme(theme)
        cell(screen, 1, 1).focus()
        press(screen, "Shift+ArrowDown")
        screenshot(screen, screenshots, f"axe-{theme.replace(' ', '-')}")
        assert complaints(screen) == []
