"""Tables that are kept in an object store: their folders here are a cache with a limit."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.relay.asker import NOBODY, Asker
from tsvshare_widget.relay.metrics import Counts
from tsvshare_widget.relay.objects.ahead import Ahead
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.threads import FairThreads
from tsvshare_widget.table.state import Stored
from tsvshare_widget.table.storage.elsewhere import Elsewhere

from .stored_tables import StoredTables, may_fail
from .tables import TableStore
from .upload_records import UploadRecords

log = logging.getLogger(__name__)

NOTHING = "probe/nothing"
"""An object that is asked for to see whether the store answers; there is none."""

ANSWER_SECONDS = 5.0
"""Seconds that the store may take to say that."""

RECENT_SECONDS = 2.0
"""A table that was made ready so short ago stays: somebody is about to use it."""


def make_table_store(settings: Settings, folder: Path) -> TableStore:
    """The tables of a relay: in a folder, or in an object store of which that is a cache.

    Waits for the store, which is tried.  Raises :class:`BadValue` and :class:`Unavailable`.
    """
    durable, limit = settings.data_dir is not None, settings.max_upload
    if settings.store is None:
        return TableStore(folder, durable=durable, limit=limit)
    objects = Objects(settings.store)
    objects.check()
    StoredTables.clear_partial(folder)
    stored = StoredTables(objects, folder, settings.store_cache_bytes)
    return CachedTableStore(folder, stored, durable=durable, limit=limit)


class CachedTableStore(TableStore):
    """The tables of one relay, which are kept in ``stored``.

    A table that is not here is opened at once, and what is read of it comes then.  Of what is here,
    what was not used for longest goes if it takes more than the cache may have; never what is in
    use, or what the store has not got.
    """

    is_kept_elsewhere = True

    def __init__(
        self,
        folder: Path,
        stored: StoredTables,
        *,
        durable: bool = True,
        limit: int | None = None,
        recent_seconds: float = RECENT_SECONDS,
    ) -> None:
        super().__init__(folder, durable=durable, limit=limit)
        self.stored = stored
        self.upload_records = self._records = UploadRecords(stored.objects)
        self._recent_seconds = recent_seconds
        self.on_looked: Callable[[str], object] = lambda table_id: None
        """Called when a table is about to be opened that was looked for in the store."""
        self._used: dict[str, float] = {}
        self._bytes = 0
        self._asking: asyncio.Task[bytes | None] | None = None
        self._coming: set[asyncio.Task[None]] = set()

    async def prepare(
        self,
        table_id: str,
        *,
        whole: bool = False,
        asker: Asker = NOBODY,
        on_advance: Callable[[float], object] = lambda _: None,
    ) -> None:
        """See :class:`TableStore`.

        Raises :class:`NotFound`, and :class:`Unavailable` if the store does not answer.
        """
        self._used[table_id] = time.monotonic()
        while table_id not in self._open:
            self._check_open()
            await self.stored.look(table_id, asker)
            if self.stored.knows(table_id):  # else it has been let go again already
                self.on_looked(table_id)
                if not whole and self.stored.is_to_be_whole(table_id):
                    self._fetch_aside(table_id)
                break
        is_whole = self.stored.is_whole(table_id)
        if is_whole or whole:  # what is read of others is counted by its blocks
            self.stored.reads.count(is_here=is_whole)
        if whole and not is_whole:
            await self._fetch(table_id, asker, on_advance)
        self._used[table_id] = time.monotonic()

    def _fetch_aside(self, table_id: str) -> None:
        async def fetch() -> None:
            if self.stored.knows(table_id):  # else it has been let go meanwhile
                await self._fetch(table_id, NOBODY, lambda _: None)

        task = asyncio.create_task(fetch())
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)
        task.add_done_callback(may_fail)

    async def _fetch(
        self, table_id: str, asker: Asker, on_advance: Callable[[float], object]
    ) -> None:
        # In use meanwhile, so that it does not go before it has come.
        self.acquire(table_id)
        try:
            await self.stored.fetch(table_id, asker, on_advance)
        finally:
            self.release(table_id)

    def is_here(self, table_id: str) -> bool:
        """See :class:`TableStore`."""
        return self.stored.is_whole(table_id)

    def stored_at(self, table_id: str) -> Stored | None:
        """See :class:`TableStore`."""
        return self.stored.place(table_id)

    def threads_for(self, table_id: str, usual: FairThreads) -> FairThreads:
        """See :class:`TableStore`."""
        return usual if self.is_here(table_id) else self.stored.threads

    def ahead(self, table_id: str) -> Ahead:
        """See :class:`TableStore`."""
        return self.stored.ahead(table_id)

    def counted(self) -> Counts:
        """See :class:`TableStore`."""
        objects = self.stored.objects
        counts = [
            ("cache_bytes", "", self._bytes),
            ("store_read_bytes_total", "", objects.bytes_read),
            ("cache_hits_total", "", self.stored.reads.hits),
            ("cache_misses_total", "", self.stored.reads.misses),
        ]
        for name, by_kind in (("requests", objects.requests), ("failures", objects.failures)):
            counts += [
                (f"store_{name}_total", f'kind="{kind}"', number)
                for kind, number in list(by_kind.items())
            ]
        return Counts(counts=counts, times={"store_seconds": self.stored.latency.counted()})

    async def check_place(self) -> None:
        """See :class:`TableStore`; who asks while it is being asked waits for the same answer."""
        if self._asking is None or self._asking.done():
            objects = self.stored.objects
            self._asking = asyncio.create_task(objects.run(objects.get, NOTHING))
            self._asking.add_done_callback(may_fail)
        try:
            await asyncio.wait_for(asyncio.shield(self._asking), ANSWER_SECONDS)
        except TimeoutError as error:
            raise Unavailable(
                f"the object store of this relay has not answered for {ANSWER_SECONDS:g} seconds"
            ) from error

    def check_takes(self) -> None:
        """See :class:`TableStore`."""
        self.stored.objects.check_well()

    def _elsewhere(self, table_id: str) -> Elsewhere:
        return self.stored.begin(table_id)

    def _is_free(self, table_id: str) -> bool:
        return super()._is_free(table_id) and not self.stored.is_taken(table_id)

    async def _keep_adopted(self, table_id: str) -> None:
        await self.stored.keep(table_id)

    def _is_stale(self, table_id: str) -> bool:
        return self.stored.is_stale(table_id)

    # --- deleting -------------------------------------------------------------------------------

    def _remove(self, table_id: str) -> None:
        super()._remove(table_id)
        if table_id in self._records.tables:
            self.stored.forget(table_id)  # its upload may go on elsewhere
        else:
            self.stored.delete(table_id)
        self._used.pop(table_id, None)

    # --- the cache ------------------------------------------------------------------------------

    async def trim_cache(self) -> None:
        """Let go what was not used for longest, until the rest is not more than it may be."""
        sizes = await self.stored.sizes()
        self._bytes = total = sum(sizes.values())
        for table_id in sorted(sizes, key=lambda each: self._used.get(each, 0.0)):
            if total <= self.stored.cache_bytes:
                return
            if self._is_idle(table_id) and self.stored.may_go(table_id):
                self._let_go(table_id)
                total -= sizes[table_id]

    def _is_idle(self, table_id: str) -> bool:
        entry = self._open.get(table_id)
        used = self._used.get(table_id, float("-inf"))
        recently = time.monotonic() - used < self._recent_seconds
        return not recently and (entry is None or not entry.users)

    def _let_go(self, table_id: str) -> None:
        """Delete the folder of a table, which can be had again."""
        self._idle.pop(table_id, None)
        entry = self._open.pop(table_id, None)
        if entry is not None:
            entry.table.close()
        aside = self.folder / f"{table_id}.{secrets.token_hex(4)}"
        try:
            (self.folder / table_id).rename(aside)
        except FileNotFoundError:
            pass
        except OSError as error:  # on Windows, while somebody reads it
            log.info("%s stays for now: %s", table_id, error)
            return
        self.stored.forget(table_id)
        self._used.pop(table_id, None)
        self._deleter.delete(aside)

    async def unused(self) -> set[str]:
        """See :class:`TableStore`."""
        return {table_id for table_id in await super().unused() if "." not in table_id}

    def close(self) -> None:
        """See :class:`TableStore`."""
        super().close()
        self.stored.close()
