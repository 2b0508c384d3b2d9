"""Saved views on the screen: for everyone and for one browser, shown, linked, renamed, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tsvshare_widget.client import Link

from .screens import PATIENCE, Notebook, Screen, open_link, screenshot

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

TABLE = "gene\tchrom\n" + "".join(f"g{n}\tchr{n % 3}\n" for n in range(60))


def panel(screen: Screen) -> Locator:
    """The panel of saved views, opened."""
    opened = screen.root.get_by_role("dialog", name="Saved views")
    if not opened.is_visible():
        screen.button("Saved views").click()
    return opened


def search(screen: Screen, text: str) -> None:
    box = screen.root.get_by_role("searchbox", name="Search", exact=True)
    box.fill(text)
    box.press("Enter")


def save(screen: Screen, name: str, *, for_all: bool) -> None:
    opened = panel(screen)
    opened.get_by_label("Name of the view").fill(name)
    opened.get_by_role("checkbox", name="For everyone").set_checked(for_all)
    opened.get_by_label("Name of the view").press("Enter")
    expect(opened.get_by_text(f"{name} is saved")).to_be_visible(timeout=PATIENCE)


def follows(screen: Screen) -> Locator:
    return screen.root.get_by_role("switch", name="Follow")


def shows(screen: Screen, words: str) -> None:
    expect(screen.root.get_by_text(words, exact=True)).to_be_visible(timeout=PATIENCE)


def test_views_are_saved_shown_alone_or_to_everyone_renamed_and_deleted(
    share: Share, visit: Visit, chromium: Browser, screenshots: Path
):
    link = share(TABLE)
    other_browser = chromium.new_context()
    here, there = visit(link.url), open_link(other_browser, link.view_url)
    here.wait_for_connection("Live")
    search(here, "chr1")
    shows(here, "20 of 60 rows")
    save(here, "First chromosome", for_all=True)
    save(here, "Mine", for_all=False)
    screenshot(here, screenshots, "saved-views")
    opened = panel(here)
    names = [opened.get_by_role("list", name=of) for of in ("For everyone", "In this browser")]
    expect(names[0]).to_contain_text("First chromosome")
    expect(names[1]).to_contain_text("Mine")
    here.page.keyboard.press("Escape")
    search(here, "")
    expect(here.root.get_by_text("20 of 60 rows")).to_be_hidden()

    # Who looks on opens it on their own screen, and nobody is moved.
    listed = panel(there)
    expect(listed.get_by_text("Mine")).to_have_count(0)
    expect(listed.get_by_role("button", name="Delete First chromosome")).to_have_count(0)
    listed.get_by_role("button", name="First chromosome", exact=True).click()
    shows(there, "20 of 60 rows")
    expect(follows(there)).not_to_be_checked()
    expect(here.root.get_by_text("rows 1\u201360 of 60")).to_be_visible()
    follows(there).click()

    # By keys: an editor shows it to everyone.
    opened = panel(here)
    opened.get_by_role("button", name="Show First chromosome to everyone").press("Enter")
    for screen in (here, there):
        shows(screen, "20 of 60 rows")
        expect(follows(screen)).to_be_checked()

    listed = panel(there)
    opened = panel(here)
    opened.get_by_role("button", name="Rename First chromosome").press("Enter")
    field = opened.get_by_role("textbox", name="Name of the view").first
    field.fill("chr1 alone")
    field.press("Enter")
    renamed = listed.get_by_role("button", name="chr1 alone", exact=True)
    expect(renamed).to_be_visible(timeout=PATIENCE)
    opened.get_by_role("button", name="Delete chr1 alone").click()
    here.root.get_by_role("dialog", name="Delete chr1 alone").get_by_role(
        "button", name="Delete", exact=True
    ).click()
    expect(renamed).to_have_count(0, timeout=PATIENCE)
    other_browser.close()


@pytest.mark.exhaustive
def test_a_link_opens_with_a_view_as_it_is_now(share: Share, visit: Visit):
    link = share(TABLE)
    here = visit(link.url)
    here.wait_for_connection("Live")
    search(here, "chr1")
    shows(here, "20 of 60 rows")
    save(here, "Some", for_all=True)
    panel(here).get_by_role("button", name="Copy a link to Some").click()
    expect(panel(here).get_by_text("A link to Some was copied")).to_be_visible()
    copied = here.page.evaluate("() => navigator.clipboard.readText()")
    here.page.keyboard.press("Escape")
    search(here, "g5")
    shows(here, "11 of 60 rows")

    there = visit(copied)
    shows(there, "20 of 60 rows")
    expect(follows(there)).not_to_be_checked()
    save(here, "Some", for_all=True)
    there.page.reload()
    shows(there, "11 of 60 rows")
    shows(here, "11 of 60 rows")
    expect(follows(here)).to_be_checked()


@pytest.mark.exhaustive
def test_a_notebook_and_a_page_have_the_same_views(
    open_notebook: Callable[..., Notebook], visit: Visit, tmp_path: Path
):
    path = tmp_path / "genes.tsv"
    path.write_text(TABLE, encoding="utf-8")
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\nw = TSVShare({str(path)!r})", "w"
    )
    inside = notebook.run_all()
    outside = visit(notebook.value("w.url"))
    outside.wait_for_connection("Live")
    notebook.value("w.save_view('Two', search='chr2')")
    panel(outside).get_by_role("button", name="Two", exact=True).click()
    shows(outside, "20 of 60 rows")
    listed = panel(inside)
    listed.get_by_role("button", name="Show Two to everyone").click()
    shows(inside, "20 of 60 rows")
    assert notebook.value("w.n_rows") == 20
    save(inside, "Of the notebook", for_all=True)
    assert notebook.value("list(w.views)") == ["Two", "Of the notebook"]
    expect(inside.root.get_by_text(re.compile("Of the notebook is saved"))).to_be_visible()
