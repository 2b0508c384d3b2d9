"""A JupyterLab and a Chromium for benchmarks: those of the browser tests."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from e2e.conftest import CHROMIUM_FLAGS, find_browser
from e2e.processes import Lab, Relay
from e2e.screens import Notebook, Screen, open_link

CHROMIUM = find_browser("chromium", "google-chrome")

__all__ = ["CHROMIUM", "CHROMIUM_FLAGS", "Lab", "Notebook", "Relay", "Screen", "open_link", "stage"]


@contextmanager
def stage() -> Iterator[tuple[BrowserContext, Lab]]:
    """A browser and a JupyterLab, both ended on the way out."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = Lab(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            lab.start()
            yield browser.new_context(viewport={"width": 1200, "height": 800}), lab
        finally:
            browser.close()
            lab.end()
