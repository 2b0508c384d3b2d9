"""Work that several may wait for: done once, and ended when nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from tsvshare_widget.errors import TSVShareError

from .pool import OnAdvance

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class _Job(Generic[T]):
    """One piece of work, and those who wait for it."""

    def __init__(self) -> None:
        self.outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[None]
        self.waiting: dict[object, OnAdvance] = {}
        self.done = 0.0

    def advance(self, done: float) -> None:
        self.done = done
        for on_advance in list(self.waiting.values()):
            on_advance(done)

    def end(self, error: TSVShareError | None) -> None:
        if error is not None and not self.outcome.done():
            self.outcome.set_exception(error)
            self.outcome.exception()  # whether or not anybody still waits for it
        self.task.cancel()


class SingleFlight(Generic[K, T]):
    """The work under way, by its key."""

    def __init__(self) -> None:
        self._jobs: dict[K, _Job[T]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, key: K) -> bool:
        return key in self._jobs

    async def get(
        self, key: K, work: Callable[[OnAdvance], Awaitable[T]], on_advance: OnAdvance
    ) -> T:
        """The outcome of ``work``, begun now or by somebody else with the same ``key``.

        Whoever is cancelled here waits no more; the last one ends the work.
        """
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = _Job()
            job.task = asyncio.create_task(self._run(key, job, work))
        else:
            on_advance(job.done)
        me = object()
        job.waiting[me] = on_advance
        try:
            return await asyncio.shield(job.outcome)
        finally:
            del job.waiting[me]
            if not job.waiting and not job.outcome.done():
                self._forget(key, job)
                job.end(None)

    def end(self, which: Callable[[K], bool], error: TSVShareError) -> None:
        """End the work whose key is ``which``; ``error`` is raised for all who wait for it."""
        for key, job in [(key, job) for key, job in self._jobs.items() if which(key)]:
            self._forget(key, job)
            job.end(error)

    def _forget(self, key: K, job: _Job[T]) -> None:
        # At once, so that who comes next begins anew instead of joining what is at its end.
        if self._jobs.get(key) is job:
            del self._jobs[key]

    async def _run(self, key: K, job: _Job[T], work: Callable[[OnAdvance], Awaitable[T]]) -> None:
        try:
            found = await work(job.advance)
        except Exception as error:
            if not job.outcome.done():
                job.outcome.set_exception(error)
                job.outcome.exception()
        else:
            if not job.outcome.done():
                job.outcome.set_result(found)
        finally:
            self._forget(key, job)
