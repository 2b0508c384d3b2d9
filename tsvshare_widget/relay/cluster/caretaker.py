"""Documents that this relay need not have, and those that no relay has: whose time may be over."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.storage.cached_tables import CachedTableStore
from tsvshare_widget.relay.storage.documents_redis import RedisDocumentStore

log = logging.getLogger(__name__)

REST_SECONDS = 300.0
"""A document that nobody uses for so long is left to whichever relay is asked for it next."""

TURN_SECONDS = 3000.0
"""One relay at a time looks for tables that are left over, and so often at most."""

PAUSE_SECONDS = 0.02
"""Seconds between two documents, so that thousands of them hold nothing up."""


class Caretaker:
    """Looks after documents that nobody looks at."""

    def __init__(
        self, hub: Hub, store: RedisDocumentStore, *, rest_seconds: float = REST_SECONDS
    ) -> None:
        self._hub = hub
        self._store = store
        self._rest_seconds = rest_seconds
        self._unused_since: dict[str, float] = {}

    async def let_rest(self) -> None:
        """Let other relays have what nobody uses here.  Raises :class:`EngineDown`."""
        now = asyncio.get_running_loop().time()
        unused: dict[str, float] = {}
        for uuid in await self._store.uuids():
            if self._hub.is_in_use(uuid):
                continue
            unused[uuid] = self._unused_since.get(uuid, now)
            document = await self._store.load(uuid)
            used = self._hub.documents.now() - document.touched if document is not None else 0.0
            if now - unused[uuid] >= self._rest_seconds <= used and document is not None:
                # In this order and at once: whoever comes meanwhile finds all of it, or nothing.
                self._hub.documents.forget(uuid)
                self._hub.tables.close_idle(document.table_ids)
                await self._store.release(uuid)
                del unused[uuid]
        self._unused_since = unused

    async def look_around(self) -> None:
        """Have documents that no relay has if their time is over, and those that Redis has lost.

        The next sweep ends those whose time is over.  Raises :class:`EngineDown`.
        """
        async for document in self._store.strays():
            if self._hub.lifetimes.is_over(document):
                await self._have(document.uuid)
        for uuid in await self._store.lost():
            await self._have(uuid)

    async def sweep_tables(self) -> None:
        """Delete tables that no document has, if no relay has done so for a while.

        Raises :class:`EngineDown` and :class:`Unavailable`.
        """
        tables = self._hub.tables
        if isinstance(tables, CachedTableStore) and await self._store.is_to_sweep(TURN_SECONDS):
            await tables.stored.sweep(await self._store.table_ids())

    async def _have(self, uuid: str) -> None:
        with suppress(TSVShareError):  # another relay was faster, or it is not its time yet
            await self._hub.documents.load_stored(uuid)
        await asyncio.sleep(PAUSE_SECONDS)
