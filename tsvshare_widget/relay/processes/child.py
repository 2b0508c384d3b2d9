"""One process of ``tsvshare serve --processes``: the relay, or one that holds connections.

What it is to be comes on standard input, from its supervisor, and its end there is the end of the
supervisor.  On standard output it says whether it has started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.relay.listening import TlsFiles
from tsvshare_widget.relay.own_process import End, collect_rarely, on_signals, switch_often
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.storage.descriptors import raise_file_limit

FAILED = 1
"""The exit code of what has not started, or has lost its relay for good."""

ORPHANED = 3
"""That of what has lost its supervisor."""


class Running(Protocol):
    """What has been started."""

    async def stop(self) -> None:
        """Say good-bye, and give back what was taken."""


class Job(Protocol):
    """What a process is to be."""

    async def start(self, end: End) -> Running:
        """Start it; it lets ``end`` come if it ends by itself."""

    def clean_up(self) -> None:
        """Remove what the supervisor would have removed, which has been killed."""


class Report(msgspec.Struct):
    """Whether a process has started, or what was wrong."""

    error: str | None = None


@dataclass(frozen=True)
class RelayJob:
    """To be the relay; sockets are file descriptors that the process has been given.

    ``folder`` is the supervisor's own; documents are in it if ``scratch`` is.
    """

    settings: Settings
    connections: int
    edges: int
    host: str
    is_secure: bool
    folder: Path
    scratch: Path | None

    async def start(self, end: End) -> Running:
        """See :class:`Job`."""
        from tsvshare_widget.relay.behind_edges import Doors, start_behind_edges

        doors = Doors(
            connections=_socket(self.connections),
            edges=_socket(self.edges),
            host=self.host,
            is_secure=self.is_secure,
        )
        return await start_behind_edges(self.settings, doors, scratch=self.scratch)

    def clean_up(self) -> None:
        """See :class:`Job`."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class EdgeJob:
    """To hold connections that come to ``listener``, for the relay that listens at the others."""

    settings: Settings
    listener: int
    host: str
    connections: str
    edges: str
    tls: TlsFiles | None

    async def start(self, end: End) -> Running:
        """See :class:`Job`."""
        from tsvshare_widget.relay.edges.running_edge import start_edge

        running = await start_edge(
            self.settings,
            self.host,
            _socket(self.listener),
            connections=self.connections,
            edges=self.edges,
            tls=self.tls,
        )
        running.working.add_done_callback(lambda _: end.come(FAILED))
        return running

    def clean_up(self) -> None:
        """See :class:`Job`: nothing is its own."""


def _socket(descriptor: int) -> socket.socket:
    listener = socket.socket(fileno=descriptor)
    listener.setblocking(False)
    return listener


def main() -> int:
    """Be what standard input says; the exit code."""
    job: Job = pickle.load(sys.stdin.buffer)  # of our own supervisor
    raise_file_limit()
    switch_often()
    return asyncio.run(_run(job))


async def _run(job: Job) -> int:
    end = End()
    on_signals(end)
    _end_with_supervisor(end)
    try:
        running = await job.start(end)
    except TSVShareError as error:
        _report(Report(error.message))
        return FAILED
    collect_rarely()
    _report(Report())
    try:
        return await end.wait()
    finally:
        await running.stop()
        if end.code == ORPHANED:
            job.clean_up()


def _report(report: Report) -> None:
    with contextlib.suppress(BrokenPipeError):
        print(msgspec.json.encode(report).decode(), flush=True)


def _end_with_supervisor(end: End) -> None:
    loop, life = asyncio.get_running_loop(), sys.stdin.fileno()
    os.set_blocking(life, False)

    def look() -> None:
        with contextlib.suppress(BlockingIOError):
            if not os.read(life, 1024):
                loop.remove_reader(life)
                end.come(ORPHANED)

    loop.add_reader(life, look)


if __name__ == "__main__":
    sys.exit(main())
