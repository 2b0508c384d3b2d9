"""Where the truth about documents is kept, and the one way to change it.

A change is: load the document, let a function of :mod:`tsvshare_widget.document` make the next one,
and store that only if nobody was faster; otherwise begin again with what the other one stored.
An engine therefore offers compare-and-set and nothing more, so that several relays can share one.
Whatever is stored is announced to those who watch: that is what reaches the viewers.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, TSVShareError

Version = tuple[str, int]
Watcher = Callable[[Document], None]
Step = Callable[[Document], Document]

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")


class Engine(Protocol):
    """What the relay needs of a place that keeps documents."""

    async def load(self, uuid: str) -> Document | None:
        """The document as stored last, or None if there is none."""

    async def save(self, document: Document, expect: Version | None) -> bool:
        """Store ``document`` if the stored one has the version ``expect`` (None: there is none).

        Return whether it was stored.  Those who watch are told before this returns.
        """

    async def delete(self, uuid: str) -> None:
        """Forget a document; it may be gone already."""

    async def uuids(self) -> list[str]:
        """The UUIDs of all documents."""

    def watch(self, changed: Watcher) -> None:
        """Call ``changed``, on the event loop, with every document that is stored from now on."""


async def change(engine: Engine, document: Document, step: Step) -> Document:
    """Apply ``step`` to ``document`` or to a newer one, store the outcome and return it.

    ``step`` may run several times and returns its argument itself if nothing is to be changed.
    Whatever it raises is raised here.  Raises :class:`NotFound` if the document has been deleted.
    """
    while True:
        after = step(document)
        if after is document:
            return document
        after = msgspec.structs.replace(after, revision=document.revision + 1)
        if await engine.save(after, document.version):
            return after
        latest = await engine.load(document.uuid)
        if latest is None:
            raise NotFound("this document does not exist any more")
        document = latest


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


class FolderEngine:
    """Documents as files ``UUID.json`` in a folder that one relay alone works on.

    A file is replaced as a whole before anybody is told, so a relay that is killed has lost
    nothing that was seen.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._watchers: list[Watcher] = []

    async def load(self, uuid: str) -> Document | None:
        """See :class:`Engine`."""
        return await asyncio.to_thread(self._read, uuid)

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`Engine`."""
        if not await asyncio.to_thread(self._write, document, expect):
            return False
        _announce(self._watchers, document)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`Engine`."""
        await asyncio.to_thread(self._path(uuid).unlink, missing_ok=True)

    async def uuids(self) -> list[str]:
        """See :class:`Engine`."""
        return await asyncio.to_thread(lambda: [file.stem for file in self._folder.glob("*.json")])

    def watch(self, changed: Watcher) -> None:
        """See :class:`Engine`."""
        self._watchers.append(changed)

    def _path(self, uuid: str) -> Path:
        if not _UUID.fullmatch(uuid):
            raise NotFound("this is not the name of a document")
        return self._folder / f"{uuid}.json"

    def _read(self, uuid: str) -> Document | None:
        try:
            return docs.from_json(self._path(uuid).read_bytes())
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise TSVShareError(f"the file of document {uuid} is damaged: {error}") from error

    def _write(self, document: Document, expect: Version | None) -> bool:
        path = self._path(document.uuid)
        with self._lock:
            if _version(self._read(document.uuid)) != expect:
                return False
            draft = path.with_suffix(".tmp")
            draft.write_bytes(docs.to_json(document))
            os.replace(draft, path)
            return True


def _version(document: Document | None) -> Version | None:
    return document.version if document is not None else None


def _announce(watchers: list[Watcher], document: Document) -> None:
    for watcher in watchers:
        watcher(document)
