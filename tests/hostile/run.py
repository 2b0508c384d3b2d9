"""Hostile input, sent while an editor turns pages on another document; prints a table.

    python tests/hostile/run.py [NAME...] [--seconds 15]

``slowest`` is the slowest of the editor's page turns while the attack lasts, ``idle`` the slowest
of as many seconds before it, at most three: what the computer makes slow with all that is on it.
``memory`` is what the relay took over idle.  The attack is sent by a process of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "fixtures"), str(TESTS / "hostile")]

from attacks import ATTACKS, Stage, under_attack  # noqa: E402
from floods import FLOODS  # noqa: E402
from relay_fixture import Document, RelayProcess, Viewer, tsv  # noqa: E402

ALL: dict[str, Callable[[Stage], None]] = {
    attack.__name__: attack for attack in [*ATTACKS, *FLOODS]
}
IDLE_SECONDS = 3.0
REST_SECONDS = 0.02


def memory_of(process: RelayProcess) -> float:
    """Resident megabytes of a relay, without its workers."""
    status = Path(f"/proc/{process._process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def turn(editor: Viewer, table: str, page: int) -> float:
    """How many milliseconds a page turn takes, until it is acknowledged."""
    begin = time.perf_counter()
    answer = editor.op(table, page=page)
    assert answer["type"] == "ack", answer
    return 1000 * (time.perf_counter() - begin)


@contextlib.contextmanager
def attacked(name: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """An attack by a process of its own, for as long as the block lasts."""
    process = subprocess.Popen([sys.executable, __file__, name, "--url", url])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def measure(name: str, seconds: float) -> str:
    with tempfile.TemporaryDirectory() as folder:
        relay = RelayProcess(Path(folder) / "data")
        try:
            document = Document(relay.url)
            table = document.put(tsv(5000), header="true").json["id"]
            with document.editor(cid="a") as editor:
                idle: list[float] = []
                turns: list[float] = []
                turn_pages(editor, table, idle, lambda last: last < min(seconds, IDLE_SECONDS))
                before = most = memory_of(relay)
                with attacked(name, relay.url) as process:

                    def goes_on(last: float) -> bool:
                        nonlocal most
                        most = max(most, memory_of(relay))
                        return last < seconds and (process.poll() is None or len(turns) < 20)

                    turn_pages(editor, table, turns, goes_on)
        finally:
            relay.kill()
    usual, times = statistics.median(turns), f"{max(turns):8.1f} ms {max(idle):8.1f} ms"
    shown = name.replace("_", " ")
    return f"{shown:36} {len(turns):6} {usual:8.1f} ms {times} {most - before:7.0f} MB"


def turn_pages(
    editor: Viewer, table: str, turns: list[float], goes_on: Callable[[float], bool]
) -> None:
    """Turn pages as long as ``goes_on`` says, which is asked with the seconds since the first."""
    begin = time.monotonic()
    while goes_on(time.monotonic() - begin):
        turns.append(turn(editor, table, len(turns) % 40 + 3))
        time.sleep(REST_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="attacks; all of them if none is named")
    parser.add_argument("--seconds", type=float, default=15.0, help="at most, for each of them")
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.url:
        with under_attack(options.url, ALL[options.names[0]]) as thread:
            thread.join()
        return
    print(f"{'attack':36} {'turns':>6} {'median':>11} {'slowest':>11} {'idle':>11} {'memory':>10}")
    for name in options.names or ALL:
        print(measure(name, options.seconds), flush=True)


if __name__ == "__main__":
    main()
