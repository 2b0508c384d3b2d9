"""Browsers behind nginx and a notebook on three relays that share Redis and a store of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from front_fixture import Front
from playwright.sync_api import Browser, BrowserContext
from redis_fixture import RedisServer

from .processes import Relay
from .screens import PATIENCE, Notebook, Screen, open_link

pytestmark = pytest.mark.exhaustive

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(1000))


@pytest.fixture
def relays(tmp_path: Path) -> Iterator[list[Relay]]:
    """Three relays; each keeps nothing that the others need."""
    with ExitStack() as ends:
        redis = RedisServer(tmp_path / "redis")
        ends.callback(redis.kill)
        shared = ["--redis", redis.url, "--store", (tmp_path / "store").as_uri()]
        found = []
        for number in range(3):
            folder = tmp_path / f"relay-{number}"
            folder.mkdir()
            found.append(Relay(folder, "127.0.0.1", *shared))
            ends.callback(found[-1].end)
            found[-1].start()
        yield found


@pytest.fixture
def front(relays: list[Relay], tmp_path: Path) -> Iterator[Front]:
    """nginx before the first two."""
    front = Front("nginx", tmp_path / "front", [relay.port for relay in relays[:2]])
    yield front
    front.stop()


@pytest.fixture
def outside(chromium: Browser) -> Iterator[BrowserContext]:
    """People who come by nginx, whose certificate is of a test."""
    context = chromium.new_context(
        viewport={"width": 1200, "height": 800}, ignore_https_errors=True
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def follow(turning: Screen, following: list[Screen], page: int) -> None:
    turning.go_to(page)
    for screen in [turning, *following]:
        screen.wait_for_page(page)
        screen.wait_for_cell(f"person {100 * (page - 1)}")


def test_all_follow_each_other_whichever_relay_is_lost(
    relays: list[Relay],
    front: Front,
    outside: BrowserContext,
    open_notebook: Callable[..., Notebook],
    screenshots: Path,
):
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\n"
        f"w = TSVShare({TABLE.encode()!r}, relay={relays[2].url!r})\nw"
    )
    inside = notebook.run_all()
    inside.wait_for_cell("person 0")
    link = urlsplit(notebook.execute("print(w.url)").strip())
    address = f"{front.url}{link.path}#{link.fragment}"
    people = [open_link(outside, address) for _ in range(3)]
    for screen in people:
        screen.wait_for_cell("person 0")
    follow(people[0], [*people[1:], inside], 3)
    follow(inside, people, 4)
    people[1].page.screenshot(path=screenshots / "cluster-page.png")

    # One of the two behind nginx, with who looks on there.
    relays[0].kill()
    for screen in people:
        screen.wait_for_connection("Live")
    follow(people[0], [*people[1:], inside], 5)
    relays[0].start()

    # The one that has the document, and the notebook.
    relays[2].kill()
    for screen in people:
        screen.wait_for_connection("Live")
    follow(people[2], people[:2], 6)
    relays[2].start()
    inside.wait_for_connection("Live")
    follow(people[1], [people[0], people[2], inside], 7)
