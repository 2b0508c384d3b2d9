"""What documents there are, for whoever runs a relay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol, runtime_checkable

from msgspec import Struct

from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, TSVShareError
from tsvshare_widget.protocol.state import Look
from tsvshare_widget.relay.storage.documents import DocumentStore

from .documents import Documents
from .lifetimes import Lifetimes

SAME = "the same address"


class Listed(Struct, frozen=True, kw_only=True):
    """One document; sizes are in bytes, times in seconds.

    ``bytes`` are those of the table that shows, ``kept_bytes`` those of all that can come back as
    well.  ``age`` and ``idle`` count since it was made and last used; ``idle`` is 0 while it is in
    use, and the time in which no relay ran does not count.  ``viewers`` are those of this relay.
    ``ends`` is when it ends, in seconds of the epoch, None: some time after its last use.  Who has
    its UUID may change an ``open`` one; ``moved`` is the base URL of the relay where it is now, or
    :data:`SAME`.
    What is ``damaged`` cannot be read.
    """

    uuid: str
    name: str | None = None
    bytes: int = 0
    kept_bytes: int = 0
    rows: int = 0
    viewers: int = 0
    age: float = 0.0
    idle: float = 0.0
    ends: float | None = None
    look: Look = "open"
    open: bool = False
    moved: str | None = None
    damaged: str | None = None


@runtime_checkable
class HasStrays(Protocol):
    """A store that relays share, with documents that none of them has at the moment."""

    def strays(self) -> AsyncIterator[Document]:
        """Those documents."""
        raise NotImplementedError


class Inventory:
    """Lists the documents that one relay has, and those that none has, and ends unused ones."""

    def __init__(
        self,
        documents: Documents,
        store: DocumentStore,
        lifetimes: Lifetimes,
        n_viewers: Callable[[str], int],
    ) -> None:
        self._documents = documents
        self._store = store
        self._lifetimes = lifetimes
        self._n_viewers = n_viewers

    async def listed(self) -> AsyncIterator[Listed]:
        """Its documents, one after the other, and those that no relay has."""
        for uuid in await self._store.uuids():
            try:
                document = await self._store.load(uuid)
            except TSVShareError as error:
                yield Listed(uuid=uuid, damaged=error.message)
                continue
            if document is not None:
                yield self._describe(document)
        if isinstance(self._store, HasStrays):
            async for document in self._store.strays():
                yield self._describe(document)

    def _describe(self, document: Document) -> Listed:
        table = document.state.table
        tables = {state.table.id: state.table for state in document.states if state.table}
        return Listed(
            uuid=document.uuid,
            name=table.name if table else None,
            bytes=table.bytes if table else 0,
            kept_bytes=sum(each.bytes for each in tables.values()),
            rows=table.rows if table else 0,
            viewers=self._n_viewers(document.uuid),
            age=max(0.0, self._documents.now() - document.created),
            idle=self._lifetimes.unused_seconds(document),
            ends=document.ends,
            look=document.look,
            open=document.key_hash is None,
            moved=(document.moved.base or SAME) if document.moved else None,
        )

    async def expire(self, seconds: float, why: str) -> list[str]:
        """Delete the documents of this relay that nobody has used for so long; their UUIDs.

        Also those that were to be kept until some day.  Who comes later is told ``why``.
        """
        ended = []
        for uuid in await self._store.uuids():
            try:
                document = await self._documents.load_stored(uuid)
            except NotFound:
                continue
            except TSVShareError:  # a damaged one, which a list names
                continue
            if self._lifetimes.unused_seconds(document) > seconds:
                await self._documents.delete(document, why)
                ended.append(uuid)
        return ended
