"""Browsers behind nginx and a notebook, on relays that share Redis and an S3 service."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from dask_fixture import transitions
from objects_fixture import S3Server, s3_server, use_endpoint
from playwright.sync_api import Browser, BrowserContext, Request, expect
from relay_fixture import request, wait_for

from tsvshare_widget.client import Link, create_document, upload
from tsvshare_widget.objects.manifest import SEGMENT_BYTES
from tsvshare_widget.objects.store import Objects

from .clusters import Relays, Workers
from .screens import DROP, PATIENCE, Notebook, Screen, open_link

pytestmark = pytest.mark.exhaustive

PEOPLE = "name\trank\n" + "".join(f"person {n}\t{1000 - n}\n" for n in range(1000))

PROTOCOL = "() => performance.getEntriesByType('navigation')[0].nextHopProtocol"

# A file as large as this says is made where it is dropped: it would be long on its way there.
DROP_LARGE = """(target, lines) => {
  const rows = Array.from({length: lines}, (_, n) => `row ${n}\\t${'x'.repeat(90)}\\n`);
  const data = new DataTransfer();
  data.items.add(new File(['name\\ttext\\n', ...rows], 'large.tsv'));
  const options = {dataTransfer: data, bubbles: true, cancelable: true};
  for (const kind of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(kind, options));
}"""

LARGE_LINES = 300_000

SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 6_000_000}


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture
def endpoint(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The S3 service, as all that is started from now on finds it."""
    use_endpoint(monkeypatch, s3.port)
    return s3


@pytest.fixture
def relays(endpoint: S3Server, tmp_path: Path) -> Iterator[Relays]:
    found = Relays(tmp_path, endpoint, 3)
    yield found
    found.close()


@pytest.fixture
def workers(endpoint: S3Server, tmp_path: Path) -> Iterator[Workers]:
    found = Workers(tmp_path)
    yield found
    found.close()


@pytest.fixture
def asking(endpoint: S3Server, workers: Workers, tmp_path: Path) -> Iterator[Relays]:
    """Two relays that have everything answered by the two workers."""
    dask = ("--dask", workers.cluster.address, "--dask-from", "1")
    found = Relays(tmp_path, endpoint, 2, *dask)
    yield found
    found.close()


@pytest.fixture
def outside(chromium: Browser) -> Iterator[BrowserContext]:
    """People who come by nginx, whose certificate is of a test."""
    context = chromium.new_context(
        viewport={"width": 1200, "height": 800}, ignore_https_errors=True
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def through(relays: Relays, url: str) -> str:
    """A document's link, by way of nginx."""
    link = urlsplit(url)
    return f"{relays.front.url}{link.path}#{link.fragment}"


def follow(turning: Screen, following: list[Screen], page: int) -> None:
    turning.go_to(page)
    for screen in [turning, *following]:
        screen.wait_for_page(page)
        screen.wait_for_cell(f"person {100 * (page - 1)}")


def test_all_follow_each_other_whichever_relay_is_lost(
    relays: Relays,
    outside: BrowserContext,
    open_notebook: Callable[..., Notebook],
    screenshots: Path,
):
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\n"
        f"w = TSVShare({PEOPLE.encode()!r}, relay={relays.all[2].url!r})\nw"
    )
    inside = notebook.run_all()
    inside.wait_for_cell("person 0")
    address = through(relays, notebook.execute("print(w.url)").strip())
    people = [open_link(outside, address) for _ in range(3)]
    for screen in people:
        screen.wait_for_cell("person 0")
    follow(people[0], [*people[1:], inside], 3)
    follow(inside, people, 4)
    people[1].page.screenshot(path=screenshots / "cluster-page.png")

    # One of the two behind nginx, with who looks on there.
    relays.all[0].kill()
    for screen in people:
        screen.wait_for_connection("Live")
    follow(people[0], [*people[1:], inside], 5)
    relays.all[0].start()

    # The one that has the document, and the notebook.
    relays.all[2].kill()
    for screen in people:
        screen.wait_for_connection("Live")
    follow(people[2], people[:2], 6)
    relays.all[2].start()
    inside.wait_for_connection("Live")
    follow(people[1], [people[0], people[2], inside], 7)


def test_a_table_dropped_on_the_first_page_is_seen_by_others(
    relays: Relays, outside: BrowserContext
):
    page = outside.new_page()
    page.goto(f"{relays.front.url}/")
    assert page.evaluate(PROTOCOL) == "h2"
    root = page.locator(".tsvshare").first
    root.wait_for(timeout=PATIENCE)
    root.evaluate(DROP, ["people.tsv", PEOPLE])
    expect(page).to_have_url(re.compile(r"/d/[\w-]+#k=[0-9a-f]{32}$"), timeout=PATIENCE)
    mine, theirs = Screen(page, root), open_link(outside, page.url)
    mine.wait_for_page(1)
    follow(mine, [theirs], 3)
    follow(theirs, [mine], 2)


