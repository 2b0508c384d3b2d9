"""Documents as files in a folder."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, TSVShareError

from .documents import Version, Watcher, _announce, _version

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")


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
            draft.replace(path)
            return True
