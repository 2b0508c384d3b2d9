"""The processes that answer questions about tables, so that nothing else on the relay waits.

A process works on one job at a time (:mod:`tsvshare_widget.table.worker.jobs`).  A job that is not
wanted any more, or that takes too long, ends with its process: only that stops a regular expression
in the middle of a match.  The process is killed, and another one takes its place.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine, Sequence

from tsvshare_widget.errors import TooSlow, TSVShareError, Unavailable, from_code
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.table.worker.jobs import Advance, Failed, Found, HitJob, Job, ViewJob

from .process import Worker
from .scheduler import Scheduler, Turn
from .starting import worker_command

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""A process that had nothing to do for so long ends."""

LIGHT_BYTES = 16 * 1024 * 1024
"""Up to so many bytes tables are equally light; what is twice as large comes later."""

OnAdvance = Callable[[float], object]
"""Called with how far a job has come, between 0 and 1."""


class WorkerPool:
    """The processes of one relay, started when there is something to do.

    ``command`` starts one of them.  All methods belong to the event loop's thread.
    """

    def __init__(
        self, settings: Settings, metrics: Metrics, command: Sequence[str] | None = None
    ) -> None:
        self._command = command or worker_command(settings)
        self._seconds = settings.query_seconds
        self._stall_seconds = settings.query_stall_seconds
        self._metrics = metrics
        self._turns = Scheduler(settings.workers)
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
        if not self._idle and not self._aside and not self._stopped and not self._turns.taken:
            self._do_aside(self._add())

    def take_in(self, process: Process) -> None:
        """Have a process that was started before this pool was there."""
        self._rest(Worker(process))

    async def run(self, job: Job, on_advance: OnAdvance = lambda _: None) -> Found:
        """Have a job done; if all places are taken, when its turn has come.

        Views go before profiles, regular expressions after other views, and tables take turns.  If
        this is cancelled, so is the job, at once.  Raises what the worker says
        (:class:`TooMuchMemory`, :class:`NotFound`...), :class:`TooSlow`, :class:`Unavailable`.
        """
        try:
            answer = await self._run_in_turn(job, on_advance)
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
        while self._aside or self._working or self._idle:
            for worker in {*self._working, *self._idle}:
                self._do_aside(worker.end())
            self._idle.clear()
            self._working.clear()
            aside = set(self._aside)
            await asyncio.gather(*aside, return_exceptions=True)
            # For what is done already, gather lets nothing else run since Python 3.12: it would
            # not be noted, and this would go round for ever.
            self._aside -= aside

    async def _run_in_turn(self, job: Job, on_advance: OnAdvance) -> Found:
        turn = Turn(
            job.moment.folder,
            urgent=isinstance(job, ViewJob | HitJob),
            doubtful=bool(_patterns(job)),
            weight=(job.moment.facts.bytes // LIGHT_BYTES).bit_length(),
        )
        while True:
            await self._turns.enter(turn)
            try:
                answer = await self._turns.work(turn, self._run(job, on_advance))
            finally:
                self._turns.leave(turn)
            if answer is not None:
                return answer

    async def _run(self, job: Job, on_advance: OnAdvance) -> Found:
        worker = await self._take()
        self._working.add(worker)
        try:
            answer = await self._converse(worker, job, on_advance)
            if isinstance(answer, Failed):
                raise from_code(answer.code, answer.message)
        except BaseException:
            worker.kill()
            self._do_aside(self._replace(worker))
            raise
        finally:
            self._working.discard(worker)
        self._rest(worker)
        return answer

    async def _converse(self, worker: Worker, job: Job, on_advance: OnAdvance) -> Found | Failed:
        answer = await worker.begin(job)
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
        while not self._stopped:
            while self._idle:
                worker = self._idle.pop()
                if worker.retiring is not None:
                    worker.retiring.cancel()
                if worker.alive:
                    return worker
                self._do_aside(worker.end())
            # Shielded: whoever asks next can use it even if this one has gone.
            await asyncio.shield(self._do_aside(self._add()))
        raise Unavailable("the relay is going away; ask again later")

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
        if not self._idle and not self._stopped and not self._turns.taken:
            await self._add()

    def _do_aside(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Do something that is nobody's; :meth:`stop` waits for it."""
        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(self._done_aside)
        return task

    def _done_aside(self, task: asyncio.Task[None]) -> None:
        self._aside.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s", task.exception())


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
