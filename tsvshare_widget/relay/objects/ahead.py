"""Bytes of a table that is coming in, put into an object store while they come."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tsvshare_widget.errors import TSVShareError, Unavailable
from tsvshare_widget.objects.manifest import SEGMENT_BYTES

from .stored_table import StoredTable

AT_ONCE = 2
"""Segments of one table that are put at a time."""

MOST_BEHIND = 8 * SEGMENT_BYTES
"""Bytes that may have come in and not been put yet; who sends more waits."""


class Ahead:
    """Puts the segments of one table while it grows.  It belongs to the event loop's thread."""

    def __init__(self, table: StoredTable | None, threads: ThreadPoolExecutor | None) -> None:
        """Without a store there is nothing to do."""
        self._table = table
        self._threads = threads
        self._tasks: set[asyncio.Task[None]] = set()
        self._error: TSVShareError | None = None
        self._ended = False

    def poke(self) -> None:
        """Take note that more has come in."""
        if self._table is None or self._ended or self._error is not None:
            return
        waiting = self._table.behind // SEGMENT_BYTES
        for _ in range(min(waiting, AT_ONCE - len(self._tasks))):
            task = asyncio.create_task(self._work(self._table))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def room(self) -> None:
        """Wait while too much has come in that has not been put.

        Raises :class:`Unavailable` if the store does not take it.
        """
        self.poke()
        while self._table is not None and self._tasks and self._table.behind > MOST_BEHIND:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            self._raise()
            self.poke()
        self._raise()

    async def end(self) -> None:
        """Wait for what is being put; what is left is put with the end of the table.

        Raises as :meth:`room` does.
        """
        self.poke()
        self._ended = True
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._raise()

    async def stop(self) -> None:
        """Put no more: nobody wants it."""
        self._ended = True
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    async def _work(self, table: StoredTable) -> None:
        loop = asyncio.get_running_loop()
        try:
            while await loop.run_in_executor(self._threads, table.put_next):
                if self._error is not None:
                    return
        except TSVShareError as error:
            self._error = error
        except (OSError, RuntimeError) as error:
            self._error = Unavailable(f"this upload could not be stored ({error}); try again later")
