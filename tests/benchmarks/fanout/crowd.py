"""What a relay does with a crowd, one scene after the other; each says what it is.

    python tests/benchmarks/fanout/crowd.py                 all of them; ten minutes or so
    python tests/benchmarks/fanout/crowd.py deaf storm      some

All viewers are those of swarm.c, on loopback: processor time of the servers is the kernel's own
account and includes what the kernel does to receive.
Needs Linux, a C compiler, and as many open files as a process may have (``ulimit -n 20000``).
"""

from __future__ import annotations

import argparse
import http.client
import json
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import run
from relay_fixture import Document
from run import Server, compile_c, pids_of, serving, serving_relay, swarm

SIZE = 10_000
"""Bytes of a page."""

SPARE_FILES = 200
"""Of a process that holds viewers: for everything else it has open."""

PART = 17_000
"""Viewers of one process of a swarm, and about as many as one of a relay has, of several."""

UPLOAD = 1_000_000_000


def most_viewers() -> int:
    """As many as one process may hold."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1] - SPARE_FILES


class Stage:
    """Where scenes are played: the swarm's program, and a folder."""

    def __init__(self, folder: Path, viewers: int) -> None:
        self.folder = folder
        self.program = compile_c("swarm", folder)
        self.viewers = viewers

    def swarm(self, server: Server, viewers: int, *more: str) -> dict[str, Any]:
        """What a swarm reports, by what it is about."""
        return {one["what"]: one for one in swarm(self.program, server, viewers, SIZE, *more)}

    def floor(self, viewers: int, *more: str) -> dict[str, Any]:
        """The same of a bare loop in C."""
        with serving("send", SIZE, self.folder, 0, 0) as server:
            return self.swarm(server, viewers, *more)


def row(name: str, joined: dict[str, Any] | None, turns: dict[str, Any] | None) -> str:
    """A line of a table."""
    cells = [f"{name:26}"]
    if turns is not None:
        cells.append(
            f"{turns['viewers']:7} viewers {turns['us_each']:6.1f} us a page  "
            f"p50 {turns['p50_ms']:6.0f}  p99 {turns['p99_ms']:6.0f}  "
            f"last {turns['last_ms']:6.0f} ms"
            f"  missed {turns['missed']}"
        )
    if joined is not None:
        cells.append(
            f"joined in {joined['seconds']:.1f} s: {joined['us_each']} us, "
            f"{joined['kb_each']:.1f} KB each, {joined['failed']} failed"
        )
    return "  ".join(cells)


def one_process(stage: Stage) -> None:
    """As many as one process may hold, beside a loop in C that has as many: 20 turns."""
    viewers = min(most_viewers(), stage.viewers)
    turns = ["--turns", "20"]
    floor = stage.floor(viewers, *turns)
    with serving_relay(SIZE, 0, []) as server:
        ours = stage.swarm(server, viewers, *turns)
    again = stage.floor(viewers, *turns)
    for name, seen in (("send() in C", floor), ("relay", ours), ("send() in C", again)):
        print(row(name, seen["join"], seen["turns"]))
    best = min(floor["turns"]["p99_ms"], again["turns"]["p99_ms"])
    print(f"p99 {ours['turns']['p99_ms'] / best:.2f}x of the better of the two")


