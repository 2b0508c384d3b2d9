"""Relays under everything that can happen to them, for as many steps as you like.

    python tests/hostile/cluster.py --steps 100000 [--seed 1] [--jobs 4] [--kinds folder single]

Each seed is some runs of the machine in tests/fixtures/cluster_machine.py on a rig of one of the
kinds in tests/fixtures/machine_rig.py.  What was found is in a file for each seed in --reports:
what was asked, what came of it, and the end of what the relays logged.  Steps that were taken are
counted, each as one, also in runs that found something.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

RUN_STEPS = 50
RUNS = 30
"""Runs of so many steps of one seed, at most."""

SHARES = ("folder", "single", "objects") * 6 + ("s3", "single", "folder") * 2 + ("dask",)
"""Which kind a seed is of, one after the other."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="rigs at a time")
    parser.add_argument("--kinds", nargs="*", default=None, metavar="KIND")
    parser.add_argument("--reports", type=Path, default=Path("machine-reports"))
    parser.add_argument("--one", nargs=2, metavar=("KIND", "SEED"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.reports.mkdir(parents=True, exist_ok=True)
    if options.one:
        run_one(options.one[0], int(options.one[1]), options.reports)
    else:
        run_all(options)


def run_all(options: argparse.Namespace) -> None:
    kinds = options.kinds or SHARES
    steps: Counter[str] = Counter()
    found: list[str] = []
    seed, running, began = options.seed, {}, time.monotonic()
    while running or steps.total() < options.steps:
        while len(running) < options.jobs and steps.total() < options.steps:
            kind = kinds[seed % len(kinds)]
            words = ["--one", kind, str(seed), "--reports", str(options.reports)]
            command = [sys.executable, __file__, *words]
            running[seed] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            seed += 1
        for number, process in list(running.items()):
            if process.poll() is None:
                continue
            said = (process.stdout.read().splitlines() or ["{}"])[-1]
            del running[number]
            done = json.loads(said) if said.startswith("{") else {}
            steps[done.get("kind", "lost")] += done.get("steps", 0)
            if not done or done["found"]:
                found.append(f"seed {number}: {done.get('found', 'it has ended by itself')}")
                print(found[-1], flush=True)
            rate = steps.total() / (time.monotonic() - began)
            print(
                f"seed {number:5} {done.get('kind')}: {steps.total():,} steps, {rate:.1f}/s",
                flush=True,
            )
        time.sleep(0.1)
    print(
        dict(steps),
        f"{steps.total():,} steps in {time.monotonic() - began:.0f} s;",
        f"{len(found)} finds",
    )
    print(*found, sep="\n")
    sys.exit(bool(found))


def run_one(kind: str, seed: int, reports: Path) -> None:
    """The runs of one seed; says in one line of JSON what came of it."""
    from cluster_machine import RelayMachine, on_rig
    from machine_rig import Rig
    from machine_runs import run_machine

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # of moto: a line for each request
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    memory = Path("/dev/shm")
    found = ""
    with tempfile.TemporaryDirectory(
        prefix="tsvshare-machine-", dir=memory if memory.is_dir() else None
    ) as folder:
        rig = Rig(Path(folder), kind)
        last: list[RelayMachine] = []
        try:
            machine = on_rig(rig, count, last.append)
            run_machine(machine, runs=RUNS, steps=RUN_STEPS, first=seed)
        except BaseException as error:
            found = f"{type(error).__name__}: {str(error)[:300]}"
            log = (rig.folder / "log").read_text(errors="replace").splitlines()
            story = [traceback.format_exc(), *last[-1].trace, *log[-300:]]
            (reports / f"{kind}-{seed}.txt").write_text("\n".join(story))
        finally:
            noise = [
                line
                for line in (rig.folder / "log").read_text().splitlines()
                if "ERROR" in line or line.startswith("Traceback")
            ]
            if noise and not found:
                log = (rig.folder / "log").read_text(errors="replace")
                (reports / f"noise-{kind}-{seed}.txt").write_text(log)
            rig.close()
    print(json.dumps({"kind": kind, "seed": seed, "steps": steps, "found": found}), flush=True)


if __name__ == "__main__":
    main()
