"""Calls that may take long, made one at a time on a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class NewestOnly(Generic[ValueT]):
    """Hands values to ``deliver``; one that comes while it is busy replaces the one before.

    Users' observers run here, so that a slow one holds up neither the connection nor the screen.
    """

    def __init__(self, deliver: Callable[[ValueT], object]) -> None:
        self._deliver = deliver
        self._news = threading.Condition()
        self._value: ValueT | None = None
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="tsvshare-observers", daemon=True)
        self._thread.start()

    def offer(self, value: ValueT) -> None:
        """Have ``value`` delivered, unless a newer one comes first."""
        with self._news:
            self._value = value
            self._news.notify()

    def close(self) -> None:
        """Deliver what has been offered, then end the thread."""
        with self._news:
            self._is_closed = True
            self._news.notify()

    def join(self, timeout: float) -> None:
        """Wait for the end of the thread, after :meth:`close`."""
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._value is not None or self._is_closed)
                value, self._value = self._value, None
            if value is None:
                return
            self._deliver(value)
