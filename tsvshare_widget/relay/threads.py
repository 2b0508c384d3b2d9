"""Threads for one kind of work, shared fairly, so that no kind of work can hold up another.

A relay has a few threads for each kind: saving documents, reading pages, taking in bytes, reading
tables anew.  What waits for them is taken in turns: the document that has fewest at work goes
first, in it the viewer that has fewest, and among equals who was served longest ago.

They are daemons, and no executor's: the end of a program waits for those, however long a file is,
and from then on they take no work any more, so that what still reads would fail in their words.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Any, Generic, NamedTuple, TypeVar

from tsvshare_widget.errors import Cancelled, Unavailable

T = TypeVar("T")


class Asker(NamedTuple):
    """On whose behalf work is done: a viewer (or request) of a document."""

    document: str
    viewer: object = None


NOBODY = Asker("")
"""Work for no document in particular."""


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
    number: int
    stop: Stop = field(default_factory=Stop)


class FairThreads:
    """So many threads of one name.  Its methods belong to the event loop's thread."""

    def __init__(self, name: str, threads: int) -> None:
        self._free = threads
        self._threads = _Threads(f"tsvshare-{name}", threads)
        self._waiting: list[_Job[Any]] = []
        self._running: set[_Job[Any]] = set()
        self._served: dict[Asker, int] = {}
        self._number = 0
        self._stopped = False

    @property
    def waiting(self) -> int:
        """How much work waits for a thread."""
        return len(self._waiting)

    async def run(self, asker: Asker, work: Callable[[Stop], T]) -> T:
        """What ``work`` returns in one of the threads, when it is its turn.

        If this is cancelled, work that waits is dropped and work that runs is asked to stop.
        Raises what ``work`` raises, and :class:`Unavailable` after :meth:`stop`.
        """
        if self._stopped:
            raise _going()
        self._number += 1
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        job = _Job(asker, work, done, self._number)
        self._waiting.append(job)
        self._start_next()
        try:
            return await done
        finally:
            job.stop.set()
            if job in self._waiting:
                self._waiting.remove(job)

    def stop(self) -> None:
        """Take no more work; what runs is asked to stop, and nobody waits for it."""
        self._stopped = True
        for job in self._waiting:
            if not job.done.done():
                job.done.set_exception(_going())
                job.done.exception()
        self._waiting.clear()
        for job in self._running:
            job.stop.set()
        self._threads.stop()

    def _start_next(self) -> None:
        while self._free and self._waiting:
            job = self._pick()
            self._waiting.remove(job)
            self._free -= 1
            self._running.add(job)
            self._number += 1
            self._served[job.asker] = self._number
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

    def _pick(self) -> _Job[Any]:
        documents = Counter(job.asker.document for job in self._running)
        viewers = Counter(job.asker for job in self._running)
        last: dict[str, int] = {}
        for asker, number in self._served.items():
            last[asker.document] = max(number, last.get(asker.document, 0))

        def rank(job: _Job[Any]) -> tuple[int, int, int, int, int]:
            asker = job.asker
            return (
                documents[asker.document],
                last.get(asker.document, 0),
                viewers[asker],
                self._served.get(asker, 0),
                job.number,
            )

        return min(self._waiting, key=rank)

    def _end(self, job: _Job[Any], result: Any, error: BaseException | None) -> None:
        self._settle(job, result, error)
        if not self._stopped:
            self._start_next()

    def _settle(self, job: _Job[Any], result: Any, error: BaseException | None) -> None:
        self._free += 1
        self._running.discard(job)
        if not any(job.asker == other.asker for other in [*self._waiting, *self._running]):
            self._served.pop(job.asker, None)
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
