"""Tasks done by the workers of a Dask cluster.

What a worker that is lost has done, Dask has done again by others.  When this process ends, or its
connection, the scheduler forgets all it has asked for; a worker at most ends the task it is at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from .executor import Held, Result

WAIT_SECONDS = 1.0
"""Seconds after which who waits for a task looks whether the cluster is still there."""

PATIENCE_SECONDS = 10.0
"""Seconds that a cluster may be without any worker."""


class ClusterAway(Exception):
    """The cluster cannot do what is asked now; says why."""


class DaskHeld(Held[Result]):
    """What comes of a task, on the cluster."""

    def __init__(self, future: Any) -> None:
        self.future = future


class DaskExecutor:
    """Has tasks done by a ``client`` of a cluster.

    ``on_wait`` is called again and again while a task is waited for.  All methods raise
    :class:`ClusterAway`.
    """

    def __init__(self, client: Any, on_wait: Callable[[], object] = lambda: None) -> None:
        self._client = client
        self.on_wait = on_wait

    @property
    def width(self) -> int:
        """See :class:`Executor`."""
        with _cluster_errors():
            threads: dict[str, int] = self._client.nthreads()
            return max(1, sum(threads.values()))

    def start(self, name: str, work: Callable[..., Result], *args: object) -> Held[Result]:
        """See :class:`Executor`.  The dashboard of the cluster shows ``name``."""
        with _cluster_errors():
            key = f"{name}-{uuid4().hex}"
            return DaskHeld(self._client.submit(work, *map(_future, args), key=key, pure=False))

    def start_split(
        self, name: str, count: int, work: Callable[..., Any], *args: object
    ) -> list[Held[Any]]:
        """See :class:`Executor`."""
        whole = self.start(name, work, *args)
        return [self.start(f"{name}-piece", _piece, whole, number) for number in range(count)]

    def result(self, held: Held[Result]) -> Result:
        """See :class:`Executor`."""
        assert isinstance(held, DaskHeld)
        idle_since = time.monotonic()
        with _cluster_errors():
            while True:
                try:
                    value: Result = held.future.result(timeout=WAIT_SECONDS)
                    return value
                except TimeoutError:
                    self.on_wait()
                if self._client.status != "running":
                    raise ClusterAway("its scheduler has gone")
                if self._client.nthreads():
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since > PATIENCE_SECONDS:
                    raise ClusterAway("it has no workers")


def _piece(whole: list[Any], number: int) -> Any:
    """Task: one of several things that came of another one."""
    return whole[number]


def _future(argument: object) -> object:
    if isinstance(argument, DaskHeld):
        return argument.future
    return list(map(_future, argument)) if isinstance(argument, list) else argument


@contextmanager
def _cluster_errors() -> Iterator[None]:
    """Turns errors of the cluster, as opposed to those of tasks, into :class:`ClusterAway`.

    Those of the system belong to it as well: a worker's disk, or the way to it.
    """
    from distributed import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise ClusterAway("workers have ended again and again at the same task") from error
    except (CancelledError, OSError) as error:
        said = f"{type(error).__name__}: {error}"
        raise ClusterAway(f"it does not do what it is asked ({said})") from error
