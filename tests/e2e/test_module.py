"""The front end goes to a notebook once, and every table there has it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .screens import PATIENCE, READY, Notebook, Screen

OpenNotebook = Callable[..., Notebook]

IMPORT = "from tsvshare_widget import TSVShare"
FIRST = "first = TSVShare(b'a\\tb\\none\\t1\\n')\nfirst"
SECOND = "second = TSVShare(b'a\\tb\\ntwo\\t2\\n')\nsecond"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save').then(() => 0)"


def second_of(notebook: Notebook) -> Screen:
    root = notebook.page.locator(".tsvshare").nth(1)
    expect(root).to_be_visible(timeout=PATIENCE)
    return Screen(notebook.page, root)


@pytest.mark.exhaustive
def test_the_second_table_has_the_module_of_the_first(open_notebook: OpenNotebook):
    notebook = open_notebook(IMPORT, FIRST, SECOND, alone=True)
    notebook.run_all().wait_for_cell("one")
    second = second_of(notebook)
    second.wait_for_cell("two")
    second.wait_for_connection("Live")
    sizes = notebook.value("[len(first._esm) > 50_000, len(second._esm) < 5_000]")
    assert sizes == [True, True]
    assert notebook.value("len(second._get_embed_state()['state']['_esm']) > 50_000")


@pytest.mark.exhaustive
def test_where_the_page_has_lost_the_module_the_kernel_sends_it(open_notebook: OpenNotebook):
    notebook = open_notebook(IMPORT, FIRST, SECOND, alone=True)
    notebook.run_all().wait_for_cell("one")
    second_of(notebook).wait_for_cell("two")
    notebook.execute("first.close()")
    notebook.page.evaluate(SAVE)
    notebook.page.reload()
    notebook.page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
    notebook.page.evaluate(READY)
    notebook.screen.wait_for_cell("two")
    notebook.screen.wait_for_connection("Live")
