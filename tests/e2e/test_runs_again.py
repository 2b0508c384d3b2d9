"""A cell that is run again and again, in JupyterLab and Notebook as people have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kernel_counts import COUNTS, is_flat
from relay_fixture import wait_for

from .screens import App, Notebook

pytestmark = pytest.mark.exhaustive

START = b"name\tscore\n" + b"".join(b"person %d\t%d\n" % (n, n) for n in range(10))
CELLS = [
    "from pathlib import Path\nfrom tsvshare_widget import TSVShare",
    f"Path('x.tsv').write_bytes({START!r} + b''.join(b'%d\\t1\\n' % n for n in range(20_000)))",
    "w = TSVShare('x.tsv')\nw",
]
RUN_LAST = "() => window.jupyterapp.commands.execute('notebook:run-cell').then(() => 0)"
SELECT_LAST = """() => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
}"""
RUNS = 50
FIRST = 7
"""Runs after which there is all that a run leaves: the tables of some before it can come back."""


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_fifty_runs_more_hold_no_more(app: App, open_notebook: Callable[..., Notebook]):
    notebook = open_notebook(*CELLS, app=app)
    notebook.run_all().wait_for_cell("person 0")
    notebook.screen.wait_for_connection("Live")
    notebook.execute(COUNTS)
    notebook.page.evaluate(SELECT_LAST)
    for _ in range(FIRST):
        notebook.page.evaluate(RUN_LAST)
    first: dict[str, Any] = notebook.value("count()")
    for _ in range(RUNS):
        notebook.page.evaluate(RUN_LAST)
    notebook.screen.wait_for_connection("Live")
    wait_for(lambda: is_flat(first, notebook.value("count()")))
    notebook.screen.wait_for_cell("person 0")
    assert notebook.page.locator(".tsvshare").get_by_role("grid").count() == 1
    print(f"{app}: {first} after {FIRST} runs, {notebook.value('count()')} after {FIRST + RUNS}")
