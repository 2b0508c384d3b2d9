"""Documents as files in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, TSVShareError

from .disk import storage_error
from .documents import Version, Watcher, version_of
from .files import replace_file, sync_folder

T = TypeVar("T")

log = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")

THREADS = 2
"""Of their own, so that nothing else that a relay does holds up a change."""


class FolderDocumentStore:
    """Documents as files ``UUID.json`` in a folder that one relay alone works on.

    A change is in a file before anybody hears of it, so a relay that is killed has lost nothing
    that was seen.  What a power cut must not cost either (tables, keys, readings) is synced before;
    pages, sorts, filters and searches go to ``UUID.new``, which :meth:`sync` puts in its place.
    ``cuts`` is how many power cuts the folder has been through: a document stored before the latest
    one has another epoch now, since what was seen of it may have been lost.
    """

    def __init__(self, folder: Path, *, cuts: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._cuts = cuts
        self._lock = threading.Lock()
        self._unsynced: set[str] = set()
        self._count = sum(1 for _ in folder.glob("*.json"))
        self._watchers: list[Watcher] = []
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="tsvshare-saving")

    async def load(self, uuid: str) -> Document | None:
        """See :class:`DocumentStore`."""
        return await self._run(lambda: self._read(uuid))

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`DocumentStore`."""
        try:
            if not await self._run(lambda: self._write(document, expect)):
                return False
        except OSError as error:
            raise storage_error(error) from error
        self._count += expect is None
        self.announce(document)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`DocumentStore`."""
        await self._run(lambda: self._delete(uuid))

    async def uuids(self) -> list[str]:
        """See :class:`DocumentStore`."""
        found = await self._run(lambda: [file.stem for file in self._folder.glob("*.json")])
        self._count = len(found)
        return found

    def count(self) -> int:
        """See :class:`DocumentStore`."""
        return self._count

    def announce(self, document: Document) -> None:
        """See :class:`DocumentStore`."""
        for watcher in self._watchers:
            watcher(document)

    def watch(self, changed: Watcher) -> None:
        """See :class:`DocumentStore`."""
        self._watchers.append(changed)

    async def sync(self) -> None:
        """See :class:`DocumentStore`."""
        if self._unsynced:
            await self._run(self._sync)

    async def close(self) -> None:
        """See :class:`DocumentStore`."""
        with contextlib.suppress(OSError):
            await self.sync()
        self._threads.shutdown(wait=False)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _path(self, uuid: str, suffix: str = ".json") -> Path:
        if not _UUID.fullmatch(uuid):
            raise NotFound("this is not the name of a document")
        return self._folder / f"{uuid}{suffix}"

    def _read(self, uuid: str) -> Document | None:
        synced = _decoded(self._path(uuid), uuid)
        if synced is None:
            return None
        newer = None
        with contextlib.suppress(TSVShareError):  # a power cut may have left half of it
            newer = _decoded(self._path(uuid, ".new"), uuid)
        if newer is not None and _is_after(newer, synced):
            return self._after_cuts(newer)
        return self._after_cuts(synced)

    def _after_cuts(self, document: Document) -> Document:
        if document.cuts >= self._cuts:
            return document
        # The same whenever it is read, until it is stored.
        digest = hashlib.sha256(f"{document.epoch} {self._cuts}".encode()).hexdigest()
        return msgspec.structs.replace(document, epoch=digest[:16], cuts=self._cuts)

    def _write(self, document: Document, expect: Version | None) -> bool:
        uuid = document.uuid
        with self._lock:
            before = self._read(uuid)
            if version_of(before) != expect:
                return False
            document = msgspec.structs.replace(document, cuts=self._cuts)
            data = docs.to_json(document)
            if before is None or docs.must_be_synced(before, document):
                replace_file(self._path(uuid), data, sync=True)
                self._forget_unsynced(uuid)
            else:
                replace_file(self._path(uuid, ".new"), data, sync=False)
                self._unsynced.add(uuid)
            return True

    def _sync(self) -> None:
        """Put what was not synced in its place."""
        for uuid in list(self._unsynced):
            with self._lock:
                if uuid not in self._unsynced:
                    continue
                newer = self._path(uuid, ".new")
                with newer.open("rb+") as file:
                    os.fsync(file.fileno())
                newer.replace(self._path(uuid))
                self._unsynced.discard(uuid)
        sync_folder(self._folder)

    def _delete(self, uuid: str) -> None:
        with self._lock:
            self._path(uuid).unlink(missing_ok=True)
            self._forget_unsynced(uuid)

    def _forget_unsynced(self, uuid: str) -> None:
        self._unsynced.discard(uuid)
        self._path(uuid, ".new").unlink(missing_ok=True)


def _decoded(path: Path, uuid: str) -> Document | None:
    try:
        return docs.from_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise TSVShareError(f"the file of document {uuid} is damaged: {error}") from error


def _is_after(newer: Document, synced: Document) -> bool:
    return newer.epoch == synced.epoch and newer.revision > synced.revision
