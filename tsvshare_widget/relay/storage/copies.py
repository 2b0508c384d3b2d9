"""Copies of documents beside their tables, for the day on which Redis has lost them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Set
from weakref import WeakValueDictionary

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.objects.store import Objects
from tsvshare_widget.relay.objects.copies import DocumentCopies

log = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")


class Copies:
    """Copies of the documents of all relays on one Redis, by UUID.

    A copy is never replaced by an older one: a relay that was held up and has lost a document
    meanwhile leaves the copies of its next owner alone.
    """

    def __init__(self, url: str) -> None:
        """In the object store at ``url``.  Raises as :class:`Objects` does."""
        self._kept = DocumentCopies(Objects(url))
        self._writing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def read(self, uuid: str) -> Document | None:
        """The copy of a document; None if there is none that can be read.

        Raises :class:`Unavailable` if that cannot be known.
        """
        data = await self._kept.get(uuid) if _UUID.fullmatch(uuid) else None
        return _decoded(uuid, data) if data is not None else None

    async def write(self, document: Document, past: Set[str]) -> bool:
        """Keep a document, unless the copy is newer; ``past`` are epochs that it had before.

        Whether that was done.
        """
        lock = self._writing.setdefault(document.uuid, asyncio.Lock())
        try:
            async with lock:  # looking and writing are two steps
                kept = await self.read(document.uuid)
                if kept is None or _replaces(document, past, kept):
                    await self._kept.put(document.uuid, docs.to_json(document))
        except Unavailable as error:
            log.warning("document %s: no copy of it can be kept: %s", document.uuid, error)
            return False
        return True

    async def write_ahead(self, document: Document, past: Set[str]) -> None:
        """Keep what is about to be stored, with the version of what is stored.

        So the copy of whatever is stored next replaces it.  Raises :class:`Unavailable`.
        """
        lock = self._writing.setdefault(document.uuid, asyncio.Lock())
        async with lock:
            kept = await self.read(document.uuid)
            is_same = kept is not None and kept.version == document.version
            if kept is None or is_same or _replaces(document, past, kept):
                await self._kept.put(document.uuid, docs.to_json(document))

    async def delete(self, uuid: str) -> None:
        """Forget a document.  Raises :class:`Unavailable`."""
        await self._kept.delete(uuid)

    async def uuids(self) -> list[str]:
        """The documents of which there are copies.  Raises :class:`Unavailable`."""
        return await self._kept.uuids()

    def close(self) -> None:
        """Give back what was taken, once all is written."""
        self._kept.close()


def _decoded(uuid: str, data: bytes) -> Document | None:
    try:
        return docs.from_json(data)
    except msgspec.DecodeError as error:
        log.error("the copy of document %s cannot be read: %s", uuid, error)
        return None


def _replaces(document: Document, past: Set[str], kept: Document) -> bool:
    if kept.epoch == document.epoch:
        return kept.revision < document.revision
    return kept.epoch in past
