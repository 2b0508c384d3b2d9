"""Two users of a JupyterHub and one table: by a service of the hub, or in the server of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

pytest.importorskip("jupyterhub", reason="jupyterhub is not installed: make test-all ROWS=Hub")

from .hub_process import Hub, log_in, settings_in_docs
from .screens import PATIENCE, Notebook, Screen, screenshot

pytestmark = [pytest.mark.exhaustive, pytest.mark.xdist_group("hub")]

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(250))
SHOW = "from tsvshare_widget import TSVShare\nw = TSVShare('people.tsv')\nw"
HERE = "import os; os.environ.pop('TSVSHARE_HUB_URL', None)\n"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"

People = Callable[[], BrowserContext]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with the relay of everybody, as the documentation has it."""
    hub = Hub(tmp_path_factory.mktemp("hub"), *settings_in_docs("A service of the hub"))
    yield from _run(hub)


@pytest.fixture(scope="module")
def open_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One whose administrator lets links in, and Bob into Ann's server."""
    [service] = settings_in_docs("A service of the hub")
    opened = service.replace('"--jupyterhub",', '"--jupyterhub", "--allow-links",')
    assert opened != service
    shared, _ = settings_in_docs("In a user's own server")
    shared = shared.replace("c.JupyterHub.load_roles =", "c.JupyterHub.load_roles +=")
    folder = tmp_path_factory.mktemp("open-hub")
    yield from _run(Hub(folder, opened, shared))


def _run(hub: Hub) -> Iterator[Hub]:
    (hub.home("ann") / "people.tsv").write_text(TABLE)
    try:
        hub.start()
        yield hub
    finally:
        hub.end()


@pytest.fixture
def person(chromium: Browser) -> Iterator[People]:
    """Browsers of different people; none of them has logged in."""
    contexts: list[BrowserContext] = []

    def person() -> BrowserContext:
        contexts.append(chromium.new_context(viewport={"width": 1200, "height": 800}))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1]

    yield person
    for context in contexts:
        context.close()


def start_server(context: BrowserContext, hub: Hub, user: str) -> None:
    """Log in, and have the hub start the user's server."""
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/hub/spawn")
    log_in(page, user)
    page.wait_for_url(re.compile(f"/user/{user}/"), timeout=PATIENCE)
    page.close()


