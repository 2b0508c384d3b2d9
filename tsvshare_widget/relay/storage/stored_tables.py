"""The tables of a relay that are kept in an object store: their folders are a cache of it.

What is asked of the store is asked in threads of its own, so that nothing else of the relay waits
where that is slow.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tsvshare_widget.errors import TSVShareError, Unavailable
from tsvshare_widget.objects.manifest import folder_of, manifests_of
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.relay.asker import NOBODY, Asker
from tsvshare_widget.relay.metrics import Times
from tsvshare_widget.relay.objects.ahead import Ahead
from tsvshare_widget.relay.objects.parts import Reads
from tsvshare_widget.relay.objects.stored_table import PARTIAL, STORED, StoredTable
from tsvshare_widget.relay.threads import FairThreads, Stop
from tsvshare_widget.table.state import META, Stored

log = logging.getLogger(__name__)

THREADS = 8
"""Tables of which something is fetched at a time."""

LEFT_OVER_SECONDS = 24 * 3600.0
"""Objects of a table that no document has are left over if all of them are so old."""

ALONE = "alone"
"""The object of a store in which a relay without a Redis keeps tables, too."""

DELETE_AGAIN_SECONDS = 30.0

OnAdvance = Callable[[float], object]


class StoredTables:
    """The tables of one relay in one store; ``folder`` has theirs, up to ``cache_bytes`` of them.

    Its methods belong to the event loop's thread, but for :meth:`clear_partial`.
    """

    def __init__(self, objects: Objects, folder: Path, cache_bytes: int) -> None:
        self.objects = objects
        self.cache_bytes = cache_bytes
        self.reads = Reads()
        self.latency = Times()
        self._observing = threading.Lock()
        objects.on_answer = self._observe
        self.threads = FairThreads("fetching", THREADS)
        self._folder = folder
        self._tables: dict[str, StoredTable] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._fetching: dict[str, asyncio.Lock] = {}
        self._deleting: set[asyncio.Task[None]] = set()

    def _observe(self, seconds: float) -> None:
        with self._observing:
            self.latency.add(seconds)

    @staticmethod
    def clear_partial(folder: Path) -> None:
        """Delete the folders of tables that are here in part: which, was known in memory."""
        for path in folder.iterdir() if folder.exists() else ():
            if "." in path.name or (path / PARTIAL).exists():
                shutil.rmtree(path, ignore_errors=True)

    def begin(self, table_id: str) -> StoredTable:
        """The table, as far as it is known: a new one, or one in its folder."""
        if table_id not in self._tables:
            self._tables[table_id] = StoredTable(
                self.objects, self._folder / table_id, table_id, self.reads
            )
        return self._tables[table_id]

    def knows(self, table_id: str) -> bool:
        """Whether a table was begun or looked for here, and not forgotten since."""
        return table_id in self._tables

    def is_whole(self, table_id: str) -> bool:
        """Whether all of a table is in its folder."""
        table = self._tables.get(table_id)
        return table is None or table.is_whole

    def is_to_be_whole(self, table_id: str) -> bool:
        """Whether a table is here in part, but small, so that all of it should be here soon."""
        table = self._tables.get(table_id)
        return table is not None and not table.is_whole and table.is_small

    def is_stale(self, table_id: str) -> bool:
        """Whether the folder of a table is not what the store has."""
        table = self._tables.get(table_id)
        return table is not None and table.is_stale

    def place(self, table_id: str) -> Stored | None:
        """Where a table is, for who reads it in the store; None: it is not there as it is here."""
        table = self._tables.get(table_id)
        if table is None or not table.is_stored or table.is_stale:
            return None
        return Stored(store=self.objects.where, table=table_id, only=not table.is_whole)

    def is_taken(self, table_id: str) -> bool:
        """Whether the store has anything of a table of this id, which may be on its way out.

        Asks the store.  Raises :class:`Unavailable`.
        """
        return bool(self.objects.entries(folder_of(table_id)))

    async def keep(self, table_id: str) -> None:
        """Put a finished table that is in its folder.  Raises :class:`Unavailable`."""
        table, folder = self.begin(table_id), self._folder / table_id

        def put() -> None:
            sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
            del sizes[META]
            table.keep((folder / META).read_bytes(), sizes)

        await self.objects.run(put)

    def ahead(self, table_id: str) -> Ahead:
        """What puts a table into the store while it comes in."""
        return Ahead(self._tables[table_id], self.objects.putting)

    async def look(self, table_id: str, asker: Asker = NOBODY) -> None:
        """Have the folder of a table be what is in the store, so that it can be opened.

        If the store does not answer, a whole copy that is here is good enough.  Raises
        :class:`NotFound` and :class:`Unavailable`.
        """
        task = self._looking.get(table_id)
        if task is None:
            task = self._looking[table_id] = asyncio.create_task(self._look(table_id, asker))
            task.add_done_callback(lambda _: self._looking.pop(table_id, None))
            task.add_done_callback(may_fail)
        await asyncio.shield(task)

    async def _look(self, table_id: str, asker: Asker) -> None:
        table = self.begin(table_id)

        def look(_: Stop) -> None:
            table.look()
            if not table.is_whole:
                table.fetch_beginning()

        try:
            await self.threads.run(asker, look)
        except Unavailable as error:
            folder = self._folder / table_id
            if table.is_stale or not table.is_whole or not (folder / META).exists():
                raise
            if (folder / PARTIAL).exists():
                raise
            log.warning("the table %s is read as it is here: %s", table_id, error)
        except TSVShareError:
            self._tables.pop(table_id, None)
            raise

    async def fetch(
        self, table_id: str, asker: Asker = NOBODY, on_advance: OnAdvance = lambda _: None
    ) -> None:
        """Have all of a table here.  If this is cancelled, that ends; what has come stays.

        Raises :class:`Unavailable`.
        """
        lock = self._fetching.setdefault(table_id, asyncio.Lock())
        try:
            async with lock:
                table = self._tables.get(table_id)
                if table is None or table.is_whole:
                    return
                await self._fetch(table, asker, on_advance)
        finally:
            if not lock.locked():
                self._fetching.pop(table_id, None)

    async def _fetch(self, table: StoredTable, asker: Asker, on_advance: OnAdvance) -> None:
        loop = asyncio.get_running_loop()

        def advance(done: float) -> None:
            with suppress(RuntimeError):  # the relay has gone
                loop.call_soon_threadsafe(on_advance, done)

        await self.threads.run(asker, lambda stop: table.fetch_all(stop.check, advance))

    # --- deleting -------------------------------------------------------------------------------

    def forget(self, table_id: str) -> None:
        """Take note that the folder of a table is gone."""
        self._tables.pop(table_id, None)

    def delete(self, table_id: str) -> None:
        """Delete a table from the store soon, and try that until it is done."""
        self._tables.pop(table_id, None)
        task = asyncio.create_task(self._delete(folder_of(table_id)))
        self._deleting.add(task)
        task.add_done_callback(self._deleting.discard)

    async def _delete(self, prefix: str) -> None:
        while True:
            try:
                await self.objects.run(self.objects.delete_all, prefix)
                return
            except Unavailable as error:
                log.warning("%s is deleted later: %s", prefix, error)
                await asyncio.sleep(DELETE_AGAIN_SECONDS)
            except TSVShareError as error:
                log.error("%s stays: %s", prefix, error)
                return
            except RuntimeError:  # the relay has ended
                return

    async def say_alone(self) -> None:
        """Have relays on a Redis leave tables alone here which no document of theirs has."""
        await self.objects.run(self.objects.put, ALONE, b"")

    async def sweep(self, wanted: set[str] | None) -> None:
        """Delete what is left over of tables: of those that never came to their end, and...

        ...if ``wanted`` is given, of all that are not among these.  Nothing is deleted of a table
        of which anything is younger than a day, nor of one that a relay alone may have.  Raises
        :class:`Unavailable`.
        """
        if wanted is not None and await self.objects.run(self.objects.get, ALONE) is not None:
            log.info("tables that no document has stay: %s was put by a relay alone", ALONE)
            wanted = None
        old = await self.objects.run(self.objects.entries, "uploads")
        gone = [each.key for each in old if time.time() - each.put_at >= LEFT_OVER_SECONDS]
        await self.objects.run(self.objects.delete, gone)
        for table_id in await self.objects.run(self.objects.folders, "tables"):
            if table_id in self._tables or (wanted is not None and table_id in wanted):
                continue
            if await self.objects.run(self._is_left_over, table_id, wanted is None):
                log.info("the table %s is deleted: no document has it", table_id)
                await self._delete(folder_of(table_id))

    def _is_left_over(self, table_id: str, only_unfinished: bool) -> bool:
        entries = self.objects.entries(folder_of(table_id))
        if any(time.time() - entry.put_at < LEFT_OVER_SECONDS for entry in entries):
            return False
        ended = any(entry.key.startswith(manifests_of(table_id)) for entry in entries)
        return not (only_unfinished and ended)

    # --- the cache ------------------------------------------------------------------------------

    async def sizes(self) -> dict[str, int]:
        """How many bytes are here of each table."""

        def measure() -> dict[str, int]:
            found = {}
            for path in self._folder.iterdir():
                if "." not in path.name:
                    table = tables.get(path.name)
                    found[path.name] = table.bytes_here if table else _size_of(path)
            return found

        tables = dict(self._tables)
        return await asyncio.to_thread(measure)

    def may_go(self, table_id: str) -> bool:
        """Whether the folder of a table may go, because the store has all of it."""
        if table_id in self._looking:
            return False
        table = self._tables.get(table_id)
        return (self._folder / table_id / STORED).exists() if table is None else table.is_stored

    def close(self) -> None:
        """Ask the store for nothing more."""
        for task in self._deleting:
            task.cancel()
        self.threads.stop()
        self.objects.close()


def _size_of(folder: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in folder.iterdir())
    return 0


def may_fail(task: asyncio.Task[Any]) -> None:
    """Take note of how a task has ended: whoever waits for it is told, and nobody may."""
    if not task.cancelled():
        task.exception()
