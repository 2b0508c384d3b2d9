"""What has little room on a screen is not cut where it says most."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tsvshare_widget.client import Link

from .screens import PATIENCE, Screen

Visit = Callable[[str], Screen]
Share = Callable[[str], Link]

TABLE = "gene\tstart\tx\n" + "".join(
    f"DNMT3A{n % 4}\t{10**8 + n * 99991}\t{n % 7}\n" for n in range(900)
)

IS_CUT = "element => element.scrollWidth > element.clientWidth"


def is_cut(text: Locator) -> bool:
    expect(text).to_be_visible(timeout=PATIENCE)
    cut: bool = text.evaluate(IS_CUT)
    return cut


def resized(screen: Screen, width: int) -> Screen:
    screen.page.set_viewport_size({"width": width, "height": 800})
    return screen


@pytest.mark.exhaustive
def test_on_a_phone_groups_have_their_names_and_links_say_who_opens_them(
    share: Share, visit: Visit
):
    screen = resized(visit(share(TABLE).url), 360)
    screen.wait_until_shown()
    screen.button("Groups and charts").click()
    group = screen.root.get_by_role("button", name="DNMT3A0", exact=True)
    assert not is_cut(group)
    screen.page.keyboard.press("Escape")
    screen.button("Share").click()
    expect(screen.root.get_by_text("on this computer only.").first).to_be_in_viewport(ratio=1)


@pytest.mark.exhaustive
def test_beside_a_panel_what_is_asked_stays_in_sight(share: Share, visit: Visit):
    link = share(TABLE)
    asking = visit(link.url).root.get_by_role("searchbox")
    asking.fill("DNMT3A1")
    asking.press("Enter")
    screen = resized(visit(link.url), 1280)
    screen.button("Groups and charts").click()
    chip = screen.root.locator(".tsv-chip > span").first
    expect(chip).to_have_text("Search: “DNMT3A1”", timeout=PATIENCE)
    expect(screen.root.get_by_text("1 group of 225 rows.")).to_be_visible(timeout=PATIENCE)
    assert chip.evaluate("element => element.clientWidth") > 40


@pytest.mark.exhaustive
def test_a_narrow_column_says_its_kind_and_the_last_line_what_happened(share: Share, visit: Visit):
    screen = resized(visit(share(TABLE).url), 1280)
    column = screen.root.get_by_role("columnheader", name="x", exact=True)
    assert not is_cut(column.get_by_text("number", exact=True))
    column.press("Enter")
    said = screen.status.get_by_text("Sorted by x, ascending")
    assert not is_cut(said)
