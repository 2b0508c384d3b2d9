"""Pages that come compressed from another computer, in each browser: the same as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tsvshare_widget.client import Link, create_document, upload
from tsvshare_widget.relay.listening import network_hosts

from .grids import wide
from .other_browsers import Browser, firefox, webkit
from .processes import Relay
from .screens import open_link
from .test_other_browsers import BUTTON, CELL, open_document

ANYWHERE = "0.0.0.0"

EXTENSIONS = """url => new Promise(resolve => {
  const socket = new WebSocket(url);
  socket.onopen = () => { resolve(socket.extensions); socket.close(); };
  socket.onerror = () => resolve('failed');
})"""

pytestmark = pytest.mark.skipif(
    not list(network_hosts(ANYWHERE)), reason="this computer has no address on a network"
)


@pytest.fixture
def link(tmp_path: Path) -> Iterator[Link]:
    """A document of a relay, by this computer's address on the network."""
    relay = Relay(tmp_path, ANYWHERE)
    try:
        relay.start()
        host = next(iter(network_hosts(ANYWHERE)))
        link = create_document(f"http://{host}:{relay.port}")
        upload(link, wide(250, 12).encode(), name="table.tsv")
        yield link
    finally:
        relay.end()


def socket_url(link: Link) -> str:
    return link.url.partition("#")[0].replace("http", "ws", 1) + "/ws"


def check(extensions: Any) -> None:
    assert str(extensions).partition(";")[0] == "permessage-deflate"


def test_pages_in_chromium(link: Link, browser: BrowserContext):
    screen = open_link(browser, link.url)
    screen.wait_for_cell("0/0")
    screen.wait_for_connection("Live")
    check(screen.page.evaluate(EXTENSIONS, socket_url(link)))
    for page in (2, 3, 1):
        screen.go_to(page)
        screen.wait_for_cell(f"{100 * (page - 1)}/11")


@pytest.mark.exhaustive
@pytest.mark.parametrize("start", [firefox, webkit], ids=["firefox", "webkit"])
def test_pages_in_other_browsers(start: Any, link: Link, tmp_path_factory: pytest.TempPathFactory):
    started: AbstractContextManager[Browser] = start(tmp_path_factory.mktemp("browser"))
    with started as window:
        open_document(window, link.url, "0/0")
        check(window.evaluate(EXTENSIONS, socket_url(link)))
        window.click(BUTTON.format("Next page"))
        window.wait_for(f"() => ({CELL})(100, 11) === '100/11'")
