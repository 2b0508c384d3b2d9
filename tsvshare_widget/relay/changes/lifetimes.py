"""How long documents and tables live: what an earlier relay left, and what nobody uses any more."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import DiskFull, NotFound, TSVShareError, Unavailable
from tsvshare_widget.relay.storage.documents import DocumentStore
from tsvshare_widget.relay.storage.tables import TableStore

from .documents import Documents

log = logging.getLogger(__name__)

TOUCH_SECONDS = 60.0
"""A document's last use is stored again when the stored one is older than this."""

EMPTY_SECONDS = 3600.0
"""How long a document lives to which nobody has ever uploaded anything, at most."""

MOVED_SECONDS = 30 * 24 * 3600.0
"""How long there is a way from here to a document that has moved; it takes no room."""

AT_A_TIME = 20
"""Documents that are looked at before a pause, so that thousands of them hold nothing up."""

PAUSE_SECONDS = 0.02


class Lifetimes:
    """Ends the documents of one relay when their time is over, and drops what none needs.

    ``is_in_use`` says whether anybody looks at a document, or something is coming in for it;
    ``end_overdue`` ends one that was to live until a day which has come.
    """

    def __init__(
        self,
        documents: Documents,
        store: DocumentStore,
        tables: TableStore,
        *,
        idle_seconds: float,
        is_in_use: Callable[[str], bool],
        end_overdue: Callable[[Document], Awaitable[bool]],
    ) -> None:
        self._documents = documents
        self._store = store
        self._tables = tables
        self._idle_seconds = idle_seconds
        self._is_in_use = is_in_use
        self._end_overdue = end_overdue
        self._touched: dict[str, float] = {}

    async def touch(self, document: Document) -> None:
        """Take note that a document is in use, so that its time begins anew.

        Where that cannot be stored, it is kept in memory: looking needs no room on the disk.
        """
        now = self._documents.now()
        if now - max(document.touched, self._touched.get(document.uuid, 0.0)) <= TOUCH_SECONDS:
            return
        self._touched[document.uuid] = now
        step = partial(msgspec.structs.replace, touched=now)
        try:
            await self._documents.change(document.uuid, step)
        except NotFound:  # its time had run out already
            self._touched.pop(document.uuid, None)
        except (DiskFull, Unavailable) as error:
            log.info("document %s: %s", document.uuid, error)
        else:
            self._touched.pop(document.uuid, None)

    async def delete(self, uuid: str) -> None:
        """Delete a document and its tables, whoever uses it; one that is gone: nothing."""
        with suppress(NotFound):
            document = await self._documents.load(uuid)
            await self._store.delete(uuid)
            self._touched.pop(uuid, None)
            for table_id in document.table_ids:
                self._tables.discard(table_id)

    async def sweep(self) -> None:
        """Delete documents that nobody has used for long, and tables that no document needs."""
        # Of a store that others share as well, tables that are not known here may be theirs.
        candidates = set() if self._store.is_shared else await self._tables.unused()
        for number, uuid in enumerate(await self._store.uuids(), 1):
            try:
                document = await self._load(uuid)
            except TSVShareError:
                candidates.clear()  # one of them may be its table
                continue
            if document is None or await self._end_overdue(document):
                continue
            if self._is_idle(document):
                await self._documents.delete(document)
                self._touched.pop(uuid, None)
            else:
                candidates -= (await self._forget_previous(document)).table_ids
            if number % AT_A_TIME == 0:
                await asyncio.sleep(PAUSE_SECONDS)
        await self._tables.sweep(candidates)

    async def _forget_previous(self, document: Document) -> Document:
        forget = partial(docs.forget_previous, now=self._documents.now())
        if forget(document) is document:
            return document
        with suppress(
            NotFound, DiskFull, Unavailable
        ):  # deleted meanwhile, or the disk takes nothing
            return await self._documents.change(document.uuid, forget)
        return document

    async def _load(self, uuid: str) -> Document | None:
        try:
            return await self._documents.load_stored(uuid)
        except NotFound:
            return None  # deleted meanwhile
        except TSVShareError as error:
            log.error("%s", error)
            raise

    def is_over(self, document: Document) -> bool:
        """Whether the time of a document is over."""
        is_due = document.ends is not None and document.ends <= time.time()
        return is_due or self._is_idle(document)

    def unused_seconds(self, document: Document) -> float:
        """How long nobody has used a document; 0 while somebody does."""
        if self._is_in_use(document.uuid):
            return 0.0
        touched = max(document.touched, self._touched.get(document.uuid, 0.0))
        return max(0.0, self._documents.now() - touched)

    def _is_idle(self, document: Document) -> bool:
        if document.ends is not None:
            return False
        longest = self._idle_seconds if document.moved is None else MOVED_SECONDS
        if not document.seq and document.state.table is None and document.moved is None:
            longest = min(longest, EMPTY_SECONDS)
        return self.unused_seconds(document) > longest
