"""Keys in a notebook: pressed in any part of the table, they change nothing around it."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .grids import cell, header, press
from .screens import PATIENCE, Notebook, Screen

OpenNotebook = Callable[..., Notebook]

TABLE = "name\tscore\tlink\n" + "".join(
    f"person {n}\t{n}\thttps://a.example/{n}\n" for n in range(150)
)

PLAIN = [
    *string.ascii_lowercase,
    *string.digits,
    *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"),
    *("Home", "End", "PageUp", "PageDown", "Enter", "Delete", "Backspace", "Escape", "Space"),
]

# Shift+Enter in a cell runs the notebook's; Ctrl+S saves it; Ctrl+Shift+C shows all commands.
THE_HOSTS = {"Shift+Enter", "Control+s", "Control+Shift+c"}

KEYS = [
    held + key
    for held in ("", "Shift+", "Control+", "Alt+", "Control+Shift+")
    for key in PLAIN
    if held + key not in THE_HOSTS
]

# Which commands the host executes, and what the notebook is made of.
WATCH = """() => {
  const {commands} = window.jupyterapp;
  window.executed = [];
  commands.commandExecuted.connect((_, {id}) => window.executed.push(id));
}"""

AROUND = """() => {
  const {content, context} = window.jupyterapp.shell.currentWidget;
  const cells = context.model.toJSON().cells.map(({cell_type, source, execution_count}) =>
    [cell_type, source, execution_count]);
  const dialogs = document.querySelectorAll('.jp-Dialog, .lm-Menu').length;
  return {cells, mode: content.mode, active: content.activeCellIndex, dialogs,
    chosen: content.selectedCells.length, executed: window.executed};
}"""

# Every part of the table, and of what is open over it, that takes the focus, by what it is: one
# cell and one header stand for all that are alike.
PARTS = """root => {
  window.parts = new Map();
  for (const part of root.querySelectorAll('*')) {
    part.focus({preventScroll: true});
    if (part.getRootNode().activeElement !== part) continue;
    const name = part.matches('[aria-colindex]') ? '' : part.getAttribute('aria-label');
    const what = [part.tagName, part.getAttribute('role'), part.className, name].join(' ');
    if (!window.parts.has(what)) window.parts.set(what, part);
  }
  return [...window.parts].map(([what, part]) =>
    [what, part.hasAttribute('data-lm-suppress-shortcuts')]);
}"""

# Keys as the browser has them, but without what it does by itself; the first one that cannot be
# pressed, because the one before has opened or closed something.
DISPATCH = """([what, keys]) => {
  const CODES = {ArrowUp: 38, ArrowDown: 40, ArrowLeft: 37, ArrowRight: 39, Home: 36, End: 35,
    PageUp: 33, PageDown: 34, Enter: 13, Delete: 46, Backspace: 8, Escape: 27, Space: 32};
  const part = window.parts.get(what);
  for (const written of keys) {
    const held = written.split('+'), name = held.pop();
    const key = name === 'Space' ? ' ' : name;
    const keyCode = CODES[name] ?? name.toUpperCase().charCodeAt(0);
    const has = modifier => held.includes(modifier);
    part?.focus({preventScroll: true});
    if (!part || part.getRootNode().activeElement !== part) return written;
    part.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode, which: keyCode, bubbles: true,
      cancelable: true, composed: true, ctrlKey: has('Control'), shiftKey: has('Shift'),
      altKey: has('Alt')}));
  }
  return null;
}"""

CLOSE = """root => {
  for (const box of root.querySelectorAll('dialog')) {
    if (box.open) box.close();
    box.remove();
  }
}"""


@pytest.fixture(params=["lab", pytest.param("notebook", marks=pytest.mark.exhaustive)])
def notebook(request: pytest.FixtureRequest, open_notebook: OpenNotebook) -> Notebook:
    show = f"from tsvshare_widget import TSVShare\nw = TSVShare({TABLE.encode()!r})\nw"
    notebook = open_notebook("1 + 1", show, "2 + 2", "3 + 3", app=request.param, alone=True)
    screen = notebook.run_all()
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    notebook.page.evaluate(WATCH)
    cell(screen, 1, 1).click()
    return notebook


def around(notebook: Notebook) -> dict[str, Any]:
    found: dict[str, Any] = notebook.page.evaluate(AROUND)
    return found


def show_and_list(screen: Screen, show: Callable[[Screen], None]) -> list[str]:
    """Close what is open, show what is asked for, and list its parts."""
    screen.root.evaluate(CLOSE)
    show(screen)
    parts = screen.root.evaluate(PARTS)
    assert [what for what, suppressed in parts if not suppressed] == []
    return [what for what, _ in parts]


def try_every_key(notebook: Notebook, show: Callable[[Screen], None]) -> None:
    """Press every key on every part of what is shown."""
    before = around(notebook)
    parts = show_and_list(notebook.screen, show)
    assert parts
    for what in parts:
        keys = KEYS
        while keys:
            blocked = notebook.page.evaluate(DISPATCH, [what, keys])
            assert around(notebook) == before, what
            if blocked is None or what not in show_and_list(notebook.screen, show):
                break
            keys = keys[max(1, keys.index(blocked)) :]


@pytest.mark.exhaustive
def test_the_host_has_commands_on_these_keys(notebook: Notebook):
    """What the other tests rest on: outside the table these keys do something."""
    notebook.page.locator(".jp-Cell").last.locator(".jp-InputPrompt").click()
    press(notebook.screen, "Escape", "Shift+l", "b", "Escape", "d", "d")
    executed = around(notebook)["executed"]
    assert {"notebook:insert-cell-below", "notebook:delete-cell"} <= set(executed)


@pytest.mark.exhaustive
def test_every_key_on_every_part_of_the_table(notebook: Notebook):
    try_every_key(notebook, lambda _: None)


OPENED = ("Share", "How it was read", "Columns", "column", "Shift+F10", "?", "Enter")


@pytest.mark.exhaustive
def test_every_key_on_every_part_of_what_opens(notebook: Notebook):
    for name in OPENED:
        try_every_key(notebook, functools.partial(open_over, name=name))


def open_over(screen: Screen, name: str) -> None:
    """Open a dialog or menu over the table, by its button or by a key in a cell."""
    if name in ("Share", "How it was read", "Columns"):
        screen.button(name).first.click()
    elif name == "column":
        header(screen, "score").focus()
        press(screen, "Alt+ArrowDown")
    else:
        cell(screen, 1, 1).focus()
        press(screen, name)
    expect(screen.root.get_by_role("dialog").first).to_be_visible(timeout=PATIENCE)


def parts_of(screen: Screen) -> list[Locator]:
    """One part of each kind, to press real keys on; what is typed into the last finds no rows."""
    cells = [screen.grid.get_by_role(role).last for role in ("gridcell", "columnheader")]
    buttons = [screen.button("Last page"), screen.root.get_by_role("switch", name="Follow")]
    boxes = [
        screen.root.get_by_role("combobox").first,
        screen.root.get_by_role("searchbox", name="Search"),
    ]
    return [*cells, *buttons, screen.page_box, *boxes]


def press_on(notebook: Notebook, parts: Iterable[Locator], keys: Iterable[str]) -> None:
    """Press real keys on parts of the screen; nothing around the table changes."""
    screen = notebook.screen
    before = around(notebook)
    for part in parts:
        for key in keys:
            part.focus()
            press(screen, key)
            screen.root.evaluate(CLOSE)
        part.focus()
        press(screen, "d", "d")
        assert around(notebook) == before, part


@pytest.mark.exhaustive
def test_real_keys_change_nothing_around_the_table(notebook: Notebook):
    one_cell, _, one_button, *_ = parts_of(notebook.screen)
    press_on(notebook, [one_cell, one_button], PLAIN)


@pytest.mark.exhaustive
def test_no_real_key_on_any_part_changes_anything_around_the_table(notebook: Notebook):
    keys = [*PLAIN, *(f"Control+{key}" for key in PLAIN if key != "s")]
    press_on(notebook, parts_of(notebook.screen), keys)


@pytest.mark.exhaustive
def test_what_is_the_hosts_stays_the_hosts(notebook: Notebook):
    screen = notebook.screen
    cell(screen, 1, 1).focus()
    press(screen, "Control+s")
    notebook.page.wait_for_function("() => window.executed.includes('docmanager:save')")
    screen.button("Share").focus()
    press(screen, "Control+s")
    saved = "() => window.executed.filter(id => id === 'docmanager:save').length === 2"
    notebook.page.wait_for_function(saved)
    cell(screen, 1, 1).focus()
    press(screen, "Shift+Enter")
    notebook.page.wait_for_function("() => window.executed.some(id => /run/.test(id))")
