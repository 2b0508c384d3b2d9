"""``make demo``: what it prints leads to a live table, in JupyterLab and in a browser."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from patience import PATIENCE
from playwright.sync_api import BrowserContext

from .processes import private_jupyter
from .screens import Screen, screenshot

DEMO = Path(__file__).parent.parent.parent / "scripts" / "demo.py"
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
LAST_WORDS = "Ctrl-C ends it"


def test_the_links_of_the_demo_lead_to_a_live_table(
    browser: BrowserContext, visit: Callable[[str], Screen], tmp_path: Path, screenshots: Path
):
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    process = subprocess.Popen(
        [sys.executable, DEMO, tmp_path / "demo"],
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, **private_jupyter(tmp_path)},
    )
    with process:
        try:
            assert process.stdout is not None
            said = "".join(itertools.takewhile(lambda line: LAST_WORDS not in line, process.stdout))
            links = re.findall(r"http\S+", said)
            assert len(links) == 3, said
            page = browser.new_page()
            page.goto(links[0])
            inside = Screen(page, page.locator(".tsvshare").first)
            inside.root.wait_for()
            outside = visit(links[1])
            for screen in (inside, outside):
                asked = screen.root.get_by_text("of 2,207 rows").first
                asked.wait_for()
                screen.wait_for_page(1)
            outside.button("Next page").click()
            inside.wait_for_page(2)
            assert inside.cells() == outside.cells()
            screenshot(inside, screenshots, "demo-notebook")
            screenshot(outside, screenshots, "demo-browser")
        finally:
            process.send_signal(signal.SIGINT)
            try:
                ended = process.wait(PATIENCE)
            finally:
                process.kill()
    assert ended == 0
