"""Finding without filtering: hit after hit over all pages; who does not follow is not moved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link

from .grids import cell, press, wait_for_words, wait_until_at
from .screens import PATIENCE, Notebook, Screen, screenshot

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]


@pytest.fixture
def link(share: Share) -> Link:
    """Genes on three pages with 30 columns; TP53 in rows 8, 208 and, far to the right, 220."""
    lines = ["\t".join(["gene", "note", *(f"sample {n}" for n in range(28))])]
    for n in range(250):
        far = "x" * 11_000 + "TP53" if n == 219 else str(n)
        note = "near tp53" if n in (7, 207) else "-"
        lines.append("\t".join([f"G{n}", note, *["0"] * 27, far]))
    return share("\n".join(lines) + "\n")


def find(screen: Screen, text: str) -> Locator:
    """Open the find bar from the table, and type."""
    cell(screen, 0, 0).click()
    press(screen, "Control+f")
    bar = screen.root.get_by_role("search", name="Find in the table")
    bar.get_by_role("searchbox", name="Find").fill(text)
    return bar


def hits(bar: Locator, words: str) -> None:
    expect(bar.get_by_role("status")).to_have_text(words, timeout=PATIENCE)


def test_hits_are_gone_through_over_all_pages(link: Link, visit: Visit, screenshots: Path):
    ada, ben = visit(link.url), visit(link.view_url)
    ada.wait_for_cell("G0")
    ben.root.get_by_role("switch", name="Follow").click()
    bar = find(ada, "TP53")
    hits(bar, "hit 1 of 3")
    expect(ada.root.locator(".tsv-pointer[data-hit]")).to_be_visible()
    expect(cell(ada, 7, 1).locator("mark")).to_have_text("tp53")
    screenshot(ada, screenshots, "find")
    press(ada, "Enter")
    hits(bar, "hit 2 of 3")
    ada.wait_for_page(3)
    expect(cell(ada, 207, 1)).to_be_in_viewport(timeout=PATIENCE)
    expect(cell(ada, 206, 0)).to_have_text("G206")  # its neighbours are there
    press(ada, "Enter")
    hits(bar, "hit 3 of 3")
    expect(cell(ada, 219, 29)).to_be_in_viewport(timeout=PATIENCE)
    press(ada, "Enter")
    hits(bar, "hit 1 of 3")
    ada.wait_for_page(1)
    press(ada, "Shift+Enter")
    ada.wait_for_page(3)
    press(ada, "Escape")
    wait_until_at(ada, 219, 29)
    expect(ada.grid.locator("mark")).to_have_count(0)
    ben.wait_for_page(1)


def test_who_looks_alone_moves_nobody_and_makes_a_filter(link: Link, visit: Visit):
    ada, ben = visit(link.url), visit(link.view_url)
    ben.wait_for_cell("G0")
    bar = find(ben, "TP53")
    hits(bar, "hit 1 of 3")
    press(ben, "Enter")
    ben.wait_for_page(3)
    ada.wait_for_page(1)
    bar.get_by_role("button", name="Show only these").click()
    expect(ben.root.get_by_text("3 of 250 rows")).to_be_visible(timeout=PATIENCE)
    expect(bar).to_be_hidden()
    assert ada.cells()[0][0] == "G0"


def test_what_is_not_there_is_said(link: Link, visit: Visit):
    screen = visit(link.url)
    screen.wait_for_cell("G0")
    bar = find(screen, "BRCA1")
    hits(bar, "not found")
    press(screen, "Control+f")  # in its field: the browser's own
    expect(bar).to_be_visible()
    press(screen, "Escape")
    wait_until_at(screen, 0, 0)


@pytest.mark.exhaustive
def test_a_notebook_finds_and_keeps_the_keys(open_notebook: Callable[..., Notebook]):
    notebook = open_notebook(
        "import pandas as pd\nfrom tsvshare_widget import TSVShare\n"
        "rows = [[f'G{n}', 'TP53' if n % 90 == 5 else '-'] for n in range(200)]\n"
        "w = TSVShare(pd.DataFrame(rows, columns=['gene', 'note']))\nw"
    )
    screen = notebook.run_all()
    screen.wait_for_cell("G0")
    bar = find(screen, "tp53")
    hits(bar, "hit 1 of 3")
    expect(notebook.page.locator(".jp-DocumentSearch-overlay")).to_have_count(0)
    press(screen, "Enter")
    hits(bar, "hit 2 of 3")
    press(screen, "Enter")
    screen.wait_for_page(2)
    press(screen, "Escape")
    wait_until_at(screen, 185, 1)
    found = notebook.execute("print(list(w.find('tp53').index))")
    assert found.strip() == "[5, 95, 185]"
    wait_for_words(screen, "Page turned to 2")
