"""The panel of groups and charts: for everyone who may, by keys, in a page and a notebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link

from .grids import cell
from .screens import PATIENCE, Notebook, Screen, screenshot
from .test_accessibility import complaints

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

ROWS = 3000
TABLE = "gene\tscore\tchrom\n" + "".join(
    f"g{n}\t{n / 10:g}\t{'' if n % 3 else 'chr1' if n % 2 else 'chr2'}\n" for n in range(ROWS)
)


def panel(screen: Screen) -> Locator:
    """The panel, opened with the focus in the column of chromosomes."""
    cell(screen, 0, 2).focus()
    screen.button("Groups and charts").press("Enter")
    opened = screen.root.get_by_role("dialog", name="Groups and charts")
    expect(opened.get_by_role("table")).to_be_visible(timeout=PATIENCE)
    return opened


def choice(opened: Locator, name: str) -> Locator:
    return opened.get_by_role("combobox", name=name, exact=True)


def row(opened: Locator, name: str) -> Locator:
    group = opened.page.get_by_role("button", name=name, exact=True)
    return opened.get_by_role("row").filter(has=group)


def shows(screen: Screen, words: str) -> None:
    expect(screen.root.get_by_text(words, exact=True)).to_be_visible(timeout=PATIENCE)


@pytest.mark.exhaustive
def test_a_group_filters_the_table_for_everyone(share: Share, visit: Visit, screenshots: Path):
    link = share(TABLE)
    here, there = visit(link.url), visit(link.view_url)
    here.wait_for_connection("Live")
    opened = panel(here)
    # Count, sum, mean and median of the score, which is the first column of numbers.
    expect(row(opened, "(empty)")).to_contain_text(re.compile("2,000.*300,000.*150.*150"))
    expect(row(opened, "chr2")).to_contain_text("500")
    expect(opened.get_by_text("3 groups of 3,000 rows.")).to_be_visible()
    opened.get_by_role("button", name="chr1", exact=True).press("Enter")
    for screen in (here, there):
        shows(screen, "500 of 3,000 rows")
    chosen = opened.get_by_role("button", name="chr1", exact=True)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    # The others stay in sight, to be chosen instead, and it is let go of by itself.
    expect(row(opened, "chr2")).to_be_visible()
    screenshot(here, screenshots, "charts-groups")
    chosen.press("Enter")
    expect(there.root.get_by_text("500 of 3,000 rows")).to_be_hidden()
    choice(opened, "and by").select_option(label="gene")
    expect(opened.get_by_text("The largest 100 are shown.")).to_be_visible(timeout=PATIENCE)


@pytest.mark.exhaustive
def test_two_columns_are_drawn_from_a_sample_that_is_marked(share: Share, visit: Visit):
    screen = visit(share(TABLE).url)
    screen.wait_for_connection("Live")
    opened = panel(screen)
    choice(opened, "Show").select_option(label="Two columns as dots")
    choice(opened, "Across").select_option(label="score")
    picture = opened.get_by_role("img", name=re.compile("^2,000 points: score from 0 to 299"))
    expect(picture).to_be_visible(timeout=PATIENCE)
    expect(opened.get_by_text("A sample: 2,000 rows of 3,000")).to_be_visible()
    choice(opened, "Across").select_option(label="gene")
    expect(opened.get_by_text("No row has a number or a date in both columns.")).to_be_visible()
    choice(opened, "Across").select_option(label="score")
    box = screen.root.get_by_role("searchbox", name="Search", exact=True)
    box.fill("g12")
    box.press("Enter")
    expect(opened.get_by_text("All 111 rows of the view.")).to_be_visible(timeout=PATIENCE)
    choice(opened, "Show").select_option(label="Two columns as a line")
    expect(opened.locator(".tsv-line")).to_be_visible(timeout=PATIENCE)
    choice(opened, "Show").press("Escape")
    expect(opened).to_be_hidden()


@pytest.mark.exhaustive
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(share: Share, visit: Visit, scheme: str):
    screen = visit(share(TABLE).url)
    screen.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    screen.wait_for_connection("Live")
    opened = panel(screen)
    opened.get_by_role("button", name="chr1", exact=True).click()
    shows(screen, "500 of 3,000 rows")
    assert complaints(screen) == []
    choice(opened, "Show").select_option(label="Two columns as dots")
    expect(opened.get_by_role("img")).to_be_visible(timeout=PATIENCE)
    assert complaints(screen) == []
    screen.page.keyboard.press("Escape")
    screen.button("Saved views").click()
    views = screen.root.get_by_role("dialog", name="Saved views")
    views.get_by_label("Name of the view").fill("One")
    views.get_by_label("Name of the view").press("Enter")
    expect(views.get_by_text("One is saved")).to_be_visible(timeout=PATIENCE)
    assert complaints(screen) == []


@pytest.mark.exhaustive
def test_a_notebook_has_it_too(
    open_notebook: Callable[..., Notebook], visit: Visit, tmp_path: Path
):
    path = tmp_path / "genes.tsv"
    path.write_text(TABLE, encoding="utf-8")
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\nw = TSVShare({str(path)!r})", "w"
    )
    inside = notebook.run_all()
    opened = panel(inside)
    opened.get_by_role("button", name="chr2", exact=True).click()
    shows(inside, "500 of 3,000 rows")
    assert notebook.value("w.n_rows") == 500
    choice(opened, "Show").select_option(label="Two columns as a line")
    expect(opened.get_by_role("img")).to_be_visible(timeout=PATIENCE)
