"""A file that is far away, read by ranges: of it only what was read last is here, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

import numpy as np

from tsvshare_widget.errors import NotFound
from tsvshare_widget.table.lines.bitmaps import Positions

BLOCK_BYTES = 64 * 1024
"""Bytes that are asked for at least, by who looks here and there."""

STEP_BYTES = 8 * 1024 * 1024
"""Bytes that are asked for at once, by who reads on; at such places a new request begins."""

KEPT_BYTES = 4 * STEP_BYTES
"""Bytes of one file that are kept."""

_LOOKED_UP_BLOCKS = KEPT_BYTES // BLOCK_BYTES // 4  # in which numbers are looked up at once

Fetch = Callable[[int, int], bytes]
"""Returns so many bytes of a file from a place on."""


class _Run(NamedTuple):
    """Bytes from ``start`` to before ``stop``, here or on their way."""

    start: int
    stop: int
    coming: Future[bytes]

    def part(self, start: int, stop: int) -> memoryview:
        """These of its bytes, as far as it has them, once they are here."""
        return memoryview(self.coming.result())[start - self.start : stop - self.start]

    @property
    def has_failed(self) -> bool:
        return self.coming.done() and (
            self.coming.cancelled() or self.coming.exception() is not None
        )


class RangedFile:
    """A file of ``size`` bytes that ``fetch`` gives, as a :class:`.files.Text`.

    ``fetch`` is called in threads of ``pool``; what it raises, reading raises.
    """

    def __init__(self, size: int, fetch: Fetch, pool: ThreadPoolExecutor) -> None:
        self.size = size
        self._fetch = fetch
        self._pool = pool
        self._runs: list[_Run] = []  # what was used last is last
        self._ahead = range(0)
        self._closed = False
        self._lock = Lock()

    def expect(self, start: int, stop: int) -> None:
        """Have the bytes from ``start`` to before ``stop`` come before they are read, in order."""
        self._ahead = range(start, min(stop, self.size))

    def read(self, start: int, size: int) -> bytes:
        """See :class:`.files.Text`."""
        stop = min(start + size, self.size)
        return b"".join(run.part(at, stop) for at, run in self._covering(start, stop))

    def read_into(self, start: int, target: memoryview) -> None:
        """See :class:`.files.Text`."""
        stop = start + len(target)
        if stop > self.size:
            raise EOFError(f"the file ends before byte {stop:,}")
        for at, run in self._covering(start, stop):
            part = run.part(at, stop)
            target[: len(part)] = part
            target = target[len(part) :]

    def gather(self, starts: list[int], sizes: list[int]) -> bytes:
        """See :class:`.files.Text`."""
        for start, size in zip(starts, sizes, strict=True):
            self.ask(start, size)  # so that all of them come at once
        return b"".join(map(self.read, starts, sizes))

    @contextmanager
    def view(self, start: int, size: int) -> Iterator[tuple[bytes, int]]:
        """See :class:`.files.Text`."""
        yield self.read(start, size), 0

    def ask(self, start: int, size: int) -> None:
        """Have bytes come that are read soon; does not wait for them."""
        self._covering(start, min(start + size, self.size))

    def around(self, place: int) -> tuple[int, memoryview]:
        """Bytes that are here with the one at ``place``, and where they start."""
        ((_, run),) = self._covering(place, place + 1)
        return run.start, run.part(run.start, run.stop)

    def close(self) -> None:
        """See :class:`.files.Text`."""
        with self._lock:
            self._closed = True
            self._runs.clear()

    def _covering(self, start: int, stop: int) -> list[tuple[int, _Run]]:
        """What has these bytes, each from where on; and what will be read next is on its way."""
        found = []
        with self._lock:
            if self._closed:
                raise NotFound("this table has been closed")
            while start < stop:
                run = self._known(start) or self._begin(start, stop)
                found.append((start, run))
                start = run.stop
            if start in self._ahead and self._known(start) is None:
                self._begin(start, start)
            kept = sum(run.stop - run.start for run in self._runs)
            while kept > KEPT_BYTES and len(self._runs) > 1:
                oldest = self._runs.pop(0)
                kept -= oldest.stop - oldest.start
        return found

    def _known(self, place: int) -> _Run | None:
        for number, run in enumerate(self._runs):
            if run.start <= place < run.stop:
                del self._runs[number]
                if run.has_failed:
                    return None  # it is tried again
                self._runs.append(run)
                return run
        return None

    def _begin(self, start: int, stop: int) -> _Run:
        """Have bytes from ``start`` on come: those that are read on, or up to ``stop``."""
        step_end = (start // STEP_BYTES + 1) * STEP_BYTES
        if start in self._ahead:
            stop = min(step_end, self._ahead.stop)
        else:
            start -= start % BLOCK_BYTES
            stop = min(step_end, -(-stop // BLOCK_BYTES) * BLOCK_BYTES, self.size)
        run = _Run(start, stop, self._pool.submit(self._fetch, start, stop - start))
        self._runs.append(run)
        return run


class RangedOffsets:
    """A list of numbers in such a file, as :class:`.offsets.Offsets`, to be read alone."""

    def __init__(self, file: RangedFile) -> None:
        self.file = file

    is_near = False
    """See :class:`.offsets.Offsets`."""

    def append_numbers(self, numbers: Positions) -> None:
        """See :class:`.offsets.Offsets`."""
        raise ValueError("this index was opened to be read")

    def read_numbers(self, first: int, count: int) -> Positions:
        """See :class:`.offsets.Offsets`."""
        return np.frombuffer(self.file.read(8 * first, 8 * count), "<i8")

    def view_numbers(self, count: int) -> Positions:
        """See :class:`.offsets.Offsets`."""
        return self.read_numbers(0, count)

    def numbers_at(self, places: Positions) -> Positions:
        """See :class:`.offsets.Offsets`."""
        order = np.argsort(places, kind="stable")
        found, starts = np.empty(len(places), np.int64), 8 * places[order]
        blocks = starts // BLOCK_BYTES
        at = 0
        while at < len(starts):
            # Some at a time, so that what has been asked for is still here when it is read.
            stop = int(np.searchsorted(blocks, blocks[at] + _LOOKED_UP_BLOCKS))
            for block in np.unique(blocks[at:stop]).tolist():
                self.file.ask(block * BLOCK_BYTES, 1)
            while at < stop:
                begin, memory = self.file.around(int(starts[at]))
                numbers = np.frombuffer(memory, "<i8", len(memory) // 8)
                end = at + int(np.searchsorted(starts[at:stop], begin + 8 * len(numbers)))
                found[order[at:end]] = numbers[(starts[at:end] - begin) // 8]
                at = end
        return found

    def pairs_at(self, places: Positions) -> Positions:
        """See :class:`.offsets.Offsets`."""
        both = self.numbers_at(np.concatenate((places, places + 1)))
        return both.reshape(2, -1).T

    def end_writing(self) -> None:
        """See :class:`.offsets.Offsets`."""

    def close(self) -> None:
        """See :class:`.offsets.Offsets`."""
        self.file.close()
