"""Other programs that show a notebook: Voila, marimo as an application and editor, nbconvert."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from server_process import Server, free_port, private_jupyter

from .screens import PATIENCE, Screen, open_link, screenshot

pytestmark = [pytest.mark.exhaustive, pytest.mark.xdist_group("hosts")]

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(250))
SHOW = f"TSVShare({TABLE.encode()!r}, name='people.tsv')"

MARIMO = f"""
import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    from tsvshare_widget import TSVShare
    return TSVShare, mo


@app.cell
def _(TSVShare, mo):
    w = mo.ui.anywidget({SHOW})
    w
    return


if __name__ == "__main__":
    app.run()
"""
RUN_AT_ONCE = "[tool.marimo.runtime]\nauto_instantiate = true\n"

LEAVE = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  element?.blur();
}"""


class Host(Server):
    """A program that shows a notebook, at ``url``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "host.log")
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # A kernel that is killed, as marimo ends its own, leaves its folder behind.
        self.environment = {**os.environ, **private_jupyter(folder), "TMPDIR": str(folder)}

    def write_notebook(self) -> None:
        cell = nbformat.v4.new_code_cell(f"from tsvshare_widget import TSVShare\nw = {SHOW}\nw")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), self.folder / "table.ipynb")

    def start_voila(self) -> None:
        self.write_notebook()
        words = ["voila", "table.ipynb", "--no-browser", f"--port={self.port}"]
        words += ["--Voila.ip=127.0.0.1", "--VoilaConfiguration.file_allowlist=.*"]
        self._start(words, "/voila/static/voila.js")

    def start_marimo(self, mode: str) -> None:
        (self.folder / "table.py").write_text(MARIMO)
        (self.folder / "pyproject.toml").write_text(RUN_AT_ONCE)
        words = ["marimo", "-q", mode, "--headless", "--no-token", "--host=127.0.0.1"]
        self._start([*words, f"--port={self.port}", "table.py"], "/health")

    def convert(self, *words: str) -> None:
        """Have nbconvert execute the notebook."""
        command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "table.ipynb"]
        done = subprocess.run(
            [*command, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE / 1000 * 5,
        )
        assert done.returncode == 0, done.stderr

    def _start(self, words: list[str], alive: str) -> None:
        command = [sys.executable, "-m", *words]
        self.run(command, self.url + alive, env=self.environment, cwd=self.folder)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path)
    yield host
    host.end()


def needs(program: str) -> None:
    if importlib.util.find_spec(program) is None:
        pytest.skip(f"{program} is not installed: make test-all ROWS=hosts")


def table_on(page: Page) -> Screen:
    inside = Screen(page, page.locator(".tsvshare").first)
    inside.root.wait_for(timeout=2 * PATIENCE)
    inside.wait_for_cell("person 0")
    inside.wait_for_connection("Live")
    return inside


def link_of(inside: Screen) -> str:
    """The full link that Share shows."""
    inside.button("Share").click()
    dialog = inside.root.get_by_role("dialog", name="Share this table")
    url = dialog.get_by_label("Full link", exact=True).input_value()
    dialog.get_by_role("button", name="Close").click()
    return url


@pytest.mark.parametrize("name", ["voila", "marimo run", "marimo edit"])
def test_a_table_in_another_host_is_turned_and_replaced_from_both_sides(
    name: str, host: Host, browser: BrowserContext, screenshots: Path
):
    program, _, mode = name.partition(" ")
    needs(program)
    if program == "voila":
        host.start_voila()
    else:
        host.start_marimo(mode)
    page = browser.new_page()
    page.goto(host.url)
    inside = table_on(page)
    screenshot(inside, screenshots, f"host-{name.replace(' ', '-')}")
    outside = open_link(browser, link_of(inside))
    outside.wait_for_cell("person 0")
    outside.button("Next page").click()
    inside.wait_for_page(2)
    inside.button("Next page").click()
    outside.wait_for_page(3)
    for screen, file in ((inside, "inside.tsv"), (outside, "outside.tsv")):
        screen.replace(file, f"name\tscore\n{file}\t1\n")
        for seen in (inside, outside):
            seen.wait_for_cell(file)
    # Whatever ends, who looks is told.
    host.end()
    expect(inside.root.locator(".tsv-pill")).not_to_have_text("Live", timeout=PATIENCE)
    expect(outside.root.locator(".tsv-pill")).not_to_have_text("Live", timeout=PATIENCE)


def test_a_kernel_of_marimo_that_is_restarted_is_noticed_and_shows_a_table_anew(
    host: Host, browser: BrowserContext
):
    needs("marimo")
    host.start_marimo("edit")
    page = browser.new_page()
    page.goto(host.url)
    inside = table_on(page)
    url = link_of(inside)
    outside = open_link(browser, url)
    outside.wait_for_cell("person 0")
    outside.button("Next page").click()
    inside.wait_for_page(2)
    # The table keeps to itself what is typed in it.
    page.evaluate(LEAVE)
    page.keyboard.press("Control+k")
    page.keyboard.type("restart kernel")
    page.get_by_role("option", name=re.compile("restart kernel", re.IGNORECASE)).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Restart").click()
    # The relay was the kernel's, and its table has gone with it...
    expect(outside.root.locator(".tsv-pill")).not_to_have_text("Live", timeout=PATIENCE)
    outside.wait_for_cell("person 100")
    # ...and the cell has run again: from the first page, by another link.
    again = table_on(page)
    again.wait_for_page(1)
    assert link_of(again) != url
    other = open_link(browser, link_of(again))
    other.wait_for_cell("person 0")
    other.button("Next page").click()
    again.wait_for_page(2)


def test_an_application_of_marimo_that_is_loaded_anew_has_a_table_of_its_own(
    host: Host, browser: BrowserContext
):
    needs("marimo")
    host.start_marimo("run")
    page = browser.new_page()
    page.goto(host.url)
    url = link_of(table_on(page))
    outside = open_link(browser, url)
    outside.wait_for_cell("person 0")
    page.goto(host.url)
    assert link_of(table_on(page)) != url


def test_a_page_that_nbconvert_has_executed_shows_the_table_without_a_network(
    host: Host, browser: BrowserContext, screenshots: Path
):
    host.write_notebook()
    host.convert("--to=html")
    host.convert("--to=notebook", "--output=executed.ipynb")
    assert (host.folder / "executed.ipynb").stat().st_size < 100_000
    browser.route(re.compile("^https?:"), lambda route: route.abort())
    page = browser.new_page()
    page.goto((host.folder / "table.html").as_uri())
    expect(page.get_by_role("cell", name="person 0", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("cell", name="person 99", exact=True)).to_have_count(1)
    page.screenshot(path=screenshots / "host-nbconvert.png")
    assert "#k=" not in (host.folder / "table.html").read_text(encoding="utf-8")  # no key
