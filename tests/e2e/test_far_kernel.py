"""Browser, Jupyter Server and kernel on three computers: the browser reaches Jupyter's port alone.

The computers are namespaces of Linux, which only root can make.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, expect

from .conftest import CHROMIUM, CHROMIUM_FLAGS
from .namespaces import WHY_NOT, Networks
from .processes import Lab, Relay
from .screens import PATIENCE, Notebook, Screen, open_link, screenshot

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
    pytest.mark.xdist_group("networks"),
]

TABLE = "name\tscore\n" + "".join(f"person {n}\t{n}\n" for n in range(150))
SHOW = f"from tsvshare_widget import TSVShare\nw = TSVShare({TABLE.encode()!r})\nw"

BYTES = 200_000_000

# A file of so many bytes, dropped; its first row has the name.
DROP_LARGE = """(target, [name, bytes]) => {
  const line = 'x'.repeat(99) + '\\n';
  const piece = line.repeat(10000);
  const head = 'name\\n' + name.padEnd(94) + '\\n';
  const file = new File([head, ...Array(bytes / piece.length).fill(piece)], name);
  const data = new DataTransfer();
  data.items.add(file);
  const options = {dataTransfer: data, bubbles: true, cancelable: true};
  for (const kind of ['dragenter', 'dragover', 'drop'])
    target.dispatchEvent(new DragEvent(kind, options));
}"""

TO_BROWSER, TO_COLLEAGUE, TO_KERNEL, TO_US = 1, 2, 3, 4
"""The cables of the Jupyter Server."""


@pytest.fixture(scope="module")
def networks() -> Iterator[Networks]:
    networks = Networks("browser", "colleague", "server", "kernel")
    try:
        networks.join(TO_BROWSER, "browser", "server")
        networks.join(TO_COLLEAGUE, "colleague", "server")
        networks.join(TO_KERNEL, "kernel", "server")
        networks.join(TO_US, "server", None)
        yield networks
    finally:
        networks.close()


def start_lab(networks: Networks, folder: Path, *, far: bool, has_relay: bool) -> Lab:
    """JupyterLab on its computer; ``far``: its kernels are on another one."""
    lab = Lab(folder, has_relay=has_relay)
    lab.inside = networks.inside("server")
    port = lab.url.rpartition(":")[2]
    lab.url = f"http://{networks.address(TO_BROWSER, 2)}:{port}"
    lab.tested_at = f"http://{networks.address(TO_US, 1)}:{port}"
    if far:
        script = Path(__file__).parents[1] / "fixtures" / "far_kernel.py"
        address = networks.address(TO_KERNEL, 1)
        words = [str(script), "{connection_file}", address, *networks.inside("kernel")]
        spec = {
            "argv": [sys.executable, *words],
            "display_name": "Python 3",
            "language": "python",
            "interrupt_mode": "message",
        }
        kernels = Path(lab.environment["JUPYTER_DATA_DIR"]) / "kernels" / "python3"
        kernels.mkdir(parents=True)
        (kernels / "kernel.json").write_text(json.dumps(spec))
    lab.start()
    return lab


@pytest.fixture(scope="module")
def driver(chromium: Browser) -> BrowserType:
    """What starts browsers: there can be one at a time in a process."""
    return chromium.browser_type


def launch(driver: BrowserType, networks: Networks, name: str) -> Browser:
    assert CHROMIUM is not None
    return driver.launch(executable_path=networks.program(name, CHROMIUM), args=CHROMIUM_FLAGS)


@pytest.fixture(scope="module")
def far_lab(networks: Networks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = start_lab(networks, tmp_path_factory.mktemp("far-lab"), far=True, has_relay=False)
    yield lab
    lab.end()


@pytest.fixture
def here(driver: BrowserType, networks: Networks) -> Iterator[BrowserContext]:
    """The browser of who has the notebook."""
    with launch(driver, networks, "browser") as browser:
        context = browser.new_context(viewport={"width": 1200, "height": 800})
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def colleague(driver: BrowserType, networks: Networks) -> Iterator[BrowserContext]:
    """A browser on another computer, which reaches the server by another address."""
    with launch(driver, networks, "colleague") as browser:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        yield context


def test_everything_works_but_links_which_are_not_offered(
    far_lab: Lab, here: BrowserContext, screenshots: Path
):
    notebook = Notebook(here, far_lab, SHOW)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live, links do not open")
    screen.button("Next page").click()
    screen.wait_for_cell("person 100")
    assert notebook.value("w.page") == 2
    notebook.execute("w.page = 1")
    screen.wait_for_page(1)
    screen.root.get_by_role("searchbox").fill("person 14")
    screen.root.get_by_role("searchbox").press("Enter")
    screen.wait_for_cell("person 140")
    screen.button("Share").click()
    dialog = screen.root.get_by_role("dialog", name="Share this table")
    expect(dialog).to_contain_text("that is not this one")
    screenshot(screen, screenshots, "far-kernel-share")
    notebook.close()


def test_a_large_file_goes_through_the_kernel_is_cancelled_and_goes_on_after_a_loss(
    far_lab: Lab, here: BrowserContext, networks: Networks
):
    notebook = Notebook(here, far_lab, SHOW)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live, links do not open")
    bar = screen.root.get_by_role("progressbar", name="Upload")
    moving = re.compile(r"^[1-9]")
    screen.root.evaluate(DROP_LARGE, ["cancelled.tsv", BYTES])
    expect(bar).to_have_attribute("aria-valuenow", moving, timeout=PATIENCE)
    screen.button("Cancel").click()
    expect(bar).to_be_hidden(timeout=PATIENCE)
    screen.wait_for_cell("person 0")
    assert notebook.value("w.n_total") == 150
    screen.root.evaluate(DROP_LARGE, ["whole.tsv", BYTES])
    expect(bar).to_have_attribute("aria-valuenow", moving, timeout=PATIENCE)
    networks.cut(TO_BROWSER, "browser", off=True)
    screen.page.wait_for_timeout(3000)  # no byte of it comes through meanwhile
    stopped = bar.get_attribute("aria-valuenow")
    networks.cut(TO_BROWSER, "browser", off=False)
    expect(bar).not_to_have_attribute("aria-valuenow", stopped or "", timeout=2 * PATIENCE)
    expect(bar).to_be_hidden(timeout=4 * PATIENCE)
    assert notebook.value("w.rows[0][0].strip()") == "whole.tsv"
    assert notebook.value("w.n_total") == BYTES // 100 + 1
    notebook.close()


def test_a_browser_without_a_network_says_so_and_is_live_again_with_it(
    far_lab: Lab, here: BrowserContext, networks: Networks
):
    notebook = Notebook(here, far_lab, SHOW)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    networks.cut(TO_BROWSER, "browser", off=True)
    try:
        screen.wait_for_connection("Not connected")
    finally:
        networks.cut(TO_BROWSER, "browser", off=False)
    screen.wait_for_connection("Live")
    # JupyterLab has said so in a dialog of its own, which may stand before the table.
    screen.button("Next page").evaluate("button => button.click()")
    screen.wait_for_cell("person 100")
    assert notebook.value("w.page") == 2
    notebook.close()


# --- from a table in a notebook to a browser with another address: a line or a click --------------


def colleague_turns(context: BrowserContext, url: str, inside: Screen) -> None:
    outside = open_link(context, url)
    outside.wait_for_cell("person 0")
    outside.button("Next page").click()
    inside.wait_for_page(2)


def test_by_the_server_it_takes_nothing_more(
    networks: Networks, here: BrowserContext, colleague: BrowserContext, tmp_path: Path
):
    lab = start_lab(networks, tmp_path, far=False, has_relay=True)
    try:
        notebook = Notebook(here, lab, SHOW)
        inside = notebook.run_all()
        inside.wait_for_connection("Live")
        url = notebook.value("w.url")
        assert url.startswith(f"{lab.url}/tsvshare/d/")
        other = url.replace(networks.address(TO_BROWSER, 2), networks.address(TO_COLLEAGUE, 2))
        colleague_turns(colleague, other, inside)
        notebook.close()
    finally:
        lab.end()


@pytest.mark.parametrize("way", ["Share on this network", "Publish"])
def test_by_the_network_or_another_relay_it_takes_one_click(
    way: str,
    networks: Networks,
    here: BrowserContext,
    colleague: BrowserContext,
    tmp_path: Path,
):
    relay = Relay(tmp_path)
    relay.inside = networks.inside("server")
    relay.url = f"http://{networks.address(TO_BROWSER, 2)}:{relay.port}"
    relay.tested_at = f"http://{networks.address(TO_US, 1)}:{relay.port}"
    lab = start_lab(networks, tmp_path, far=False, has_relay=False)
    try:
        relay.start()
        place = f"import os; os.environ['TSVSHARE_PUBLISH'] = {relay.url!r}\n"
        notebook = Notebook(here, lab, place + SHOW)
        inside = notebook.run_all()
        inside.wait_for_cell("person 0")
        inside.button("Share").click()
        dialog = inside.root.get_by_role("dialog", name="Share this table")
        link = dialog.get_by_label("Full link", exact=True)
        before = link.input_value()
        dialog.get_by_role("button", name=way).click()
        expect(link).not_to_have_value(before, timeout=PATIENCE)
        # By an address of the server, which has several: one of them is for the colleague.
        own = {networks.address(cable, 2) for cable in (TO_BROWSER, TO_COLLEAGUE, TO_KERNEL)}
        assert urlsplit(link.input_value()).hostname in own | {networks.address(TO_US, 1)}
        there = f"//{networks.address(TO_COLLEAGUE, 2)}:"
        url = re.sub(r"//[^:/]+:", there, link.input_value())
        inside.page.keyboard.press("Escape")
        colleague_turns(colleague, url, inside)
        notebook.close()
    finally:
        lab.end()
        relay.end()
