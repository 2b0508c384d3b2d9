"""Copies of documents beside their tables, for the day on which Redis has lost them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.objects.copies import DocumentCopies

from .files import sync_folder, write_synced

T = TypeVar("T")

log = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")


class Copies(Protocol):
    """Where they are kept.

    A copy is never replaced by an older one: a relay that was held up and has lost a document
    meanwhile leaves the copies of its next owner alone.
    """

    async def read(self, uuid: str) -> Document | None:
        """The copy of a document; None if there is none that can be read.

        Raises :class:`Unavailable` if that cannot be known.
        """

    async def write(self, document: Document, past: Set[str]) -> bool:
        """Keep a document, unless the copy is newer; ``past`` are epochs that it had before.

        Whether that was done.
        """

    async def delete(self, uuid: str) -> None:
        """Forget a document."""

    async def uuids(self) -> list[str]:
        """The documents of which there are copies."""

    def close(self) -> None:
        """Give back what was taken, once all is written."""


class FolderCopies:
    """Files ``UUID.json`` in a folder that several relays share; ``mark`` is for their drafts."""

    def __init__(self, folder: Path, mark: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._mark = mark
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tsvshare-copies")

    async def read(self, uuid: str) -> Document | None:
        """See :class:`Copies`."""
        return await self._run(lambda: self._read(uuid))

    async def write(self, document: Document, past: Set[str]) -> bool:
        """See :class:`Copies`."""
        try:
            await self._run(lambda: self._write(document, past))
        except OSError as error:
            log.warning("document %s: no copy of it can be kept: %s", document.uuid, error)
            return False
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`Copies`."""
        with suppress(OSError):
            await self._run(lambda: self._path(uuid).unlink(missing_ok=True))

    async def uuids(self) -> list[str]:
        """See :class:`Copies`."""
        return await self._run(lambda: [file.stem for file in self._folder.glob("*.json")])

    def close(self) -> None:
        """See :class:`Copies`."""
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _path(self, uuid: str) -> Path:
        return self._folder / f"{uuid}.json"

    def _read(self, uuid: str) -> Document | None:
        if not _UUID.fullmatch(uuid):
            return None
        try:
            return _decoded(uuid, self._path(uuid).read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            log.error("the copy of document %s cannot be read: %s", uuid, error)
            return None

    def _write(self, document: Document, past: Set[str]) -> None:
        kept = self._read(document.uuid)
        if kept is not None and not _replaces(document, past, kept):
            return
        path = self._path(document.uuid)
        draft = path.with_suffix(f".{self._mark}")
        write_synced(draft, docs.to_json(document))
        draft.replace(path)
        sync_folder(self._folder)


class ObjectCopies:
    """Copies in an object store."""

    def __init__(self, copies: DocumentCopies) -> None:
        self._copies = copies

    async def read(self, uuid: str) -> Document | None:
        """See :class:`Copies`."""
        data = await self._copies.get(uuid) if _UUID.fullmatch(uuid) else None
        return _decoded(uuid, data) if data is not None else None

    async def write(self, document: Document, past: Set[str]) -> bool:
        """See :class:`Copies`."""
        try:
            kept = await self.read(document.uuid)
            if kept is None or _replaces(document, past, kept):
                await self._copies.put(document.uuid, docs.to_json(document))
        except Unavailable as error:
            log.warning("document %s: no copy of it can be kept: %s", document.uuid, error)
            return False
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`Copies`.  Raises :class:`Unavailable`."""
        await self._copies.delete(uuid)

    async def uuids(self) -> list[str]:
        """See :class:`Copies`.  Raises :class:`Unavailable`."""
        return await self._copies.uuids()

    def close(self) -> None:
        """See :class:`Copies`: nothing was taken."""


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
