"""A Jupyter Server that ends and comes back, under a notebook and under a page of its relay."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from .processes import Lab
from .screens import PATIENCE, READY, Notebook, Screen, open_link, screenshot

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.xdist_group("restarts"),
    pytest.mark.timeout(900),
]

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(250))
SHOW = f"from tsvshare_widget import TSVShare\nw = TSVShare({TABLE.encode()!r})\nw"


@pytest.fixture
def restarted_lab(tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab that tests end and start as they like."""
    lab = Lab(tmp_path, has_relay=True)
    lab.environment["TMPDIR"] = str(tmp_path)  # what is killed leaves its folders behind
    yield lab
    lab.end()


@pytest.fixture
def colleague(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def says_that_it_is_old(screen: Screen, cell: str) -> None:
    """It shows what it showed, and says that this is no longer so for sure."""
    expect(screen.root.locator(".tsv-pill")).not_to_have_text("Live", timeout=2 * PATIENCE)
    screen.wait_for_cell(cell)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
@pytest.mark.parametrize("kept", [True, False], ids=["folder", "no-folder"])
def test_who_looks_is_told_and_goes_on_where_there_is_something_to_go_on_with(
    kept: bool,
    ending: signal.Signals,
    restarted_lab: Lab,
    browser: BrowserContext,
    colleague: BrowserContext,
    tmp_path: Path,
    screenshots: Path,
):
    lab = restarted_lab
    if kept:
        lab.settings["TSVShareExtension.data_dir"] = str(tmp_path / "documents")
    lab.start()
    notebook = Notebook(browser, lab, SHOW)
    inside = notebook.run_all()
    inside.wait_for_connection("Live")
    url = notebook.value("w.url")
    notebook.execute("w.page = 2")
    outside = open_link(colleague, url)
    for screen in (inside, outside):
        screen.wait_for_cell("person 100")
    lab.end(ending)
    for screen in (inside, outside):
        says_that_it_is_old(screen, "person 100")
    lab.start()
    inside.wait_for_connection("Not connected")  # its kernel has gone with the server
    screenshot(inside, screenshots, f"restarted-notebook-{'kept' if kept else 'lost'}")
    outside.wait_for_connection("Live" if kept else "Gone")
    screenshot(outside, screenshots, f"restarted-page-{'kept' if kept else 'lost'}")
    outside.wait_for_cell("person 100")
    if kept:
        outside.button("Next page").click()
        outside.wait_for_cell("person 200")
    # Opened again and run again, the notebook is live.
    notebook.page.goto(notebook.page.url)
    notebook.page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
    notebook.page.evaluate(READY)
    again = notebook.run_all()
    again.wait_for_connection("Live")
    again.wait_for_cell("person 0")
    notebook.close()
