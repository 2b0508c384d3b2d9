"""What a screen says while Redis, which keeps several relays in step, is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from redis_fixture import Line, RedisServer

from tsvshare_widget.client import create_document, upload

from .processes import Relay
from .screens import PATIENCE, Screen, screenshot

pytestmark = pytest.mark.exhaustive


def test_a_page_says_that_nothing_can_be_changed_until_it_can(
    tmp_path: Path, visit: Callable[[str], Screen], screenshots: Path
):
    redis = RedisServer(tmp_path / "redis")
    line = Line(redis.port)
    relay = Relay(tmp_path, "127.0.0.1", "--redis", line.url)
    try:
        relay.start()
        link = create_document(relay.url)
        upload(link, b"name\tscore\nTP53\t1\n", name="table.tsv")
        screen = visit(link.url)
        screen.wait_for_cell("TP53")
        line.pause()
        banner = screen.root.locator(".tsv-notices .tsv-banner")
        expect(banner).to_contain_text("Nothing can be changed just now", timeout=PATIENCE)
        screen.wait_for_cell("TP53")
        screenshot(screen, screenshots, "engine-down-light")
        screen.page.emulate_media(color_scheme="dark")
        screenshot(screen, screenshots, "engine-down-dark")
        line.go_on()
        expect(banner).not_to_be_visible(timeout=PATIENCE)
        screen.wait_for_cell("TP53")
    finally:
        relay.end()
        line.close()
        redis.kill()
