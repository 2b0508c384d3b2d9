"""How long a table takes from running its cell to painted in JupyterLab, beside the least there is.

    python tests/benchmarks/first_paint.py --repeat 5

A fresh notebook, page and kernel for each; the imports are in the cell before.  Until the frame
after the one in which the output has its first cell with text.  The floor is an anywidget of five
lines that shows 30 x 12 texts which it has from the start.  Both by turns, in the same browser and
JupyterLab; the first pair is thrown away.  ``--messages`` lists what the kernel sent meanwhile.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from open_1gb import DATA, generate, warm_up
from playwright.sync_api import BrowserContext, WebSocket
from stage import Lab, Notebook, stage

FLOOR_IMPORTS = """
import anywidget, traitlets
class Bare(anywidget.AnyWidget):
    _esm = '''export default {render({model, el}) {
      const table = el.appendChild(document.createElement("table"));
      for (const row of model.get("rows")) {
        const line = table.insertRow();
        for (const text of row) line.insertCell().textContent = text;
      }
    }}'''
    rows = traitlets.List([[f"r{r}c{c}" for c in range(12)] for r in range(30)]).tag(sync=True)
"""

RUN = """async () => {
  const {shell, commands} = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  const task = () => new Promise(resolve => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(0);
  });
  const shows = root => [...root.querySelectorAll('*')].some(element =>
    element.shadowRoot ? shows(element.shadowRoot) : element.matches('td') && element.textContent
      && element.getBoundingClientRect().height > 0);
  notebook.activeCellIndex = 0;
  await commands.execute('notebook:run-cell');
  await new Promise(resolve => setTimeout(resolve, 1000));
  notebook.activeCellIndex = 1;
  const output = notebook.widgets[1].outputArea.node;
  const began = performance.now();
  const began_at = Date.now();
  commands.execute('notebook:run-cell');
  for (;;) {
    await frame();
    await task();
    if (shows(output)) return [performance.now() - began, began_at];
  }
}"""

CELLS_OF: dict[str, Callable[[Path], tuple[str, str]]] = {
    "floor": lambda _: (FLOOR_IMPORTS, "Bare()"),
    "tsvshare": lambda path: (
        "from tsvshare_widget import TSVShare",
        f"TSVShare({str(path)!r})",
    ),
}
"""The cell with the imports, and what shows a file."""


@dataclass
class Painted:
    """When a cell's table was painted, in milliseconds, and the messages of its kernel."""

    after: float
    messages: list[tuple[float, str, int]] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="pairs that count (3)")
    parser.add_argument("--megabytes", type=int, default=10, help="of the file (10)")
    parser.add_argument("--messages", action="store_true", help="list the messages of the last")
    options = parser.parse_args()
    found = measure(options.repeat, options.megabytes)
    floor = median(run.after for run in found["floor"])
    for name, runs in found.items():
        middle = median(run.after for run in runs)
        each = ", ".join(f"{run.after:.0f}" for run in runs)
        print(f"{name:8} {middle:6.0f} ms {middle / floor:5.2f}x  ({each})")
    if options.messages:
        for at, kind, size in found["tsvshare"][-1].messages:
            print(f"{at:8.0f} ms {size:9,} bytes  {kind}")


def measure(repeat: int, megabytes: int) -> dict[str, list[Painted]]:
    """The runs of the bare widget and of ours."""
    path = file_of(megabytes)
    found: dict[str, list[Painted]] = {name: [] for name in CELLS_OF}
    with stage() as (browser, lab):
        for _ in range(repeat + 1):
            for name, cells_of in CELLS_OF.items():
                found[name].append(one(browser, lab, *cells_of(path)))
    return {name: runs[1:] for name, runs in found.items()}


def file_of(megabytes: int) -> Path:
    """A file of that size, which has just been read."""
    path = DATA / f"generated-{megabytes}mb.tsv"
    if not path.exists():
        generate(path, megabytes * 1_000_000)
    warm_up(path)
    return path


def one(browser: BrowserContext, lab: Lab, imports: str, table: str) -> Painted:
    messages: list[tuple[float, str, int]] = []

    def listen(socket: WebSocket) -> None:
        if "/channels" in socket.url:
            socket.on("framereceived", lambda data: messages.append(describe(data)))

    browser.once("page", lambda page: page.on("websocket", listen))
    notebook = Notebook(browser, lab, imports, table)
    after, began = notebook.page.evaluate(RUN)
    notebook.page.wait_for_timeout(500)
    notebook.close()
    since = [(at - began, kind, size) for at, kind, size in messages if at >= began]
    return Painted(after, since)


def describe(data: str | bytes) -> tuple[float, str, int]:
    """When a frame came, what it is and how long."""
    raw = data.encode() if isinstance(data, str) else data
    kinds = ("comm_open", "comm_msg", "execute_result", "execute_reply", "status", "display_data")
    kind = next((kind for kind in kinds if f'"{kind}"'.encode() in raw), "other")
    return time.time() * 1000, kind, len(raw)


if __name__ == "__main__":
    main()
