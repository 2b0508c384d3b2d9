"""How long documents and tables live: what an earlier relay left, and what nobody uses any more."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, TSVShareError
from tsvshare_widget.relay.storage.documents import DocumentStore
from tsvshare_widget.relay.storage.tables import TableStore

from .appends import Appends
from .documents import Documents
from .rereads import Rereads

log = logging.getLogger(__name__)

TOUCH_SECONDS = 60.0
"""A document's last use is stored again when the stored one is older than this."""


class Lifetimes:
    """Ends the documents of one relay when their time is over, and drops what none needs.

    ``is_in_use`` says whether anybody looks at a document, or something is coming in for it.
    """

    def __init__(
        self,
        documents: Documents,
        store: DocumentStore,
        tables: TableStore,
        *,
        idle_seconds: float,
        is_in_use: Callable[[str], bool],
    ) -> None:
        self._documents = documents
        self._store = store
        self._tables = tables
        self._idle_seconds = idle_seconds
        self._is_in_use = is_in_use

    async def touch(self, document: Document) -> None:
        """Take note that a document is in use, so that its time begins anew."""
        now = time.time()
        if now - document.touched > TOUCH_SECONDS:
            step = partial(msgspec.structs.replace, touched=now)
            with suppress(NotFound):  # its time had run out already
                await self._documents.change(document.uuid, step)

    async def recover(self, appends: Appends, rereads: Rereads) -> None:
        """End what was under way when an earlier relay on the same data ended.

        Uploads are reverted; a table that was being read anew, or to which rows were being added,
        shows as it is on disk.
        """
        for uuid in await self._store.uuids():
            document = await self._load_readable(uuid)
            if document and document.before is not None and document.state.table is not None:
                table_id, now = document.state.table.id, time.time()
                revert = partial(docs.revert_table, table_id=table_id, now=now)
                document = await self._documents.change(uuid, revert)
            if document:
                await rereads.recover(document)
                await appends.recover(document)

    async def sweep(self) -> None:
        """Delete documents that nobody has used for long, and tables that no document needs."""
        candidates = self._tables.unused()
        for uuid in await self._store.uuids():
            document = await self._load_readable(uuid)
            if document is None:
                candidates.clear()  # one of them may be its table
            elif self._is_idle(document):
                await self._store.delete(uuid)
            else:
                candidates -= (await self._forget_previous(document)).table_ids
        await self._tables.sweep(candidates)

    async def _forget_previous(self, document: Document) -> Document:
        forget = partial(docs.forget_previous, now=time.time())
        if forget(document) is document:
            return document
        try:
            return await self._documents.change(document.uuid, forget)
        except NotFound:  # it has been deleted meanwhile
            return document

    async def _load_readable(self, uuid: str) -> Document | None:
        try:
            return await self._store.load(uuid)
        except TSVShareError as error:
            log.error("%s", error)
            return None

    def _is_idle(self, document: Document) -> bool:
        return (
            not self._is_in_use(document.uuid)
            and time.time() - document.touched > self._idle_seconds
        )
