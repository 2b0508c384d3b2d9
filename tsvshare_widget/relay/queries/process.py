"""One process that answers questions about tables, and the pipes to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from tsvshare_widget.errors import TooMuchMemory, TSVShareError, Unavailable
from tsvshare_widget.protocol import encode
from tsvshare_widget.table.worker.jobs import Answer, Job

from .starting import start_process

log = logging.getLogger(__name__)

START_SECONDS = 20.0
"""Seconds that a process may take, on a busy computer, until it says that it began with a job."""

KILLED = -9

_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class Worker:
    """One process, and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Of a process that :func:`.start_process` has started."""
        self._process = process
        self._logging = asyncio.create_task(self._log())
        self._killed = False
        self.retiring: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls, command: Sequence[str]) -> Worker:
        """Start a process.  Raises :class:`Unavailable` if that is not possible."""
        return cls(await start_process(command))

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
