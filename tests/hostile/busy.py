"""The memory of a busy relay, minute by minute.

    python tests/hostile/busy.py FOLDER --minutes 60

People join, leave, turn pages, sort, filter, search, upload, append, look and download, on a few
documents and on new ones that end soon.  The relay is a process of its own, with its data in
FOLDER, and goes on when this command is stopped: the same command again goes on where it was, until
the relay has been busy for so many minutes.  ``--end`` ends the relay and forgets its figures.

``--trace`` has the relay say every minute, in FOLDER/kept.txt, which lines of code hold memory that
they did not hold after two minutes, and which objects there are more of.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "fixtures"))

from relay_fixture import Document, SlowUpload, Viewer, free_port, request, tsv

PEOPLE = 4
DOCUMENTS = 12
NEW_EVERY = 40
"""Steps of one of the people between two documents that are new, and end soon."""

SERVE = """
import asyncio, gc, sys, tracemalloc
from collections import Counter
from pathlib import Path
from tsvshare_widget.relay.server import start
from tsvshare_widget.relay.settings import Settings

async def trace(log):
    tracemalloc.start(12)
    await asyncio.sleep(120)
    gc.collect()
    before, kinds = tracemalloc.take_snapshot(), Counter(type(o).__name__ for o in gc.get_objects())
    while True:
        await asyncio.sleep(60)
        gc.collect()
        now = tracemalloc.take_snapshot()
        more = Counter(type(o).__name__ for o in gc.get_objects())
        more.subtract(kinds)
        with log.open("a") as file:
            print("=" * 100, tracemalloc.get_traced_memory(), file=file)
            print(*more.most_common(25), sep="\\n", file=file)
            for change in now.compare_to(before, "traceback")[:12]:
                print(change, *change.traceback.format(), sep="\\n", file=file)