def ask(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    return page


def table_on(page: Page) -> Screen:
    screen = Screen(page, page.locator(".tsvshare").first)
    screen.root.wait_for(timeout=PATIENCE)
    return screen


def both_turn_and_upload(inside: Screen, outside: Screen) -> None:
    outside.button("Next page").click()
    inside.wait_for_page(2)
    inside.button("Next page").click()
    outside.wait_for_page(3)
    for screen, name in ((inside, "inside.tsv"), (outside, "outside.tsv")):
        screen.replace(name, f"name\tscore\n{name}\t1\n")
        for seen in (inside, outside):
            seen.wait_for_cell(name)


def test_a_link_of_a_notebook_opens_for_every_user_after_a_login(
    hub: Hub, person: People, screenshots: Path
):
    ann, bob = person(), person()
    start_server(ann, hub, "ann")
    notebook = Notebook(ann, hub.user("ann"), SHOW)
    inside = notebook.run_all()
    inside.wait_for_cell("person 0")
    inside.wait_for_connection("Live")
    url = notebook.value("w.url")
    assert url.startswith(f"{hub.url}/services/tsvshare/d/")
    # Bob has never been there: he logs in, and has the whole link all the same.
    page = ask(bob, url)
    log_in(page, "bob")
    outside = table_on(page)
    outside.wait_for_cell("person 0")
    screenshot(outside, screenshots, "hub-service")
    assert page.url == url
    both_turn_and_upload(inside, outside)
    # A browser that has not been to the relay logs in on the way to a file of it.
    with ann.expect_page() as opened:
        inside.root.get_by_role("link", name="Download", exact=True).click()
    with opened.value.expect_download() as download:
        pass
    assert Path(download.value.path()).read_text() == "name\tscore\noutside.tsv\t1\n"
    notebook.page.evaluate(f"() => {KERNEL}.restart().then(() => 0)")
    inside.wait_for_connection("Not connected")
    outside.wait_for_connection("Live")
    joined = f"__import__('tsvshare_widget').TSVShare.join({url!r}).wait().rows"
    assert notebook.value(joined) == [["outside.tsv", "1"]]
    # Who has not logged in gets nothing, whatever the link.
    stranger = ask(person(), url)
    expect(stranger.locator("input[name=password]")).to_be_visible()
    notebook.close()


def test_a_new_table_without_a_notebook(hub: Hub, person: People):
    page = ask(person(), f"{hub.url}/services/tsvshare/")
    log_in(page, "cid")
    landing = table_on(page)
    expect(landing.root.get_by_text("Drop a TSV file here")).to_be_visible()
    landing.drop("new.tsv", "name\tscore\nNew\t1\n")
    table_on(page).wait_for_cell("New")
    assert f"{hub.url}/services/tsvshare/d/" in page.url


def test_links_open_for_others_where_the_administrator_says_so(open_hub: Hub, person: People):
    ann, stranger = person(), person()
    start_server(ann, open_hub, "ann")
    notebook = Notebook(ann, open_hub.user("ann"), SHOW)
    inside = notebook.run_all()
    inside.wait_for_connection("Live")
    outside = table_on(ask(stranger, notebook.value("w.url")))
    outside.wait_for_cell("person 0")
    both_turn_and_upload(inside, outside)
    # To that table, and no further.
    landing = ask(stranger, f"{open_hub.url}/services/tsvshare/")
    expect(landing.locator("input[name=password]")).to_be_visible()
    notebook.close()


def test_the_server_of_a_user_lets_in_whom_the_hub_lets_in(open_hub: Hub, person: People):
    ann, bob, cid = person(), person(), person()
    start_server(ann, open_hub, "ann")
    notebook = Notebook(ann, open_hub.user("ann"), HERE + SHOW)
    inside = notebook.run_all()
    inside.wait_for_cell("person 0")
    inside.wait_for_connection("Live")
    url = notebook.value("w.url")
    assert url.startswith(f"{open_hub.url}/user/ann/tsvshare/d/")
    page = ask(bob, url)
    log_in(page, "bob")
    page.get_by_role("button", name="Authorize").click()
    outside = table_on(page)
    outside.wait_for_cell("person 0")
    assert page.url == url
    both_turn_and_upload(inside, outside)
    refused = ask(cid, url)
    log_in(refused, "cid")
    expect(refused.locator("body")).to_contain_text(re.compile("403|not allowed", re.IGNORECASE))
    notebook.close()


def test_jupyter_server_proxy_shows_a_relay_beside_the_server(hub: Hub, person: People):
    [settings] = settings_in_docs("Through jupyter-server-proxy")
    config = hub.home("dan") / ".jupyter" / "jupyter_server_config.py"
    config.parent.mkdir()
    config.write_text(settings.replace("https://your.hub", hub.url))
    dan = person()
    start_server(dan, hub, "dan")
    page = ask(dan, f"{hub.url}/user/dan/tables/")
    landing = table_on(page)
    expect(landing.root.get_by_text("Drop a TSV file here")).to_be_visible()
    landing.drop("new.tsv", TABLE)
    inside = table_on(page)
    inside.wait_for_cell("person 0")
    inside.button("Share").click()
    link = inside.root.get_by_label("Full link", exact=True).input_value()
    assert link.startswith(f"{hub.url}/user/dan/tables/d/")
    page.keyboard.press("Escape")
    outside = table_on(ask(dan, link))
    both_turn_and_upload(inside, outside)
    # It is the server's own login that guards it.
    stranger = ask(person(), link)
    expect(stranger.locator("input[name=password]")).to_be_visible()
