"""How long a page turn takes from one screen to another, in a real JupyterLab and Chromium.

From the click (or the assignment) to the moment the other screen's table holds the new rows, as its
own MutationObserver sees it; both clocks are those of this computer.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from stage import Notebook, Screen, open_link, stage

BANDS = Path(__file__).parent.parent / "data" / "hg19.cytoband.tsv"
PAGE_SIZE = 10

WATCH = """grid => {
  window.seen = {};
  const look = () => {
    const line = grid.querySelector('tbody [aria-rowindex]');
    const cells = line.querySelectorAll('td[aria-colindex]');
    const row = [...cells].map(cell => cell.textContent).join('\\t');
    if (!(row in window.seen)) window.seen[row] = performance.timeOrigin + performance.now();
  };
  new MutationObserver(look).observe(grid, {childList: true, subtree: true, characterData: true});
}"""

CLICK = """button => {
  const now = performance.timeOrigin + performance.now();
  button.click();
  return now;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=100, help="page turns each way (100)")
    for name, milliseconds in measure(parser.parse_args().turns).items():
        report(name, milliseconds)


def measure(turns: int) -> dict[str, list[float]]:
    """Milliseconds of each turn, by where it was made and where it is seen."""
    with BANDS.open(newline="") as file:
        rows = ["\t".join(row) for row in csv.reader(file, delimiter="\t")][1:]
    first_rows = rows[::PAGE_SIZE]
    with stage() as (browser, lab):
        load = f"w = TSVShare({str(BANDS)!r}, page_size={PAGE_SIZE})"
        notebook = Notebook(browser, lab, f"from tsvshare_widget import TSVShare\n{load}", "w")
        inside = notebook.run_all()
        outside = open_link(browser, notebook.value("w.url"))
        outside.wait_for_page(1)
        ways: list[tuple[str, Callable[[int], float], Screen]] = [
            ("notebook -> browser", clicking(inside), outside),
            ("browser -> notebook", clicking(outside), inside),
            ("w.page = n -> browser", assigning(notebook), outside),
        ]
        return {
            name: [one_turn(turn, other, first_rows, n) for n in range(turns)]
            for name, turn, other in ways
        }


def clicking(screen: Screen) -> Callable[[int], float]:
    """Turn by the buttons, there and back; the moment of the click in milliseconds."""
    names = {2: "Next page", 1: "Previous page"}

    def turn(page: int) -> float:
        screen.wait_for_page(3 - page)
        clicked: float = screen.button(names[page]).evaluate(CLICK)
        return clicked

    return turn


def assigning(notebook: Notebook) -> Callable[[int], float]:
    code = "import time; began = time.time(); w.page = {page}; print(began * 1000)"
    return lambda page: float(notebook.execute(code.format(page=page)))


def one_turn(
    turn: Callable[[int], float], other: Screen, first_rows: list[str], number: int
) -> float:
    """Milliseconds from a turn to the new rows on the other screen."""
    page = 2 - number % 2
    other.wait_for_page(3 - page)
    other.grid.evaluate(WATCH)
    began = turn(page)
    expected = first_rows[page - 1]
    arrived = other.page.wait_for_function("row => window.seen[row]", arg=expected)
    return float(arrived.json_value()) - began


def report(name: str, milliseconds: list[float]) -> None:
    p99 = quantiles(milliseconds, n=100)[98] if len(milliseconds) > 1 else milliseconds[0]
    print(
        f"{name:24} median {median(milliseconds):6.1f} ms   p99 {p99:6.1f} ms   "
        f"worst {max(milliseconds):6.1f} ms   of {len(milliseconds)}",
        flush=True,
    )


if __name__ == "__main__":
    main()
