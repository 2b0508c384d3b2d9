"""One process that answers questions about tables, and the pipes to it."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

import tsvshare_widget
from tsvshare_widget.errors import TooMuchMemory, TSVShareError, Unavailable
from tsvshare_widget.protocol import encode
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.table.worker.jobs import Answer, Job

log = logging.getLogger(__name__)

START_SECONDS = 20.0
"""For a process on a busy computer, until it says that it began with a job."""

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of the longest answer: a profile whose top values are cells of any length."""

WORKER = "tsvshare_widget.table.worker.main"

KILLED = -9

_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


def worker_command(settings: Settings) -> list[str]:
    """The command that starts a process with the memory and the cluster that it may use."""
    command = [sys.executable, "-P", "-m", WORKER, "--memory", str(settings.query_memory)]
    if settings.dask is None:
        return command
    command += ["--dask", settings.dask, "--dask-from", str(settings.dask_from)]
    return command if settings.store is None else [*command, "--dask-stored"]


class Worker:
    """One process, and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """For :meth:`start` alone."""
        self._process = process
        self._logging = asyncio.create_task(self._log())
        self._killed = False
        self.retiring: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls, command: Sequence[str]) -> Worker:
        """Start a process.  Raises :class:`Unavailable` if that is not possible."""
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                limit=MAX_ANSWER,
                env=environment(),
                # Of its own, for a kernel that restarts waits for all processes of its session.
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"the relay cannot start a process: {error.strerror}") from error
        return cls(process)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as is known."""
        return self.exit_code is None

    @property
    def exit_code(self) -> int | None:
        """How it has ended, a signal as a negative number; None if it has not, as far as known."""
        return self._process.returncode

    async def begin(self, job: Job) -> Answer:
        """Hand over a job, and return the first answer: it may have to start before it begins.

        The job before must have been answered.  Raises as :meth:`answer` does.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(encode(job) + b"\n")
        try:
            async with asyncio.timeout(START_SECONDS):
                return await self.answer()
        except TimeoutError:
            raise Unavailable(
                "the relay's computer is too busy to begin with this; try again"
            ) from None

    async def answer(self) -> Answer:
        """The next answer.  Raises the error of a process that has ended."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise _obituary(await self._process.wait())
        return _answers.decode(line)

    def kill(self) -> None:
        """End it at once, in the middle of a job or not."""
        if self.retiring is not None:
            self.retiring.cancel()
        # A second time, asyncio would not hear how it ended, and complain of that in a notebook.
        if self.alive and not self._killed:
            self._killed = True
            self._process.kill()

    async def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self.kill()
        await self._process.wait()
        await self._logging

    async def _log(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            log.warning("worker %d: %s", self.pid, line.decode("utf-8", "replace").rstrip())


def environment() -> dict[str, str]:
    """That of a process: ours, and that it is to find the same packages as this one does."""
    package = Path(tsvshare_widget.__file__).absolute().parent.parent
    paths = [str(Path(path).absolute()) for path in sys.path if path]
    if str(package) not in paths:
        paths.append(str(package))
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}


def _obituary(code: int) -> TSVShareError:
    """The error of a process that ended with ``code`` in the middle of a job."""
    if code == KILLED:
        return TooMuchMemory(
            "the process that worked on this was killed, most likely because the relay's computer "
            "has too little memory for it; ask for less at once"
        )
    return TSVShareError(
        f"the process that worked on this has failed (exit {code}); the relay's log says why"
    )
