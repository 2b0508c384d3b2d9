"""The command ``tsvshare`` in processes of its own, and what it shows."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from patience import PATIENCE

from tsvshare_widget.client import Connection, Link, Snapshot
from tsvshare_widget.protocol import Page

TSVSHARE = [sys.executable, "-m", "tsvshare_widget.cli"]

Start = Callable[..., "subprocess.Popen[str]"]


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Start ``tsvshare`` with these words in a folder; all of them are ended in the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*TSVSHARE, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # a relay that is killed leaves its folder behind
    for process in started:
        with process:
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()


def run(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [*TSVSHARE, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=cwd)


def line_with(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """The next line of its output that matches."""
    assert process.stdout is not None
    for line in process.stdout:
        match = re.search(pattern, line)
        if match:
            return match
    assert process.stderr is not None
    raise AssertionError(f"no {pattern!r}; it said: {process.stderr.read()}")


def landing_page(process: subprocess.Popen[str]) -> str:
    return line_with(process, r"landing page +(http\S+)/$")[1]


def full_link(process: subprocess.Popen[str]) -> Link:
    return Link.parse(line_with(process, r"full link +(http\S+#k=\w+)")[1])


def page_of(link: Link, *, rows: int) -> Page:
    """The page everyone is on, once the document has so many rows."""

    def has_come(known: Snapshot) -> bool:
        return known.state.view.n_rows == rows and known.decoded_page() is not None

    with Connection(link) as connection:
        page = connection.wait(has_come, PATIENCE).decoded_page()
    assert page is not None
    return page


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return bytes(answer.read())
