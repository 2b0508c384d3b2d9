"""The ways for links to leave this computer, a click each, in a real JupyterLab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from .processes import Lab, Relay
from .screens import PATIENCE, Notebook, Screen, open_link, screenshot

OpenNotebook = Callable[..., Notebook]

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(150))
SHOW = f"from tsvshare_widget import TSVShare\nw = TSVShare({TABLE.encode()!r})\nw"


def share(screen: Screen) -> Locator:
    screen.button("Share").click()
    return screen.root.get_by_role("dialog", name="Share this table")


def link_after(dialog: Locator, way: str) -> str:
    """The full link that is shown once a way was taken."""
    link = dialog.get_by_label("Full link", exact=True)
    before = link.input_value()
    dialog.get_by_role("button", name=way).click()
    expect(link).not_to_have_value(before, timeout=PATIENCE)
    return link.input_value()


def open_everywhere(browser: BrowserContext, inside: Screen, url: str) -> None:
    inside.page.keyboard.press("Escape")
    outside = open_link(browser, url)
    outside.wait_for_cell("person 0")
    outside.button("Next page").click()
    inside.wait_for_page(2)


@pytest.fixture
def shared(open_notebook: OpenNotebook, relay: Relay) -> Notebook:
    place = f"import os; os.environ['TSVSHARE_PUBLISH'] = {relay.url!r}\n"
    notebook = open_notebook(place + SHOW)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    return notebook


@pytest.mark.exhaustive
def test_publish_and_the_network_are_a_click_each(
    shared: Notebook, relay: Relay, browser: BrowserContext, screenshots: Path
):
    dialog = share(shared.screen)
    expect(dialog.get_by_text("on this computer only")).to_have_count(1)
    for way in ("Publish", "Share on this network"):
        expect(dialog.get_by_role("button", name=way)).to_be_visible()
    screenshot(shared.screen, screenshots, "ways-out")
    url = link_after(dialog, "Share on this network")
    expect(dialog).to_contain_text("everyone")
    assert not url.startswith("http://127.")
    open_everywhere(browser, shared.screen, url)


@pytest.mark.exhaustive
def test_a_published_table_takes_everyone_along(
    shared: Notebook, relay: Relay, browser: BrowserContext
):
    old = shared.value("w.url")
    looking = open_link(browser, old)
    looking.wait_for_cell("person 0")
    shared.page.bring_to_front()
    url = link_after(share(shared.screen), "Publish")
    assert url.startswith(relay.url)
    looking.page.wait_for_url(f"{relay.url}/d/**", timeout=PATIENCE)
    open_everywhere(browser, shared.screen, url)
    looking.wait_for_page(2)


@pytest.mark.exhaustive
def test_a_table_goes_to_the_jupyter_server_it_is_not_on(
    tmp_path: Path, browser: BrowserContext, screenshots: Path
):
    lab = Lab(tmp_path, has_relay=True)
    try:
        lab.start()
        # Asked to listen here, the kernel has a relay of its own beside that of its server.
        here = SHOW.replace("TSVShare(", "TSVShare(host='127.0.0.1', source=")
        notebook = Notebook(browser, lab, here)
        screen = notebook.run_all()
        screen.wait_for_cell("person 0")
        screen.wait_for_connection("Live")
        assert "/tsvshare/d/" not in notebook.value("w.url")
        dialog = share(screen)
        way = dialog.get_by_role("button", name="Through this Jupyter server")
        way.wait_for()
        screenshot(screen, screenshots, "ways-out-server")
        url = link_after(dialog, "Through this Jupyter server")
        assert url.startswith(f"{lab.url}/tsvshare/d/")
        open_everywhere(browser, screen, url)
        notebook.close()
    finally:
        lab.end()
