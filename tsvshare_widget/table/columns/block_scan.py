"""Block scan: goes over all rows of a table, or some of them, in blocks on several threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, TypeVar

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.state import Contents

from .blocks import Block
from .load import load_block, plan_blocks

THREADS = 2
"""Blocks that are worked on at the same time; numpy lets other threads run meanwhile."""

Result = TypeVar("Result")


def start_task(pool: ThreadPoolExecutor, work: Callable[[], Result]) -> Future[Result]:
    """Start ``work`` in the pool.  Raises ``MemoryError`` if no thread can be started."""
    try:
        return pool.submit(work)
    except RuntimeError as error:
        raise MemoryError from error


class StepProgress:
    """Progress of a task of several ``steps``, reported as a share from 0 to 1.

    A step may scan the table any number of times: each scan is half of what is left of the step.
    """

    def __init__(self, report_progress: Callable[[float], None], steps: int = 1) -> None:
        self._report_progress = report_progress
        self._steps = max(1, steps)
        self._step = 0
        self._done = 0.0  # of this step

    def next_step(self) -> None:
        """End the step."""
        self._step, self._done = self._step + 1, 0.0
        self._report_progress(min(1.0, self._step / self._steps))

    def passing(self) -> Callable[[float], None]:
        """Begin a scan of the table; returns a function that reports which share of it is done."""
        begin, room = self._done, (1 - self._done) / 2

        def report_progress(part: float) -> None:
            self._done = begin + room * part
            self._report_progress((self._step + self._done) / self._steps)

        return report_progress


class Part(NamedTuple):
    """A block, and the chosen rows in it.

    These are the chosen rows from number ``begin`` to before ``end``, and the rows ``local`` of the
    block.
    """

    begin: int
    end: int
    block: Block
    local: Positions | slice


class BlockScan:
    """Goes over the rows of a table from ``start`` to before ``stop``, or those ``chosen`` of them.

    The chosen rows ascend.  Blocks are worked on in so many ``threads``.
    """

    def __init__(
        self,
        contents: Contents,
        start: int,
        stop: int,
        progress: StepProgress,
        chosen: Positions | None = None,
        threads: int = THREADS,
    ) -> None:
        self._contents = contents
        self._start = start
        self._stop = stop
        self._progress = progress
        self._chosen = chosen
        self._threads = threads

    @property
    def row_count(self) -> int:
        """The number of chosen rows."""
        return self._stop - self._start if self._chosen is None else len(self._chosen)

    def only(self, places: Positions) -> BlockScan:
        """A scan of some of the chosen rows, by their numbers among these, which ascend."""
        chosen = places + self._start if self._chosen is None else self._chosen[places]
        scope = (self._contents, self._start, self._stop, self._progress)
        return BlockScan(*scope, chosen, self._threads)

    def each_block(
        self, work: Callable[[Part], Result], *, every: bool = False
    ) -> Iterator[tuple[int, int, Result]]:
        """The results of ``work`` for each block that has chosen rows, in order.

        Each comes with the numbers of the first chosen row in the block and the one after the last.
        ``every``: also of blocks without chosen rows.
        """
        report_progress = self._progress.passing()
        pending: deque[tuple[int, Future[tuple[int, int, Result]]]] = deque()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                for first, stop in self._plan(every=every):
                    pending.append((stop, start_task(pool, partial(self._do, work, first, stop))))
                    if len(pending) == 2 * self._threads:  # before the result of the first is taken
                        done, result = pending.popleft()
                        yield result.result()
                        report_progress((done - self._start) / (self._stop - self._start))
                while pending:
                    yield pending.popleft()[1].result()
            finally:
                for _, future in pending:
                    future.cancel()
        report_progress(1.0)

    def _plan(self, *, every: bool) -> Iterator[tuple[int, int]]:
        for first, stop in plan_blocks(self._contents, self._start, self._stop):
            begin, end = self._range(first, stop)
            if every or begin < end:
                yield first, stop

    def _range(self, first: int, stop: int) -> tuple[int, int]:
        if self._chosen is None:
            return first - self._start, stop - self._start
        begin, end = np.searchsorted(self._chosen, (first, stop)).tolist()
        return begin, end

    def _do(self, work: Callable[[Part], Result], first: int, stop: int) -> tuple[int, int, Result]:
        begin, end = self._range(first, stop)
        local = slice(None) if self._chosen is None else self._chosen[begin:end] - first
        return begin, end, work(Part(begin, end, load_block(self._contents, first, stop), local))
