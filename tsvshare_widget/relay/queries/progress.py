"""Telling how far work has come, if it takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PROGRESS_SECONDS = 0.3
"""Seconds before the progress of some work is reported, and between two reports."""


class Progress:
    """How far some work has come, between 0 and 1; ``reported`` is whether it was reported."""

    def __init__(self) -> None:
        self.done = 0.0
        self.reported = False

    def advance(self, done: float) -> None:
        """Take note of how far it has come."""
        self.done = done

    @contextmanager
    def telling(self, tell: Callable[[float], object]) -> Iterator[None]:
        """Call ``tell`` with how far it has come, again and again until the block is left."""
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def later() -> None:
            nonlocal timer
            timer = loop.call_later(PROGRESS_SECONDS, now)

        def now() -> None:
            self.reported = True
            tell(self.done)
            later()

        later()
        try:
            yield
        finally:
            timer.cancel()
