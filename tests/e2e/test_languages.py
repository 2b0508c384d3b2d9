"""The screen speaks the browser's language, on a page and in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tsvshare_widget.client import Link

from .processes import Lab, Relay
from .screens import PATIENCE, Notebook, open_link

Share = Callable[[str], Link]

TABLE = "a\tb\n" + "one\t1\n" * 1500
WIDGET = "from tsvshare_widget import TSVShare\nw = TSVShare(b'a\\tb\\none\\t1\\n')\nw"


@pytest.fixture
def german(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(locale="de-DE", viewport={"width": 1200, "height": 800})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def test_a_page_speaks_the_browsers_language(german: BrowserContext, share: Share):
    screen = open_link(german, share(TABLE).url)
    screen.wait_for_cell("one")
    expect(screen.root).to_have_attribute("lang", "de")
    expect(screen.page.locator("html")).to_have_attribute("lang", "de")
    expect(screen.root.get_by_text("1.500", exact=False).first).to_be_visible()
    # What is loaded later, too.
    screen.grid.get_by_role("columnheader", name="a").first.click(button="right")
    expect(screen.button("Ausblenden").last).to_be_visible()


def test_without_its_texts_a_page_stays_english(german: BrowserContext, share: Share):
    german.route("**/texts-de.js", lambda route: route.abort("connectionrefused"))
    screen = open_link(german, share(TABLE).url)
    screen.wait_for_cell("one")
    expect(screen.root).to_have_attribute("lang", "en")
    expect(screen.button("Next page")).to_be_visible()


def test_the_landing_page_speaks_it(german: BrowserContext, served: Relay):
    page = german.new_page()
    page.goto(served.url)
    expect(page.locator("main")).to_have_attribute("lang", "de")
    expect(page.get_by_role("button", name="Datei wählen")).to_be_visible()


@pytest.mark.exhaustive
def test_a_notebook_has_it_from_its_kernel(german: BrowserContext, lab: Lab):
    notebook = Notebook(german, lab, WIDGET)
    try:
        screen = notebook.run_all()
        screen.wait_for_cell("one")
        expect(screen.root).to_have_attribute("lang", "de")
        expect(screen.button("Nächste Seite")).to_be_visible()
    finally:
        notebook.close()
