"""What a person sees and does: the live table, in a notebook's output or in a page of its own."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any, Literal, Protocol

import nbformat
import patience
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .desk import Desk
from .processes import TOKEN

PATIENCE = 1000 * patience.PATIENCE
"""Milliseconds a screen may take to show what it should."""

READY = """async () => {
  const app = window.jupyterapp;
  await app.started;
  for (;;) {
    const panel = app.shell.currentWidget;
    if (panel && panel.sessionContext && panel.context) {
      await panel.context.ready;
      await panel.sessionContext.ready;
      const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
      if (kernel) { await kernel.info; return kernel.id; }
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}"""

# ipykernel 7.3 may overlook what is sent to it just while it answers, until it is sent the next
# thing; who waits for a cell does something in the end.
RUN_ALL = """async () => {
  const {shell, commands} = window.jupyterapp;
  const kernel = () => shell.currentWidget.sessionContext.session?.kernel;
  const looking = setInterval(() => kernel()?.requestKernelInfo().catch(() => 0), 5000);
  try {
    await commands.execute('notebook:run-all-cells');
  } finally {
    clearInterval(looking);
  }
}"""

# JupyterLab 4.4 takes cells out of sight off the page.
BRING_INTO_SIGHT = """() => {
  const {content} = window.jupyterapp.shell.currentWidget;
  const at = content.widgets.findIndex(cell => cell.node.querySelector('.tsvshare'));
  if (at >= 0 && !content.widgets[at].node.checkVisibility()) return content.scrollToItem(at);
}"""

# Runs code as a cell would, without the screen; what it prints is returned once it has ended.
EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({code, store_history: false});
  let text = '';
  future.onIOPub = ({header, content}) => {
    if (header.msg_type === 'stream') text += content.text;
    if (header.msg_type === 'error') text += content.traceback.join('\\n');
  };
  const reply = await future.done;
  if (reply.content.status !== 'ok') throw new Error(text);
  return text;
}"""

NEXT_FRAMES = """() => Promise.race([
  new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
  new Promise(done => setTimeout(done, 1000)),  // no frames come where nobody can look
])"""

# The cells row by row; a row that ends early has none for its missing ones.
CELLS = """grid => [...grid.querySelectorAll('tbody tr')].map(row =>
  [...row.querySelectorAll('td[aria-colindex]:not(.tsv-missing)')].map(cell => cell.textContent))"""

DROP = """(target, [name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, {type: 'text/tab-separated-values'}));
  const options = {dataTransfer: data, bubbles: true, cancelable: true};
  for (const kind of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(kind, options));
}"""


class Screen:
    """One live table; its controls are found by the names a screen reader says."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root
        self.grid = root.get_by_role("grid")
        self.status = root.get_by_role("status")
        self.page_box = root.get_by_role("spinbutton", name="Page")

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name)

    def cells(self) -> list[list[str]]:
        """The cells of the page that is shown, row by row, once it is what was asked for."""
        self.wait_until_shown()
        cells: list[list[str]] = self.grid.evaluate(CELLS)
        return cells

    def wait_for_page(self, number: int) -> None:
        expect(self.page_box).to_have_value(str(number), timeout=PATIENCE)
        self.wait_until_shown()

    def wait_until_shown(self) -> None:
        """Wait until the rows are those of the page whose number is shown."""
        self.grid.wait_for()
        self.page.evaluate(NEXT_FRAMES)  # with which it says that it is busy
        expect(self.grid).not_to_have_attribute("aria-busy", "true")

    def wait_for_cell(self, text: str) -> None:
        cell = self.grid.get_by_role("gridcell", name=text, exact=True)
        expect(cell.first).to_be_visible(timeout=PATIENCE)

    def wait_for_connection(self, state: str) -> None:
        """Wait until the screen says that it is "Live", "Stale since ..." and so on.

        Twice as long as for others: who has lost a relay may wait 30 s between two attempts.
        """
        pill = self.root.locator(".tsv-pill")
        expect(pill).to_have_text(re.compile(f"^{state}"), timeout=2 * PATIENCE)

    def go_to(self, number: int) -> None:
        self.page_box.fill(str(number))
        self.page_box.press("Enter")

    def drop(self, name: str, text: str) -> None:
        self.root.evaluate(DROP, [name, text])

    def replace(self, name: str, text: str) -> None:
        """Drop a file where others see the table that it replaces, which has to be confirmed."""
        self.drop(name, text)
        question = self.root.get_by_role("dialog", name="Replace the table for everyone?")
        question.get_by_role("button", name="Replace").click()


def open_link(browser: BrowserContext, url: str) -> Screen:
    """A document's link in a page of its own."""
    page = browser.new_page()
    page.goto(url)
    screen = Screen(page, page.locator(".tsvshare").first)
    screen.root.wait_for(timeout=PATIENCE)
    return screen


App = Literal["lab", "notebook"]
"""What shows a notebook: JupyterLab, or Notebook, which the same server has."""


def open_people(screen: Screen) -> Locator:
    """Open the dialog that says who is here."""
    screen.root.get_by_role("button", name=re.compile("here$")).first.click()
    return screen.root.get_by_role("dialog", name="Who is here")


class HasNotebooks(Protocol):
    """A server that notebooks are opened on, by its address and the folder that they lie in."""

    @property
    def url(self) -> str: ...

    @property
    def notebooks(self) -> Path: ...


class Notebook:
    """A notebook open in JupyterLab or Notebook, with a kernel of its own.

    In a page of its own, or on a ``desk`` that is open already.  A page has a workspace of its
    own: JupyterLab sends a second one with the same workspace elsewhere.
    """

    def __init__(
        self,
        browser: BrowserContext,
        lab: HasNotebooks,
        *cells: str,
        app: App = "lab",
        kernel: str = "python3",
        desk: Desk | None = None,
    ) -> None:
        name = f"notebook-{uuid.uuid4().hex}"
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in cells],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel}},
        )
        nbformat.write(notebook, lab.notebooks / f"{name}.ipynb")
        if desk:
            self.page = desk.open(f"{name}.ipynb")
        else:
            self.page = browser.new_page()
            path = f"doc/workspaces/{name}/tree" if app == "lab" else "notebooks"
            self.page.goto(f"{lab.url}/{path}/{name}.ipynb?token={TOKEN}")
            self.page.wait_for_function("() => window.jupyterapp", timeout=PATIENCE)
        self.page.evaluate(READY)
        self._desk = desk
        self.screen = Screen(self.page, self.page.locator(".tsvshare").first)

    def run_all(self) -> Screen:
        """Run the cells to their end; the table they show."""
        self.page.evaluate(RUN_ALL)
        self.screen.root.wait_for(state="attached", timeout=PATIENCE)
        self.page.evaluate(BRING_INTO_SIGHT)
        self.screen.root.wait_for(timeout=PATIENCE)
        return self.screen

    def execute(self, code: str) -> str:
        """Run ``code`` in the kernel; what it prints."""
        printed: str = self.page.evaluate(EXECUTE, code)
        return printed

    def value(self, expression: str) -> Any:
        """The value of a Python expression that JSON can carry."""
        return json.loads(self.execute(f"import json; print(json.dumps({expression}))"))

    def use_theme(self, name: str) -> None:
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            name,
        )
        light = "false" if "Dark" in name else "true"
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def close(self) -> None:
        """Shut the kernel down and close the page, or clear the desk."""
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown().then(() => 0)"
        )
        if self._desk:
            self._desk.clear()
        else:
            self.page.close()


def screenshot(screen: Screen, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    screen.page.screenshot(path=folder / f"{name}.png")
