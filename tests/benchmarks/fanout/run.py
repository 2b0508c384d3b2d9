"""What a page turn costs a server for each of many viewers, beside a bare loop of send() in C.

    python tests/benchmarks/fanout/run.py --viewers 1000 --kilobytes 10 40

Every way gets the same viewers (swarm.c) and pages of the same size, one way after the other, as
often as ``--rounds`` says.  CPU is the kernel's own account of all threads of the server, receiving
in the kernel included, for each page that arrived.
Needs Linux and a C compiler; ways whose packages are missing are left out, and named.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2] / "fixtures"))

from relay_fixture import Document

FOLDER = Path(__file__).parent

BEAT = '{"type":"hb"}'
"""What viewers are to answer."""

ROWS = 20_000
COLUMNS = 12

IN_C = ["send", "sendfile"]
IN_PYTHON = ["article", "websockets", "aiohttp"]
IN_NODE = ["ws", "socketio"]
WAYS = [*IN_C, "relay", "processes", *IN_PYTHON, *IN_NODE]


@dataclass
class Server:
    """Where a server is, and how it is made to show another page."""

    process: subprocess.Popen[str]
    port: int
    turn: str
    path: str = "/"
    swarm: list[str] = field(default_factory=list)

    @property
    def options(self) -> list[str]:
        """What the swarm must know of it."""
        where = ["--port", str(self.port), "--path", self.path]
        return [*where, *(word for pid in pids_of(self.process) for word in ("--pid", str(pid)))]


def pids_of(process: subprocess.Popen[str]) -> list[int]:
    """A process and those that it has started, as far as they answer viewers."""
    command = ["ps", "--ppid", str(process.pid), "-ww", "-o", "pid=,args="]
    said = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    return [process.pid, *(int(line.split()[0]) for line in said if "processes.child" in line)]


def compile_c(name: str, folder: Path) -> str:
    program = folder / name
    command = ["cc", "-O2", "-o", str(program), str(FOLDER / f"{name}.c")]
    subprocess.run(command, check=True)
    return str(program)


@contextlib.contextmanager
def running(command: list[str], *, core: int | None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process on one processor, and the port that it says it has; ended on the way out."""
    pinned = ["taskset", "-c", str(core), *command] if core is not None else command
    with subprocess.Popen(pinned, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline().split()[-1])
        finally:
            process.terminate()


@contextlib.contextmanager
def serving(
    way: str, size: int, folder: Path, core: int | None, processes: int
) -> Iterator[Server]:
    if way in ("relay", "processes"):
        # Several processes are for several processors.
        several = ["--processes", str(processes)] if way == "processes" else []
        with serving_relay(size, None if several else core, several) as server:
            yield server
        return
    if way in IN_C:
        with running([compile_c("floor", folder)], core=core) as (process, port):
            yield Server(process, port, f"{way} {size} %d")
    elif way in IN_PYTHON:
        with running([sys.executable, str(FOLDER / "servers.py"), way], core=core) as found:
            yield Server(*found, f"send {size} %d")
    else:
        with running(["node", str(node_packages(folder) / "servers.mjs"), way], core=core) as found:
            yield node_server(way, *found, f"send {size} %d")


def node_packages(folder: Path) -> Path:
    """A folder with what Node's servers need; fetched once."""
    if not (folder / "node_modules").exists():
        shutil.copy(FOLDER / "servers.mjs", folder)
        fetch = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*fetch, "ws", "socket.io"], check=True, stdout=subprocess.DEVNULL)
    return folder


def node_server(way: str, process: subprocess.Popen[str], port: int, turn: str) -> Server:
    """A server of Node; for Socket.IO the swarm says what its clients say (Engine.IO 4)."""
    if way == "ws":
        return Server(process, port, turn)
    path = "/socket.io/?EIO=4&transport=websocket"
    return Server(process, port, f'42["send","{turn}"]', path, ["--hello", "40"])


