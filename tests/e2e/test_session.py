"""The main job in a real JupyterLab and a real browser: everyone is on the same page."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect
from relay_fixture import wait_for

from .processes import Relay
from .screens import PATIENCE, Notebook, Screen, screenshot

TESTS = Path(__file__).parent.parent
BANDS = TESTS / "data" / "hg19.cytoband.tsv"
CORPORA = Path(os.environ.get("TSVSHARE_CORPORA", TESTS.parent.parent / "shared" / "corpora"))
YEAST = CORPORA / "data" / "gaf" / "goa_yeast.gaf"

OpenNotebook = Callable[..., Notebook]
Visit = Callable[[str], Screen]

THEMES: list[tuple[str, Literal["light", "dark"]]] = [
    ("JupyterLab Light", "light"),
    ("JupyterLab Dark", "dark"),
]

SMALL = "name\tscore\n007\t1\nTP53\t2\n"


def opening(path: Path) -> tuple[str, str]:
    """The two cells of a notebook that opens a file."""
    return f"from tsvshare_widget import TSVShare\nw = TSVShare({str(path)!r})", "w"


def real_files() -> list[object]:
    there = pytest.mark.skipif(
        not YEAST.exists(), reason=f"the corpora are not at {CORPORA} (TSVSHARE_CORPORA)"
    )
    marks = [there, pytest.mark.exhaustive]
    return [pytest.param(BANDS, id="bands"), pytest.param(YEAST, id="yeast", marks=marks)]


@pytest.mark.parametrize("path", real_files())
def test_notebook_and_browser_show_the_same_cells(
    path: Path, open_notebook: OpenNotebook, visit: Visit, screenshots: Path
):
    notebook = open_notebook(*opening(path))
    inside = notebook.run_all()
    inside.wait_for_page(1)
    outside = visit(notebook.value("w.url"))
    outside.wait_for_page(1)

    rows = notebook.value("w.rows")
    assert len(rows) == 100
    assert inside.cells() == rows
    assert outside.cells() == rows

    for theme, scheme in THEMES:
        notebook.use_theme(theme)
        outside.page.emulate_media(color_scheme=scheme)
        screenshot(inside, screenshots, f"a-{path.stem}-notebook-{scheme}")
        screenshot(outside, screenshots, f"a-{path.stem}-browser-{scheme}")


def test_pages_turn_both_ways(open_notebook: OpenNotebook, visit: Visit):
    notebook = open_notebook(*opening(BANDS))
    inside = notebook.run_all()
    outside = visit(notebook.value("w.url"))
    outside.wait_for_page(1)

    outside.button("Next page").click()
    inside.wait_for_page(2)
    assert notebook.value("w.page") == 2
    assert inside.cells() == outside.cells() == notebook.value("w.rows")

    notebook.execute("w.page = 7")
    outside.wait_for_page(7)
    inside.wait_for_page(7)
    assert outside.cells() == inside.cells() == notebook.value("w.rows")

    inside.button("Last page").click()
    outside.wait_for_page(9)
    assert notebook.value("w.page") == 9
    assert len(outside.cells()) == 62

    for _ in range(5):
        notebook.run_all()
    again = Screen(notebook.page, notebook.page.locator(".tsvshare").last)
    again.wait_for_page(1)
    again.wait_for_connection("Live")
    notebook.execute("import ipywidgets; from ipywidgets.widgets.widget import _instances")
    # The widget and its layout; those of the runs before have let go, and say so in the history.
    wait_for(lambda: notebook.value("len(_instances)") == 2)
    assert again.cells() == notebook.value("w.rows")


def test_a_dropped_file_replaces_the_table_for_everyone(open_notebook: OpenNotebook, visit: Visit):
    notebook = open_notebook(*opening(BANDS))
    inside = notebook.run_all()
    outside = visit(notebook.value("w.url"))
    outside.wait_for_page(1)

    outside.replace("small.tsv", SMALL)
    inside.wait_for_cell("007")
    assert inside.cells() == [["007", "1"], ["TP53", "2"]]
    assert notebook.value("w.columns") == ["name", "score"]

    inside.replace("other.tsv", "name\tscore\nBRCA2\t3\n")
    outside.wait_for_cell("BRCA2")
    assert outside.cells() == notebook.value("w.rows") == [["BRCA2", "3"]]


def test_a_second_notebook_joins_by_link(open_notebook: OpenNotebook):
    first = open_notebook(*opening(BANDS))
    first_screen = first.run_all()
    url = first.value("w.url")
    second = open_notebook(f"from tsvshare_widget import TSVShare\nw = TSVShare.join({url!r})", "w")
    second_screen = second.run_all()
    second_screen.wait_for_page(1)

    second.execute("w.page = 4")
    first_screen.wait_for_page(4)
    first.execute("w.page = 5")
    second_screen.wait_for_page(5)
    assert first_screen.cells() == second_screen.cells() == second.value("w.rows")


def test_the_look_only_link_cannot_turn_or_upload(open_notebook: OpenNotebook, visit: Visit):
    notebook = open_notebook(*opening(BANDS))
    inside = notebook.run_all()
    view_url = notebook.value("w.view_url")
    looker = visit(view_url)
    looker.wait_for_page(1)

    looker.button("Next page").click()
    looker.wait_for_page(2)
    expect(looker.root.get_by_role("switch", name="Follow")).not_to_be_checked()
    expect(looker.button("Upload")).to_have_count(0)
    looker.drop("small.tsv", SMALL)

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(
            urllib.request.Request(f"{view_url}/table?name=x", SMALL.encode(), method="PUT")
        )
    with refused.value:
        assert refused.value.code == 403
    assert turn_on_the_wire(view_url) == "forbidden"

    notebook.execute("w.page = 3")
    inside.wait_for_page(3)
    assert notebook.value("w.n_rows") == 862


def turn_on_the_wire(view_url: str) -> str:
    """Ask for another page without a key, past any front end; the code of the refusal."""
    from tsvshare_widget.client import Connection, Link
    from tsvshare_widget.errors import TSVShareError
    from tsvshare_widget.protocol import Settings

    with Connection(Link.parse(view_url)) as connection:
        table = connection.wait(lambda known: known.table_id is not None, 10).table_id
        try:
            connection.set(Settings(page=2), table=table).result(10)
        except TSVShareError as error:
            return error.code
    return "it turned the page"


def test_a_killed_relay_comes_back_with_everything(
    open_notebook: OpenNotebook, visit: Visit, relay: Relay, screenshots: Path
):
    load = f"w = TSVShare({str(BANDS)!r}, relay={relay.url!r})"
    notebook = open_notebook(f"from tsvshare_widget import TSVShare\n{load}", "w")
    inside = notebook.run_all()
    outside = visit(notebook.value("w.url"))
    outside.wait_for_page(1)
    notebook.execute("w.page = 6")
    outside.wait_for_page(6)
    rows = outside.cells()

    relay.kill()
    for screen in (inside, outside):
        screen.wait_for_connection("Stale since")
        assert screen.cells() == rows
    for theme, scheme in THEMES:
        notebook.use_theme(theme)
        outside.page.emulate_media(color_scheme=scheme)
        screenshot(inside, screenshots, f"f-stale-notebook-{scheme}")
        screenshot(outside, screenshots, f"f-stale-browser-{scheme}")

    relay.start()
    for screen in (inside, outside):
        screen.wait_for_connection("Live")
        screen.wait_for_page(6)
        assert screen.cells() == rows
    screenshot(inside, screenshots, "f-back-notebook")
    screenshot(outside, screenshots, "f-back-browser")

    outside.button("Next page").click()
    inside.wait_for_page(7)
    assert inside.cells() == outside.cells() == notebook.value("w.rows")


BUSY = {
    "sleeping": "import time\nwhile not end.exists(): time.sleep(0.5)",
    "computing": "while not end.exists(): sum(range(10_000))",
    "awaiting": "import asyncio\nwhile not end.exists(): await asyncio.sleep(0.5)",
}
"""Ways for a cell to run until a file is there."""

START = """code => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  window.cellEnded = false;
  const future = kernel.requestExecute({code, store_history: false});
  future.done.then(() => { window.cellEnded = true; });
  return new Promise(resolve => {
    future.onIOPub = ({header, content}) => {
      if (header.msg_type === 'stream' && content.text.includes('begun')) resolve();
    };
  });
}"""


@pytest.mark.parametrize(
    "kind",
    [
        "computing",
        *(pytest.param(kind, marks=pytest.mark.exhaustive) for kind in ("sleeping", "awaiting")),
    ],
)
def test_pages_turn_while_a_cell_is_running(
    kind: str, open_notebook: OpenNotebook, visit: Visit, tmp_path: Path
):
    notebook = open_notebook(*opening(BANDS))
    inside = notebook.run_all()
    outside = visit(notebook.value("w.url"))
    outside.wait_for_page(1)

    end = tmp_path / "end"
    begin = f"import pathlib\nend = pathlib.Path({str(end)!r})\nprint('begun', flush=True)\n"
    notebook.page.evaluate(START, begin + BUSY[kind])
    outside.button("Next page").click()
    inside.wait_for_page(2)
    inside.button("Next page").click()
    outside.wait_for_page(3)
    assert notebook.page.evaluate("window.cellEnded") is False

    end.touch()
    notebook.page.wait_for_function("() => window.cellEnded", timeout=PATIENCE)
    assert notebook.value("w.page") == 3
