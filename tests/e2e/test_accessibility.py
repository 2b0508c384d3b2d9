"""axe-core finds nothing to complain of: page and notebook, light and dark, dialogs and states."""

from __future__ import annotations

import re
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


@pytest.fixture(params=["light", pytest.param("dark", marks=pytest.mark.exhaustive)])
def screen(request: pytest.FixtureRequest, served: Relay, visit: Visit) -> Screen:
    link = create_document(served.url)
    upload(link, TABLE.encode(), name="people.tsv")
    screen = visit(link.url)
    screen.page.emulate_media(color_scheme=request.param)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    return screen


def test_the_page(screen: Screen):
    screen.wait_for_connection("Live")
    for scheme in ("light", "dark"):
        screen.page.emulate_media(color_scheme=scheme)
        assert complaints(screen) == []


def test_the_page_while_it_is_used(screen: Screen):
    cell(screen, 1, 0).focus()
    press(screen, "Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    cell(screen, 2, 3).hover()
    assert complaints(screen) == []
    screen.root.get_by_role("switch", name="Follow").click()
    assert complaints(screen) == []


@pytest.mark.exhaustive
def test_finding_in_the_table(screen: Screen):
    cell(screen, 1, 0).focus()
    press(screen, "Control+f")
    bar = screen.root.get_by_role("search", name="Find in the table")
    bar.get_by_role("searchbox", name="Find").fill("person 7")
    expect(bar.get_by_role("status")).to_contain_text("hit 1 of")
    expect(screen.root.locator(".tsv-find[data-busy]")).to_have_count(0)
    assert complaints(screen) == []


@pytest.mark.exhaustive
def test_following_somebody_who_points(screen: Screen, visit: Visit):
    other = visit(screen.page.url)
    other.wait_for_connection("Live")
    expect(screen.status.first).to_contain_text("2 people here")
    screen.root.get_by_role("button", name="2 people here").click()
    people = screen.root.get_by_role("dialog", name="Who is here")
    people.get_by_role("button", name="Follow Somebody").click()
    assert complaints(screen) == []
    people.get_by_role("button", name="Close").click()
    cell(other, 2, 1).click()
    expect(screen.root.locator(".tsv-pointer")).to_be_visible()
    assert complaints(screen) == []


@pytest.mark.parametrize(
    "keys",
    [
        "Shift+F10",
        *(pytest.param(keys, marks=pytest.mark.exhaustive) for keys in ("?", "Enter", "g", "r")),
    ],
)
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


@pytest.mark.parametrize("name", ["Share", "How it was read"])
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


def open_people(screen: Screen) -> None:
    screen.root.get_by_role("button", name=re.compile("here$")).first.click()


def open_taking_back(screen: Screen) -> None:
    screen.button("Share").click()
    screen.root.get_by_text("Take back, keep, delete").click()
    screen.root.get_by_role("button", name="New links").click()


def open_filter(screen: Screen) -> None:
    header(screen, "score").focus()
    press(screen, "Alt+ArrowDown")


def press_in_cell(key: str) -> Callable[[Screen], None]:
    def open_it(screen: Screen) -> None:
        cell(screen, 1, 1).focus()
        press(screen, key)

    return open_it


DIALOGS: dict[str, Callable[[Screen], None]] = {
    "people": open_people,
    "share": lambda screen: screen.button("Share").click(),
    "taking links back": open_taking_back,
    "reading": lambda screen: screen.button("How it was read").click(),
    "columns": press_in_cell("g"),
    "column": open_filter,
    "keys": press_in_cell("?"),
    "cell": press_in_cell("Enter"),
    "menu of a cell": press_in_cell("Shift+F10"),
    "replacing": lambda screen: screen.drop("empty.tsv", ""),
}

CLOSE = """root => {
  for (const box of root.querySelectorAll('dialog')) { if (box.open) box.close(); box.remove(); }
}"""


@pytest.mark.exhaustive
def test_each_dialog_and_menu_over_its_page(screen: Screen):
    screen.wait_for_connection("Live")
    for name, open_it in DIALOGS.items():
        open_it(screen)
        expect(screen.root.get_by_role("dialog").first).to_be_visible(timeout=PATIENCE)
        assert complaints_of_page(screen.page) == [], name
        screen.root.evaluate(CLOSE)


def look_alone(screen: Screen) -> None:
    screen.root.get_by_role("switch", name="Follow").click()


def search_in_vain(screen: Screen) -> None:
    screen.root.get_by_role("searchbox", name="Search").fill("nobody has this")
    press(screen, "Enter")
    screen.root.get_by_text("No rows match").wait_for(timeout=PATIENCE)


def replace(screen: Screen) -> None:
    screen.drop("new.tsv", "name\tscore\nperson 0\t1\n")
    screen.root.locator(".tsv-banner", has_text="was replaced").wait_for(timeout=PATIENCE)


def be_refused(screen: Screen) -> None:
    screen.drop("paper.pdf", "%PDF-1.7\n%\n1 0 obj\n")
    screen.root.locator(".tsv-toast", has_text="refused").wait_for(timeout=PATIENCE)


def upload_for_ever(screen: Screen) -> None:
    screen.page.route("**/table?name=*", lambda route: None)
    screen.drop("slow.tsv", "a\tb\n1\t2\n")
    screen.root.get_by_role("progressbar", name="Upload").wait_for(timeout=PATIENCE)


STATES = [look_alone, search_in_vain, replace, be_refused, upload_for_ever]


@pytest.mark.exhaustive
@pytest.mark.parametrize("reach", STATES)
def test_each_state_of_a_page(reach: Callable[[Screen], None], screen: Screen):
    screen.wait_for_connection("Live")
    reach(screen)
    assert complaints_of_page(screen.page) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_whose_relay_has_gone_or_whose_key_is_wrong(
    scheme: Any, relay: Relay, visit: Visit, screenshots: Path
):
    link = create_document(relay.url)
    upload(link, TABLE.encode(), name="people.tsv")
    wrong = visit(f"{link.view_url}#k=AAAAAAAAAAAAAAAAAAAAAA")
    wrong.page.emulate_media(color_scheme=scheme)
    wrong.root.locator(".tsv-banner", has_text="The key in this link").wait_for(timeout=PATIENCE)
    assert complaints_of_page(wrong.page) == []
    empty = create_document(relay.url)
    upload(empty, b"", name="empty.tsv")
    nothing = visit(empty.url)
    nothing.page.emulate_media(color_scheme=scheme)
    nothing.root.get_by_text("An empty file").wait_for(timeout=PATIENCE)
    assert complaints_of_page(nothing.page) == []
    relay.kill()
    wrong.wait_for_connection("Stale since")
    screenshot(wrong, screenshots, f"wrong-key-stale-{scheme}")
    assert complaints_of_page(wrong.page) == []


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


@pytest.mark.exhaustive
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