@contextlib.contextmanager
def serving_relay(size: int, core: int | None, options: list[str]) -> Iterator[Server]:
    """A relay of one document of which every page has about ``size`` bytes."""
    command = [sys.executable, "-u", "-m", "tsvshare_widget.cli", "serve", "--port", "0"]
    with running([*command, *options], core=core) as (process, port):
        document = Document(f"http://127.0.0.1:{port}")
        cell = "x" * max(1, size // (100 * COLUMNS) - 5)
        row = "\t".join([cell] * COLUMNS)
        header = "\t".join(f"column {n}" for n in range(COLUMNS))
        document.put("\n".join([header, *[row] * ROWS]).encode(), name="fanout.tsv")
        with document.viewer() as viewer:
            table = viewer.welcome["state"]["table"]["id"]
        hello = {"type": "hello", "v": 1, "cid": "c"}
        turn = {"type": "op", "id": "c:%d", "table": table, "set": {"page": "%d"}}
        yield Server(
            process,
            port,
            json.dumps(turn).replace('"%d"', "%d"),
            f"/d/{document.uuid}/ws",
            [
                *["--hello", json.dumps(hello)],
                *["--first", json.dumps({**hello, "key": document.key})],
                *["--beat-bytes", str(len(BEAT)), "--pong", '{"type":"pong"}'],
            ],
        )


def swarm(program: str, server: Server, viewers: int, size: int, *more: str) -> list[Any]:
    """What a swarm reports of a server."""
    options = ["--viewers", str(viewers), "--turn", server.turn, "--least", str(size // 2)]
    command = [program, *server.options, *server.swarm, *options, *more]
    if (os.cpu_count() or 1) > 1:
        command = ["taskset", "-c", "1", *command]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--viewers", type=int, nargs="+", default=[1000])
    parser.add_argument("--kilobytes", type=int, nargs="+", default=[10, 40])
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2, help="of the way of that name")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    options = parser.parse_args()
    if "aiohttp" in options.ways and importlib.util.find_spec("aiohttp") is None:
        print("aiohttp is not installed, and left out")
        options.ways.remove("aiohttp")
    if shutil.which("npm") is None:
        print("there is no Node, and what is in it is left out")
        options.ways = [way for way in options.ways if way not in IN_NODE]
    with tempfile.TemporaryDirectory() as folder:
        program = compile_c("swarm", Path(folder))
        for viewers in options.viewers:
            for kilobytes in options.kilobytes:
                compare(program, Path(folder), viewers, kilobytes * 1000, options)


def compare(
    program: str, folder: Path, viewers: int, size: int, options: argparse.Namespace
) -> None:
    core = 0 if (os.cpu_count() or 1) > 1 else None
    seen: dict[str, list[Any]] = {way: [] for way in options.ways}
    joined: dict[str, Any] = {}
    for _ in range(options.rounds):
        for way in options.ways:
            with serving(way, size, folder, core, options.processes) as server:
                turns = ["--turns", str(options.turns)]
                joined[way], result = swarm(program, server, viewers, size, *turns)
                seen[way].append(result)
    print(f"\n{viewers} viewers, pages of {size // 1000} KB, {options.turns} turns")
    print(
        "way          us a page  x send   p50 ms   p99 ms  missed  "
        "bytes a page  KB a viewer  us to join"
    )
    floor = statistics.median(one["us_each"] for one in seen[options.ways[0]])
    for way, results in seen.items():
        us = statistics.median(one["us_each"] for one in results)
        p50, p99 = (statistics.median(one[key] for one in results) for key in ("p50_ms", "p99_ms"))
        missed = sum(one["missed"] for one in results)
        print(
            f"{way:12} {us:9.1f} {us / floor:7.2f} {p50:8.1f} {p99:8.1f} {missed:7} "
            f"{results[0]['bytes_each']:13.0f} {joined[way]['kb_each']:12.1f} "
            f"{joined[way]['us_each']:11.0f}"
        )


if __name__ == "__main__":
    main()
