"""What a screen of a notebook does while a cell runs, by version of the kernel: as the docs say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from .busy_kernels import ROOT, add_kernel
from .processes import Lab
from .screens import PATIENCE, App, Notebook, Screen, screenshot
from .test_session import BANDS, BUSY, START

TRIED = (4, 6)
"""The oldest JupyterLab for which the documentation tells."""

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.xdist_group("busy"),
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        tuple(map(int, version("jupyterlab").split(".")[:2])) < TRIED,
        reason="the table of kernels is of JupyterLab 4.6 and Notebook 7.6",
    ),
]

DOCS = ROOT / "docs" / "jupyter.md"

WORKS, WAITS = "at once", "waits, and says so"


def table_in_docs() -> dict[str, list[str]]:
    """What the documentation says of each version, for each way of being busy."""
    rows = re.findall(r"^\| ipykernel ([\d.]+) \|(.*)\|$", DOCS.read_text("utf-8"), re.M)
    assert rows, f"{DOCS} has no table of kernels"
    return {number: [cell.strip() for cell in cells.split("|")] for number, cells in rows}


@pytest.fixture(scope="module")
def kernels_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab with a kernel of each version in the table."""
    lab = Lab(tmp_path_factory.mktemp("kernels-lab"))
    folder = Path(lab.environment["JUPYTER_DATA_DIR"], "kernels")
    for number in table_in_docs():
        add_kernel(folder, number)
    try:
        lab.start()
        yield lab
    finally:
        lab.end()


OPEN = f"from tsvshare_widget import TSVShare\nw = TSVShare({str(BANDS)!r})"


RUN_ON = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"

SAID = "The kernel is running a cell"


def busy_until(end: Path) -> str:
    """How a cell begins that runs until ``end`` is there."""
    return f"import pathlib\nend = pathlib.Path({str(end)!r})\nprint('begun', flush=True)\n"


def rows_of(screen: Screen, page: int) -> Locator:
    return screen.root.locator(".tsv-rows", has_text=re.compile(rf"^rows {100 * page - 99}\D"))


def what_happens(screen: Screen, page: int) -> str:
    """Turn to the next page, which is ``page``, and see whether it comes before the cell ends."""
    screen.button("Next page").click()
    rows, said = rows_of(screen, page), screen.root.locator(".tsv-banner", has_text=SAID)
    expect(rows.or_(said)).to_be_visible(timeout=PATIENCE)
    # What others do shows, whatever the kernel does.
    expect(screen.root.locator(".tsv-pill")).to_have_text("Live")
    return WORKS if rows.is_visible() else WAITS


def wait_until_turned(screen: Screen, page: int) -> None:
    expect(rows_of(screen, page)).to_be_visible(timeout=PATIENCE)
    expect(screen.root.locator(".tsv-banner", has_text=SAID)).to_be_hidden(timeout=PATIENCE)


@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.parametrize("number", table_in_docs())
def test_pages_turn_while_a_cell_runs_or_it_says_that_they_wait(
    number: str,
    app: App,
    kernels_lab: Lab,
    browser: BrowserContext,
    tmp_path: Path,
    screenshots: Path,
):
    kernel = f"ipykernel-{number}"
    notebook = Notebook(browser, kernels_lab, OPEN, "w", app=app, kernel=kernel)
    screen = notebook.run_all()
    screen.wait_for_connection("Live")
    assert notebook.value("__import__('ipykernel').__version__").startswith(number)
    seen = []
    for page, kind in enumerate(BUSY, start=2):
        end = tmp_path / f"{kind}-ended"
        notebook.page.evaluate(START, busy_until(end) + BUSY[kind])
        seen.append(what_happens(screen, page))
        if seen[-1] == WAITS and kind == "sleeping":
            screenshot(screen, screenshots, f"held-{app}")
        assert notebook.page.evaluate("window.cellEnded") is False
        end.touch()
        notebook.page.wait_for_function("() => window.cellEnded", timeout=PATIENCE)
        wait_until_turned(screen, page)
        assert notebook.value("w.page") == page
    assert seen == table_in_docs()[number][:-1]
    notebook.close()


@pytest.mark.parametrize("number", table_in_docs())
def test_pages_turn_while_the_cell_that_shows_the_table_goes_on(
    number: str, kernels_lab: Lab, browser: BrowserContext, tmp_path: Path
):
    end = tmp_path / "ended"
    cell = f"{OPEN}\ndisplay(w)\n{busy_until(end)}{BUSY['sleeping']}"
    notebook = Notebook(browser, kernels_lab, cell, kernel=f"ipykernel-{number}")
    notebook.page.evaluate(RUN_ON)
    notebook.screen.wait_for_connection("Live")
    happened = what_happens(notebook.screen, 2)
    end.touch()
    wait_until_turned(notebook.screen, 2)
    assert happened == table_in_docs()[number][-1]
    notebook.close()