def test_an_upload_goes_on_at_another_relay(relays: Relays, outside: BrowserContext):
    has_it, other = relays.all[:2]
    link = create_document(has_it.url)
    screen = open_link(outside, through(relays, link.url))
    screen.wait_for_connection("Live")
    began_at: list[int] = []

    def note(asked: Request) -> None:
        if asked.method == "PATCH":
            began_at.append(int(asked.headers["upload-offset"]))

    screen.page.on("request", note)
    outside.new_cdp_session(screen.page).send("Network.emulateNetworkConditions", SLOW)
    screen.root.evaluate(DROP_LARGE, LARGE_LINES)
    objects = Objects(relays.store)
    wait_for(lambda: any("/raw/" in entry.key for entry in objects.entries("tables")))
    objects.close()
    has_it.kill()

    screen.wait_for_connection("Live")
    expect(screen.root.get_by_role("progressbar")).to_have_count(0, timeout=2 * PATIENCE)
    screen.wait_for_cell("row 0")
    assert began_at[0] == 0
    assert began_at[-1] >= SEGMENT_BYTES, began_at
    document = urlsplit(link.url)
    answer = request("GET", f"{other.url}{document.path}/table")
    rows = [f"row {n}\t{'x' * 90}\n" for n in range(LARGE_LINES)]
    assert answer.body.decode() == "name\ttext\n" + "".join(rows)


def shared_people(relays: Relays, outside: BrowserContext) -> Screen:
    link: Link = create_document(relays.all[0].url)
    upload(link, PEOPLE.encode(), name="people.tsv")
    screen = open_link(outside, through(relays, link.url))
    screen.wait_for_cell("person 0")
    return screen


def sort_by_rank(screen: Screen) -> None:
    """Have the last ones come first."""
    screen.grid.get_by_role("columnheader", name="rank").focus()
    screen.page.keyboard.press("Enter")


def question(screen: Screen) -> None:
    """Wait until it says that something is being found out."""
    work = screen.root.get_by_role("progressbar", name="Question")
    expect(work).to_be_visible(timeout=PATIENCE)


def held_sort(asking: Relays, workers: Workers, outside: BrowserContext) -> Screen:
    """A screen on which a sort has been asked for, with which workers do not get on."""
    screen = shared_people(asking, outside)
    workers.hold()
    sort_by_rank(screen)
    question(screen)
    return screen


def test_a_sort_arrives_though_its_worker_is_killed(
    asking: Relays, workers: Workers, outside: BrowserContext
):
    screen = held_sort(asking, workers, outside)
    workers.kill_the_busy_one()
    workers.release()
    screen.wait_for_cell("person 999")
    assert transitions(workers.client) > 0


def test_a_sort_that_is_cancelled_frees_the_workers(
    asking: Relays, workers: Workers, outside: BrowserContext
):
    screen = held_sort(asking, workers, outside)
    workers.wait_until_busy()
    screen.button("Cancel").click()
    expect(screen.root.get_by_role("progressbar", name="Question")).to_be_hidden(timeout=PATIENCE)
    workers.release()
    workers.wait_until_gone("tsvshare-sort")
    before = transitions(workers.client)
    sort_by_rank(screen)
    screen.wait_for_cell("person 999")
    assert transitions(workers.client) > before


def test_a_hostile_pattern_keeps_no_worker_busy(
    asking: Relays, workers: Workers, outside: BrowserContext
):
    hostile = create_document(asking.all[0].url)
    upload(hostile, ("text\n" + "a" * 40 + "b\n").encode(), name="hostile.tsv")
    theirs = open_link(outside, through(asking, hostile.url))
    theirs.wait_for_connection("Live")
    mine = shared_people(asking, outside)
    theirs.grid.get_by_role("columnheader", name="text").focus()
    theirs.page.keyboard.press("Alt+ArrowDown")
    form = theirs.root.get_by_role("dialog", name="text", exact=True)
    form.get_by_label("Condition").select_option(label="matches (regular expression)")
    form.get_by_role("textbox", name="Value").fill("^(a+)+$")
    form.get_by_role("button", name="Filter").click()
    question(theirs)
    workers.wait_until_gone("tsvshare-filter")  # it is tried where it can be ended
    before = transitions(workers.client)
    sort_by_rank(mine)
    mine.wait_for_cell("person 999")
    assert transitions(workers.client) > before
    expect(form.get_by_role("alert")).to_be_visible(timeout=PATIENCE)  # it took too long
