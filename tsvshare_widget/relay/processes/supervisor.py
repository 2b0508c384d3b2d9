"""Starts the processes of ``tsvshare serve --processes``, and anew those that end.

It does nothing else, so that there is little it could end by.  It holds the sockets: connections
that come while a process is missing wait in them until the next one takes them in.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import msgspec

from tsvshare_widget.errors import BadValue, Unavailable
from tsvshare_widget.relay.listening import BACKLOG, TlsFiles, address, listen
from tsvshare_widget.relay.own_process import End, on_signals
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.storage.locking import temporary_folder

from .child import EdgeJob, RelayJob, Report

log = logging.getLogger(__name__)

CHILD = "tsvshare_widget.relay.processes.child"

FIRST_REST_SECONDS = 0.5
"""Seconds before a process that ended soon is started anew; twice as long after each time."""

LONGEST_REST_SECONDS = 30.0
"""Seconds before that at most."""

SOON_SECONDS = 10.0
"""Seconds that a process has to run to be started anew at once when it ends."""

STOP_SECONDS = 20.0
"""Seconds that the processes have to say good-bye before they are killed."""

LEAST_ANSWER_BYTES = 32 * 1024 * 1024
"""Of the bytes that wait for slow networks, the share of each process is at least this."""


@dataclass(frozen=True)
class Running:
    """A relay in several processes that answers at ``url``."""

    url: str
    port: int
    processes: list[Process]


class Process:
    """A process that is to be there, always; ``sockets`` are what it is given.

    Its ``name`` is in its command line, for whoever looks at the list of processes.
    """

    def __init__(
        self, name: str, job: RelayJob | EdgeJob, sockets: Sequence[socket.socket]
    ) -> None:
        self.name = name
        self._job = job
        self._sockets = sockets
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """Its number, while it is there."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Start it, and wait until it has started.  Raises :class:`Unavailable`."""
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", CHILD, self.name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[each.fileno() for each in self._sockets],
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(pickle.dumps(self._job))  # and it stays open, for as long as we live
        line = await process.stdout.readline()
        error = msgspec.json.decode(line, type=Report).error if line else "it ended at once"
        if error is not None:
            await process.wait()
            self._process = None
            raise Unavailable(error)

    async def keep(self) -> None:
        """Have it there until it is stopped."""
        loop, rest = asyncio.get_running_loop(), 0.0
        while not self._stopping.is_set():
            began = loop.time()
            if self._process is not None:
                await self._process.wait()
                self._process = None
            if self._stopping.is_set():
                return
            soon = loop.time() - began < SOON_SECONDS
            rest = min(max(FIRST_REST_SECONDS, 2 * rest), LONGEST_REST_SECONDS) if soon else 0.0
            log.warning("the process %s has ended, and is started anew", self.name)
            await asyncio.sleep(rest)
            try:
                await self.start()
            except (Unavailable, OSError) as error:
                log.error("the process %s does not start: %s", self.name, error)

    async def stop(self) -> None:
        """Let it say good-bye and end."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@contextlib.asynccontextmanager
async def running_processes(
    settings: Settings, host: str, port: int, tls: TlsFiles | None, number: int
) -> AsyncIterator[tuple[Running, End]]:
    """A relay with ``number`` processes for connections, and its end, which signals bring.

    Raises :class:`Unavailable` if the address is taken or the data folder in use, and
    :class:`BadValue` for TLS files that cannot be used, and where this is not possible.
    """
    check_possible()
    if tls is not None:
        tls.context()
    end = End()
    on_signals(end)
    with contextlib.ExitStack() as held:
        listener = held.enter_context(listen(host, port))
        folder, remove = await asyncio.to_thread(temporary_folder)
        held.callback(remove)
        bound = listener.getsockname()[1]
        url = address(host, bound, settings.root, is_secure=tls is not None)
        doors = Doors(*(held.enter_context(_door(folder / name)) for name in Doors._fields))
        relay = _relay(settings, host, doors, folder, tls)
        processes = [relay, *_edges(settings, host, listener, doors, tls, number)]
        async with _kept(processes):
            yield Running(url, bound, processes), end


class Doors(NamedTuple):
    """Sockets on which the relay's process listens for the others."""

    connections: socket.socket
    edges: socket.socket


def _relay(
    settings: Settings, host: str, doors: Doors, folder: Path, tls: TlsFiles | None
) -> Process:
    """The process with the documents; without a data folder it has them in ``folder``."""
    job = RelayJob(
        settings=settings,
        connections=doors.connections.fileno(),
        edges=doors.edges.fileno(),
        host=host,
        is_secure=tls is not None,
        folder=folder,
        scratch=None if settings.data_dir else folder / "data",
    )
    return Process("documents", job, doors)


def _edges(
    settings: Settings,
    host: str,
    listener: socket.socket,
    doors: Doors,
    tls: TlsFiles | None,
    number: int,
) -> list[Process]:
    """The processes with the viewers."""
    job = EdgeJob(
        settings=_share(settings, number),
        listener=listener.fileno(),
        host=host,
        connections=doors.connections.getsockname(),
        edges=doors.edges.getsockname(),
        tls=tls,
    )
    return [Process(f"viewers-{n}", job, [listener]) for n in range(1, number + 1)]


@contextlib.asynccontextmanager
async def _kept(processes: list[Process]) -> AsyncIterator[None]:
    """Have these processes there within the block.  Raises :class:`Unavailable`."""
    keeping: list[asyncio.Task[None]] = []
    try:
        await asyncio.gather(*(process.start() for process in processes))
        keeping = [asyncio.create_task(process.keep()) for process in processes]
        yield
    finally:
        await asyncio.gather(*(process.stop() for process in processes))
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


def check_possible() -> None:
    """Raise :class:`BadValue` where several processes cannot share a port."""
    if sys.platform == "win32":
        raise BadValue(
            "--processes needs sockets that Windows does not have: run one process there, or this "
            "in the Windows Subsystem for Linux"
        )


def _door(path: Path) -> socket.socket:
    door = socket.socket(socket.AF_UNIX)
    try:
        door.bind(str(path))
    except OSError as error:
        raise Unavailable(
            f"no socket can be made at {path}: {error}; TMPDIR can be another folder"
        ) from error
    door.listen(BACKLOG)
    return door


def _share(settings: Settings, number: int) -> Settings:
    """What each of so many processes may take of what the settings allow in all."""
    return replace(
        settings,
        joins_per_second=settings.joins_per_second / number,
        answer_bytes=max(LEAST_ANSWER_BYTES, settings.answer_bytes // number),
        incoming_bytes=max(LEAST_ANSWER_BYTES, settings.incoming_bytes // number),
    )
