"""One JupyterLab and one Chromium for all browser tests; a kernel and relay for each that asks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tsvshare_widget.client import Link, create_document, upload

from .desk import WINDOW, Desk
from .grids import cell, people
from .processes import Lab, Relay
from .screens import PATIENCE, App, Notebook, Screen, open_link, open_people


def find_browser(*names: str) -> str | None:
    """The first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


# Chromium without windows, which nobody sees here, takes 40 % less of a processor. Another one is
# named by TSVSHARE_BROWSER: `make test-all` tries the whole browser.
CHROMIUM = find_browser(
    os.environ.get("TSVSHARE_BROWSER", "chromium-headless-shell"), "chromium", "google-chrome"
)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A page behind another one draws once a second at times, and every click waits for that.
AT_ANY_RATE = "--disable-frame-rate-limit"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    reason = "Chromium is not installed (on Debian: apt-get install chromium-headless-shell)"
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        lab.start()
        yield lab
    finally:
        lab.end()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*CHROMIUM_FLAGS, AT_ANY_RATE]
        )
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=WINDOW)
    context.set_default_timeout(PATIENCE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture(scope="package")
def desk(chromium: Browser, lab: Lab) -> Iterator[Desk]:
    desk = Desk(chromium, lab, PATIENCE)
    yield desk
    desk.close()


@pytest.fixture
def open_notebook(
    browser: BrowserContext, lab: Lab, desk: Desk
) -> Iterator[Callable[..., Notebook]]:
    """Open a new notebook with these cells in Lab or Notebook; its kernel ends with the test.

    Of a test's notebooks the first is on the desk, and others in pages of their own, as the first
    is of a test that does more to its page than to use it (``alone``).
    """
    opened: list[Notebook] = []

    def open_notebook(*cells: str, app: App = "lab", alone: bool = False) -> Notebook:
        own_page = alone or app != "lab" or opened
        notebook = Notebook(browser, lab, *cells, app=app, desk=None if own_page else desk)
        opened.append(notebook)
        return notebook

    yield open_notebook
    for notebook in opened:
        notebook.close()


@pytest.fixture
def visit(browser: BrowserContext) -> Callable[[str], Screen]:
    """Open the link of a document in a page of its own."""
    return lambda url: open_link(browser, url)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    relay = Relay(tmp_path)
    try:
        relay.start()
        yield relay
    finally:
        relay.end()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """A relay for all tests that leave it as it is."""
    relay = Relay(tmp_path_factory.mktemp("served"))
    try:
        relay.start()
        yield relay
    finally:
        relay.end()


@pytest.fixture
def share(served: Relay) -> Callable[[str], Link]:
    """Make a document of a text; its link."""

    def share(text: str) -> Link:
        link = create_document(served.url)
        upload(link, text.encode(), name="table.tsv")
        return link

    return share


@pytest.fixture
def meet(chromium: Browser) -> Iterator[Callable[..., Screen]]:
    """Open a link as somebody: in a browser of their own, under a name if they give one."""
    contexts: list[BrowserContext] = []

    def meet(url: str, name: str | None = None, **options: Any) -> Screen:
        context = chromium.new_context(viewport=WINDOW, **options)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        screen = open_link(context, url)
        screen.wait_for_connection("Live")
        if name is not None:
            people = open_people(screen)
            people.get_by_label("Your name").fill(name)
            people.get_by_role("button", name="Close").click()
        return screen

    yield meet
    for context in contexts:
        context.close()


@pytest.fixture
def screen(share: Callable[[str], Link], visit: Callable[[str], Screen]) -> Screen:
    """A table of 250 people on three pages; files with a table of their own have another one."""
    screen = visit(share(people()).url)
    screen.wait_for_connection("Live")
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    return screen


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: ``TSVSHARE_SCREENSHOTS``, or the folder of this run."""
    chosen = os.environ.get("TSVSHARE_SCREENSHOTS")
    return Path(chosen).resolve() if chosen else tmp_path_factory.mktemp("screenshots")
