"""A file that comes from an object store block by block, as it is read.

Of a segment that has come as a whole it is looked whether it is what was stored; what is read of
one before that is as good as the store is.
"""

from __future__ import annotations

import logging
import os
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future
from itertools import accumulate
from pathlib import Path

from tsvshare_widget.errors import Damaged, NotFound, Stale, Unavailable
from tsvshare_widget.objects.manifest import Segment, digest, pieces, size_of
from tsvshare_widget.objects.store import Objects

log = logging.getLogger(__name__)

BLOCK_BYTES = 256 * 1024

RUN_BLOCKS = 16
"""Most blocks that are asked for at once."""

AHEAD_BLOCKS = 3
"""Blocks that come with one that follows one which is here: somebody reads on."""


class Reads:
    """How often what was read was here, and how often it had to come; any thread may count."""

    def __init__(self) -> None:
        self.hits = self.misses = 0
        self._lock = threading.Lock()

    def count(self, *, is_here: bool) -> None:
        """One more."""
        with self._lock:
            self.hits += is_here
            self.misses += not is_here


class FilePart:
    """A file at ``path`` of the size of the whole one, and which blocks of it are here.

    ``prefix`` is the folder of its segments' objects.  Any thread may use it, but for that of an
    event loop and those of ``objects.pool``, which bring what others wait for.
    """

    def __init__(
        self,
        objects: Objects,
        path: Path,
        prefix: str,
        segments: list[Segment],
        reads: Reads | None = None,
    ) -> None:
        self.size = size_of(segments)
        self._objects = objects
        self._path = path
        self._prefix = prefix
        self._segments = segments
        self._here = bytearray(-(-self.size // BLOCK_BYTES))
        self._written = bytearray(self._here)  # also what is looked at still
        self._ends = list(accumulate(segment.size for segment in segments))
        self._coming: dict[int, Future[None]] = {}
        self._lock = threading.Lock()
        self._reads = reads or Reads()

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""
        return 0 not in self._here

    @property
    def bytes_here(self) -> int:
        """About how many bytes are here."""
        return min(self.size, self._here.count(1) * BLOCK_BYTES)

    def need(self, starts: list[int], sizes: list[int]) -> None:
        """See :class:`tsvshare_widget.table.storage.elsewhere.Part`."""
        if self.is_whole:
            return
        wanted = self._blocks(starts, sizes)
        self._reads.count(is_here=not wanted)
        if wanted:
            for coming in self._ask(wanted):
                self._wait(coming)

    def _blocks(self, starts: list[int], sizes: list[int]) -> list[int]:
        """The blocks that these bytes lie in and that are not here."""
        wanted: set[int] = set()
        for start, size in zip(starts, sizes, strict=True):
            end = min(start + size, self.size)
            first, last = start // BLOCK_BYTES, -(-end // BLOCK_BYTES)
            wanted.update(range(first, last))
        missing = sorted(block for block in wanted if not self._here[block])
        if len(starts) == 1 and missing and missing[0] and self._here[missing[0] - 1]:
            end = min(missing[-1] + 1 + AHEAD_BLOCKS, len(self._here))
            missing += [n for n in range(missing[-1] + 1, end) if not self._here[n]]
        return missing

    def _ask(self, blocks: list[int]) -> set[Future[None]]:
        """Have these blocks come, if they do not already."""
        with self._lock:
            mine = [n for n in blocks if not self._here[n] and n not in self._coming]
            coming = {self._coming[n] for n in blocks if n in self._coming}
            for first, last in _runs(mine):
                try:
                    run = self._objects.pool.submit(self._fetch, first, last)
                except RuntimeError as error:
                    raise _going() from error
                self._coming |= dict.fromkeys(range(first, last), run)
                coming.add(run)
        return coming

    def _wait(self, coming: Future[None]) -> None:
        try:
            coming.result()
        except CancelledError as error:
            raise _going() from error
        except NotFound as error:
            raise Stale("this table has been changed by another relay; look again") from error

    def _fetch(self, first: int, last: int) -> None:
        """Bring the blocks from ``first`` to before ``last``."""
        try:
            start = first * BLOCK_BYTES
            size = min(last * BLOCK_BYTES, self.size) - start
            for piece in pieces(self._segments, start, size):
                key = f"{self._prefix}/{piece.segment.name}"
                self._write(piece.start, self._objects.get_range(key, piece.offset, piece.size))
            for number in self._completed(first, last):
                self._check(number)
        finally:
            self._note(first, last)

    def _completed(self, first: int, last: int) -> list[int]:
        """The segments of which all has come, now that these blocks have."""
        begin = bisect_right(self._ends, first * BLOCK_BYTES)
        end = bisect_left(self._ends, min(last * BLOCK_BYTES, self.size)) + 1
        with self._lock:
            self._written[first:last] = bytes([1]) * (last - first)
            return [
                number
                for number in range(begin, end)
                if 0 not in self._written[self._place(number)]
            ]

    def _place(self, number: int) -> slice:
        """The blocks that a segment lies in."""
        end = self._ends[number]
        start = end - self._segments[number].size
        return slice(start // BLOCK_BYTES, -(-end // BLOCK_BYTES))

    def _check(self, number: int) -> None:
        """Look whether a segment is what was stored; if not, nothing of it is here."""
        segment, end = self._segments[number], self._ends[number]
        with self._path.open("rb") as file:
            file.seek(end - segment.size)
            data = file.read(segment.size)
        if digest(data) == segment.digest:
            return
        place = self._place(number)
        with self._lock:
            for blocks in (self._here, self._written):
                blocks[place] = bytes(place.stop - place.start)
        log.error("%s/%s has other bytes than were stored there", self._prefix, segment.name)
        raise Damaged(
            "a part of this table is not what was put into the relay's object store; look again, "
            "and if it is so still, upload it again"
        )

    def _note(self, first: int, last: int) -> None:
        """What has been written of these blocks is here."""
        with self._lock:
            for block in range(first, last):
                self._coming.pop(block, None)
                self._here[block] |= self._written[block]

    def _write(self, start: int, data: bytes) -> None:
        flags = os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._path, flags)
        try:
            os.lseek(descriptor, start, os.SEEK_SET)
            view = memoryview(data)
            while len(view):
                view = view[os.write(descriptor, view) :]
        finally:
            os.close(descriptor)


def _runs(blocks: Iterable[int]) -> list[tuple[int, int]]:
    """Blocks that stand side by side, up to so many together: the first, and the one after."""
    runs: list[tuple[int, int]] = []
    for block in blocks:
        if runs and runs[-1][1] == block and block - runs[-1][0] < RUN_BLOCKS:
            runs[-1] = runs[-1][0], block + 1
        else:
            runs.append((block, block + 1))
    return runs


def _going() -> Unavailable:
    return Unavailable("the relay is going away; try again later")
