"""Who does tasks: whatever it is, what comes of them is kept where they were done until it is used.

A task is a function of a module with arguments that can be pickled; those that are :class:`Held`,
also in lists, stand for what they hold.  It is given a name that says what it does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar

Result = TypeVar("Result")


class Held(Generic[Result]):
    """What comes of a task, kept as long as this is."""


class Executor(Protocol):
    """Does tasks, several at a time."""

    @property
    def width(self) -> int:
        """About how many tasks are done at a time."""

    def start(self, name: str, work: Callable[..., Result], *args: object) -> Held[Result]:
        """Have a task done."""

    def start_split(
        self, name: str, count: int, work: Callable[..., Any], *args: object
    ) -> list[Held[Any]]:
        """Have a task done that returns ``count`` things, each of which is kept by itself."""

    def result(self, held: Held[Result]) -> Result:
        """What came of a task, when it is done.  Raises what the task does."""


def take_all(executor: Executor, held: Iterable[Held[Result]]) -> Iterator[Result]:
    """What comes of tasks, in their order; none is kept longer than it has to be."""
    waiting = deque(held)
    while waiting:
        yield executor.result(waiting.popleft())


class Steps:
    """How far a question has come: each of a few ``steps`` has as many tasks as shows on the way.

    ``report_progress`` is called with the share that is done, from 0 to 1.
    """

    def __init__(self, report_progress: Callable[[float], None], steps: int) -> None:
        self._report_progress = report_progress
        self._steps = steps
        self._step = 0

    def each(self, results: Iterator[Result], count: int) -> Iterator[Result]:
        """The results of a step of ``count`` tasks; a step that is gone through again is the same.

        What was reported once is not taken back.
        """
        for number, result in enumerate(results, 1):
            self._report_progress(min(1.0, (self._step + number / count) / self._steps))
            yield result

    def next_step(self) -> None:
        """End a step."""
        self._step = min(self._step + 1, self._steps)
