"""Two browsers on two relays that share documents, through nginx and over TLS; one relay dies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cluster_fixture import Relays, relays_on_redis
from front_fixture import Front, front
from playwright.sync_api import Browser, BrowserContext, expect

from .screens import DROP, PATIENCE, Screen, open_link

TALL = "n\n" + "".join(f"{n}\n" for n in range(1, 251))

PROTOCOL = "() => performance.getEntriesByType('navigation')[0].nextHopProtocol"


@pytest.fixture
def people(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """Two browsers that take the certificate of the tests."""
    contexts = [chromium.new_context(ignore_https_errors=True) for _ in range(2)]
    yield contexts
    for context in contexts:
        context.close()


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[tuple[Relays, Front]]:
    """Two relays, and nginx before them."""
    with ExitStack() as held:
        relays = held.enter_context(relays_on_redis(tmp_path))
        ports = [relays.start_process().port for _ in range(2)]
        yield relays, held.enter_context(front("nginx", tmp_path / "front", *ports))


@pytest.mark.exhaustive
def test_two_browsers_follow_each_other_and_go_on_when_a_relay_dies(
    shared: tuple[Relays, Front], people: list[BrowserContext]
) -> None:
    relays, proxy = shared
    page = people[0].new_page()
    page.goto(f"{proxy.url}/")
    assert page.evaluate(PROTOCOL) == "h2"
    root = page.locator(".tsvshare").first
    root.wait_for(timeout=PATIENCE)
    root.evaluate(DROP, ["numbers.tsv", TALL])
    expect(page).to_have_url(re.compile(r"/d/[\w-]+#k=[0-9a-f]{32}$"), timeout=PATIENCE)
    mine, theirs = Screen(page, root), open_link(people[1], page.url)
    mine.wait_for_page(1)
    mine.go_to(3)
    theirs.wait_for_page(3)
    assert theirs.cells()[0] == ["201"]

    relays.relays[0].kill()
    for screen, number in ((theirs, 2), (mine, 3)):
        screen.wait_for_connection("Live")
        screen.go_to(number)
        for each in (mine, theirs):
            each.wait_for_page(number)
