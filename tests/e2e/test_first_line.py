"""The screen of a plain table: its first line names the columns, and stays a row."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect
from websockets.sync.client import connect

from .processes import Relay
from .screens import PATIENCE, Screen, open_link

ROWS = "".join(f"person {n}\t{n}\n" for n in range(250))


def headers(screen: Screen) -> list[str]:
    return screen.grid.get_by_role("columnheader").all_text_contents()


@pytest.mark.exhaustive
def test_the_first_line_names_the_columns_and_stays_a_row(
    served: Relay, browser: BrowserContext, visit: Callable[[str], Screen]
):
    with connect(served.url.replace("http", "ws") + "/parser/ws") as plain:
        plain.send(("name\tscore\n" + ROWS).encode())
        uuid = json.loads(plain.recv(timeout=60))["uuid"]
        plain.send("3")
        third = json.loads(plain.recv(timeout=60))
        screen, other = (
            visit(f"{served.url}/d/{uuid}"),
            open_link(browser, f"{served.url}/d/{uuid}"),
        )
        screen.wait_for_page(3)
        screen.go_to(1)
        screen.button("First line names the columns").click()
        for each in (screen, other):
            header = each.grid.get_by_role("columnheader", name="score")
            expect(header).to_be_visible(timeout=PATIENCE)
            assert each.cells()[0] == ["name", "score"]
        screen.go_to(3)
        assert screen.cells() == third["data"]
        plain.send("3")
        again = json.loads(plain.recv(timeout=60))
        while again["page_no"] != 3:
            again = json.loads(plain.recv(timeout=60))
        assert (again["columns"], again["data"]) == ([], third["data"])
        screen.button("Number them again").click()
        expect(header).to_have_count(0, timeout=PATIENCE)
        expect(screen.button("First line names the columns")).to_have_count(0)
