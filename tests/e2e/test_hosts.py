"""Other programs that show a notebook: Voila, and marimo as an application and as an editor."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, expect
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

Start = Callable[[str, Path], Server]


class Host(Server):
    """A program that shows a notebook, at ``url``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "host.log")
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # A kernel that is killed, as marimo ends its own, leaves its folder behind.
        self.environment = {**os.environ, **private_jupyter(folder), "TMPDIR": str(folder)}

    def start_voila(self) -> None:
        cell = nbformat.v4.new_code_cell(f"from tsvshare_widget import TSVShare\nw = {SHOW}\nw")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), self.folder / "table.ipynb")
        words = ["voila", "table.ipynb", "--no-browser", f"--port={self.port}"]
        words += ["--Voila.ip=127.0.0.1", "--VoilaConfiguration.file_allowlist=.*"]
        self._start(words, "/voila/static/voila.js")

    def start_marimo(self, mode: str) -> None:
        (self.folder / "table.py").write_text(MARIMO)
        (self.folder / "pyproject.toml").write_text(RUN_AT_ONCE)
        words = ["marimo", "-q", mode, "--headless", "--no-token", "--host=127.0.0.1"]
        self._start([*words, f"--port={self.port}", "table.py"], "/health")

    def _start(self, words: list[str], alive: str) -> None:
        command = [sys.executable, "-m", *words]
        self.run(command, self.url + alive, env=self.environment, cwd=self.folder)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host(tmp_path)
    yield host
    host.end()


@pytest.mark.parametrize("name", ["voila", "marimo run", "marimo edit"])
def test_a_table_in_another_host_is_turned_and_replaced_from_both_sides(
    name: str, host: Host, browser: BrowserContext, screenshots: Path
):
    program, _, mode = name.partition(" ")
    if importlib.util.find_spec(program) is None:
        pytest.skip(f"{program} is not installed: make test-all ROWS=hosts")
    if program == "voila":
        host.start_voila()
    else:
        host.start_marimo(mode)
    page = browser.new_page()
    page.goto(host.url)
    inside = Screen(page, page.locator(".tsvshare").first)
    inside.root.wait_for(timeout=2 * PATIENCE)
    inside.wait_for_cell("person 0")
    inside.wait_for_connection("Live")
    screenshot(inside, screenshots, f"host-{name.replace(' ', '-')}")
    inside.button("Share").click()
    dialog = inside.root.get_by_role("dialog", name="Share this table")
    url = dialog.get_by_label("Full link", exact=True).input_value()
    dialog.get_by_role("button", name="Close").click()
    outside = open_link(browser, url)
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
