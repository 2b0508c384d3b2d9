"""Text can be read under the colours of every host, as their public sources give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tsvshare_widget.client import Link

from .grids import cell, header, press
from .screens import PATIENCE, Screen
from .test_accessibility import AXE, TABLE

HOSTS = Path(__file__).parents[1] / "golden" / "host_colours.json"

# Makes a page what an output in a host is.
DRESS = """({attributes, classes, variables}) => {
  const root = document.documentElement, {body} = document;
  root.className = root.style.cssText = body.className = "";
  for (const name of ["theme"]) root.removeAttribute(name);
  body.removeAttribute("data-jp-theme-light");
  for (const [name, value] of Object.entries(attributes))
    (name === "theme" ? root : body).setAttribute(name, value);
  body.classList.add(...classes);
  for (const [name, value] of Object.entries(variables)) root.style.setProperty(name, value);
}"""

CONTRAST = """async root => {
  const runOnly = {type: "rule", values: ["color-contrast"]};
  const {violations, passes} = await axe.run(root, {runOnly});
  const nodes = violations.flatMap(({nodes}) => nodes);
  const seen = passes.flatMap(({nodes}) => nodes).length;
  return [seen, nodes.map(({html, failureSummary}) => [html.slice(0, 150), failureSummary])];
}"""

hosts = json.loads(HOSTS.read_text(encoding="utf-8"))


def unreadable(screen: Screen) -> list[Any]:
    seen, found = screen.root.evaluate(CONTRAST)
    assert seen > 0
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("system", ["light", "dark"])
def test_text_is_read_in_every_host(
    system: Any, share: Callable[[str], Link], visit: Callable[[str], Screen]
):
    """Whatever the system prefers: the host decides."""
    screen = visit(share(TABLE).url)
    screen.page.emulate_media(color_scheme=system, reduced_motion="reduce")
    screen.wait_for_cell("person 0")
    screen.wait_for_connection("Live")
    screen.page.evaluate(AXE.read_text(encoding="utf-8"))
    for host in hosts:
        screen.page.evaluate(DRESS, host)
        assert screen.root.evaluate("e => getComputedStyle(e).colorScheme") == host["scheme"]
        cell(screen, 1, 1).click()
        press(screen, "Shift+ArrowDown")
        found = unreadable(screen)
        header(screen, "score").focus()
        press(screen, "Alt+ArrowDown")
        expect(screen.root.get_by_role("dialog").first).to_be_visible(timeout=PATIENCE)
        found += unreadable(screen)
        press(screen, "Escape")
        screen.button("Share").click()
        expect(screen.root.get_by_role("dialog").first).to_be_visible(timeout=PATIENCE)
        found += unreadable(screen)
        press(screen, "Escape")
        screen.root.get_by_role("switch", name="Follow").click()
        found += unreadable(screen)
        screen.button("Return").click()
        assert found == [], host["name"]
