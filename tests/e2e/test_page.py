"""The plain page: a dropped file becomes a link that others open, with no notebook anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from relay_fixture import RelayThread

from tsvshare_widget.client import create_document, upload
from tsvshare_widget.widget.live.publishing import lead_away, take_along

from .processes import Relay
from .screens import DROP, PATIENCE, Screen

TALL = "n\n" + "".join(f"{n}\n" for n in range(1, 251))


def test_a_file_dropped_on_the_landing_page_becomes_a_link(
    relay: Relay, browser: BrowserContext, visit: Callable[[str], Screen]
):
    page = browser.new_page()
    page.goto(f"{relay.url}/")
    root = page.locator(".tsvshare").first
    root.wait_for(timeout=PATIENCE)
    root.evaluate(DROP, ["numbers.tsv", TALL])
    expect(page).to_have_url(re.compile(r"/d/[\w-]+#k=[0-9a-f]{32}$"), timeout=PATIENCE)

    mine, theirs = Screen(page, root), visit(page.url)
    mine.wait_for_page(1)
    mine.go_to(3)
    theirs.wait_for_page(3)
    mine.wait_for_page(3)
    assert theirs.cells() == mine.cells() == [[str(n)] for n in range(201, 251)]


def test_the_share_button_copies_the_full_link(
    relay: Relay, browser: BrowserContext, visit: Callable[[str], Screen]
):
    link = create_document(relay.url)
    upload(link, TALL.encode(), name="numbers.tsv")
    screen = visit(link.url)
    screen.wait_for_page(1)
    screen.button("Share").click()
    copied = screen.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == link.url


def test_links_are_taken_back_and_a_table_deleted_in_share(
    relay: Relay, visit: Callable[[str], Screen]
):
    link = create_document(relay.url)
    upload(link, TALL.encode(), name="numbers.tsv")
    mine, theirs = visit(link.url), visit(link.view_url)
    theirs.wait_for_page(1)
    press_in_share(mine, "New links")
    expect(theirs.root).to_contain_text("taken back", timeout=PATIENCE)
    expect(mine.page).not_to_have_url(link.url, timeout=PATIENCE)
    dialog = mine.root.get_by_role("dialog", name="Share this table")
    look = dialog.get_by_role("textbox", name="Look-only link")
    expect(look).to_have_value(re.compile(r"#k=[0-9a-f]{32}$"), timeout=PATIENCE)
    expect(dialog).to_contain_text("on this computer only")
    theirs = visit(look.input_value())
    theirs.wait_for_page(1)
    with theirs.page.expect_download(timeout=PATIENCE) as download:  # which takes a pass here
        theirs.root.get_by_role("link", name="Download").first.click()
    assert download.value.path().read_bytes() == TALL.encode()
    dialog.get_by_text("Take back, keep, delete").click()
    dialog.get_by_label("Keep until").select_option("one week from now")
    dialog = mine.root.get_by_role("dialog", name="Share this table")
    expect(dialog).to_contain_text("This table ends on", timeout=PATIENCE)
    dialog.get_by_role("button", name="Close", exact=True).click()
    press_in_share(mine, "Delete")
    for screen in (mine, theirs):
        expect(screen.root).to_contain_text("deleted", timeout=PATIENCE)
    late = theirs.page
    late.reload()
    expect(late.get_by_role("heading", name="There is no table here any more")).to_be_visible()
    expect(late.locator("main")).to_contain_text("This table was deleted by somebody")


def press_in_share(screen: Screen, name: str) -> None:
    """Press a button in the share dialog and say yes."""
    screen.button("Share").click()
    dialog = screen.root.get_by_role("dialog", name="Share this table")
    dialog.get_by_text("Take back, keep, delete").click()
    dialog.get_by_role("button", name=name).click()
    sure = screen.root.get_by_role("dialog").filter(has_text="?").last
    sure.get_by_role("button", name=name).click()


@pytest.mark.exhaustive
def test_pages_follow_a_table_to_another_relay(
    relay: Relay, make_relay: Callable[..., RelayThread], visit: Callable[[str], Screen]
):
    first = make_relay(may_move=True)
    link = create_document(first.url)
    upload(link, TALL.encode(), name="numbers.tsv")
    mine, theirs = visit(link.url), visit(link.view_url)
    mine.go_to(3)
    theirs.wait_for_page(3)
    there = take_along(link, relay.url, timeout=PATIENCE)
    lead_away(link, there, timeout=PATIENCE)
    expect(mine.page).to_have_url(there.url, timeout=PATIENCE)
    expect(theirs.page).to_have_url(there.view_url, timeout=PATIENCE)
    mine.wait_for_page(3)
    mine.go_to(1)
    theirs.wait_for_page(1)
    late = visit(link.url)  # the old link
    expect(late.page).to_have_url(there.url, timeout=PATIENCE)


def test_a_link_to_no_table_says_so_and_what_to_do(relay: Relay, browser: BrowserContext):
    page = browser.new_page()
    page.goto(f"{relay.url}/d/00000000-0000-4000-8000-000000000000")
    expect(page.get_by_role("heading", name="There is no table here")).to_be_visible()
    page.get_by_role("link", name="Share a table of your own").click()
    expect(page.get_by_role("heading", name="Share a table with one link")).to_be_visible()


def test_a_wrong_key_and_a_link_without_one_say_that_one_looks_only(
    relay: Relay, visit: Callable[[str], Screen]
):
    link = create_document(relay.url)
    upload(link, TALL.encode(), name="numbers.tsv")
    looking = visit(link.view_url)
    expect(looking.root.get_by_text("Look only")).to_be_visible(timeout=PATIENCE)
    wrong = visit(f"{link.view_url}#k={'0' * 32}")
    wrong.wait_for_page(1)
    expect(wrong.root.get_by_text("Look only")).to_be_visible(timeout=PATIENCE)
    banner = "The key in this link is not right"
    expect(wrong.root.get_by_text(banner)).to_be_visible(timeout=PATIENCE)
    expect(wrong.root.get_by_role("alert")).to_be_hidden()
    expect(visit(link.url).root.get_by_text("Look only")).to_be_hidden(timeout=PATIENCE)
