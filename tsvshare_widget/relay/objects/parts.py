"""A file that comes from an object store block by block, as it is read."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future
from pathlib import Path

from tsvshare_widget.errors import NotFound, Stale, Unavailable
from tsvshare_widget.objects.manifest import Segment, digest, pieces, size_of
from tsvshare_widget.objects.store import Objects

BLOCK_BYTES = 256 * 1024

RUN_BLOCKS = 16
"""Most blocks that are asked for at once."""

AHEAD_BLOCKS = 3
"""Blocks that come with one that follows one which is here: somebody reads on."""


class FilePart:
    """A file at ``path`` of the size of the whole one, and which blocks of it are here.

    ``prefix`` is the folder of its segments' objects.  Any thread may use it, but for that of an
    event loop and those of ``objects.pool``, which bring what others wait for.
    """

    def __init__(self, objects: Objects, path: Path, prefix: str, segments: list[Segment]) -> None:
        self.size = size_of(segments)
        self._objects = objects
        self._path = path
        self._prefix = prefix
        self._segments = segments
        self._here = bytearray(-(-self.size // BLOCK_BYTES))
        self._missing = len(self._here)
        self._coming: dict[int, Future[None]] = {}
        self._lock = threading.Lock()

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""
        return not self._missing

    @property
    def bytes_here(self) -> int:
        """About how many bytes are here."""
        return min(self.size, (len(self._here) - self._missing) * BLOCK_BYTES)

    def need(self, starts: list[int], sizes: list[int]) -> None:
        """See :class:`tsvshare_widget.table.storage.elsewhere.Part`."""
        if self.is_whole:
            return
        wanted = self._blocks(starts, sizes)
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
                segment = piece.segment
                key = f"{self._prefix}/{segment.name}"
                data = self._objects.get_range(key, piece.offset, piece.size)
                if piece.size == segment.size and digest(data) != segment.digest:
                    raise Unavailable(f"{key} has other bytes than were stored there")
                self._write(piece.start, data)
        except BaseException:
            self._note(first, last, arrived=False)
            raise
        self._note(first, last, arrived=True)

    def _note(self, first: int, last: int, *, arrived: bool) -> None:
        with self._lock:
            for block in range(first, last):
                self._coming.pop(block, None)
                self._here[block] |= arrived
            if arrived:
                self._missing -= last - first

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
