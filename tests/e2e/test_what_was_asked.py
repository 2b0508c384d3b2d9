"""What comes of a question: rows to download, a link that asks it again, the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tsvshare_widget.client import Link

from .asking import first, genes, menu, search, shows
from .screens import PATIENCE, Screen, screenshot

Visit = Callable[[str], Screen]


@pytest.fixture
def link(share: Callable[[str], Link]) -> Link:
    return share(genes())


def test_the_rows_that_are_asked_for_can_be_downloaded(link: Link, visit: Visit):
    screen = visit(link.view_url)
    screen.wait_for_connection("Live")
    search(screen).fill("straße")
    shows(screen, "10 of 500 rows")
    with screen.page.expect_download() as started:
        screen.root.get_by_role("link", name="Download these rows").click()
    lines = started.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["gene\tscore\tchrom\tnote", "GENE50\t5\tchr1\tStraße"]
    assert len(lines) == 11


@pytest.mark.exhaustive
def test_they_can_be_downloaded_in_what_formats_the_relay_can_write(
    link: Link, visit: Visit, screenshots: Path
):
    screen = visit(link.view_url)
    screen.wait_for_connection("Live")
    search(screen).fill("straße")
    shows(screen, "10 of 500 rows")
    screen.button("Download as").click()
    popup = screen.root.get_by_role("dialog", name="Download 10 rows as")
    expect(popup.get_by_role("link", name="TSV")).to_be_focused()
    screenshot(screen, screenshots, "asking-formats")
    for name, begin in (
        ("CSV for Excel", b"\xef\xbb\xbfgene,score,chrom,note\r\nGENE50,5,chr1,Stra\xc3\x9fe\r\n"),
        ("Excel workbook", b"PK"),
    ):
        with screen.page.expect_download() as started:
            popup.get_by_role("link", name=name).click()
        assert started.value.path().read_bytes().startswith(begin)
        expect(popup).to_be_hidden()
        screen.button("Download as").click()


def test_a_link_to_a_view_asks_again(link: Link, visit: Visit):
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    menu(screen, "score").get_by_role("button", name="Descending").click()
    first(screen, "GENE499")
    screen.go_to(3)
    first(screen, "GENE297")
    screen.button("Share").click()
    screen.button("Copy link to this view").click()
    expect(screen.root.get_by_role("dialog")).to_contain_text(re.compile("this view.*Copied"))
    copied = screen.page.evaluate("() => navigator.clipboard.readText()")
    screen.root.get_by_role("dialog").get_by_role("button", name="Close").click()
    screen.button("Clear all").click()
    first(screen, "GENE1")

    other = visit(copied)
    other.wait_for_page(3)
    first(other, "GENE297")
    expect(other.root.get_by_role("switch", name="Follow")).not_to_be_checked()
    first(screen, "GENE1")


def test_what_was_asked_is_gone_back_to_and_forth(
    share: Callable[[str], Link], visit: Callable[[str], Screen]
):
    screen = visit(share("name\tscore\na\t1\nb\t3\nc\t2\n").url)
    screen.wait_for_cell("a")
    screen.wait_for_connection("Live")
    screen.root.locator(".tsv-steps").wait_for(state="attached", timeout=PATIENCE)
    box = screen.root.get_by_role("searchbox", name="Search")
    asked = screen.root.get_by_role("list", name="What is asked")
    for text in ("b", "c"):
        box.fill(text)
        box.press("Enter")
        screen.wait_for_cell(text)
        expect(screen.grid.get_by_role("row")).to_have_count(2, timeout=PATIENCE)
    screen.button("Ask as before").click()
    screen.wait_for_cell("b")
    screen.grid.get_by_role("gridcell", name="b", exact=True).click()
    screen.page.keyboard.press("Control+z")
    screen.wait_for_cell("a")
    expect(asked.get_by_role("listitem")).to_have_count(0, timeout=PATIENCE)
    screen.page.keyboard.press("Control+y")
    screen.button("Ask as after that").click()
    screen.wait_for_cell("c")
