"""Documents that live as long as their relay."""

from __future__ import annotations

from tsvshare_widget.document import Document

from .documents import Version, Watcher, _announce, _version


class MemoryEngine:
    """Documents that live as long as their relay."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._watchers: list[Watcher] = []

    async def load(self, uuid: str) -> Document | None:
        """See :class:`Engine`."""
        return self._documents.get(uuid)

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`Engine`."""
        if _version(self._documents.get(document.uuid)) != expect:
            return False
        self._documents[document.uuid] = document
        _announce(self._watchers, document)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`Engine`."""
        self._documents.pop(uuid, None)

    async def uuids(self) -> list[str]:
        """See :class:`Engine`."""
        return list(self._documents)

    def watch(self, changed: Watcher) -> None:
        """See :class:`Engine`."""
        self._watchers.append(changed)
