"""How a table looks with two browsers: heatmaps are everyone's, number formats one's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tsvshare_widget.client import Link, upload

from .grids import cell, header, press
from .screens import PATIENCE, Screen

TABLE = "name\tscore\n" + "".join(f"n{n}\t{n}.25\n" for n in range(50))
MOVED = "score\tname\tmore\n" + "".join(f"{n}.5\tn{n}\tx\n" for n in range(50))
COLOURED = ".tsv-table td[data-heat]"


def open_menu(screen: Screen, name: str) -> None:
    header(screen, name).focus()
    press(screen, "Alt+ArrowDown")


def test_a_heatmap_is_everyones_and_stays_with_a_newer_table(
    share: Callable[[str], Link], visit: Callable[[str], Screen]
):
    link = share(TABLE)
    ada, ben = visit(link.url), visit(link.view_url)
    for screen in (ada, ben):
        cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    open_menu(ada, "score")
    ada.root.get_by_role("button", name="Heatmap").click()
    expect(ben.root.locator(COLOURED).first).to_be_visible(timeout=PATIENCE)
    assert ben.root.locator(COLOURED).first.inner_text().endswith(".25")
    upload(link, MOVED.encode(), name="moved.tsv")
    ben.wait_for_cell("0.5")
    # The column is the first one now, and coloured as it was.
    first = ben.root.locator(f"{COLOURED}[aria-colindex='2']").first
    expect(first).to_be_visible(timeout=PATIENCE)


@pytest.mark.exhaustive
def test_a_number_format_is_ones_own(share: Callable[[str], Link], visit: Callable[[str], Screen]):
    link = share(TABLE)
    ada, ben = visit(link.url), visit(link.url)
    for screen in (ada, ben):
        cell(screen, 1, 1).wait_for(timeout=PATIENCE)
    open_menu(ada, "score")
    ada.root.get_by_label("Shown as").select_option("percent")
    expect(cell(ada, 1, 1)).to_have_attribute("data-shown", "125.00 %")
    # The cell says both, and what the file has is what others see.
    expect(cell(ada, 1, 1)).to_have_text("1.25")
    expect(cell(ben, 1, 1)).not_to_have_attribute("data-shown", "125.00 %")
