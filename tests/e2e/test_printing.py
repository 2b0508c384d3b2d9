"""A page on paper: all of its rows and columns, its header on every sheet."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tsvshare_widget.client import Link

from .grids import wide
from .screens import Screen

Share = Callable[[str], Link]
Visit = Callable[[str], Screen]

PAPER = """root => {
  dispatchEvent(new Event('beforeprint'));
  const table = root.querySelector('.tsv-paper table');
  const cells = [...table.rows].map(row => [...row.cells].map(cell => cell.textContent));
  const words = [...root.querySelectorAll('.tsv-paper p')].map(line => line.textContent);
  dispatchEvent(new Event('afterprint'));
  return [cells, words, root.querySelectorAll('.tsv-paper').length];
}"""


def test_the_whole_page_is_printed_with_what_was_asked_and_the_link(share: Share, visit: Visit):
    link = share(wide(300, 13))
    screen = visit(link.url)
    screen.wait_for_cell("0/0")
    screen.wait_for_connection("Live")
    cells, words, left = screen.root.evaluate(PAPER)
    assert [len(cells), {len(row) for row in cells}, left] == [101, {14}, 0]
    assert cells[0] == ["#", *(f"col {i}" for i in range(13))]
    assert cells[100] == ["100", *(f"99/{i}" for i in range(13))]
    assert words == ["Page 1 of 3: rows 1\u2013100 of 300", link.view_url]
    screen.root.get_by_role("searchbox").fill("/12")
    screen.root.get_by_role("searchbox").press("Enter")
    screen.root.locator(".tsv-chip").wait_for()
    screen.wait_until_shown()
    assert any("/12" in line for line in screen.root.evaluate(PAPER)[1])


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_a_pdf_of_the_browser_has_all_rows_and_repeats_the_header(
    share: Share, visit: Visit, tmp_path: Path
):
    screen = visit(share(wide(300, 6)).url)
    screen.wait_for_cell("0/0")
    path = tmp_path / "page.pdf"
    screen.page.pdf(path=path)
    run = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    sheets = text.rstrip("\f").split("\f")
    assert len(sheets) > 1
    assert all("col 0" in sheet and "col 5" in sheet for sheet in sheets)
    assert re.findall(r"(\d+)/5\b", text) == [str(n) for n in range(100)]
