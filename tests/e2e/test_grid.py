"""The table in a real browser: keyboard, selection, copying; page and notebook."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas
import pytest
from playwright.sync_api import expect

from tsvshare_widget.client import Link

from .grids import (
    ROWS,
    cell,
    clipboard,
    header,
    people,
    press,
    selected,
    wait_for_words,
    wait_until_at,
    where,
    wide,
)
from .screens import PATIENCE, Notebook, Screen

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

TABLE = """html => {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const end of parsed.querySelectorAll('br')) end.replaceWith('\\n');
  return [...parsed.querySelectorAll('tr')].map(row =>
    [...row.children].map(cell => cell.textContent));
}"""


# --- keyboard ---------------------------------------------------------------------------------


def test_one_cell_is_in_the_tab_order_and_keys_move_it(screen: Screen):
    assert screen.grid.locator("[tabindex='0']").count() == 1
    cell(screen, 0, 0).focus()
    press(screen, "ArrowRight", "ArrowDown", "ArrowDown")
    assert where(screen) == (2, 1)
    press(screen, "End")
    assert where(screen) == (2, 3)
    press(screen, "Home", "Control+ArrowUp", "ArrowUp")
    assert where(screen) == (-1, 0)
    expect(header(screen, "name")).to_be_focused()
    press(screen, "Control+ArrowDown")
    assert where(screen) == (99, 0)
    assert screen.grid.locator("[tabindex='0']").count() == 1
    press(screen, "Tab")
    assert where(screen) is None
    press(screen, "Shift+Tab")
    assert where(screen) == (99, 0)


def test_pages_turn_by_keys_and_the_focus_stays_in_its_column(screen: Screen):
    cell(screen, 5, 1).focus()
    press(screen, "PageDown")
    screen.wait_for_page(2)
    wait_until_at(screen, 105, 1)
    press(screen, "PageUp")
    screen.wait_for_page(1)
    press(screen, "Control+End")
    screen.wait_for_page(3)
    wait_until_at(screen, ROWS - 1, 3)
    press(screen, "Control+Home")
    screen.wait_for_page(1)
    wait_until_at(screen, 0, 0)


def test_arrows_go_on_beyond_the_edges_of_a_page(screen: Screen):
    cell(screen, 0, 2).focus()
    press(screen, "Control+ArrowDown", "ArrowDown")
    screen.wait_for_page(2)
    wait_until_at(screen, 100, 2)
    press(screen, "ArrowUp")
    assert where(screen) == (-1, 2)
    press(screen, "ArrowUp")
    screen.wait_for_page(1)
    wait_until_at(screen, 99, 2)


def test_the_focus_is_not_taken_by_those_who_turn_pages_elsewhere(share: Share, visit: Visit):
    link = share(people())
    here, there = visit(link.url), visit(link.url)
    for screen in (here, there):
        screen.wait_for_connection("Live")
    here.page_box.focus()
    there.button("Next page").click()
    here.wait_for_page(2)
    expect(here.page_box).to_be_focused()
    cell(here, 107, 1).focus()
    there.button("Next page").click()
    here.wait_for_page(3)
    assert where(here) == (207, 1)


def test_a_question_mark_opens_the_list_of_keys(screen: Screen):
    cell(screen, 3, 0).focus()
    press(screen, "?")
    listed = screen.root.get_by_role("dialog", name="Keys in the table")
    expect(listed).to_contain_text("Shift Space")
    press(screen, "Escape")
    expect(listed).to_be_hidden()
    assert where(screen) == (3, 0)


def test_a_cell_opens_in_full_by_keys(screen: Screen):
    cell(screen, 3, 0).focus()
    press(screen, "Enter")
    opened = screen.root.get_by_role("dialog")
    expect(opened).to_contain_text("person 3")
    press(screen, "Escape")
    assert where(screen) == (3, 0)


# --- selecting and copying ----------------------------------------------------------------------


def test_a_range_is_selected_and_copied_by_keys(screen: Screen):
    cell(screen, 0, 0).focus()
    press(screen, "Shift+ArrowDown", "Shift+ArrowRight")
    assert selected(screen) == [["person 0", "000"], ["person 1", "001"]]
    press(screen, "Control+c")
    wait_for_words(screen, "4 cells copied")
    assert clipboard(screen)["text/plain"] == "person 0\t000\nperson 1\t001"
    press(screen, "Escape")
    assert selected(screen) == []
    assert where(screen) == (1, 1)
    press(screen, "Control+c")
    wait_for_words(screen, "1 cell copied")
    assert clipboard(screen) == {"text/plain": "001"}


def test_rows_columns_and_the_page_are_selected_by_keys(screen: Screen):
    cell(screen, 2, 1).focus()
    press(screen, "Shift+Space", "Shift+ArrowDown")
    assert [row[1] for row in selected(screen)] == ["002", "003"]
    assert len(selected(screen)[0]) == 4
    press(screen, "Control+Space")
    assert selected(screen) == [[f"{n:03d}"] for n in range(100)]
    press(screen, "Control+a", "Control+c")
    wait_for_words(screen, "400 cells copied")
    rows = clipboard(screen)["text/plain"].split("\n")
    assert rows[7].split("\t") == ["person 7", "007", "", "https://a.example/7"]
    assert len(rows) == 100


def test_a_range_is_selected_by_the_mouse(screen: Screen):
    cell(screen, 1, 0).hover()
    screen.page.mouse.down()
    cell(screen, 2, 1).hover()
    screen.page.mouse.up()
    assert selected(screen) == [["person 1", "001"], ["person 2", "002"]]
    cell(screen, 3, 2).click(modifiers=["Shift"])
    assert len(selected(screen)) == 3
    screen.grid.get_by_role("rowheader", name="5", exact=True).click()
    assert [row[0] for row in selected(screen)] == ["person 4"]
    screen.grid.get_by_role("rowheader", name="7", exact=True).click(modifiers=["Shift"])
    assert [row[0] for row in selected(screen)] == ["person 4", "person 5", "person 6"]
    cell(screen, 8, 1).click()
    assert selected(screen) == []


def test_a_selection_waits_on_its_page(screen: Screen):
    cell(screen, 1, 1).focus()
    press(screen, "Space")
    assert selected(screen) == [["001"]]
    screen.go_to(2)
    screen.wait_for_page(2)
    chosen = screen.grid.locator("td[aria-selected=true]")
    expect(chosen).to_have_count(0, timeout=PATIENCE)
    screen.go_to(1)
    screen.wait_for_page(1)
    expect(cell(screen, 1, 1)).to_have_attribute("aria-selected", "true", timeout=PATIENCE)


def test_the_numbers_that_are_selected_are_added_up(screen: Screen):
    said = screen.root.get_by_text("Sum ")
    cell(screen, 0, 1).focus()
    press(screen, "Control+Space")
    expect(said).to_have_text("Sum 4,950 · Mean 49.5 · Min 0 · Max 99 · 100 numbers")
    expect(said).to_be_visible()
    screen.go_to(2)
    screen.wait_for_page(2)
    expect(said).to_be_hidden()
    cell(screen, 102, 0).focus()
    press(screen, "Shift+Space")
    expect(said).to_have_text("Sum 102 · Mean 102 · Min 102 · Max 102 · 1 number, 3 not")
    press(screen, "Escape")
    expect(said).to_be_hidden()


def test_what_is_copied_is_what_pandas_reads(share: Share, visit: Visit):
    cells = [["007", 'say "a"', "SEPT2"], ['"all"', "two\nlines", ""], ["a\tb", " x ", "=1+1"]]
    quoted = [['"' + text.replace('"', '""') + '"' for text in row] for row in cells]
    text = "\n".join("\t".join(row) for row in [["a", "b", "c"], *quoted]) + "\n"
    screen = visit(share(text).url)
    cell(screen, 2, 2).wait_for(timeout=PATIENCE)
    cell(screen, 0, 0).click()
    press(screen, "Control+a")
    cell(screen, 0, 0).click(button="right")
    screen.root.get_by_role("button", name="Copy with column names").click()
    wait_for_words(screen, "9 cells copied with column names")
    copied = clipboard(screen)
    frame = pandas.read_csv(io.StringIO(copied["text/plain"]), sep="\t", dtype=str, na_filter=False)
    assert list(frame.columns) == ["a", "b", "c"]
    assert frame.to_numpy().tolist() == cells
    assert screen.page.evaluate(TABLE, copied["text/html"]) == [["a", "b", "c"], *cells]


def test_cells_that_were_cut_are_copied_whole(share: Share, visit: Visit):
    long = "ACGT" * 10_000
    screen = visit(share(f"a\tb\n1\t{long}\n").url)
    cell(screen, 0, 1).wait_for(timeout=PATIENCE)
    cell(screen, 0, 0).focus()
    press(screen, "ArrowRight", "Control+c")
    wait_for_words(screen, "1 cell copied")
    assert clipboard(screen)["text/plain"] == long


def test_columns_that_were_never_in_sight_are_copied_too(share: Share, visit: Visit):
    screen = visit(share(wide(3, 350)).url)
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    screen.grid.get_by_role("rowheader", name="2", exact=True).click()
    cell(screen, 1, 1).focus()
    press(screen, "Control+c")
    wait_for_words(screen, "350 cells copied")
    assert clipboard(screen)["text/plain"].split("\t") == [f"1/{i}" for i in range(350)]


# --- in a notebook --------------------------------------------------------------------------------

SCROLLED = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"


@pytest.mark.exhaustive
def test_a_notebook_keeps_its_cells_and_its_wheel(open_notebook: Callable[..., Notebook]):
    table = "import pandas\nframe = pandas.DataFrame({'a': range(60), 'b': range(60)})"
    show = "from tsvshare_widget import TSVShare\nw = TSVShare(frame)\nw"
    notebook = open_notebook(table, show, *["1 + 1\n" * 30] * 3)
    screen = notebook.run_all()
    cell(screen, 0, 0).wait_for(timeout=PATIENCE)
    count = notebook.page.locator(".jp-Cell").count()
    cell(screen, 2, 1).click()
    press(screen, "d", "d", "x", "a", "b", "Shift+M", "ArrowDown")
    assert where(screen) == (3, 1)
    assert notebook.page.locator(".jp-Cell").count() == count

    press(screen, "Escape")
    assert where(screen) is None

    cell(screen, 0, 0).hover()
    before = notebook.page.evaluate(SCROLLED)
    for _ in range(40):
        notebook.page.mouse.wheel(0, 300)
    notebook.page.wait_for_function(f"before => ({SCROLLED})() > before", arg=before)


@pytest.mark.exhaustive
def test_what_is_selected_is_known_in_python(open_notebook: Callable[..., Notebook]):
    notebook = open_notebook(
        "from tsvshare_widget import TSVShare",
        "w = TSVShare(b'a\\tb\\tc\\n1\\t2\\t3\\n4\\t5\\t6\\n7\\t8\\t9\\n')\nw",
    )
    screen = notebook.run_all()
    cell(screen, 1, 1).click()
    press(screen, "Shift+ArrowRight", "Shift+ArrowDown")
    wait = "import time\nwhile len(w.selection.rows) != 2: time.sleep(0.02)"
    notebook.execute(wait)
    assert notebook.value("[w.selection.rows, w.selection.columns]") == [[1, 2], ["b", "c"]]
    press(screen, "Escape")
    notebook.execute("while w.selection: time.sleep(0.02)")
