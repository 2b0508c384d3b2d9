"""Documents that live as long as their relay."""

from __future__ import annotations

from tsvshare_widget.document import Document
from tsvshare_widget.relay.metrics import NOTHING_COUNTED, Counts

from .documents import FarWatcher, Version, Watcher, version_of


class MemoryDocumentStore:
    """Documents that live as long as their relay."""

    is_shared = False

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._watchers: list[Watcher] = []

    async def load(self, uuid: str) -> Document | None:
        """See :class:`DocumentStore`."""
        return self._documents.get(uuid)

    async def confirm(self, uuid: str) -> None:
        """See :class:`DocumentStore`: no other relay has it."""

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`DocumentStore`."""
        if version_of(self._documents.get(document.uuid)) != expect:
            return False
        self._documents[document.uuid] = document
        self.announce(document)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`DocumentStore`."""
        self._documents.pop(uuid, None)

    async def revive(self, uuid: str) -> None:
        """See :class:`DocumentStore`."""

    async def uuids(self) -> list[str]:
        """See :class:`DocumentStore`."""
        return list(self._documents)

    def count(self) -> int:
        """See :class:`DocumentStore`."""
        return len(self._documents)

    def announce(self, document: Document) -> None:
        """See :class:`DocumentStore`."""
        for watcher in self._watchers:
            watcher(document)

    async def check(self) -> None:
        """See :class:`DocumentStore`."""

    def counted(self) -> Counts:
        """See :class:`DocumentStore`."""
        return NOTHING_COUNTED

    async def sync(self) -> None:
        """See :class:`DocumentStore`."""

    async def close(self) -> None:
        """See :class:`DocumentStore`."""

    def watch(self, changed: Watcher, far: FarWatcher | None = None) -> None:
        """See :class:`DocumentStore`."""
        self._watchers.append(changed)
