"""A notebook that is opened again shows the page that was saved, and how to go live."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .processes import Lab
from .screens import PATIENCE, READY, RUN_ALL, App, Notebook

OpenNotebook = Callable[..., Notebook]

WIDE = "wider than the window " * 8
TABLE = "name\tscore\tnote\n" + "".join(f"person {n}\t{n}\t{WIDE}\n" for n in range(150))
SHOW = f"from tsvshare_widget import TSVShare\nw = TSVShare({TABLE.encode()!r})\nw"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save').then(() => 0)"
SHUT_DOWN = "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown().then(() => 0)"
SAVE_WIDGETS = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"
HAVE_WIDGETS_SAVED = "command => window.jupyterapp.commands.execute(command).then(() => 0)"


def run_and_save(open_notebook: OpenNotebook, app: str) -> Notebook:
    notebook = open_notebook(SHOW, app=app, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    notebook.page.evaluate(SAVE)
    return notebook


def saved_page(page: Page) -> Locator:
    """The page that was saved, with the word on how to go live."""
    output = page.locator(".jp-OutputArea-output", has_text="run its cell")
    expect(output.get_by_role("cell", name="person 99", exact=True)).to_have_count(
        1, timeout=PATIENCE
    )
    expect(page.get_by_text("Error displaying widget")).to_have_count(0, timeout=PATIENCE)
    return output


@pytest.mark.exhaustive
@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_notebook_without_its_kernel_shows_the_saved_page_until_it_runs(
    app: App, open_notebook: OpenNotebook, screenshots: Path
):
    notebook = run_and_save(open_notebook, app)
    page = notebook.page
    page.evaluate(SHUT_DOWN)
    page.reload()
    page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
    page.evaluate(READY)
    saved = saved_page(page)
    page.screenshot(path=screenshots / f"reopened-{app}.png")
    # None of it is cut off where it stands in the place of the widget.
    expect(saved.and_(page.locator(".jupyter-widgets"))).to_be_visible(timeout=PATIENCE)
    place, area = saved.bounding_box(), page.locator(".jp-OutputArea-child").first.bounding_box()
    assert place is not None
    assert area is not None
    assert place["x"] + place["width"] <= area["x"] + area["width"] + 1
    page.evaluate(RUN_ALL)
    notebook.screen.wait_for_cell("person 0")
    notebook.screen.wait_for_connection("Live")
    expect(saved).to_have_count(0, timeout=PATIENCE)


SLIDER = "import ipywidgets; ipywidgets.IntSlider(7)"


@pytest.mark.exhaustive
def test_a_notebook_saved_with_its_widgets_is_converted_to_a_page_that_needs_no_network(
    open_notebook: OpenNotebook, lab: Lab, browser: BrowserContext, screenshots: Path
):
    notebook = open_notebook(SLIDER, SHOW, alone=True)
    page = notebook.page
    page.evaluate(HAVE_WIDGETS_SAVED, SAVE_WIDGETS)
    notebook.run_all().wait_for_cell("person 0")
    page.evaluate(SAVE)
    page.evaluate(HAVE_WIDGETS_SAVED, SAVE_WIDGETS)
    saved = nbformat.read(lab.notebooks / Path(page.url.split("?")[0]).name, as_version=4)
    states = saved.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert "IntSliderModel" in {state["model_name"] for state in states.values()}
    assert "AnyModel" not in {state["model_name"] for state in states.values()}
    html, _ = HTMLExporter().from_notebook_node(saved)
    converted = screenshots / "converted.html"
    converted.parent.mkdir(parents=True, exist_ok=True)
    converted.write_text(html, encoding="utf-8")
    other = browser.new_page()
    other.route(re.compile("^https?:"), lambda route: route.abort())
    other.goto(converted.as_uri())
    expect(other.get_by_role("cell", name="person 99", exact=True)).to_be_visible()
    other.screenshot(path=screenshots / "converted.png")


@pytest.mark.exhaustive
def test_a_notebook_whose_kernel_runs_is_live_when_it_is_opened_again(open_notebook: OpenNotebook):
    notebook = run_and_save(open_notebook, "lab")
    notebook.page.reload()
    notebook.screen.wait_for_cell("person 0")
    notebook.screen.wait_for_connection("Live")


@pytest.mark.skipif(
    importlib.util.find_spec("jupyter_collaboration") is None,
    reason="jupyter-collaboration is not installed (a row of `make test-all` has it)",
)
@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_two_people_who_have_a_notebook_open_both_see_the_page(
    app: App, open_notebook: OpenNotebook, browser: BrowserContext, lab: Lab, screenshots: Path
):
    first = open_notebook("1 + 1", SHOW, app=app, alone=True)
    second = browser.new_page()
    second.goto(re.sub(r"workspaces/[^/]+", "workspaces/second", first.page.url))
    second.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
    second.evaluate(READY)
    first.run_all().wait_for_cell("person 0")
    shown = second.locator(".jp-OutputArea-output", has_text="reload this notebook")
    expect(shown.or_(second.locator(".tsvshare").get_by_role("grid")).first).to_be_visible(
        timeout=PATIENCE
    )
    second.screenshot(path=screenshots / f"second-{app}.png")
    expect(second.get_by_text("Error displaying widget")).to_have_count(0, timeout=PATIENCE)
    second.reload()
    expect(second.locator(".tsvshare .tsv-pill")).to_have_text("Live", timeout=2 * PATIENCE)
    second.close()
