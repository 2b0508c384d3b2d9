"""``make cluster``: three relays on this computer, with all that many relays share, until Ctrl-C.

Redis has the documents, an S3 service (moto's server) the tables, a Dask scheduler and two workers
answer what is asked of large ones, and nginx, as ``deploy/nginx.conf`` has it but without TLS, is
before the relays.  Everything listens on 127.0.0.1, on free ports, and lives in ``.make/cluster``,
or a folder named on the command line, which is emptied first.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

from nginx_front import nginx_options

ROOT = Path(__file__).parent.parent
FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / ".make" / "cluster").resolve()
RELAYS = 3
WORKERS = 2
PATIENCE = 120.0
BUCKET = "tables"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find(program: str) -> str | None:
    """A program, also one that lies where those of administrators do."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin")


def missing() -> list[str]:
    """What this needs and is not there."""
    programs = {"redis-server": "redis-server", "nginx": "nginx-light"}
    lacking = [
        f"{name} (Debian: {package})" for name, package in programs.items() if not find(name)
    ]
    modules = {"redis": "cluster", "obstore": "cluster", "distributed": "dask", "moto": "dev"}
    return lacking + [
        f"{name} (pip install 'tsvshare-widget[{extra}]')"
        for name, extra in modules.items()
        if importlib.util.find_spec(name) is None
    ]


class Cluster:
    """Processes that are ended together."""

    def __init__(self) -> None:
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = dict(os.environ)

    def start(self, name: str, *command: object) -> None:
        """Start a process that writes its log to a file of its name."""
        with (FOLDER / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is for this script, which ends them in order
            )

    def set_environment(self, **names: str) -> None:
        """Tell this to all that is started from now on."""
        self._environment |= names

    def wait(self, name: str, condition: Callable[[], bool]) -> None:
        """Wait until a process does what it is for.  Raises ``RuntimeError`` if it does not."""
        end = time.monotonic() + PATIENCE
        while not _holds(condition):
            log = FOLDER / f"{name}.log"
            if self.processes[name].poll() is not None:
                raise RuntimeError(f"{name} has ended: {log.read_text(errors='replace')[-1000:]}")
            if time.monotonic() > end:
                raise RuntimeError(f"{name} does not begin to work; its log is {log}")
            time.sleep(0.05)

    def ended(self) -> str | None:
        """The name of a process that has ended, not one of several relays or workers."""
        for name, process in self.processes.items():
            if process.poll() is not None and not re.search(r"\d$", name):
                return name
        return None

    def stop(self) -> None:
        """End all of them: first what needs the others, as workers of Dask do their scheduler."""
        left = dict(self.processes)
        for kinds in (("nginx", "relay"), ("worker",), ("",)):
            ending = [left.pop(name) for name in list(left) if name.startswith(kinds)]
            for process in ending:
                process.terminate()
            for process in ending:
                _wait_or_kill(process)


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _holds(condition: Callable[[], bool]) -> bool:
    with contextlib.suppress(OSError):
        return condition()
    return False


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


def answers(url: str) -> bool:
    """Whether an address answers, and well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False


def start_engines(cluster: Cluster) -> dict[str, str]:
    """Start Redis, the S3 service and Dask; the options of relays for them."""
    redis, s3, dask, dashboard = (free_port() for _ in range(4))
    usual = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", FOLDER)
    cluster.start("redis", find("redis-server"), "--port", redis, *usual)
    cluster.start("s3", sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", s3)
    module = (sys.executable, "-P", "-m", "distributed.cli.dask_scheduler")
    where = ("--host", "127.0.0.1", "--port", dask, "--dashboard-address", f"127.0.0.1:{dashboard}")
    cluster.start("dask", *module, *where)
    cluster.wait("redis", lambda: listens(redis))
    cluster.wait("s3", lambda: listens(s3))
    cluster.wait("dask", lambda: listens(dask))
    cluster.set_environment(
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{s3}",
        AWS_ACCESS_KEY_ID="nobody",
        AWS_SECRET_ACCESS_KEY="nothing",
        AWS_REGION="us-east-1",
    )
    bucket = urllib.request.Request(f"http://127.0.0.1:{s3}/{BUCKET}", method="PUT")
    urllib.request.urlopen(bucket, timeout=PATIENCE).close()
    for number in range(1, WORKERS + 1):
        module = (sys.executable, "-P", "-m", "distributed.cli.dask_worker")
        limits = ("--nthreads", 1, "--memory-limit", "1GB", "--no-nanny", "--no-dashboard")
        folder = ("--local-directory", FOLDER)
        cluster.start(f"worker{number}", *module, f"tcp://127.0.0.1:{dask}", *limits, *folder)
    print(f"Dask shows what it does at http://127.0.0.1:{dashboard}/status")
    return {
        "--redis": f"redis://127.0.0.1:{redis}/0",
        "--store": f"s3://{BUCKET}",
        "--dask": f"tcp://127.0.0.1:{dask}",
    }


def start_relays(cluster: Cluster, engines: dict[str, str], front: str) -> list[int]:
    """Start the relays; their ports."""
    (FOLDER / "token").write_text(secrets.token_urlsafe(32))
    shared = [word for option in engines.items() for word in option]
    shared += ["--admin-token", str(FOLDER / "token"), "--trust-proxy", "127.0.0.1"]
    shared += ["--public-url", front]
    ports = [free_port() for _ in range(RELAYS)]
    for number, port in enumerate(ports, 1):
        serve = (sys.executable, "-m", "tsvshare_widget.cli", "serve", "--port", port)
        cluster.start(f"relay{number}", *serve, "--data-dir", FOLDER / f"relay{number}", *shared)
    for number, port in enumerate(ports, 1):
        cluster.wait(f"relay{number}", partial(answers, f"http://127.0.0.1:{port}/readyz"))
    return ports


def start_nginx(cluster: Cluster, port: int, relays: list[int]) -> None:
    """Start nginx before the relays, on a port of this computer alone and without TLS."""
    cluster.start("nginx", find("nginx"), *nginx_options(FOLDER, port, relays))
    cluster.wait("nginx", lambda: answers(f"http://localhost:{port}/"))


def main() -> int:
    """Run it until a signal ends it; the exit code."""
    lacking = missing()
    if lacking:
        print("make cluster needs " + ", ".join(lacking))
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster()
    try:
        port = free_port()
        front = f"http://localhost:{port}"
        relays = start_relays(cluster, start_engines(cluster), front)
        start_nginx(cluster, port, relays)
        tell(cluster, front, relays)
        while (ended := cluster.ended()) is None:
            time.sleep(0.2)
        print(f"{ended} has ended; its log is {FOLDER / ended}.log")
        return 1
    except KeyboardInterrupt:
        return 0
    except RuntimeError as error:
        print(error)
        return 1
    finally:
        cluster.stop()


def tell(cluster: Cluster, front: str, relays: list[int]) -> None:
    """Say what there is to be tried."""
    for number, port in enumerate(relays, 1):
        process = cluster.processes[f"relay{number}"]
        print(f"relay {number} answers at http://127.0.0.1:{port}, and ends by: kill {process.pid}")
    asked = " ".join(f"--relay http://127.0.0.1:{port}" for port in relays)
    print(f"tsvshare admin list --admin-token {FOLDER / 'token'} {asked}")
    print(f"all of them are at {front}: drop a file there, or say: tsvshare push FILE {front}")
    print("Ctrl-C ends all of it", flush=True)


if __name__ == "__main__":
    sys.exit(main())
