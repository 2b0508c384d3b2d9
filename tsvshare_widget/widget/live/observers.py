"""Calls that may take long, made one at a time on a thread that all widgets of a process share."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tsvshare_widget.process_wide import process_wide

log = logging.getLogger(__name__)

ValueT = TypeVar("ValueT")


class ObserverThread:
    """A daemon thread that makes calls in the order in which they were asked for."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._calls: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="tsvshare-observers", daemon=True)
        self._thread.start()

    @property
    def is_usable(self) -> bool:
        """False in a forked child, which has no copy of the thread."""
        return self._pid == os.getpid() and self._thread.is_alive()

    def call(self, function: Callable[[], object]) -> None:
        """Have ``function`` called soon."""
        self._calls.put(function)

    def _run(self) -> None:
        while True:
            call = self._calls.get()
            try:
                call()
            except Exception:
                log.exception("what was called for an observer failed")
            del call  # or it would live until the next one comes


def get_observer_thread() -> ObserverThread:
    """The process's thread for observers, started when first asked for; a child gets its own."""
    return process_wide("observers", ObserverThread, lambda thread: thread.is_usable)


class NewestOnly(Generic[ValueT]):
    """Hands values to ``deliver``; one that comes while it is busy replaces the one before.

    Users' observers run here, so that a slow one holds up neither the connection nor the screen,
    but other observers of the process.
    """

    def __init__(self, deliver: Callable[[ValueT], object]) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._value: ValueT | None = None
        self._is_due = False
        self._is_closed = False

    def offer(self, value: ValueT) -> None:
        """Have ``value`` delivered, unless a newer one comes first; after the end: nothing."""
        with self._lock:
            if self._is_closed:
                return
            self._value = value
            is_due, self._is_due = self._is_due, True
        if not is_due:
            get_observer_thread().call(self._run)

    def close(self) -> None:
        """Take no more; what has been offered is still delivered."""
        with self._lock:
            self._is_closed = True

    def _run(self) -> None:
        with self._lock:
            value, self._value = self._value, None
            self._is_due = False
        if value is not None:
            self._deliver(value)
