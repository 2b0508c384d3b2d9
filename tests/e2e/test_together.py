"""Being there together: following, looking around alone, names, bringing everyone, undo, links."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tsvshare_widget.client import Link, create_document, upload

from .processes import Relay
from .screens import PATIENCE, Screen, open_people, screenshot

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
"""A text that would act on the page if it were taken for HTML."""

Meet = Callable[..., Screen]


def numbers(rows: int) -> str:
    return "n\tsquare\n" + "".join(f"{n}\t{n * n}\n" for n in range(1, rows + 1))


@pytest.fixture
def link(relay: Relay) -> Link:
    """A document with ten pages of numbers."""
    link = create_document(relay.url)
    upload(link, numbers(1000).encode(), name="numbers.tsv")
    return link


def says(screen: Screen, words: str) -> None:
    expect(screen.status).to_contain_text(words, timeout=PATIENCE)


def knows(screen: Screen, name: str) -> None:
    """Wait until a screen was told that somebody of this name is there."""
    people = screen.root.get_by_role("button", name=re.compile("here$")).first
    expect(people).to_have_attribute("title", re.compile(re.escape(name)), timeout=PATIENCE)


def follows(screen: Screen, following: bool = True) -> None:
    switch = screen.root.get_by_role("switch", name="Follow")
    expect(switch).to_be_checked(checked=following, timeout=PATIENCE)


def test_everyone_follows_until_they_look_around_alone(link: Link, meet: Meet, screenshots: Path):
    ada = meet(link.url, "Ada")
    ben = meet(link.view_url, "Ben")
    says(ben, "2 people here")
    knows(ben, "Ada")
    ada.go_to(4)
    ben.wait_for_page(4)
    says(ben, "Ada turned to page 4 of 10")

    ben.go_to(9)
    follows(ben, False)
    ben.wait_for_cell("801")
    ada.go_to(5)
    ada.wait_for_cell("401")
    expect(ben.root.get_by_text("Everyone is on page 5")).to_be_visible(timeout=PATIENCE)
    ben.wait_for_page(9)
    people = open_people(ada)
    expect(people).to_contain_text("Ben", timeout=PATIENCE)
    expect(people).to_contain_text("alone, on page 9 of 10", timeout=PATIENCE)
    screenshot(ada, screenshots, "together-people")
    screenshot(ben, screenshots, "together-alone")

    ben.button("Return").click()
    ben.wait_for_page(5)
    follows(ben)
    expect(people).to_contain_text("Benhere, on page 5", timeout=PATIENCE)


def test_an_editor_brings_everyone_to_one_place(link: Link, meet: Meet):
    ada = meet(link.url, "Ada")
    ben = meet(link.view_url)
    ben.go_to(9)
    follows(ben, False)
    ada.root.get_by_role("switch", name="Follow").click()
    ada.go_to(7)
    ada.wait_for_cell("601")
    expect(ben.button("Bring everyone here")).to_be_hidden()

    ada.button("Bring everyone here").click()
    expect(ben.root.get_by_text("Ada brought everyone here.")).to_be_visible(timeout=PATIENCE)
    ben.wait_for_page(7)
    ben.wait_for_cell("601")
    follows(ben)
    follows(ada)


@pytest.mark.exhaustive
def test_a_replaced_table_comes_back(link: Link, meet: Meet, screenshots: Path):
    ada, ben = meet(link.url), meet(link.view_url)
    ada.go_to(3)
    ben.wait_for_page(3)
    says(ada, "2 people here")

    ada.drop("new.tsv", "n\nhello\n")
    question = ada.root.get_by_role("dialog", name="Replace the table for everyone?")
    expect(question).to_contain_text("1 other person sees numbers.tsv")
    question.get_by_role("button", name="Cancel").click()
    ada.wait_for_cell("201")

    ada.replace("new.tsv", "n\nhello\n")
    ben.wait_for_cell("hello")
    notice = "numbers.tsv was replaced by new.tsv."
    expect(ben.root.get_by_text(notice)).to_be_visible(timeout=PATIENCE)
    expect(ben.button("Undo")).to_have_count(0)
    expect(ada.root.get_by_text(notice)).to_be_visible(timeout=PATIENCE)
    screenshot(ada, screenshots, "together-undo")
    ada.button("Undo").first.click()
    ben.wait_for_page(3)
    ben.wait_for_cell("201")
    says(ben, "brought back numbers.tsv")


@pytest.mark.exhaustive
def test_the_links_are_explained_and_one_opens_at_this_view(
    link: Link, meet: Meet, screenshots: Path
):
    ada = meet(link.url)
    ada.go_to(6)
    ada.wait_for_cell("501")
    ada.button("Share").click()
    dialog = ada.root.get_by_role("dialog", name="Share this table")
    expect(dialog.get_by_role("img", name="QR code of the look-only link")).to_be_visible()
    expect(dialog.get_by_label("Full link", exact=True)).to_have_value(link.url)
    expect(dialog.get_by_label("Look-only link", exact=True)).to_have_value(link.view_url)
    screenshot(ada, screenshots, "together-share")
    dialog.get_by_role("button", name="Copy link to this view").click()
    expect(dialog).to_contain_text(re.compile("Link to this view.*Copied"))
    copied = ada.page.evaluate("() => navigator.clipboard.readText()")
    dialog.get_by_role("button", name="Close").click()
    ada.go_to(2)
    ada.wait_for_cell("101")

    ben = meet(copied)
    ben.wait_for_page(6)
    ben.wait_for_cell("501")
    follows(ben, False)
    ada.wait_for_page(2)
    ben.button("Return").click()
    ben.wait_for_page(2)


@pytest.mark.exhaustive
def test_a_link_to_a_view_means_columns_by_their_names(link: Link, meet: Meet):
    ada = meet(link.url)
    square = ada.grid.get_by_role("columnheader", name="square")
    square.click()
    expect(square).to_have_attribute("aria-sort", "ascending", timeout=PATIENCE)
    ada.button("Share").click()
    dialog = ada.root.get_by_role("dialog", name="Share this table")
    dialog.get_by_role("button", name="Copy link to this view").click()
    expect(dialog).to_contain_text(re.compile("Link to this view.*Copied"))
    copied = ada.page.evaluate("() => navigator.clipboard.readText()")

    upload(link, b"square\tn\n9\t3\n4\t2\n", name="other.tsv")
    ben = meet(copied)
    header = ben.grid.get_by_role("columnheader", name="square")
    expect(header).to_have_attribute("aria-sort", "ascending", timeout=PATIENCE)
    assert ben.cells() == [["4", "2"], ["9", "3"]]

    upload(link, b"n\tcube\n3\t27\n2\t8\n", name="cubes.tsv")
    cai = meet(copied)
    notice = "This table has no column “square”, which was asked about."
    expect(cai.root.get_by_role("alert")).to_contain_text(notice, timeout=PATIENCE)
    cai.wait_for_cell("27")
    assert cai.cells() == [["3", "27"], ["2", "8"]]


def test_names_of_people_and_files_are_text(link: Link, meet: Meet, screenshots: Path):
    ada, ben = meet(link.url, HOSTILE), meet(link.view_url)
    knows(ben, HOSTILE)
    ada.go_to(2)
    says(ben, f"{HOSTILE} turned to page 2")
    people = open_people(ben)
    expect(people.get_by_text(HOSTILE)).to_be_visible(timeout=PATIENCE)
    people.get_by_role("button", name="Close").click()

    ada.replace(f"{HOSTILE}.tsv", f"{HOSTILE}\n{HOSTILE}\n")
    expect(ben.root.get_by_text(f"{HOSTILE}.tsv", exact=True)).to_be_visible(timeout=PATIENCE)
    screenshot(ben, screenshots, "together-hostile")
    for screen in (ada, ben):
        expect(screen.page).to_have_title(f"{HOSTILE}.tsv · tsvshare")
        assert screen.root.locator("img:not([role])").count() == 0
