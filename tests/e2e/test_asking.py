"""Asking: sort, filter, search, the picture of a column, for everyone and alone."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link, create_document, upload

from .asking import chip, first, genes, header, menu, search, shows
from .processes import Relay
from .screens import PATIENCE, Notebook, Screen, screenshot

OpenNotebook = Callable[..., Notebook]
Visit = Callable[[str], Screen]

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


@pytest.fixture
def link(relay: Relay) -> Link:
    link = create_document(relay.url)
    upload(link, genes().encode(), name="genes.tsv")
    return link


def test_everyone_sees_what_is_sorted_filtered_and_searched(
    link: Link, visit: Visit, screenshots: Path
):
    here, there = visit(link.url), visit(link.view_url)
    here.wait_for_connection("Live")
    menu(here, "score").get_by_role("button", name="Descending").click()
    for screen in (here, there):
        first(screen, "GENE499")
        expect(header(screen, "score")).to_have_attribute("aria-sort", "descending")

    form = menu(here, "chrom")
    form.get_by_label("Condition").select_option(label="is")
    form.get_by_role("textbox", name="Value").fill("CHR3")
    form.get_by_role("button", name="Filter").click()
    for screen in (here, there):
        shows(screen, "100 of 500 rows")
        first(screen, "GENE497")
        expect(chip(screen, "chrom is “CHR3”")).to_be_visible()

    search(here).fill("gene4")
    search(here).press("Enter")
    for screen in (here, there):
        shows(screen, "22 of 500 rows")
    expect(there.status).to_contain_text("filtered to 22 rows", timeout=PATIENCE)
    screenshot(there, screenshots, "asking-search-hits")

    search(here).press("Escape")
    shows(there, "100 of 500 rows")
    chip(here, "chrom is").get_by_role("button").click()
    first(there, "GENE499")
    here.button("Clear all").click()
    first(there, "GENE1")
    expect(header(there, "score")).to_have_attribute("aria-sort", "none")


def test_a_bar_of_the_picture_filters(link: Link, visit: Visit, screenshots: Path):
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    opened = menu(screen, "score")
    bars = opened.get_by_role("group", name="Histogram").get_by_role("button")
    expect(bars.first).to_be_visible(timeout=PATIENCE)
    screenshot(screen, screenshots, "asking-histogram")
    name = bars.first.get_attribute("aria-label") or ""
    rows = int(name.rsplit(": ")[-1].split()[0])
    bars.first.click()
    shows(screen, f"{rows} of 500 rows")
    first(screen, "GENE1")

    opened = menu(screen, "chrom")
    values = opened.get_by_role("group", name="Most frequent values")
    value = values.get_by_role("button", name=re.compile("^chr2:"))
    expect(value).to_be_visible(timeout=PATIENCE)
    screenshot(screen, screenshots, "asking-values")
    value.click()
    expect(chip(screen, "chrom is “chr2”")).to_be_visible(timeout=PATIENCE)
    first(screen, "GENE1")


def test_a_question_of_ones_own_disturbs_nobody(link: Link, visit: Visit, screenshots: Path):
    here, there = visit(link.url), visit(link.view_url)
    here.wait_for_connection("Live")
    search(there).fill("STRASSE")
    shows(there, "10 of 500 rows")
    first(there, "GENE50")
    expect(there.root.get_by_role("switch", name="Follow")).not_to_be_checked()
    screenshot(there, screenshots, "asking-alone")

    header(here, "gene").focus()
    here.page.keyboard.press("Enter")
    here.page.keyboard.press("Enter")
    first(here, "GENE99")
    note = "Everyone is on page 1, sorted by gene, descending."
    expect(there.root.get_by_text(note)).to_be_visible(timeout=PATIENCE)
    first(there, "GENE50")
    shows(there, "10 of 500 rows")
    there.button("Return").click()
    first(there, "GENE99")
    expect(search(there)).to_have_value("")


@pytest.mark.exhaustive
def test_typing_moves_nobody_else_until_enter(link: Link, visit: Visit):
    here = visit(link.url)
    here.wait_for_connection("Live")
    search(here).fill("straße")
    shows(here, "10 of 500 rows")
    there = visit(link.url)
    there.wait_for_connection("Live")
    expect(here.status).to_contain_text("2 people here", timeout=PATIENCE)

    search(here).fill("chr3")
    expect(here.root.get_by_text("Enter searches for everyone")).to_be_visible()
    search(here).press("Tab")
    here.page.evaluate("() => new Promise(done => setTimeout(done, 800))")
    there.button("Clear all").click()
    first(here, "GENE1")
    expect(search(here)).to_have_value("chr3")
    search(here).press("Enter")
    shows(there, "100 of 500 rows")
    expect(search(there)).to_have_value("chr3")


@pytest.mark.exhaustive
def test_a_search_that_is_given_up_keeps_its_text(relay: Relay, link: Link, visit: Visit):
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    relay.process.send_signal(signal.SIGSTOP)
    try:
        search(screen).fill("straße")
        search(screen).press("Enter")
        expect(screen.root.get_by_role("progressbar", name="Question")).to_be_visible()
        screen.button("Cancel").click()
    finally:
        relay.process.send_signal(signal.SIGCONT)
    expect(search(screen)).to_have_attribute("aria-invalid", "true")
    expect(search(screen)).to_have_value("straße")
    search(screen).press("Enter")
    shows(screen, "10 of 500 rows")
    expect(search(screen)).not_to_have_attribute("aria-invalid", "true")


def test_what_cannot_be_asked_is_refused_where_it_was_asked(link: Link, visit: Visit):
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    form = menu(screen, "gene")
    form.get_by_label("Condition").select_option(label="matches (regular expression)")
    form.get_by_role("textbox", name="Value").fill("GENE(1")
    form.get_by_role("button", name="Filter").click()
    expect(form.get_by_role("alert")).to_contain_text("is not a regular expression")
    form.get_by_role("textbox", name="Value").fill("^GENE1.$")
    form.get_by_role("button", name="Filter").click()
    shows(screen, "10 of 500 rows")


@pytest.mark.exhaustive
def test_a_question_that_takes_long_can_be_given_up(relay: Relay, visit: Visit, screenshots: Path):
    link = create_document(relay.url)
    upload(link, ("text\n" + "a" * 40 + "b\n").encode(), name="slow.tsv")
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    form = menu(screen, "text")
    form.get_by_label("Condition").select_option(label="matches (regular expression)")
    form.get_by_role("textbox", name="Value").fill("^(a+)+$")
    form.get_by_role("button", name="Filter").click()
    work = screen.root.get_by_role("progressbar", name="Question")
    expect(work).to_be_visible(timeout=PATIENCE)
    says_so = re.compile("^Filtering 1 row")
    expect(work).to_have_attribute("aria-valuetext", says_so)
    expect(screen.status).to_contain_text(says_so)
    screenshot(screen, screenshots, "asking-slow")
    form.get_by_role("button", name="Cancel").click()
    expect(form.get_by_role("alert")).to_contain_text("cancelled")
    form.get_by_role("button", name="Close").click()
    expect(chip(screen, "text matches")).to_have_count(0)
    expect(work).to_be_hidden()


@pytest.mark.exhaustive
def test_no_row_that_fits_is_said_with_a_way_back(link: Link, visit: Visit, screenshots: Path):
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    search(screen).fill("nothing holds this")
    search(screen).press("Enter")
    expect(screen.root.get_by_role("heading", name="No rows match")).to_be_visible(timeout=PATIENCE)
    shows(screen, "0 of 500 rows")
    screenshot(screen, screenshots, "asking-nothing")
    screen.button("Clear filters").click()
    first(screen, "GENE1")


def tab_to(screen: Screen, wanted: Locator, key: str = "Tab") -> None:
    """Press a key until the focus is where it should be."""
    for _ in range(40):
        if wanted.evaluate("element => element.matches(':focus')"):
            return
        screen.page.keyboard.press(key)
    raise AssertionError(f"{key} never leads to {wanted}")


def test_everything_is_done_with_keys_alone(link: Link, visit: Visit):
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    keys = screen.page.keyboard
    tab_to(screen, screen.grid.get_by_role("gridcell").first)
    keys.press("ArrowUp")
    keys.press("Enter")
    expect(header(screen, "gene")).to_have_attribute("aria-sort", "ascending", timeout=PATIENCE)

    keys.press("Alt+ArrowDown")
    opened = screen.root.get_by_role("dialog", name="gene", exact=True)
    tab_to(screen, opened.get_by_role("textbox", name="Value"))
    keys.type("gene1")
    keys.press("Enter")
    shows(screen, "111 of 500 rows")
    expect(header(screen, "gene")).to_be_focused()

    keys.press("ArrowDown")
    keys.press("PageDown")
    first(screen, "GENE19")
    keys.press("Control+c")
    expect(screen.status).to_contain_text("1 cell copied", timeout=PATIENCE)
    assert screen.page.evaluate("() => navigator.clipboard.readText()") == "GENE19"

    tab_to(screen, screen.button("Share"), "Shift+Tab")
    keys.press("Enter")
    dialog = screen.root.get_by_role("dialog", name="Share this table")
    expect(dialog).to_contain_text("Copied", timeout=PATIENCE)
    assert screen.page.evaluate("() => navigator.clipboard.readText()") == link.url
    keys.press("Escape")
    expect(screen.button("Share")).to_be_focused()


def test_a_column_of_thousands_is_found_by_its_name(relay: Relay, visit: Visit):
    link = create_document(relay.url)
    names = "\t".join(f"column {n}" for n in range(1, 5001))
    cells = "\t".join(str(n) for n in range(1, 5001))
    upload(link, f"{names}\n{cells}\n{cells}\n".encode(), name="wide.tsv")
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    screen.grid.get_by_role("gridcell").first.click()
    screen.page.keyboard.press("g")
    finder = screen.root.get_by_role("dialog", name="Columns")
    finder.get_by_label("Column name").fill("4321")
    finder.get_by_role("button", name="column 4321").click()
    expect(header(screen, "column 4321")).to_be_focused(timeout=PATIENCE)
    screen.wait_for_cell("4321")


def test_headers_and_cells_are_text_in_chips_menus_and_bars(
    relay: Relay, visit: Visit, screenshots: Path
):
    link = create_document(relay.url)
    rows = f"{HOSTILE}\tn\n" + f"{HOSTILE}\t1\n" * 3 + "plain\t2\n"
    upload(link, rows.encode(), name="hostile.tsv")
    screen = visit(link.url)
    screen.wait_for_connection("Live")
    screen.grid.get_by_role("columnheader").nth(1).focus()
    screen.page.keyboard.press("Alt+ArrowDown")
    values = screen.root.get_by_role("group", name="Most frequent values").get_by_role("button")
    expect(values.first).to_contain_text(HOSTILE, timeout=PATIENCE)
    screenshot(screen, screenshots, "asking-hostile")
    values.first.click()
    shows(screen, "3 of 4 rows")
    expect(chip(screen, HOSTILE)).to_be_visible()
    expect(screen.page).to_have_title("hostile.tsv · tsvshare")
    assert screen.root.locator("img:not([role])").count() == 0


@pytest.mark.exhaustive
def test_what_is_asked_in_a_notebook_is_asked_on_the_page(
    open_notebook: OpenNotebook, visit: Visit, tmp_path: Path, screenshots: Path
):
    path = tmp_path / "genes.tsv"
    path.write_text(genes(), encoding="utf-8")
    notebook = open_notebook(
        f"from tsvshare_widget import TSVShare\nw = TSVShare({str(path)!r})", "w"
    )
    inside = notebook.run_all()
    outside = visit(notebook.value("w.url"))
    first(outside, "GENE1")
    opened = menu(inside, "chrom")
    value = opened.get_by_role("button", name=re.compile("^chr3:"))
    expect(value).to_be_visible(timeout=PATIENCE)
    screenshot(inside, screenshots, "asking-notebook")
    value.click()
    shows(outside, "100 of 500 rows")
    first(outside, "GENE2")
    assert notebook.value("w.rows[0][0]") == "GENE2"

    search(outside).fill("straße")
    search(outside).press("Enter")
    shows(inside, "0 of 500 rows")
    outside.button("Clear filters").click()
    first(inside, "GENE1")