async def main():
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    relay = await start(Settings(data_dir=folder / "data", idle_seconds=60.0), port=port)
    if sys.argv[3:]:
        tracing = asyncio.create_task(trace(folder / "kept.txt"))
    gc.freeze()  # as the command does
    sys.setswitchinterval(0.0005)
    print(relay.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Busy:
    """A relay in a process of its own, and how it has been so far; kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "busy.json"
        self._folder = folder
        self.pid, self.url = 0, ""
        self.seconds, self.steps = 0.0, 0
        self.megabytes: list[float] = []

    def begin(self, trace: bool) -> None:
        """Go on with the relay that is there, or start one."""
        with contextlib.suppress(FileNotFoundError):
            vars(self).update(json.loads(self._file.read_text()))
        if self.pid and Path(f"/proc/{self.pid}").exists():
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        log = (self._folder / "log").open("w")
        words = [str(self._folder), str(free_port()), *(["trace"] if trace else [])]
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C here is not for it
        )
        assert process.stdout is not None
        self.pid, self.url = process.pid, process.stdout.readline().strip()
        self.seconds, self.steps, self.megabytes = 0.0, 0, []
        self.save()

    def save(self) -> None:
        kept = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        self._file.write_text(json.dumps(kept))

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self._file.unlink()

    def memory(self) -> float:
        """Resident megabytes of the relay, without its workers."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


class Somebody:
    """One of those who use the relay, each step at random, and the same in every run."""

    def __init__(self, documents: list[Document], seed: int) -> None:
        self._documents = documents
        self._random = random.Random(seed)
        self._name = f"p{seed}"
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps % NEW_EVERY == 0:
            self._upload(Document(self._documents[0].base))
            return
        does = [self._visit] * 6 + [self._upload, self._append, self._look, self._download]
        self._random.choice(does)(self._random.choice(self._documents))

    def _upload(self, document: Document) -> None:
        document.put(tsv(self._random.choice((10, 1000, 20_000)), columns=5), header="true")

    def _append(self, document: Document) -> None:
        more = SlowUpload(document, method="POST")
        more.send(tsv(50, columns=5, header=False))
        more.end()
        more.disconnect()

    def _download(self, document: Document) -> None:
        request("GET", f"{document.url}/table?view=1")
        request("GET", f"{document.url}/page/1?page_size={self._random.randint(1, 1000)}")

    def _look(self, document: Document) -> None:
        with document.viewer(cid=self._name) as viewer:
            table = viewer.welcome["state"]["table"]
            if table is None:
                return
            for query in ({}, {"search": f"r{self._random.randint(0, 99)}"}):
                viewer.send(
                    type="look", id="v:1", table=table["id"], page=1, page_size=50, query=query
                )
                viewer.next("page", "reject")

    def _visit(self, document: Document) -> None:
        with document.editor(cid=self._name, name=self._name) as editor:
            if editor.welcome["state"]["table"] is None:
                return
            table = editor.welcome["state"]["table"]["id"]
            for _ in range(self._random.randint(1, 8)):
                editor.op(table, **self._change())

    def _change(self) -> dict[str, object]:
        number = self._random.randint(0, 999)
        changes: list[dict[str, object]] = [
            {"page": number % 10 + 1},
            {"page_size": number + 1},
            {"sort": [{"column": number % 5, "direction": ("asc", "desc")[number % 2]}]},
            {"filters": [{"column": number % 5, "op": "contains", "value": str(number)}]},
            {"filters": [{"column": 0, "op": "matches", "value": f"^r{number}"}]},
            {"search": f"c{number % 7}"},
            {"sort": [], "filters": [], "search": None},
        ]
        return self._random.choice([*[changes[0]] * 6, *changes])


def keep_busy(busy: Busy, minutes: float, stop: threading.Event) -> None:
    documents = [Document(busy.url) for _ in range(DOCUMENTS)]
    people = [Somebody(documents, int(busy.seconds) * PEOPLE + n) for n in range(PEOPLE)]
    for document in documents:
        document.put(tsv(1000, columns=5), header="true")
    with contextlib.ExitStack() as watching:
        for document in documents:  # so that it does not end
            watching.enter_context(Watcher(document))
        threads = [threading.Thread(target=run, args=(p.step, stop)) for p in people]
        for thread in threads:
            thread.start()
        before, begun, steps = busy.seconds, time.monotonic(), busy.steps
        try:
            while busy.seconds < 60 * minutes and not stop.is_set():
                time.sleep(min(60 - busy.seconds % 60, 60 * minutes - busy.seconds) + 0.01)
                busy.seconds = before + time.monotonic() - begun
                busy.steps = steps + sum(person.steps for person in people)
                busy.megabytes.append(round(busy.memory(), 1))
                busy.save()
                print(
                    f"{busy.seconds / 60:5.1f} min {busy.steps:7} steps {busy.memory():7.1f} MB",
                    flush=True,
                )
        finally:
            stop.set()
            for thread in threads:
                thread.join()


class Watcher:
    """Looks at a document all the time, and answers the relay's heartbeats."""

    def __init__(self, document: Document) -> None:
        self._viewer: Viewer = document.viewer(cid="watcher")

    def __enter__(self) -> None:
        self._viewer.__enter__()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(Exception):
            for message in self._viewer.socket:
                if '"type":"hb"' in message[:40]:
                    self._viewer.send(type="pong")

    def __exit__(self, *error: object) -> None:
        self._viewer.__exit__(*error)
        self._thread.join()


def run(step: Callable[[], None], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            step()
        except Exception as error:
            print(f"{type(error).__name__}: {error}"[:300], flush=True)
            stop.wait(1)
        stop.wait(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=60.0, help="in all (60)")
    parser.add_argument("--trace", action="store_true", help="see above; takes memory itself")
    parser.add_argument("--end", action="store_true", help="end the relay instead")
    options = parser.parse_args()
    busy = Busy(options.folder)
    busy.begin(options.trace)
    if options.end:
        busy.end()
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    keep_busy(busy, options.minutes, stop)
    print("MB after each minute:", *busy.megabytes)


if __name__ == "__main__":
    main()
