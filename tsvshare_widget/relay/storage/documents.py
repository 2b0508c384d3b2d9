"""What a store of documents offers: compare-and-set, and word of whatever was stored.

A change is: load the document, let a function of :mod:`tsvshare_widget.document` make the next one,
and store that only if nobody was faster; otherwise begin again with what the other one stored.
Several relays can share a store in which each document has one owner at a time.  Whatever is stored
is announced to those who watch: that is what reaches the viewers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound
from tsvshare_widget.relay.metrics import Counts

Version = tuple[str, int]
Watcher = Callable[[Document], None]
Step = Callable[[Document], Document]


class FarWatcher(Protocol):
    """Who is told what happens to the documents of a store that several relays share."""

    def let_go(self, uuid: str) -> None:
        """A document is another relay's now, or was deleted: nothing of it is to be shown here."""

    def degraded(self, is_degraded: bool) -> None:
        """The store cannot be reached any more, so nothing can be changed; or it can again."""


class DocumentStore(Protocol):
    """What the relay needs of a place that keeps documents.

    ``is_shared``: by several relays, so that there are more documents and tables than those known
    here.
    """

    is_shared: bool

    async def load(self, uuid: str) -> Document | None:
        """The document as stored last, or None if there is none."""

    async def confirm(self, uuid: str) -> None:
        """Make sure that a document is as :meth:`load` says, before somebody is refused for good.

        Raises :class:`Elsewhere` if it is another relay's by now.
        """

    async def save(self, document: Document, expect: Version | None) -> bool:
        """Store ``document`` if the stored one has the version ``expect`` (None: there is none).

        Return whether it was stored.  Those who watch hear of it before this returns.
        """

    async def delete(self, uuid: str) -> None:
        """Forget a document; it may be gone already."""

    async def revive(self, uuid: str) -> None:
        """Let a document be stored again that was deleted, where that is remembered."""

    async def uuids(self) -> list[str]:
        """The UUIDs of all documents."""

    def count(self) -> int:
        """About how many documents there are; cheap."""

    def announce(self, document: Document) -> None:
        """Call those who watch with ``document``, which could not be stored."""

    async def check(self) -> None:
        """Raise what loading a document would raise just now, if the store is not well."""

    def counted(self) -> Counts:
        """What was asked of the place that keeps documents, if that is a server."""

    async def sync(self) -> None:
        """Have everything on the disk that was stored; called about once a second."""

    async def close(self) -> None:
        """Have everything on the disk, and give back what was taken."""

    def watch(self, changed: Watcher, far: FarWatcher | None = None) -> None:
        """Call ``changed``, on the event loop, with every document that is stored from now on."""


async def store_next(
    store: DocumentStore,
    document: Document,
    step: Step,
    prepare: Step = lambda document: document,
) -> Document:
    """Apply ``step`` to ``document`` or to a newer one, store the outcome and return it.

    A newer one is what ``prepare`` makes of what is stored.

    ``step`` may run several times and returns its argument itself if nothing is to be changed.
    Whatever it raises is raised here.  Raises :class:`NotFound` if the document has been deleted.
    """
    while True:
        after = step(document)
        if after is document:
            return document
        after = msgspec.structs.replace(after, revision=document.revision + 1)
        if await store.save(after, document.version):
            return after
        latest = await store.load(document.uuid)
        if latest is None:
            raise NotFound("this document does not exist any more")
        document = prepare(latest)


def version_of(document: Document | None) -> Version | None:
    """What a later save expects; None if there is no document."""
    return document.version if document is not None else None
