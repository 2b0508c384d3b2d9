"""The plain page in Firefox and WebKitGTK: rows, keys, find, upload, dialogs and reconnecting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tsvshare_widget.client import Link, create_document, upload

from .grids import people, wide
from .other_browsers import Browser, firefox, webkit
from .processes import Relay
from .test_accessibility import AXE, WHOLE_PAGE

pytestmark = pytest.mark.exhaustive

Share = Callable[[str], Link]

CELL = """(row, column) => document.querySelector(
  `[aria-rowindex="${row + 2}"] [aria-colindex="${column + 2}"]`)?.textContent"""
FOCUS = """() => {
  const cell = document.activeElement?.closest('[aria-colindex]');
  return cell && [Number(cell.parentElement.getAttribute('aria-rowindex')) - 2,
    Number(cell.getAttribute('aria-colindex')) - 2];
}"""
BUTTON = "button[aria-label={!r}]"
PAGE = "input[aria-label='Page']"


@pytest.fixture(scope="module", params=[firefox, webkit], ids=["firefox", "webkit"])
def window(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    with request.param(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def at(row: int, column: int) -> str:
    return f'[aria-rowindex="{row + 2}"] [aria-colindex="{column + 2}"]'


def open_document(window: Browser, url: str, first: str) -> None:
    # A link that differs in its fragment alone loads nothing.
    window.open("about:blank")
    window.open(url)
    window.wait_for(f"first => ({CELL})(0, 0) === first", first)
    window.wait_for_text(".tsv-pill", "^Live")


def test_rows_and_pages(window: Browser, share: Share, screenshots: Path):
    open_document(window, share(wide(250, 60)).url, "0/0")
    window.screenshot(screenshots / f"{window.name}.png")
    window.click(BUTTON.format("Last page"))
    window.wait_for(f"() => ({CELL})(249, 0) === '249/0' || ({CELL})(200, 0) === '200/0'")
    window.evaluate("() => document.querySelector('.tsv-scroll').scrollTo(4000, 1e6)")
    window.wait_for(f"() => ({CELL})(249, 50) === '249/50'")


def test_keys(window: Browser, share: Share):
    open_document(window, share(people()).url, "person 0")
    window.click(at(1, 1))
    assert window.evaluate(FOCUS) == [1, 1]
    window.press("ArrowDown", "ArrowRight", "Home", "ArrowRight")
    assert window.evaluate(FOCUS) == [2, 1]
    window.press("Shift+ArrowRight", "Shift+ArrowDown")
    selected = "() => document.querySelectorAll('[aria-selected=true]').length"
    assert window.evaluate(selected) == 4
    window.press("PageDown")
    window.wait_for(f"() => document.querySelector({PAGE!r}).value === '2'")
    window.press("Control+End")
    window.wait_for(f"() => document.querySelector({PAGE!r}).value === '3'")


def test_find_and_sort(window: Browser, share: Share):
    open_document(window, share(people()).url, "person 0")
    window.click(at(0, 0))
    window.press("Control+f")
    window.wait_for("() => document.activeElement.matches('.tsv-find input')")
    window.press(*"person 17")
    window.wait_for_text(".tsv-hits", "^hit 1 of 11")
    window.press("Escape")
    window.click(at(0, 0))
    window.press("/", *"person 17", "Enter")
    window.wait_for(f"() => ({CELL})(0, 0) === 'person 17' && ({CELL})(1, 0) === 'person 170'")
    window.click(at(-1, 1))
    window.wait_for(f"() => ({CELL})(0, 0) === 'person 17'")
    window.press("Enter")
    window.wait_for(f"() => ({CELL})(0, 0) === 'person 179'")


def test_upload(window: Browser, share: Share, tmp_path: Path):
    open_document(window, share(people()).url, "person 0")
    path = tmp_path / "new.tsv"
    path.write_text("a\tb\nnew\t1\n")
    window.upload("input[type=file]", path)
    window.wait_for(f"() => ({CELL})(0, 0) === 'new'")
    window.wait_for_text(".tsvshare", "was replaced by new.tsv")


@pytest.mark.parametrize("keys", [["?"], ["Enter"], ["g"]], ids=["help", "cell", "columns"])
def test_dialogs_open_and_close_by_keys(keys: list[str], window: Browser, share: Share):
    open_document(window, share(people()).url, "person 0")
    window.click(at(1, 1))
    window.press(*keys)
    window.wait_for("() => document.querySelector('.tsvshare dialog')?.checkVisibility()")
    window.press("Escape")
    window.wait_for("() => !document.querySelector('.tsvshare dialog')?.checkVisibility()")
    window.wait_for(f"() => String(({FOCUS})()) === '1,1'")


def test_a_relay_that_comes_back(window: Browser, relay: Relay):
    link = create_document(relay.url)
    upload(link, people().encode(), name="people.tsv")
    open_document(window, link.url, "person 0")
    window.click(BUTTON.format("Next page"))
    window.wait_for(f"() => ({CELL})(100, 0) === 'person 100' || ({CELL})(0, 0) === 'person 100'")
    relay.kill()
    window.wait_for_text(".tsv-pill", "^Stale since")
    relay.start()
    window.wait_for_text(".tsv-pill", "^Live")
    window.wait_for(f"() => document.querySelector({PAGE!r}).value === '2'")


def test_axe(window: Browser, share: Share):
    open_document(window, share(people()).url, "person 0")
    window.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')}; }}")
    assert window.evaluate(WHOLE_PAGE) == []
