"""The documents of one relay, and the one way to change one."""

from __future__ import annotations

import time
import uuid as uuids
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import NamedTuple

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import BadValue, NotFound
from tsvshare_widget.protocol import Op
from tsvshare_widget.relay.storage.documents import DocumentStore, Step, store_next
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Table

Changed = Callable[[Document, Document], None]
"""Called with a document as it was and as it is."""


class Shows(NamedTuple):
    """Which moment of a table a document speaks of after a change."""

    table_id: str
    moment: Table


class Documents:
    """Makes, loads and changes documents.  Its methods belong to the event loop's thread.

    ``watched`` is the newest snapshot of a document that somebody looks at, which saves loading it.
    """

    def __init__(
        self,
        store: DocumentStore,
        tables: TableStore,
        *,
        undo_seconds: float,
        watched: Callable[[str], Document | None],
    ) -> None:
        self.undo_seconds = undo_seconds
        self._store = store
        self._tables = tables
        self._watched = watched
        self._when_changed: list[Changed] = []

    def when_changed(self, do: Changed) -> None:
        """Call ``do`` after every change that was made here."""
        self._when_changed.append(do)

    async def create(self, *, is_open: bool = False) -> tuple[Document, str | None]:
        """A new, empty document and its key; an open one has no key."""
        key = None if is_open else docs.new_key()
        document = docs.create(str(uuids.uuid4()), key=key, now=time.time())
        await self._store.save(document, None)
        return document, key

    async def load(self, uuid: str) -> Document:
        """The newest snapshot of a document.  Raises :class:`NotFound`."""
        return self._watched(uuid) or await self.load_stored(uuid)

    async def load_stored(self, uuid: str) -> Document:
        """A document as it is stored.  Raises :class:`NotFound`."""
        document = await self._store.load(uuid)
        if document is None:
            raise NotFound(
                "there is no such document on this relay; it may have been too long idle"
            )
        return document

    async def check_store(self) -> None:
        """Ask the store for something; raises what it raises if it is not well."""
        await self._store.load("check")

    async def change(self, uuid: str, step: Step, shows: Shows | None = None) -> Document:
        """Apply ``step`` to a document, store the outcome, announce it, and return it.

        If the document then speaks of another moment of a table in use, ``shows`` is that: pages of
        it can be read from before anyone hears of the change.  Raises :class:`NotFound` and
        whatever ``step`` raises.
        """
        before = await self.load(uuid)

        def step_remembering(document: Document) -> Document:
            nonlocal before
            before = document
            return step(document)

        with self._tables.offer(*shows) if shows else nullcontext():
            after = await store_next(self._store, before, step_remembering)
        for table_id in before.table_ids - after.table_ids:
            self._tables.discard(table_id)
        for do in self._when_changed:
            do(before, after)
        return after

    async def undo(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Show again what the last upload replaced.

        Raises :class:`NotFound`, :class:`Stale`, :class:`NotYet` and :class:`BadValue`.
        """
        if not isinstance(op.set.undo, str) or op.set != type(op.set)(undo=op.set.undo):
            raise BadValue("an undo is set alone: the view comes back with its table")
        step = partial(
            docs.undo,
            wanted=op.set.undo,
            table=op.table,
            op_id=op.id,
            by=by,
            now=time.time(),
            undo_seconds=self.undo_seconds,
        )
        return await self.change(uuid, step)
