"""A page of JupyterLab that stays open, as people's own do, while notebooks come and go in it.

To load one takes as long as many a test, so tests that only use their notebook share one page.
"""

from __future__ import annotations

from playwright.sync_api import Browser, Page, ViewportSize

from .processes import TOKEN, Lab

WINDOW: ViewportSize = {"width": 1200, "height": 800}

OPEN = """async path => {
  await window.jupyterapp.restored;
  await window.jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
}"""

# What is closed so asks nobody whether to save it.
CLEAR = """async () => {
  const {shell, commands} = window.jupyterapp;
  for (const panel of [...shell.widgets('main')]) panel.dispose();
  for (const name of Object.keys(localStorage))
    if (name.startsWith('tsvshare')) localStorage.removeItem(name);
  if (document.body.dataset.jpThemeLight === 'false')
    await commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'});
}"""


class Desk:
    """One page of ``lab`` in a window of its own; once it is cleared, no notebook is left in it."""

    def __init__(self, chromium: Browser, lab: Lab, patience: float) -> None:
        self.window = chromium.new_context(viewport=WINDOW)
        self.window.set_default_timeout(patience)
        self.lab = lab
        self._page: Page | None = None

    def open(self, path: str) -> Page:
        """The page, with the notebook in front that is at this path."""
        if self._page is None:
            self._page = self.window.new_page()
            self._page.goto(f"{self.lab.url}/lab/workspaces/desk?token={TOKEN}")
            self._page.wait_for_function("() => window.jupyterapp")
        self._page.evaluate(OPEN, path)
        return self._page

    def clear(self) -> None:
        if self._page is not None:
            self._page.evaluate(CLEAR)

    def close(self) -> None:
        self.window.close()
