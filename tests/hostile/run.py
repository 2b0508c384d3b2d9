"""Hostile input, sent while an editor turns pages on another document; prints a table.

    python tests/hostile/run.py [NAME...] [--seconds 15]

``slowest`` is the slowest of the editor's page turns, ``memory`` what the relay took over idle.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "fixtures"), str(TESTS / "hostile")]

from attacks import ATTACKS, under_attack  # noqa: E402
from relay_fixture import Document, RelayProcess, Viewer, tsv  # noqa: E402


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


def measure(attack, seconds: float) -> str:
    with tempfile.TemporaryDirectory() as folder:
        relay = RelayProcess(Path(folder) / "data")
        try:
            document = Document(relay.url)
            table = document.put(tsv(5000), header="true").json["id"]
            with document.editor(cid="a") as editor:
                turn(editor, table, 2)
                idle = most = memory_of(relay)
                turns: list[float] = []
                with under_attack(relay.url, attack) as thread:
                    end = time.monotonic() + seconds
                    while time.monotonic() < end and (thread.is_alive() or len(turns) < 20):
                        turns.append(turn(editor, table, len(turns) % 40 + 3))
                        most = max(most, memory_of(relay))
                        time.sleep(0.02)
        finally:
            relay.kill()
    usual = statistics.median(turns)
    name = attack.__name__.replace("_", " ")
    memory = f"{most - idle:7.0f} MB"
    return f"{name:36} {len(turns):6} {usual:8.1f} ms {max(turns):8.1f} ms {memory}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="attacks; all of them if none is named")
    parser.add_argument("--seconds", type=float, default=15.0, help="at most, for each of them")
    options = parser.parse_args()
    print(f"{'attack':36} {'turns':>6} {'median':>11} {'slowest':>11} {'memory':>10}")
    for attack in ATTACKS:
        if not options.names or attack.__name__ in options.names:
            print(measure(attack, options.seconds), flush=True)


if __name__ == "__main__":
    main()
