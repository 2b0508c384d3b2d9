"""How a file is read, seen and changed on the screen by one and seen by everyone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link

from .screens import PATIENCE, Notebook, Screen, screenshot

OpenNotebook = Callable[..., Notebook]
Visit = Callable[[str], Screen]

MESSY = '# made by hand\nid;note\n1;"a; b"\n2\n\n3;x;y\n' + "4;z\n" * 20
"""A comment, a header, a quoted cell, a short row, a blank one, a long one, twenty usual ones."""


def open_messy(open_notebook: OpenNotebook, folder: Path) -> tuple[Notebook, Screen]:
    path = folder / "messy.csv"
    path.write_text(MESSY, encoding="utf-8")
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\nw = TSVShare({str(path)!r})", "w"
    )
    inside = notebook.run_all()
    inside.wait_for_cell("a; b")
    return notebook, inside


def open_reading(screen: Screen) -> Locator:
    """The panel that says how the file was read."""
    screen.root.get_by_role("button", name="How it was read").click()
    panel = screen.root.get_by_role("dialog", name="How this file was read")
    expect(panel).to_be_visible(timeout=PATIENCE)
    return panel


@pytest.mark.exhaustive
def test_a_reading_changed_on_the_page_changes_it_for_the_notebook(
    open_notebook: OpenNotebook, visit: Visit, tmp_path: Path, screenshots: Path
):
    notebook, inside = open_messy(open_notebook, tmp_path)
    outside = visit(notebook.value("w.url"))
    outside.wait_for_cell("a; b")
    assert notebook.value("[w.reading.delimiter, w.reading.told]") == [";", {}]

    panel = open_reading(outside)
    screenshot(outside, screenshots, "reading-panel")
    panel.get_by_label("Delimiter").select_option(label="Comma")
    panel.get_by_label("Header").select_option(label="None")
    panel.get_by_label("Comments").select_option(label="None")
    panel.get_by_role("button", name="Apply for everyone").click()

    for screen in (outside, inside):
        screen.wait_for_cell("# made by hand")
    options = {"delimiter": ",", "header": False, "comments": False}
    assert notebook.value("w.reading.told") == options
    assert notebook.value("w.rows") == [[line] for line in MESSY.splitlines()]
    expect(outside.status.first).to_contain_text("read anew", ignore_case=True)

    panel.get_by_role("button", name="Find out again").click()
    for screen in (outside, inside):
        screen.wait_for_cell("a; b")
    assert notebook.value("w.reading.told") == {}


@pytest.mark.exhaustive
def test_a_reading_changed_in_the_notebook_changes_the_page(
    open_notebook: OpenNotebook, visit: Visit, tmp_path: Path
):
    notebook, inside = open_messy(open_notebook, tmp_path)
    outside = visit(notebook.value("w.view_url"))
    outside.wait_for_cell("a; b")
    notebook.execute("w.reread(quoting='none')")
    for screen in (outside, inside):
        screen.wait_for_cell('"a')
    panel = open_reading(outside)
    expect(panel.get_by_role("button", name="Apply for everyone")).to_have_count(0)
    panel.press("Escape")
    expect(panel).to_be_hidden()


def test_the_table_is_used_while_its_reading_is_open(share: Callable[[str], Link], visit: Visit):
    screen = visit(share("n\tsquare\n" + "".join(f"{n}\t{n * n}\n" for n in range(500))).url)
    screen.wait_for_connection("Live")
    panel = open_reading(screen)
    screen.button("Next page").click()
    screen.wait_for_page(2)
    screen.wait_for_cell("10000")
    expect(panel).to_be_visible()
    expect(screen.button("Share")).to_be_in_viewport(ratio=1)

    panel.get_by_label("Header").press("Escape")
    expect(panel).to_be_hidden()
    expect(screen.button("How it was read")).to_be_focused()
    panel = open_reading(screen)
    screen.button("How it was read").click()
    expect(panel).to_be_hidden()


@pytest.mark.exhaustive
def test_a_reading_that_is_impossible_is_said_where_it_was_asked_for(
    open_notebook: OpenNotebook, visit: Visit, tmp_path: Path
):
    notebook, _ = open_messy(open_notebook, tmp_path)
    outside = visit(notebook.value("w.url"))
    panel = open_reading(outside)
    panel.get_by_label("Encoding").select_option(label="Other…")
    panel.get_by_label("Codec").fill("klingon")
    panel.get_by_role("button", name="Apply for everyone").click()
    expect(panel.get_by_role("alert")).to_contain_text("klingon", timeout=PATIENCE)
    outside.wait_for_cell("a; b")
    assert notebook.value("w.reading.told") == {}


@pytest.mark.exhaustive
def test_words_for_missing_are_told_on_the_screen(
    open_notebook: OpenNotebook, visit: Visit, tmp_path: Path
):
    path = tmp_path / "people.tsv"
    path.write_text("id\tage\n1\t30\n2\t-9\n3\tnone given\n4\t5\n", encoding="utf-8")
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\nw = TSVShare({str(path)!r})", "w"
    )
    notebook.run_all().wait_for_cell("none given")
    page = visit(notebook.value("w.url"))
    page.wait_for_cell("none given")

    panel = open_reading(page)
    panel.get_by_label("Missing", exact=True).select_option(label="These words…")
    panel.get_by_label("Words, by commas").fill("none given, -1")
    panel.get_by_role("button", name="Apply for everyone").click()
    expect(panel.get_by_text("Read anew")).to_be_visible(timeout=PATIENCE)
    assert notebook.value("w.reading.missing") == ["none given", "-1"]
    assert notebook.value("w.profile('age', progress=False).minimum") == "-9"
    panel.press("Escape")

    page.root.get_by_role("columnheader", name="age").hover()
    page.root.get_by_role("columnheader", name="age").locator(".tsv-menu-mark").click()
    menu = page.root.get_by_role("dialog", name="age")
    expect(menu.get_by_text("Taken as missing: none given")).to_be_visible(timeout=PATIENCE)
    menu.get_by_role("button", name="Other words…").click()
    menu.get_by_label("Words for missing, by commas").fill("-9, none given")
    menu.get_by_role("button", name="Apply for everyone").click()
    expect(menu).to_be_hidden(timeout=PATIENCE)
    told = {
        "missing": ["none given", "-1"],
        "missing_in": [{"column": "age", "words": ["-9", "none given"]}],
    }
    assert notebook.value("w.reading.told") == told
    assert notebook.value("w.profile('age', progress=False).minimum") == "5"
