"""Wide tables: names of far columns, the pinned one, chosen columns, one row and a page turned."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tsvshare_widget.client import Link

from .grids import cell, header, names, press, wait_until_at
from .screens import PATIENCE, Screen

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

SAMPLES = [f"TCGA-A{n % 7}-{5000 + n}-01A-11R-B{n:03d}" for n in range(240)]


def matrix(rows: int = 250) -> str:
    """Genes by samples, whose names are long and whose numbers are short."""
    lines = ["\t".join(["gene", *SAMPLES])]
    lines += [
        "\t".join([f"ENSG{row:07d}", *(f"{row}.{place:03d}" for place in range(len(SAMPLES)))])
        for row in range(rows)
    ]
    return "\n".join(lines) + "\n"


def test_a_matrix_can_be_read(share: Share, visit: Visit):
    screen = visit(share(matrix()).url)
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    expect(header(screen, SAMPLES[8])).to_be_in_viewport(ratio=1)
    # A far one that is found shows what tells it from others, and the gene stays beside it.
    screen.page.get_by_role("button", name="Columns").click()
    screen.page.get_by_role("searchbox", name="Column name").fill(SAMPLES[220])
    screen.page.get_by_role("button", name=SAMPLES[220]).click()
    far = header(screen, SAMPLES[220])
    expect(far).to_be_focused()
    expect(far).to_be_in_viewport(ratio=1)
    end = far.locator(".tsv-cut-name > :last-child")
    expect(end).to_have_text("-B220")
    assert end.evaluate("part => part.scrollWidth <= part.parentElement.clientWidth")
    expect(header(screen, "gene")).to_be_in_viewport(ratio=1)
    expect(cell(screen, 3, 221)).to_have_text("3.220")


@pytest.mark.exhaustive
def test_only_the_columns_of_a_pasted_list_show(share: Share, visit: Visit):
    screen = visit(share(matrix(3)).url)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    columns = screen.page.get_by_role("button", name="Columns", exact=True)
    columns.click()
    screen.page.get_by_text("Show only these…").click()
    wanted = [SAMPLES[200], SAMPLES[3]]
    field = screen.page.get_by_role("textbox", name="Names of columns")
    field.fill("\n".join([*wanted, "none"]))
    screen.page.get_by_role("button", name="Show only these").click()
    expect(screen.page.get_by_text("2 columns show. Not in this table: none.")).to_be_visible()
    expect(screen.grid).to_have_attribute("aria-colcount", "4")
    assert names(screen) == ["gene", *wanted]
    hidden = screen.page.get_by_role("button", name=re.compile(f"{SAMPLES[0]}.*hidden"))
    expect(hidden).to_be_visible()
    screen.page.reload()
    expect(screen.grid).to_have_attribute("aria-colcount", "4")
    columns.click()
    screen.page.get_by_role("button", name="Show 238 hidden columns").click()
    expect(screen.grid).to_have_attribute("aria-colcount", "242")


@pytest.mark.exhaustive
def test_a_row_is_read_downwards_and_nobodys_page_turns(share: Share, visit: Visit):
    screen = visit(share(matrix()).url)
    cell(screen, 0, 1).focus()
    press(screen, "Control+ArrowDown")
    wait_until_at(screen, 99, 1)
    press(screen, "v")
    record = screen.page.get_by_role("dialog", name="Row")
    expect(record.get_by_role("heading", name=re.compile("Row 100,"))).to_be_visible()
    press(screen, "ArrowRight")
    expect(record.get_by_role("heading", name=re.compile("Row 101,"))).to_be_visible()
    expect(record.get_by_role("row", name="ENSG0000100")).to_be_visible()
    record.get_by_role("searchbox").fill("B220")
    expect(record.get_by_role("row", name=f"{SAMPLES[220]} 100.220")).to_be_visible()
    press(screen, "Escape")
    expect(screen.page.get_by_role("spinbutton", name="Page", exact=True)).to_have_value("1")


def test_a_page_is_turned_on_its_side(share: Share, visit: Visit):
    screen = visit(share(matrix()).url)
    cell(screen, 0, 1).focus()
    press(screen, "t")
    turned = screen.page.get_by_role("table", name="The page, transposed")
    expect(turned).to_have_attribute("aria-rowcount", "242")
    expect(turned.get_by_role("row", name=re.compile("^gene ENSG0000000"))).to_be_visible()
    press(screen, "End")
    screen.page.locator(".tsv-transposed").evaluate("box => box.scrollTo(9e5, 9e5)")
    expect(turned.get_by_role("row", name=SAMPLES[239])).to_contain_text("99.239")
