"""A table to ask about, and what tests of asking touch and look at."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from .screens import PATIENCE, Screen

GENES = 500


def genes() -> str:
    """500 rows: names that sort otherwise by their numbers, scores, five chromosomes, notes."""
    rows = ["gene\tscore\tchrom\tnote"]
    for n in range(1, GENES + 1):
        score = "" if n % 100 == 0 else f"{n / 10:g}"
        rows.append(f"GENE{n}\t{score}\tchr{n % 5 + 1}\t{'Straße' if n % 50 == 0 else 'x'}")
    return "\n".join(rows) + "\n"


def header(screen: Screen, name: str) -> Locator:
    return screen.grid.get_by_role("columnheader", name=name)


def menu(screen: Screen, name: str) -> Locator:
    """The menu of a column."""
    header(screen, name).focus()
    screen.page.keyboard.press("Alt+ArrowDown")
    opened = screen.root.get_by_role("dialog", name=name, exact=True)
    expect(opened).to_be_visible(timeout=PATIENCE)
    return opened


def search(screen: Screen) -> Locator:
    return screen.root.get_by_role("searchbox", name="Search", exact=True)


def chip(screen: Screen, text: str) -> Locator:
    return screen.root.get_by_role("listitem").filter(has_text=text)


def shows(screen: Screen, words: str) -> None:
    expect(screen.root.get_by_text(words, exact=True)).to_be_visible(timeout=PATIENCE)


def first(screen: Screen, gene: str) -> None:
    """Wait until the first row is a gene's."""
    cell = screen.grid.get_by_role("gridcell").first
    expect(cell).to_have_text(gene, timeout=PATIENCE)
