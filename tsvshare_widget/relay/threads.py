"""Threads for one kind of work, shared fairly, so that no kind of work can hold up another.

A relay has a few threads for each kind: saving documents, reading pages, taking in bytes, reading
tables anew.  What waits for them takes turns (:mod:`.fair_queue`).

They are threads of our own, and daemons.  A program that ends would wait for an executor's to end,
however long a file is that they read; and an executor takes no work from then on, so that what is
still being read would fail with an error of the executor's.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from tsvshare_widget.errors import Cancelled, Unavailable

from .asker import Asker
from .fair_queue import FairQueue

T = TypeVar("T")


class Stop:
    """Asked now and then by work that takes long: whether anybody still waits for it."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Nobody waits any more."""
        self._event.set()

    def check(self) -> None:
        """Raise :class:`Cancelled` if nobody waits any more."""
        if self._event.is_set():
            raise Cancelled("who asked for this has gone")


@dataclass(eq=False)
class _Job(Generic[T]):
    asker: Asker
    work: Callable[[Stop], T]
    done: asyncio.Future[T]
    stop: Stop = field(default_factory=Stop)


class FairThreads:
    """So many threads of one name.  Its methods belong to the event loop's thread."""

    def __init__(self, name: str, threads: int) -> None:
        self._free = threads
        self._threads = _Threads(f"tsvshare-{name}", threads)
        self._queue = FairQueue[_Job[Any]]()
        self._running: set[_Job[Any]] = set()
        self._stopped = False

    async def run(self, asker: Asker, work: Callable[[Stop], T]) -> T:
        """What ``work`` returns in one of the threads, when it is its turn.

        If this is cancelled, work that waits is dropped and work that runs is asked to stop.
        Raises what ``work`` raises, and :class:`Unavailable` after :meth:`stop`.
        """
        if self._stopped:
            raise _going()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = _Job(asker, work, done)
        self._queue.put(asker, job)
        self._start_next()
        try:
            return await done
        finally:
            job.stop.set()
            self._queue.drop(asker, job)

    def stop(self) -> None:
        """Take no more work; what runs is asked to stop, and nobody waits for it."""
        self._stopped = True
        while self._queue:
            job = self._queue.take()
            if not job.done.done():
                job.done.set_exception(_going())
                job.done.exception()
        for job in self._running:
            job.stop.set()
        self._threads.stop()

    def _start_next(self) -> None:
        while self._free and self._queue:
            job = self._queue.take()
            self._free -= 1
            self._running.add(job)
            do_job = partial(self._do_job, job, asyncio.get_running_loop())
            try:
                self._threads.start(do_job)
            except RuntimeError:  # the system has no thread for it, or the program is ending
                self._settle(job, None, Unavailable("the relay can start no thread for this now"))

    def _do_job(self, job: _Job[Any], loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        """Do a job, in one of the threads; what is returned tells of it."""
        result, error = None, None
        try:
            result = job.work(job.stop)
        except BaseException as raised:  # it is for who waits for the result
            error = raised
        try:
            return partial(self._tell, loop, job, result, error)
        finally:
            del error  # which knows this call, and so all that it knows

    def _tell(self, loop: asyncio.AbstractEventLoop, *ended: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended, and with it who waits
            loop.call_soon_threadsafe(self._end, *ended)

    def _end(self, job: _Job[Any], result: Any, error: BaseException | None) -> None:
        self._settle(job, result, error)
        if not self._stopped:
            self._start_next()

    def _settle(self, job: _Job[Any], result: Any, error: BaseException | None) -> None:
        self._free += 1
        self._running.discard(job)
        self._queue.end(job.asker)
        if not job.done.done():
            if error is not None:
                job.done.set_exception(error)
            else:
                job.done.set_result(result)


class _Threads:
    """Threads, at most so many, that are started when work comes and none rests."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._work: SimpleQueue[Callable[[], Callable[[], None]] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._resting = 0
        self._started = 0

    def start(self, work: Callable[[], Callable[[], None]]) -> None:
        """Have ``work`` done, and then what it returns, which tells whoever waits for it.

        Raises ``RuntimeError`` if no thread can be started for it.
        """
        with self._lock:
            rests, self._resting = self._resting > 0, max(0, self._resting - 1)
        if not rests and self._started < self._most:
            name = f"{self._name}_{self._started}"
            try:
                threading.Thread(target=self._run, name=name, daemon=True).start()
            except RuntimeError:
                if not self._started:  # else another one does it later
                    raise
            else:
                self._started += 1
        self._work.put(work)

    def stop(self) -> None:
        """End the threads, each when it has done its work."""
        for _ in range(self._started):
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            tell = work()
            del work  # or what it holds would live until more comes
            with self._lock:  # before: who hears of it may have more for this thread
                self._resting += 1
            tell()
            del tell


def _going() -> Unavailable:
    return Unavailable("the relay is going away; try again later")
