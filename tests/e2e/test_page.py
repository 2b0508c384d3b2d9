"""The plain page: a dropped file becomes a link that others open, with no notebook anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

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
    assert theirs.cells() == mine.cells() == [[str(n)] for n in range(201, 251)]


def test_the_share_button_copies_the_full_link(
    relay: Relay, browser: BrowserContext, visit: Callable[[str], Screen]
):
    from tsvshare_widget.client import create_document, upload

    link = create_document(relay.url)
    upload(link, TALL.encode(), name="numbers.tsv")
    screen = visit(link.url)
    screen.wait_for_page(1)
    screen.button("Share").click()
    copied = screen.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == link.url
