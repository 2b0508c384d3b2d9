"""``make demo``: JupyterLab on the quickstart, already run, with its table shown and shared.

Works on a copy of ``notebooks/``, in ``.make/demo-notebooks`` or a folder named on the command
line, so that playing around changes nothing in the checkout.  The notebook is run in the kernel
that JupyterLab will open it with: its table is live.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import BlockingKernelClient
from nbformat.sign import NotebookNotary

ROOT = Path(__file__).parent.parent
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".make" / "demo-notebooks").resolve()
NOTEBOOK = "quickstart.ipynb"
PATIENCE = 90.0


class Lab:
    """A JupyterLab of its own on ``FOLDER``, asked through its REST interface."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self.token = secrets.token_hex(16)
        self.runtime = FOLDER / ".runtime"
        flags = {
            "ip": "127.0.0.1",
            "port": self.url.rpartition(":")[2],
            "ServerApp.port_retries": "0",
            "ServerApp.root_dir": str(FOLDER),
            "IdentityProvider.token": self.token,
        }
        command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
        command += [f"--{name}={value}" for name, value in flags.items()]
        self.runtime.mkdir()
        self.log = self.runtime / "jupyterlab.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**os.environ, "JUPYTER_RUNTIME_DIR": str(self.runtime)},
                start_new_session=True,  # Ctrl-C is for this script, which then ends JupyterLab
            )

    def ask(self, path: str, message: dict[str, Any] | None = None) -> Any:
        """Ask the server: ``GET``, or ``POST`` with a message."""
        request = urllib.request.Request(
            self.url + path,
            data=None if message is None else json.dumps(message).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def wait(self) -> None:
        """Wait until it answers; raises ``SystemExit`` with the end of its log if it does not."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("/api/status")
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"JupyterLab did not start:\n{self.log.read_text()[-2000:]}")
                time.sleep(0.1)

    def start_kernel(self) -> BlockingKernelClient:
        """The kernel that JupyterLab will open the notebook with, and a client of it."""
        kernel = {"name": "python3"}
        notebook = {"path": NOTEBOOK, "name": NOTEBOOK, "type": "notebook", "kernel": kernel}
        session = self.ask("/api/sessions", notebook)
        client = BlockingKernelClient(
            connection_file=str(self.runtime / f"kernel-{session['kernel']['id']}.json")
        )
        client.load_connection_file()
        client.start_channels(hb=False)  # on a slow computer one that starts is not dead
        client.wait_for_ready(PATIENCE)
        return client

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def run(client: BlockingKernelClient) -> dict[str, str]:
    """Run the notebook's cells and keep what they show; the links of its table ``w``."""
    notebook = nbformat.read(FOLDER / NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            run_cell(client, cell)
    nbformat.write(notebook, FOLDER / NOTEBOOK)
    # JupyterLab draws widgets only in notebooks that this user is known to have run.
    NotebookNotary().sign(notebook)
    links = {"url": "w.url", "view_url": "w.view_url"}
    reply = client.execute_interactive("", user_expressions=links, timeout=PATIENCE)
    shown = reply["content"]["user_expressions"]
    return {name: shown[name]["data"]["text/plain"].strip("'") for name in links}


def run_cell(client: BlockingKernelClient, cell: nbformat.NotebookNode) -> None:
    cell.outputs = []

    def keep(message: dict[str, Any]) -> None:
        kinds = ("display_data", "execute_result", "stream", "error")
        if message["header"]["msg_type"] in kinds:
            cell.outputs.append(nbformat.v4.output_from_msg(message))

    reply = client.execute_interactive(cell.source, output_hook=keep, timeout=PATIENCE)
    cell.execution_count = reply["content"]["execution_count"]
    if reply["content"]["status"] != "ok":
        sys.exit(f"a cell of the quickstart failed: {reply['content']['evalue']}")


def has_screen() -> bool:
    windowed = sys.platform in ("win32", "darwin")
    return windowed or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(ROOT / "notebooks", FOLDER, ignore=shutil.ignore_patterns(".*"))
    lab = Lab()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        lab.wait()
        lab.ask(
            "/tsvshare/address", {"origin": lab.url}
        )  # a browser says so, but there is none yet
        client = lab.start_kernel()
        links = run(client)
        client.stop_channels()
        notebook = f"{lab.url}/lab/tree/{NOTEBOOK}?token={lab.token}"
        print(f"\nJupyterLab   {notebook}")
        print(f"full link    {links['url']}    (turn pages, upload)")
        print(f"look only    {links['view_url']}")
        print("\nTurn a page in one of them, and the others turn. Ctrl-C ends it.", flush=True)
        if has_screen():
            webbrowser.open(notebook)
        lab.process.wait()
    except KeyboardInterrupt:
        print()
    finally:
        lab.end()


if __name__ == "__main__":
    main()
