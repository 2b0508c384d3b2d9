"""The servers of the browser tests, each a process of its own: JupyterLab and a relay."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from patience import PATIENCE

import tsvshare_widget

TOKEN = "e2e"
STATIC = Path(tsvshare_widget.__file__).parent / "static"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until ``url`` answers 200; a process that ends before shows what it said."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
                raise AssertionError(f"{url} did not come up:\n{said}") from None
        time.sleep(0.05)


class Server:
    """A process that serves HTTP on 127.0.0.1, and its log."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, command: list[str], alive: str, **options: Any) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **options
            )
        wait_until_answers(alive, self.process, self.log)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            with self.process as process:
                process.send_signal(number)
                try:
                    process.wait(PATIENCE)
                finally:
                    process.kill()
            self.process = None


def private_jupyter(folder: Path) -> dict[str, str]:
    """Environment variables for a Jupyter with none of the user's settings, and no news."""
    names = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    )
    folders = {name: folder / name.lower() for name in names}
    settings = folders["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    # The extension as it was built last, before that of the environment.
    return {name: str(path) for name, path in folders.items()} | {"JUPYTER_PATH": str(STATIC)}


class Lab(Server):
    """JupyterLab on a folder of its own, with none of the user's settings."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "lab.log")
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        self.url = f"http://127.0.0.1:{free_port()}"
        self.environment = {**os.environ, **private_jupyter(folder)}
        self.environment.pop("TSVSHARE_RELAY", None)

    def start(self) -> None:
        flags = {
            "ip": "127.0.0.1",
            "port": self.url.rpartition(":")[2],
            "ServerApp.port_retries": "0",
            "IdentityProvider.token": TOKEN,
            "ServerApp.root_dir": str(self.notebooks),
            "ServerApp.terminals_enabled": "False",
            "LabApp.expose_app_in_browser": "True",
            "JupyterNotebookApp.expose_app_in_browser": "True",
        }
        command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
        command += [f"--{name}={value}" for name, value in flags.items()]
        alive = f"{self.url}/api?token={TOKEN}"
        self.run(command, alive, env=self.environment, cwd=self.notebooks)


class Relay(Server):
    """``tsvshare serve`` with a data folder; may be killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "relay.log")
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", "tsvshare_widget.cli", "serve"]
        command += ["--port", str(self.port), "--data-dir", str(self.data)]
        self.run(command, f"{self.url}/livez")

    def kill(self) -> None:
        self.end(signal.SIGKILL)