def several_processes(stage: Stage) -> None:
    """A hundred thousand in several processes, or as many as are asked for: 20 turns."""
    parts = -(-100_000 // PART)
    viewers = min(100_000, stage.viewers * 5) // parts
    options = ["--processes", str(parts), "--host", "0.0.0.0", "--max-joins", "20000"]
    more = ["--parts", str(parts), "--hosts", str(parts), "--turns", "20", "--quiet", "5"]
    with serving_relay(SIZE, None, options) as server:
        seen = stage.swarm(server, viewers, *more, "--at-a-time", "64")
    print(row(f"{parts} processes and one", seen["join"], seen["turns"]))


def several_relays(stage: Stage) -> None:
    """50,000 on three relays that share Redis and a folder; the one with the document is killed.

    It is started anew, as a service would be: two may not hold all of them.
    """
    viewers = min(50_000, stage.viewers * 3) // 3
    with ExitStack() as ends:
        url = ends.enter_context(redis(stage.folder / "redis"))
        shared = ["--redis", url, "--store", (stage.folder / "store").as_uri()]
        owner = ends.enter_context(serving_relay(SIZE, None, [*shared, *own(stage, 0)]))
        others = [
            ends.enter_context(run.running(serve(*shared, *own(stage, number)), core=None))
            for number in (1, 2)
        ]
        command = [stage.program, *owner.options, *owner.swarm, "--turn", owner.turn]
        for process, port in others:
            command += ["--port", str(port), "--pid", str(process.pid)]
        command += ["--viewers", str(viewers), "--least", str(SIZE // 2), "--parts", "3"]
        command += ["--hosts", "3", "--turns", "20", "--at-a-time", "100", "--wander", "1"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as crowd:
            assert crowd.stdout is not None
            assert crowd.stdin is not None
            joined, turns, _ = (json.loads(crowd.stdout.readline()) for _ in range(3))
            print(row("three relays", joined, turns), flush=True)
            owner.process.kill()
            crowd.stdin.write("\n")
            crowd.stdin.flush()
            owner.process.wait()
            again = [*serve(*shared, *own(stage, 0)), "--port", str(owner.port)]
            ends.enter_context(run.running(again, core=None))
            wandered, after = (json.loads(crowd.stdout.readline()) for _ in range(2))
    print(
        f"one is killed: {wandered['viewers']} are there again after {wandered['seconds']:.1f} s, "
        f"{wandered['bytes'] / 1e6:.0f} MB; {wandered['lost']} connections were lost or refused"
    )
    print(row("then", None, after))


def own(stage: Stage, number: int) -> list[str]:
    """What one of several relays has for itself."""
    return ["--data-dir", str(stage.folder / f"relay-{number}"), "--host", "0.0.0.0"]


def serve(*options: str) -> list[str]:
    """The command of a relay."""
    return [sys.executable, "-u", "-m", "tsvshare_widget.cli", "serve", "--port", "0", *options]


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis of its own; its address."""
    from redis_fixture import RedisServer

    server = RedisServer(folder)
    try:
        yield server.url
    finally:
        server.kill()


def deaf(stage: Stage) -> None:
    """1,000 that never read among 10,000, beside as many who all read: 30 turns."""
    seen: dict[str, list[Any]] = {"all read": [], "1,000 never read": []}
    for _ in range(2):
        for name in seen:
            with serving_relay(SIZE, 0, []) as server:
                n = ["--deaf", "1000"] if name != "all read" else []
                viewers = min(10_000, stage.viewers)
                seen[name].append(stage.swarm(server, viewers, "--turns", "30", *n)["turns"])
    for name, turns in seen.items():
        for one in turns:
            print(row(name, None, one), f" grown {one['grown_kb'] / 1000:.2f} KB for each of 1,000")
    alone, beside = (min(one["p99_ms"] for one in turns) for turns in seen.values())
    pages = max(one["tcp_pages"] for one in seen["1,000 never read"])
    print(f"p99 {beside / alone:.2f}x; the kernel held {pages * 4 / 1000:.0f} KB for each of them")


def storm(stage: Stage) -> None:
    """All lose a relay that is killed, and come back to the next one at once."""
    viewers = min(most_viewers(), stage.viewers)
    options = ["--data-dir", str(stage.folder / "data")]
    with serving_relay(SIZE, 0, options) as server:
        hello = json.loads(server.swarm[1])
        hello["have"] = position(server, hello)
        command = ["taskset", "-c", "1", stage.program, *server.options, *server.swarm]
        command += ["--viewers", str(viewers), "--turns", "0", "--least", str(SIZE // 2)]
        command += ["--hello-again", json.dumps(hello), "--at-a-time", "256"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as crowd:
            assert crowd.stdout is not None
            assert crowd.stdin is not None
            print(row("came", json.loads(crowd.stdout.readline()), None))
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            assert json.loads(crowd.stdout.readline())["what"] == "lost"
            again = [*serve(*options), "--port", str(server.port)]
            with run.running(again, core=0) as (process, _):
                for pid in pids_of(process):
                    crowd.stdin.write(f"{pid}\n")
                crowd.stdin.write("\n")
                crowd.stdin.flush()
                back = json.loads(crowd.stdout.readline())
                crowd.wait()
    print(row("came back", back, None), f" {back['bytes'] / back['viewers']:.0f} bytes each")


def position(server: Server, hello: dict[str, Any]) -> dict[str, Any]:
    """Where the document is: what everyone who comes back has already."""
    import websockets.sync.client

    address = f"ws://127.0.0.1:{server.port}{server.path}"
    with websockets.sync.client.connect(address) as socket:
        socket.send(json.dumps(hello))
        welcome = json.loads(socket.recv())
    return {"epoch": welcome["epoch"], "seq": welcome["seq"]}


def upload(stage: Stage) -> None:
    """1 GB comes in while 1,000 viewers of another document get a turn every 100 ms."""
    turns = ["--turns", "100", "--every", "0.1"]
    with serving_relay(SIZE, 0, []) as server:
        quiet = stage.swarm(server, 1000, *turns)["turns"]
    with serving_relay(SIZE, 0, []) as server:
        alone = put(server, lambda: None)
    with serving_relay(SIZE, 0, []) as server:
        seen: list[Any] = []

        def look_on() -> None:
            seen.append(stage.swarm(server, 1000, *turns)["turns"])

        beside = put(server, look_on)
    print(row("without an upload", None, quiet))
    print(row("beside 1 GB", None, seen[0]), f" grown {seen[0]['grown_kb'] / 1000:.0f} MB")
    ours = beside["cpu"] - quiet["cpu"]
    print(
        f"p99 {seen[0]['p99_ms'] / quiet['p99_ms']:.2f}x; the upload took {alone['seconds']:.1f} s "
        f"alone, {beside['seconds']:.1f} s beside, and {alone['cpu']:.2f} s of processor alone, "
        f"{ours:.2f} beside (all of it without those turns)"
    )


def put(server: Server, meanwhile: Callable[[], None]) -> dict[str, float]:
    """Upload a large table to a document of its own; what that took of the relay."""
    document = Document(f"http://127.0.0.1:{server.port}")
    looking = threading.Thread(target=meanwhile)
    looking.start()
    time.sleep(2)  # until all are there
    used, since = cpu(server.process.pid), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    headers = {"X-TSVShare-Key": document.key, "Content-Length": str(UPLOAD)}
    connection.request("PUT", f"/d/{document.uuid}/table?name=large.tsv", body(), headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    seconds = time.monotonic() - since
    looking.join()
    return {"seconds": seconds, "cpu": cpu(server.process.pid) - used}


def body() -> Iterator[bytes]:
    """A large table, in pieces."""
    line = "\t".join(f"{n * 1.37:.6f}" for n in range(12)).encode() + b"\n"
    piece = line * (1_000_000 // len(line))
    left = UPLOAD
    while left:
        yield piece[:left]
        left -= min(left, len(piece))


def cpu(pid: int) -> float:
    """Seconds of processor that a process has used, by the kernel's account of its threads."""
    files = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(one.read_text().split()[0]) for one in files) / 1e9


SCENES = {
    scene.__name__: scene
    for scene in (one_process, several_processes, several_relays, deaf, storm, upload)
}


@contextmanager
def stage_for(viewers: int) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as folder:
        yield Stage(Path(folder), viewers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenes", nargs="*", choices=[*SCENES, []], default=list(SCENES))
    parser.add_argument("--viewers", type=int, default=20_000, help="at most in one process")
    options = parser.parse_args()
    for name in options.scenes:
        scene = SCENES[name]
        print(f"\n{name}: {(scene.__doc__ or '').splitlines()[0]}", flush=True)
        with stage_for(options.viewers) as stage:
            scene(stage)


if __name__ == "__main__":
    main()
