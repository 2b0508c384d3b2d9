"""The servers of the browser tests, each a process of its own: JupyterLab and a relay."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from server_process import TOKEN, WITH_TLS, Server, free_port, private_jupyter


class Lab(Server):
    """JupyterLab on a folder of its own, with none of the user's settings.

    ``has_relay``: notebooks share their tables on the server's own relay.  ``tls``: it shows a
    certificate that nobody trusts.  ``settings`` are more of Jupyter's, by their whole names.
    """

    def __init__(self, folder: Path, *, has_relay: bool = False, tls: bool = False) -> None:
        super().__init__(folder / "lab.log")
        self.has_relay, self.tls = has_relay, tls
        self.settings: dict[str, str] = {}
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{free_port()}"
        self.environment = {**os.environ, **private_jupyter(folder)}
        self.environment.pop("TSVSHARE_RELAY", None)

    def start(self) -> None:
        flags = {
            "ip": "0.0.0.0" if self.inside else "127.0.0.1",
            "port": self.url.rpartition(":")[2],
            "ServerApp.port_retries": "0",
            "IdentityProvider.token": TOKEN,
            "ServerApp.root_dir": str(self.notebooks),
            "ServerApp.terminals_enabled": "False",
            "LabApp.expose_app_in_browser": "True",
            "JupyterNotebookApp.expose_app_in_browser": "True",
            "ServerApp.jpserver_extensions": f"{{'tsvshare_widget.jupyter': {self.has_relay}}}",
            **(WITH_TLS if self.tls else {}),
            **self.settings,
        }
        command = [*self.inside, sys.executable, "-m", "jupyter", "lab"]
        command += ["--no-browser", "--allow-root"]
        command += [f"--{name}={value}" for name, value in flags.items()]
        alive = f"{self.tested_at or self.url}/api?token={TOKEN}"
        self.run(command, alive, env=self.environment, cwd=self.notebooks)


class Relay(Server):
    """``tsvshare serve`` with a data folder; may be killed and started again on the same port."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", *options: str) -> None:
        super().__init__(folder / "relay.log")
        self.host, self.options = host, options
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        host = "0.0.0.0" if self.inside else self.host
        command = [*self.inside, sys.executable, "-m", "tsvshare_widget.cli", "serve"]
        command += ["--host", host, "--port", str(self.port), "--data-dir", str(self.data)]
        command += self.options
        self.run(command, f"{self.tested_at or self.url}/livez")

    def kill(self) -> None:
        self.end(signal.SIGKILL)
