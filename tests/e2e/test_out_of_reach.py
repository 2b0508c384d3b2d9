"""What a screen says where something between it and the table is in the way, or has ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, expect

from tsvshare_widget.client import Link

from .processes import Lab
from .screens import PATIENCE, Notebook, Screen

OpenNotebook = Callable[..., Notebook]
Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(150))
SHOW = f"from tsvshare_widget import TSVShare\nw = TSVShare({TABLE.encode()!r})\nw"

# How a kernel ends: from the screen, or by itself.
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
RESTART = f"() => {KERNEL}.restart().then(() => 0)"
SHUT_DOWN = f"() => {KERNEL}.shutdown().then(() => 0)"
HAS_SECOND_PART = """() => Object.getOwnPropertySymbols(globalThis).some((name) =>
  String(name).includes('tsvshare.extras.') && globalThis[name].value)"""
KILL = f"() => {{ {KERNEL}.requestExecute({{code: 'import os; os.kill(os.getpid(), 9)'}}); }}"


def close_off_relay(browser: BrowserContext, lab: Lab) -> None:
    """Let the browser reach the server of notebooks and nothing else."""
    elsewhere = re.compile(rf"^http://(?!{re.escape(lab.url.removeprefix('http://'))}/)")
    browser.route(elsewhere, lambda route: route.abort("connectionrefused"))


def share_says(screen: Screen, words: str) -> None:
    screen.button("Share").click()
    dialog = screen.root.get_by_role("dialog", name="Share this table")
    expect(dialog).to_contain_text(words, timeout=PATIENCE)


@pytest.mark.parametrize("app", ["lab", pytest.param("notebook", marks=pytest.mark.exhaustive)])
def test_nothing_is_lost_by_a_click_where_the_relay_cannot_be_reached(
    app: str, open_notebook: OpenNotebook, browser: BrowserContext, lab: Lab
):
    close_off_relay(browser, lab)
    notebook = open_notebook(SHOW, app=app, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live, links do not open")
    expect(screen.root.locator(".tsv-link-out")).not_to_have_attribute("href", re.compile(""))
    before = notebook.page.url
    screen.root.get_by_role("link", name="Download", exact=True).click()
    said = screen.root.get_by_role("alert").filter(has_text="Nothing was downloaded")
    expect(said).to_contain_text("cannot reach the relay", timeout=PATIENCE)
    assert (notebook.page.url, len(browser.pages)) == (before, 1)
    screen.wait_for_cell("person 0")
    share_says(screen, "do not open in this browser")


def test_a_page_whose_second_part_does_not_come_says_so_and_goes_on(
    share: Share, visit: Visit, browser: BrowserContext
):
    browser.route("**/extras.js", lambda route: route.abort("connectionrefused"))
    screen = visit(share(TABLE).url)
    screen.wait_for_cell("person 0")
    screen.button("Share").click()
    expect(screen.root).to_contain_text("the table goes on as it is", timeout=PATIENCE)
    screen.button("Next page").click()
    screen.wait_for_cell("person 100")


@pytest.mark.exhaustive
def test_a_download_in_a_notebook_downloads(open_notebook: OpenNotebook, browser: BrowserContext):
    notebook = open_notebook(SHOW, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    is_table = re.compile(r"/d/[^/]+/table$")
    with browser.expect_event(
        "response", lambda answer: bool(is_table.search(answer.url))
    ) as answered:
        screen.root.get_by_role("link", name="Download", exact=True).click()
    assert answered.value.ok
    assert answered.value.headers["content-disposition"].startswith("attachment")
    screen.wait_for_cell("person 0")


@pytest.mark.exhaustive
@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.parametrize("ending", [RESTART, SHUT_DOWN, KILL], ids=["restart", "shutdown", "kill"])
def test_a_kernel_that_ended_is_said_to_have_and_no_dead_link_is_copied(
    ending: str, app: str, open_notebook: OpenNotebook, tmp_path: Path
):
    # What is killed leaves its folder behind.
    place = f"import tempfile\ntempfile.tempdir = {str(tmp_path)!r}"
    notebook = open_notebook(place, SHOW, app=app, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    # The dialogs are in it, and it comes from the kernel.
    notebook.page.wait_for_function(HAS_SECOND_PART, timeout=PATIENCE)
    notebook.page.evaluate(ending)
    screen.wait_for_connection("Not connected")
    for box in notebook.page.locator(".jp-Dialog .jp-mod-accept").all():
        box.click()
    share_says(screen, "no link to share")
    assert screen.root.get_by_text("Copied").count() == 0


def test_a_page_without_its_websocket_says_what_is_in_the_way(
    browser: BrowserContext, share: Share, visit: Visit
):
    browser.route_web_socket(re.compile("/ws$"), lambda socket: socket.close())
    screen = visit(share(TABLE).url)
    banner = screen.root.locator(".tsv-banner", has_text="WebSocket")
    expect(banner).to_contain_text("Ask its administrator", timeout=PATIENCE)
    expect(screen.root.get_by_text("Connecting…", exact=True)).to_have_count(1)


@pytest.mark.parametrize("left", [".", ")", "%3E"])
def test_a_link_with_something_behind_it_opens(left: str, share: Share, visit: Visit):
    screen = visit(share(TABLE).url + left)
    screen.wait_for_cell("person 0")
    expect(screen.button("Upload")).to_be_visible(timeout=PATIENCE)


def test_leaving_the_page_during_an_upload_asks(share: Share, visit: Visit):
    screen = visit(share(TABLE).url)
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    # An upload that does not end: the relay never hears of it.
    screen.page.route("**/uploads?name=*", lambda route: None)
    screen.drop("new.tsv", "a\tb\n1\t2\n")
    screen.root.get_by_role("progressbar", name="Upload").wait_for(timeout=PATIENCE)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    # Browsers ask only people who did something on the page.
    screen.grid.click()
    screen.page.on("dialog", stay)
    screen.page.close(run_before_unload=True)
    screen.button("Cancel").click()
    assert asked == ["beforeunload"]
    expect(screen.root.get_by_role("progressbar", name="Upload")).to_be_hidden(timeout=PATIENCE)


BIG = 3_000_000


@pytest.mark.exhaustive
def test_a_file_goes_through_the_kernel_where_the_relay_cannot_be_reached(
    open_notebook: OpenNotebook, browser: BrowserContext, lab: Lab
):
    close_off_relay(browser, lab)
    notebook = open_notebook(SHOW, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live, links do not open")
    lines = "name\n" + "x" * 999 + "\n"
    screen.drop("big.tsv", lines + ("y" * 999 + "\n") * (BIG // 1000))
    expect(screen.root.get_by_text("3,001 rows").first).to_be_visible(timeout=PATIENCE)
    assert notebook.value("w.n_total") == BIG // 1000 + 1


@pytest.mark.exhaustive
def test_an_upload_that_is_cut_off_half_way_goes_on_through_the_kernel(
    open_notebook: OpenNotebook, browser: BrowserContext
):
    notebook = open_notebook(SHOW, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    # It begins straight, and no byte of it arrives that way.
    browser.route(re.compile(r"/uploads/[0-9a-f]+$"), lambda route: route.abort())
    screen.drop("new.tsv", "name\nGoes on\n")
    screen.wait_for_cell("Goes on")
