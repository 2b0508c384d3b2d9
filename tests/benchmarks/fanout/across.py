"""How long a page turn takes to viewers at several relays, beside all of them at one.

    python tests/benchmarks/fanout/across.py --viewers 100 10000

Ways take turns: one relay with a folder, and two and three on a Redis, with the viewers of one
document spread over them; who turns pages is at the relay that has the document, or, ``from
elsewhere``, at another one.  Viewers are those of swarm.c; time is from the message of who turns to
the page's arrival at each of them.  All share the processors there are.
Needs Linux, a C compiler and redis-server.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import run
from crowd import SIZE, Stage, own, redis, serve
from run import serving_relay


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--viewers", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--turns", type=int, default=30, help="of each way and round (30)")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"on {os.cpu_count()} processors, pages of {SIZE // 1000} KB, {options.turns} turns")
    for viewers in options.viewers:
        seen: dict[str, list[Any]] = {}
        for _ in range(options.rounds):
            for name, relays, is_here in WAYS:
                with tempfile.TemporaryDirectory() as folder:
                    stage = Stage(Path(folder), viewers)
                    turns = follow(stage, relays, options.turns, is_here=is_here)
                    seen.setdefault(name, []).append(turns)
        report(viewers, seen)


WAYS = [
    ("one relay", 1, True),
    ("two relays", 2, True),
    ("two, from elsewhere", 2, False),
    ("three relays", 3, True),
]


def follow(stage: Stage, relays: int, turns: int, *, is_here: bool) -> Any:
    """What the swarm says of its turns, with its viewers spread over so many relays."""
    with ExitStack() as ends:
        shared: list[str] = []
        if relays > 1:
            url = ends.enter_context(redis(stage.folder / "redis"))
            shared = ["--redis", url, "--store", (stage.folder / "store").as_uri()]
        owner = ends.enter_context(serving_relay(SIZE, None, [*shared, *own(stage, 0)]))
        others = [
            ends.enter_context(run.running(serve(*shared, *own(stage, number)), core=None))
            for number in range(1, relays)
        ]
        places = [(owner.process, owner.port), *others]
        if not is_here:  # the first one has who turns pages
            places.reverse()
        command = [stage.program, "--path", owner.path, *owner.swarm, "--turn", owner.turn]
        for process, port in places:
            command += ["--port", str(port), "--pid", str(process.pid)]
        command += ["--viewers", str(stage.viewers // relays), "--least", str(SIZE // 2)]
        command += ["--parts", str(relays), "--turns", str(turns), "--at-a-time", "64"]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        return json.loads(said.splitlines()[1])


def report(viewers: int, seen: dict[str, list[Any]]) -> None:
    print(f"\n{viewers:,} viewers      p50 ms   p99 ms   us a page  missed")
    for name, turns in seen.items():
        keys = ("p50_ms", "p99_ms", "us_each")
        p50, p99, us = (statistics.median(each[key] for each in turns) for key in keys)
        missed = sum(each["missed"] for each in turns)
        print(f"{name:20} {p50:8.2f} {p99:8.2f} {us:10.1f} {missed:7}", flush=True)


if __name__ == "__main__":
    main()
