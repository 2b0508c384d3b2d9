"""The documents of one relay, and the one way to change one."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid as uuids
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Destination, Document, UndoLimits
from tsvshare_widget.errors import (
    BadValue,
    Deleted,
    DiskFull,
    Elsewhere,
    Forbidden,
    Moved,
    NotFound,
    Revoked,
    TooMany,
    TSVShareError,
    Unavailable,
)
from tsvshare_widget.protocol import Op, check_key
from tsvshare_widget.relay.storage.documents import DocumentStore, Step, store_next
from tsvshare_widget.relay.storage.ended import EndedDocuments
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Table

log = logging.getLogger(__name__)

Changed = Callable[[Document, Document], None]
"""Called with a document as it was and as it is."""


def moved_error(to: Destination) -> Moved | Elsewhere:
    """The error that says where a document is now."""
    if not to.base:
        return Elsewhere("this table is on another relay now, at this same address; try again soon")
    return Moved(f"this table has moved to {to.base}/d/{to.uuid}")


class Shows(NamedTuple):
    """Which moment of a table a document speaks of after a change."""

    table_id: str
    moment: Table


@dataclass(frozen=True)
class Surroundings:
    """What documents need to know of the rest of a relay.

    ``watched`` is the newest snapshot of a document that somebody looks at, which saves loading it;
    ``is_uploading`` says whether a table is coming in for a document; ``recover`` puts in order
    what an earlier relay left of a document, when that is loaded for the first time; ``now`` is the
    relay's own clock.
    """

    watched: Callable[[str], Document | None]
    is_uploading: Callable[[str], bool]
    recover: Callable[[Document], Awaitable[None]]
    now: Callable[[], float]


class Documents:
    """Makes, loads and changes documents.  Its methods belong to the event loop's thread."""

    def __init__(
        self,
        store: DocumentStore,
        tables: TableStore,
        ended: EndedDocuments,
        surroundings: Surroundings,
        *,
        undo: UndoLimits,
        most_documents: int,
    ) -> None:
        self.undo_limits = undo
        self._most_documents = most_documents
        self._store = store
        self._tables = tables
        self._ended = ended
        self._surroundings = surroundings
        self._recovered: set[str] = set()
        self._recovering: dict[str, asyncio.Task[None]] = {}
        self._when_changed: list[Changed] = []
        self._held: dict[str, float] = {}

    def when_changed(self, do: Changed) -> None:
        """Call ``do`` after every change that was made here."""
        self._when_changed.append(do)

    def now(self) -> float:
        """The relay's own time, by which documents are used or idle."""
        return self._surroundings.now()

    async def create(
        self, *, is_open: bool = False, key: str | None = None
    ) -> tuple[Document, str | None]:
        """A new, empty document and its key, ``key`` if that is given; an open one has no key.

        Raises :class:`TooMany`, and :class:`BadValue` for what cannot be a key.
        """
        if self._store.count() >= self._most_documents:
            raise TooMany(
                f"this relay keeps up to {self._most_documents:,} documents, and has as many; "
                "try again when some of them have ended"
            )
        if key is not None:
            check_key(key)
        key = None if is_open else key or docs.new_key()
        document = docs.create(str(uuids.uuid4()), key=key, now=self.now())
        self._recovered.add(document.uuid)
        await self._store.save(document, None)
        return document, key

    async def load(self, uuid: str) -> Document:
        """The newest snapshot of a document.

        Raises :class:`NotFound`, and :class:`Moved` if it is on another relay now.
        """
        document = self._surroundings.watched(uuid) or await self.load_stored(uuid)
        if document.moved is not None:
            raise moved_error(document.moved)
        return document

    async def admit(self, uuid: str, check: Callable[[Document], object]) -> Document:
        """The newest snapshot of a document, if ``check`` of it raises nothing.

        What it raises counts once it is sure that the document is still this relay's: another one
        may have taken it, and given it other links.
        """
        try:
            document = await self.load(uuid)
            check(document)
        except (Forbidden, Revoked):
            await self.confirm(uuid)
            document = await self.load(uuid)
            check(document)
        return document

    async def confirm(self, uuid: str) -> None:
        """Make sure that a document is as it is known.  Raises :class:`Elsewhere` if it is not."""
        await self._store.confirm(uuid)

    async def delete(self, document: Document, why: str | None = None) -> None:
        """Forget a document and the bytes of its tables; who comes late is told ``why``."""
        if why is not None:
            await asyncio.to_thread(self._ended.remember, document.uuid, why)
        await self._store.delete(document.uuid)
        self._recovered.discard(document.uuid)
        for table_id in document.table_ids:
            self._tables.discard(table_id)

    async def remember_no_end(self, uuid: str) -> None:
        """Let a document be stored again that was deleted."""
        await asyncio.to_thread(self._ended.forget, uuid)
        await self._store.revive(uuid)

    def hold(self, uuid: str, seconds: float) -> None:
        """Refuse changes of a document for so long: it is being moved, and nearly all is there."""
        self._held[uuid] = time.monotonic() + seconds

    def let_change(self, uuid: str) -> None:
        """Hold a document no more."""
        self._held.pop(uuid, None)

    def _check_not_held(self, uuid: str) -> None:
        until = self._held.get(uuid)
        if until is None:
            return
        if time.monotonic() < until:
            raise Elsewhere("this table is moved to another relay at this moment; try again soon")
        self.let_change(uuid)

    def forget(self, uuid: str) -> None:
        """A document is another relay's now: what is known of it here does not count any more."""
        self._recovered.discard(uuid)

    async def load_stored(self, uuid: str) -> Document:
        """A document as it is stored.

        Raises :class:`NotFound`, and :class:`Deleted` if it was ended on purpose.
        """
        document = await self._store.load(uuid)
        if document is not None and self._is_to_be_recovered(uuid):
            await self._recover_once(document)
            document = await self._store.load(uuid)
        if document is None:
            raise await self._why_there_is_none(uuid)
        try:
            # Stored, for what nobody stored must have no position: the table may just have come.
            return await store_next(self._store, document, self._without_left_over)
        except (DiskFull, Unavailable):
            return self._without_left_over(document)

    async def _why_there_is_none(self, uuid: str) -> NotFound:
        why = await asyncio.to_thread(self._ended.why, uuid)
        if why is not None:
            return Deleted(why)
        return NotFound("there is no such document on this relay; it may have been too long idle")

    def _without_left_over(self, document: Document) -> Document:
        """What to return to, if a table is said to come in and does not."""
        if document.before is None or self._surroundings.is_uploading(document.uuid):
            return document
        assert document.state.table is not None
        return docs.revert_table(document, document.state.table.id, now=document.touched)

    def _is_to_be_recovered(self, uuid: str) -> bool:
        """Whether a document is as an earlier relay left it, but for who puts it in order."""
        task = self._recovering.get(uuid)
        return uuid not in self._recovered or task not in (None, asyncio.current_task())

    async def _recover_once(self, document: Document) -> None:
        uuid = document.uuid
        task = self._recovering.get(uuid)
        if task is None:
            task = self._recovering[uuid] = asyncio.create_task(self._recover(document))
        await asyncio.shield(task)

    async def _recover(self, document: Document) -> None:
        try:
            self._recovered.add(document.uuid)
            self._tables.close_idle(document.table_ids)  # another relay may have added to them
            await self._surroundings.recover(document)
        except (TSVShareError, OSError) as error:
            log.error("document %s: %s", document.uuid, error)
        finally:
            del self._recovering[document.uuid]

    async def revert(self, uuid: str, table_id: str) -> None:
        """Return to what was shown before a table that does not come in after all.

        From what is stored: whoever loads the document is shown it as if that was done already.
        Raises :class:`NotFound`; if it cannot be stored, those who look on here are told anyway.
        """
        step = partial(docs.revert_table, table_id=table_id, now=time.time())
        try:
            stored = await self._store.load(uuid)
            if stored is not None:
                await self._change(stored, step, lambda document: document)
        except (DiskFull, Unavailable) as error:
            log.warning("document %s: %s", uuid, error)
            with suppress(Unavailable):  # else who has it now shows it as if that was done
                self._store.announce(step(await self.load(uuid)))

    async def check_store(self) -> None:
        """Ask the store for something; raises what it raises if it is not well."""
        await self._store.check()

    async def change(self, uuid: str, step: Step, shows: Shows | None = None) -> Document:
        """Apply ``step`` to a document, store the outcome, announce it, and return it.

        If the document then speaks of another moment of a table in use, ``shows`` is that: pages of
        it can be read from before anyone hears of the change.  Raises :class:`NotFound` and
        whatever ``step`` raises.
        """
        self._check_not_held(uuid)
        before = await self.load(uuid)
        with self._tables.offer(*shows) if shows else nullcontext():
            return await self._change(before, step, self._without_left_over)

    async def _change(self, before: Document, step: Step, prepare: Step) -> Document:
        def step_remembering(document: Document) -> Document:
            nonlocal before
            before = document
            after = step(document)
            if after.touched == document.touched:
                return after
            return msgspec.structs.replace(after, touched=self.now())

        after = await store_next(self._store, before, step_remembering, prepare)
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
            undo_seconds=self.undo_limits.seconds,
        )
        return await self.change(uuid, step)
