"""What a person does with the cells of a table: where they are, what they hold, what is copied."""

from __future__ import annotations

from playwright.sync_api import FloatRect, Locator, expect

from .screens import PATIENCE, Screen

HERE = """root => {
  let cell = document.activeElement;
  while (cell?.shadowRoot) cell = cell.shadowRoot.activeElement;
  cell = cell?.closest?.('[aria-colindex]');
  if (!cell) return null;
  const place = name => Number(cell.closest('[' + name + ']').getAttribute(name));
  return [place('aria-rowindex'), place('aria-colindex')];
}"""

SELECTED = """grid => [...grid.querySelectorAll('tbody tr')].map(row =>
  [...row.querySelectorAll('[aria-selected=true]')].map(cell => cell.textContent)
).filter(row => row.length)"""

CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const entries = item.types.map(async type => [type, await (await item.getType(type)).text()]);
  return Object.fromEntries(await Promise.all(entries));
}"""


ROWS = 250
COLUMNS = ["name", "score", "note", "link"]


def people() -> str:
    """A table of ROWS people on three pages."""
    lines = ["\t".join(COLUMNS)]
    lines += [
        f"person {n}\t{n:03d}\t{'' if n % 3 else 'x y'}\thttps://a.example/{n}" for n in range(ROWS)
    ]
    return "\n".join(lines) + "\n"


def wide(rows: int, columns: int) -> str:
    """A table whose cells say where they stand: row/column."""
    lines = ["\t".join(f"col {i}" for i in range(columns))]
    lines += ["\t".join(f"{n}/{i}" for i in range(columns)) for n in range(rows)]
    return "\n".join(lines) + "\n"


def cell(screen: Screen, row: int, column: int) -> Locator:
    """A cell by its place in the view and on the screen, both from 0; row -1 is the header."""
    line = screen.grid.locator(f'[aria-rowindex="{row + 2}"]')
    return line.locator(f'[aria-colindex="{column + 2}"]')


def bounds(element: Locator) -> FloatRect:
    """Where an element is on the screen."""
    box = element.bounding_box()
    assert box is not None
    return box


def header(screen: Screen, name: str) -> Locator:
    return screen.grid.get_by_role("columnheader", name=name, exact=True)


def names(screen: Screen) -> list[str]:
    """The names of the columns, as they stand on the screen."""
    found: list[str] = screen.grid.locator(".tsv-column-name").all_text_contents()
    return found


def press(screen: Screen, *keys: str) -> None:
    for key in keys:
        screen.page.keyboard.press(key)


def where(screen: Screen) -> tuple[int, int] | None:
    """The place of the cell with the focus, row -1 the header; None: no cell has it."""
    found = screen.page.evaluate(HERE)
    return None if found is None else (found[0] - 2, found[1] - 2)


def wait_until_at(screen: Screen, row: int, column: int) -> None:
    expect(cell(screen, row, column)).to_be_focused(timeout=PATIENCE)


def selected(screen: Screen) -> list[list[str]]:
    rows: list[list[str]] = screen.grid.evaluate(SELECTED)
    return rows


def clipboard(screen: Screen) -> dict[str, str]:
    """What is in the clipboard, by type."""
    content: dict[str, str] = screen.page.evaluate(CLIPBOARD)
    return content


def wait_for_words(screen: Screen, words: str) -> None:
    """Wait until the status region says something."""
    expect(screen.status.first).to_contain_text(words, timeout=PATIENCE)
