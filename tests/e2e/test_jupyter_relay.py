"""The relay in the server of notebooks: its links, and files as tables without a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from .processes import Lab
from .screens import PATIENCE, TOKEN, App, Notebook, Screen, open_link, screenshot

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(250))
SHOW = "from tsvshare_widget import TSVShare\nw = TSVShare('people.tsv')\nw"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"


@pytest.fixture(scope="module")
def relay_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with the relay in its server, and a table among its files."""
    lab = Lab(tmp_path_factory.mktemp("relay-lab"), has_relay=True)
    (lab.notebooks / "people.tsv").write_text(TABLE)
    (lab.notebooks / "regions.bed").write_text("chr1\t1\t20\nchr2\t5\t9\n")
    try:
        lab.start()
        yield lab
    finally:
        lab.end()


@pytest.fixture
def stranger(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has never logged in, and reaches nothing but the server of notebooks."""
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def reach_only(context: BrowserContext, lab: Lab) -> None:
    elsewhere = re.compile(rf"^http://(?!{re.escape(lab.url.removeprefix('http://'))}/)")
    context.route(elsewhere, lambda route: route.abort("connectionrefused"))


@pytest.mark.parametrize("app", ["lab", pytest.param("notebook", marks=pytest.mark.exhaustive)])
def test_a_link_opens_for_who_reaches_jupyter_and_outlives_the_kernel(
    app: App, relay_lab: Lab, browser: BrowserContext, stranger: BrowserContext
):
    for context in (browser, stranger):
        reach_only(context, relay_lab)
    notebook = Notebook(browser, relay_lab, SHOW, app=app)
    inside = notebook.run_all()
    inside.wait_for_cell("person 0")
    inside.wait_for_connection("Live")
    url = notebook.value("w.url")
    assert url.startswith(f"{relay_lab.url}/tsvshare/d/")
    outside = open_link(stranger, url)
    outside.wait_for_cell("person 0")
    outside.button("Next page").click()
    inside.wait_for_page(2)
    inside.button("Next page").click()
    outside.wait_for_page(3)
    for screen, name in ((inside, "inside.tsv"), (outside, "outside.tsv")):
        screen.replace(name, f"name\tscore\n{name}\t1\n")
        for seen in (inside, outside):
            seen.wait_for_cell(name)
    notebook.page.evaluate(f"() => {KERNEL}.restart().then(() => 0)")
    inside.wait_for_connection("Not connected")
    outside.wait_for_connection("Live")
    assert notebook.value(f"__import__('tsvshare_widget').TSVShare.join({url!r}).wait().rows") == [
        ["outside.tsv", "1"]
    ]
    notebook.close()


@pytest.mark.exhaustive
def test_a_server_with_a_certificate_of_its_own_is_found_by_its_kernels(
    chromium: Browser, tmp_path: Path
):
    lab = Lab(tmp_path, has_relay=True, tls=True)
    (lab.notebooks / "people.tsv").write_text(TABLE)
    # People who have told their browsers to go on.
    contexts = [chromium.new_context(ignore_https_errors=True) for _ in range(2)]
    try:
        lab.start()
        notebook = Notebook(contexts[0], lab, SHOW)
        inside = notebook.run_all()
        inside.wait_for_cell("person 0")
        inside.wait_for_connection("Live")
        url = notebook.value("w.url")
        assert url.startswith(f"{lab.url}/tsvshare/d/")
        outside = open_link(contexts[1], url)
        outside.wait_for_cell("person 0")
        outside.button("Next page").click()
        inside.wait_for_page(2)
        inside.replace("inside.tsv", "name\tscore\ninside\t1\n")
        outside.wait_for_cell("inside")
        notebook.close()
    finally:
        for context in contexts:
            context.close()
        lab.end()


def live_table(page: Page) -> Screen:
    """The relay's page inside the application."""
    frame: FrameLocator = page.frame_locator("iframe[title='Live table']")
    screen = Screen(page, frame.locator(".tsvshare").first)
    screen.root.wait_for(timeout=PATIENCE)
    return screen


def open_application(browser: BrowserContext, lab: Lab, path: str) -> Page:
    page = browser.new_page()
    page.goto(f"{lab.url}/{path}?token={TOKEN}")
    page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
    page.evaluate("() => window.jupyterapp.restored.then(() => 0)")
    return page


def menu_of(page: Page, file: str) -> None:
    page.locator(".jp-DirListing-item", has_text=file).click(button="right")


@pytest.mark.exhaustive
def test_files_are_shared_from_their_menu_without_a_notebook(
    relay_lab: Lab, browser: BrowserContext, stranger: BrowserContext, screenshots: Path
):
    page = open_application(browser, relay_lab, "lab/workspaces/files")
    menu_of(page, "people.tsv")
    page.screenshot(path=screenshots / "file-menu.png")
    page.get_by_role("menuitem", name="Share Live Table").click()
    inside = live_table(page)
    inside.wait_for_cell("person 0")
    screenshot(inside, screenshots, "file-as-live-table")
    inside.button("Share").click()
    link = inside.root.get_by_label("Full link", exact=True)
    expect(link).to_have_value(re.compile(re.escape(f"{relay_lab.url}/tsvshare/d/")))
    outside = open_link(stranger, link.input_value())
    outside.wait_for_cell("person 0")
    outside.button("Next page").click()
    inside.wait_for_page(2)
    # The other ways to the same: "Open With", and a new table from the launcher.
    menu_of(page, "regions.bed")
    page.locator(".lm-Menu-item", has_text="Open With").hover()
    page.locator(".lm-Menu-item", has_text=re.compile("^Live table$")).click()
    regions = page.frame_locator("iframe[title='Live table']").nth(1).locator(".tsvshare").first
    expect(regions.get_by_role("gridcell", name="chr2", exact=True)).to_be_visible(timeout=PATIENCE)
    menu_of(page, "people.tsv")
    page.keyboard.press("Escape")
    page.evaluate("() => window.jupyterapp.commands.execute('launcher:create').then(() => 0)")
    page.locator(".jp-LauncherCard:visible", has_text="Live Table").click()
    landing = page.frame_locator("iframe[title='Live table']").nth(2)
    expect(landing.get_by_text("Drop a TSV file here")).to_be_visible(timeout=PATIENCE)
    page.close()


@pytest.mark.exhaustive
def test_files_are_shared_from_their_menu_in_notebook_too(relay_lab: Lab, browser: BrowserContext):
    page = open_application(browser, relay_lab, "tree")
    menu_of(page, "regions.bed")
    with browser.expect_page() as opened:
        page.get_by_role("menuitem", name="Share Live Table").click()
    live_table(opened.value).wait_for_cell("chr2")
