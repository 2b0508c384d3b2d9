"""The processes that answer questions about tables, so that nothing else on the relay waits.

A process works on one job at a time (:mod:`tsvshare_widget.table.jobs`).  A job that is not wanted
any more, or that takes too long, ends with its process: only that stops a regular expression in the
middle of a match.  The process is killed, and another one takes its place.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

import msgspec

import tsvshare_widget
from tsvshare_widget.errors import (
    TooMuchMemory,
    TooSlow,
    TSVShareError,
    Unavailable,
    from_code,
)
from tsvshare_widget.protocol import encode
from tsvshare_widget.table.jobs import Advance, Answer, Failed, Job, Rows, Summary, ViewJob

from .metrics import Metrics
from .settings import Settings

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""A process that had nothing to do for so long ends."""

START_SECONDS = 20.0
"""For a process on a busy computer, until it says that it began with a job."""

MAX_ANSWER = 16 * 1024 * 1024
"""Bytes of the longest answer: a profile whose top values are cells of any length."""

WORKER = "tsvshare_widget.table.worker"

OnAdvance = Callable[[float], object]
"""Called with how far a job has come, between 0 and 1."""

KILLED = -9

_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


def worker_command(memory: int) -> list[str]:
    """The command that starts a process with so many bytes of memory for a question."""
    return [sys.executable, "-P", "-m", WORKER, "--memory", str(memory)]


