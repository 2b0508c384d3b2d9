"""The landing page: cells pasted, an address, a sample, tables found again; cells over a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from site_fixture import Site, sends

from tsvshare_widget.client import Link

from .processes import Relay
from .screens import PATIENCE, Screen

PASTE = """([text, html]) => {
  const data = new DataTransfer();
  if (text !== null) data.setData('text/plain', text);
  if (html !== null) data.setData('text/html', html);
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""
RECENT = "Your recent tables"


def paste(page: Page, text: str | None = None, html: str | None = None) -> None:
    page.evaluate(PASTE, [text, html])


@pytest.fixture
def land(browser: BrowserContext, served: Relay) -> Callable[[], Page]:
    def land() -> Page:
        page = browser.new_page()
        page.goto(f"{served.url}/")
        page.get_by_role("button", name="Choose a file").wait_for(timeout=PATIENCE)
        return page

    return land


def shown(page: Page) -> Screen:
    screen = Screen(page, page.locator(".tsvshare").first)
    screen.wait_for_connection("Live")
    return screen


def test_pasted_cells_become_a_table_as_they_are(land: Callable[[], Page]):
    page = land()
    paste(page, "one cell")
    expect(page.get_by_role("alert")).to_contain_text("one cell", timeout=PATIENCE)
    paste(page, "id\tname\r\n007\t x \r\n", "<table><tr><td>wrong</td></tr></table>")
    screen = shown(page)
    screen.wait_for_cell("007")
    assert screen.cells() == [["007", " x "]]


def test_html_counts_where_there_is_no_text(land: Callable[[], Page]):
    page = land()
    cells = "<tr><td>1</td><td><img src=x onerror=\"document.title='owned'\">b <b>c</b></td></tr>"
    paste(page, None, f"<table><tr><th>n</th><th>what</th></tr>{cells}</table>")
    screen = shown(page)
    screen.wait_for_cell("b c")
    assert screen.cells() == [["1", "b c"]]
    assert page.title() != "owned"


@pytest.mark.exhaustive
def test_who_lost_the_link_finds_the_table_again(land: Callable[[], Page]):
    page = land()
    page.get_by_role("button", name="Try a small sample").click()
    screen = shown(page)
    screen.wait_for_cell("Saturn")
    key = page.url.partition("#")[2]
    again = land()
    link = again.get_by_role("region", name=RECENT).get_by_role("link", name="planets.tsv").first
    link.click(timeout=PATIENCE)
    screen = shown(again)
    screen.wait_for_cell("Saturn")
    assert again.url.endswith(f"#{key}")
    expect(screen.button("Upload")).to_be_visible()
    third = land()
    recent = third.get_by_role("region", name=RECENT)
    recent.get_by_role("button", name="Forget all").click()
    expect(recent).to_be_hidden()
    assert third.evaluate("Object.keys(localStorage).filter(k => k.includes('recent'))") == []


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site(sends(b"gene\tscore\nTP53\t1\n", Access_Control_Allow_Origin="*"))
    yield site
    site.close()


def test_a_file_at_an_address_is_fetched_by_the_browser(land: Callable[[], Page], site: Site):
    page = land()
    page.get_by_label("Address").fill(f"http://{site.host}/data/genes.tsv")
    page.get_by_role("button", name="Open", exact=True).click()
    screen = shown(page)
    screen.wait_for_cell("TP53")
    expect(screen.root).to_contain_text("genes.tsv")


def test_an_address_that_no_page_may_read_is_said_and_leaves_no_document(land: Callable[[], Page]):
    site = Site(sends(b"gene\tscore\nTP53\t1\n"))
    try:
        page = land()
        page.get_by_label("Address").fill(f"http://{site.host}/genes.tsv")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Download the file", timeout=PATIENCE)
    finally:
        site.close()


def test_cells_pasted_over_a_table_are_added_or_take_its_place(
    share: Callable[[str], Link], visit: Callable[[str], Screen]
):
    link = share("name\tscore\na\t1\n")
    screen = visit(link.url)
    screen.wait_for_cell("a")
    screen.wait_for_connection("Live")
    paste(screen.page, "name\tscore\nb\t2\nc\t3\n")
    dialog = screen.root.get_by_role("dialog", name="Pasted cells")
    expect(dialog).to_contain_text("3 rows of 2 cells", timeout=PATIENCE)
    dialog.get_by_role("button", name="Add to its end").click()
    screen.wait_for_cell("c")
    assert screen.cells() == [["a", "1"], ["b", "2"], ["c", "3"]]
    paste(screen.page, "x\ty\n8\t9\n")
    dialog.get_by_role("button", name="Replace the table").click()
    screen.wait_for_cell("9")
    assert screen.cells() == [["8", "9"]]
    # Its rows are there before it has come to its end: until then a newer one supersedes it.
    expect(screen.root.get_by_text("table.tsv was replaced by")).to_be_visible(timeout=PATIENCE)
    paste(screen.page, "last\n7\n")
    dialog.get_by_role("button", name="Replace the table").click()
    screen.wait_for_cell("7")
    screen.button("Earlier tables").click()
    earlier = screen.root.get_by_role("dialog", name="Earlier tables")
    earlier.get_by_role("button", name="table.tsv").click()
    screen.wait_for_cell("c")
    screen.root.get_by_role("searchbox", name="Search").focus()
    paste(screen.page, "x\ty\n8\t9\n")
    expect(dialog).to_have_count(0)
    looker = visit(link.view_url)
    looker.wait_for_cell("c")
    paste(looker.page, "x\ty\n8\t9\n")
    expect(looker.root.get_by_role("dialog")).to_have_count(0)
