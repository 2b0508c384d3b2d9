"""A relay on which new tables are shared by those who have its token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from .processes import Relay
from .screens import open_link, screenshot

TOKEN = "correct-horse"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Relay]:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    relay = Relay(tmp_path, "127.0.0.1", "--create", "token", "--create-token", str(file))
    try:
        relay.start()
        yield relay
    finally:
        relay.end()


def test_the_landing_page_asks_for_the_token(
    guarded: Relay, browser: BrowserContext, screenshots: Path
):
    screen = open_link(browser, guarded.url)
    screen.drop("new.tsv", "name\tscore\nAda\t1\n")
    field = screen.root.get_by_label("Token")
    expect(field).to_be_focused()
    screenshot(screen, screenshots, "token")
    field.fill("wrong")
    field.press("Enter")
    expect(screen.root.get_by_text("This is not the token of this relay.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill(TOKEN)
    screen.button("Share").click()
    screen.wait_for_cell("Ada")
    screen.wait_for_connection("Live")