class Worker:
    """One process, and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """For :meth:`start` alone."""
        self._process = process
        self._logging = asyncio.create_task(self._log())
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
                env=_environment(),
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
        return self._process.returncode is None

    def give(self, job: Job) -> None:
        """Hand over a job; the one before must have been answered."""
        assert self._process.stdin is not None
        self._process.stdin.write(encode(job) + b"\n")

    async def answer(self) -> Answer:
        """The next answer.  Raises what is told of a process that has ended."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise _obituary(await self._process.wait())
        return _answers.decode(line)

    async def end(self) -> None:
        """Kill it at once, then wait until it is gone."""
        if self.retiring is not None:
            self.retiring.cancel()
        if self.alive:
            self._process.kill()
        await self._process.wait()
        await self._logging

    async def _log(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            log.warning("worker %d: %s", self.pid, line.decode("utf-8", "replace").rstrip())


class WorkerPool:
    """The processes of one relay, started when there is something to do.

    ``command`` starts one of them.  All methods belong to the event loop's thread.
    """

    def __init__(
        self, settings: Settings, metrics: Metrics, command: Sequence[str] | None = None
    ) -> None:
        self._command = command or worker_command(settings.query_memory)
        self._seconds = settings.query_seconds
        self._stall_seconds = settings.query_stall_seconds
        self._metrics = metrics
        self._places = asyncio.Semaphore(settings.workers)
        self._working: set[Worker] = set()
        self._idle: list[Worker] = []
        self._aside: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def pids(self) -> set[int]:
        """The numbers of the processes that work on something now."""
        return {worker.pid for worker in self._working}

    def prepare(self) -> None:
        """Start a process if none is free, so that the next question need not wait for that."""
        if not self._idle and not self._aside and not self._stopped and not self._places.locked():
            self._do_aside(self._add())

    async def run(self, job: Job, on_advance: OnAdvance = lambda _: None) -> Rows | Summary:
        """Have a job done; if all places are taken, when its turn has come.

        If this is cancelled, so is the job, at once.  Raises what the worker says
        (:class:`TooMuchMemory`, :class:`NotFound`...), :class:`TooSlow`, :class:`Unavailable`.
        """
        try:
            async with self._places:
                answer = await self._run(job, on_advance)
        except asyncio.CancelledError:
            self._metrics.count("queries", 'result="cancelled"')
            raise
        except TSVShareError as error:
            self._metrics.count("queries", f'result="{error.code}"')
            raise
        self._metrics.count("queries", 'result="ok"')
        return answer

    async def stop(self) -> None:
        """End all processes; what they work on is lost."""
        self._stopped = True
        while workers := {*self._working, *self._idle}:
            self._idle.clear()
            self._working.clear()
            await asyncio.gather(*(worker.end() for worker in workers))
        while self._aside:
            await asyncio.gather(*self._aside, return_exceptions=True)

    async def _run(self, job: Job, on_advance: OnAdvance) -> Rows | Summary:
        worker = await self._take()
        self._working.add(worker)
        try:
            answer = await self._converse(worker, job, on_advance)
            if isinstance(answer, Failed):
                raise from_code(answer.code, answer.message)
        except BaseException:
            self._working.discard(worker)
            self._do_aside(self._replace(worker))
            raise
        self._working.discard(worker)
        self._rest(worker)
        return answer

    async def _converse(
        self, worker: Worker, job: Job, on_advance: OnAdvance
    ) -> Rows | Summary | Failed:
        answer = await _begin(worker, job)
        now = asyncio.get_running_loop().time
        end = now() + self._seconds
        # Other jobs may sort for long without a word, above all on a busy computer.
        patience = self._stall_seconds if _patterns(job) else self._seconds
        try:
            async with asyncio.timeout_at(end) as limit:
                while isinstance(answer, Advance):
                    on_advance(answer.done)
                    limit.reschedule(min(end, now() + patience))
                    answer = await worker.answer()
        except TimeoutError:
            raise _too_slow(job) from None
        return answer

    # --- who has nothing to do ------------------------------------------------------------------

    async def _take(self) -> Worker:
        if self._stopped:
            raise Unavailable("the relay is going away; ask again later")
        while self._idle:
            worker = self._idle.pop()
            if worker.retiring is not None:
                worker.retiring.cancel()
            if worker.alive:
                return worker
            self._do_aside(worker.end())
        return await Worker.start(self._command)

    def _rest(self, worker: Worker) -> None:
        if self._stopped:
            self._do_aside(worker.end())
            return
        self._idle.append(worker)
        loop = asyncio.get_running_loop()
        worker.retiring = loop.call_later(IDLE_SECONDS, self._retire, worker)

    def _retire(self, worker: Worker) -> None:
        self._idle.remove(worker)
        self._do_aside(worker.end())

    async def _add(self) -> None:
        self._rest(await Worker.start(self._command))

    async def _replace(self, worker: Worker) -> None:
        await worker.end()
        if not self._idle and not self._stopped:
            await self._add()

    def _do_aside(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._done_aside)

    def _done_aside(self, task: asyncio.Task[None]) -> None:
        self._aside.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s", task.exception())


async def _begin(worker: Worker, job: Job) -> Answer:
    """Give a job to a worker, and wait until it says that it began: it may have to start first."""
    worker.give(job)
    try:
        async with asyncio.timeout(START_SECONDS):
            return await worker.answer()
    except TimeoutError:
        raise Unavailable(
            "the relay's computer is too busy to begin with this; try again"
        ) from None


def _environment() -> dict[str, str]:
    """Ours, and that the process is to find the same packages as this one does."""
    package = Path(tsvshare_widget.__file__).absolute().parent.parent
    paths = [os.path.abspath(path) for path in sys.path if path]
    if str(package) not in paths:
        paths.append(str(package))
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}


def _patterns(job: Job) -> list[str]:
    """The regular expressions of a job: the one thing in it that may take for ever."""
    filters = job.query.filters if isinstance(job, ViewJob) else ()
    return [str(wanted.value) for wanted in filters if wanted.op == "matches"]


def _too_slow(job: Job) -> TooSlow:
    patterns = " or ".join(map(repr, _patterns(job)))
    if patterns:
        return TooSlow(
            f"the regular expression {patterns} takes too long on this table, so it was stopped; "
            "a pattern without repeats inside repeats, or 'contains', is faster"
        )
    return TooSlow("this takes longer than the relay allows, so it was stopped; ask for less")


def _obituary(code: int) -> TSVShareError:
    """What is told of a process that ended with ``code`` in the middle of a job."""
    if code == KILLED:
        return TooMuchMemory(
            "the process that worked on this was killed, most likely because the relay's computer "
            "has too little memory for it; ask for less at once"
        )
    return TSVShareError(
        f"the process that worked on this has failed (exit {code}); the relay's log says why"
    )
