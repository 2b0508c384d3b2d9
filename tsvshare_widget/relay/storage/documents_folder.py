"""Documents as files in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, TSVShareError, Unavailable
from tsvshare_widget.relay.metrics import NOTHING_COUNTED, Counts

from .disk import storage_error
from .documents import FarWatcher, Version, Watcher, version_of
from .files import replace_file, sync_folder, write_synced
from .journal import Journal

T = TypeVar("T")

log = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")

THREADS = 2
"""Of their own, so that nothing else that a relay does holds up a change."""

QUICK_BYTES = 64 * 1024
"""Of a document at most, if it is to be written on the event loop."""

KNOWN_DOCUMENTS = 4096
"""Of which the store remembers what it has written last."""


class FolderDocumentStore:
    """Documents as files ``UUID.json`` in a folder that one relay alone works on.

    A change is in a file before anybody hears of it, so a relay that is killed has lost nothing
    that was seen.  What a power cut must not cost either (tables, keys, readings) is synced before;
    pages, sorts, filters and searches go to a journal, and :meth:`sync` puts them in their place.
    Writing to the journal waits for no disk, so it is done on the event loop.
    ``cuts`` is how many power cuts the folder has been through: a document stored before the latest
    one has another epoch now, since what was seen of it may have been lost.
    """

    is_shared = False

    def __init__(self, folder: Path, *, cuts: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._cuts = cuts
        self._lock = threading.Lock()
        self._written: dict[str, Document] = {}
        self._journal = Journal(folder, "changes")
        self._unsynced = self._read_journal()
        self._count = sum(1 for _ in folder.glob("*.json"))
        self._watchers: list[Watcher] = []
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="tsvshare-saving")
        self._is_closed = False

    async def load(self, uuid: str) -> Document | None:
        """See :class:`DocumentStore`."""
        try:
            return await self._run(lambda: self._read(uuid))
        except OSError as error:
            raise storage_error(error) from error

    async def confirm(self, uuid: str) -> None:
        """See :class:`DocumentStore`: no other relay has it."""

    async def save(self, document: Document, expect: Version | None) -> bool:
        """See :class:`DocumentStore`."""
        try:
            if not self._write_at_once(document, expect) and not await self._run(
                lambda: self._write(document, expect)
            ):
                return False
        except OSError as error:
            raise storage_error(error) from error
        self._count += expect is None
        self.announce(document)
        return True

    async def delete(self, uuid: str) -> None:
        """See :class:`DocumentStore`."""
        await self._run(lambda: self._delete(uuid))

    async def revive(self, uuid: str) -> None:
        """See :class:`DocumentStore`."""

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

    def watch(self, changed: Watcher, far: FarWatcher | None = None) -> None:
        """See :class:`DocumentStore`."""
        self._watchers.append(changed)

    async def check(self) -> None:
        """See :class:`DocumentStore`."""
        await self.load("check")

    def counted(self) -> Counts:
        """See :class:`DocumentStore`."""
        return NOTHING_COUNTED

    async def sync(self) -> None:
        """See :class:`DocumentStore`."""
        if not self._journal.is_empty:
            await self._run(self._sync)

    async def close(self) -> None:
        """See :class:`DocumentStore`."""
        with contextlib.suppress(OSError):
            await self.sync()
        self._is_closed = True
        self._threads.shutdown(wait=False)
        self._journal.close()

    async def _run(self, work: Callable[[], T]) -> T:
        if self._is_closed:
            raise Unavailable("the relay goes just now; try again soon")
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _path(self, uuid: str) -> Path:
        if not _UUID.fullmatch(uuid):
            raise NotFound("this is not the name of a document")
        return self._folder / f"{uuid}.json"

    def _read(self, uuid: str) -> Document | None:
        newer = self._unsynced.get(uuid)  # first: it may be put in its place meanwhile
        synced = _decoded(self._path(uuid), uuid)
        if synced is None:
            return None
        if newer is not None and _is_after(newer, synced):
            return self._after_cuts(newer)
        return self._after_cuts(synced)

    def _after_cuts(self, document: Document) -> Document:
        if document.cuts >= self._cuts:
            return document
        # The same whenever it is read, until it is stored.
        digest = hashlib.sha256(f"{document.epoch} {self._cuts}".encode()).hexdigest()
        return msgspec.structs.replace(document, epoch=digest[:16], cuts=self._cuts)

    def _write_at_once(self, document: Document, expect: Version | None) -> bool:
        """Write a small change to the journal, unless something has to be waited for.

        Return whether that was done.
        """
        before = self._written.get(document.uuid)
        if before is None or before.version != expect or docs.must_be_synced(before, document):
            return False
        document, data = self._encode(document)
        if len(data) > QUICK_BYTES or not self._lock.acquire(blocking=False):
            return False
        try:
            if self._written.get(document.uuid) is not before:  # a thread was faster
                return False
            self._put_unsynced(document, data)
        finally:
            self._lock.release()
        return True

    def _write(self, document: Document, expect: Version | None) -> bool:
        with self._lock:
            before = self._read(document.uuid)
            if version_of(before) != expect:
                return False
            document, data = self._encode(document)
            if before is not None and not docs.must_be_synced(before, document):
                self._put_unsynced(document, data)
                return True
            replace_file(self._path(document.uuid), data, sync=True)
            self._unsynced.pop(document.uuid, None)
            self._remember(document)
            return True

    def _encode(self, document: Document) -> tuple[Document, bytes]:
        document = msgspec.structs.replace(document, cuts=self._cuts)
        return document, docs.to_json(document)

    def _put_unsynced(self, document: Document, data: bytes) -> None:
        self._journal.append(data)
        self._unsynced[document.uuid] = document
        self._remember(document)

    def _remember(self, document: Document) -> None:
        self._written.pop(document.uuid, None)
        self._written[document.uuid] = document
        if len(self._written) > KNOWN_DOCUMENTS:
            del self._written[next(iter(self._written))]

    def _read_journal(self) -> dict[str, Document]:
        """What the journal has that is newer than what is in its place."""
        newest: dict[str, Document] = {}
        for record in self._journal.read():
            with contextlib.suppress(msgspec.DecodeError):  # a power cut may have left half of it
                document = docs.from_json(record)
                newest[document.uuid] = document
        return {uuid: newer for uuid, newer in newest.items() if self._is_news(newer)}

    def _is_news(self, newer: Document) -> bool:
        with contextlib.suppress(TSVShareError):  # a damaged file is left alone
            synced = _decoded(self._path(newer.uuid), newer.uuid)
            return synced is not None and _is_after(newer, synced)
        return False

    def _sync(self) -> None:
        """Put what was not synced in its place; changes go on meanwhile."""
        with self._lock:
            unsynced = dict(self._unsynced)
            self._journal.set_aside()
        for uuid, document in unsynced.items():
            draft = self._folder / f"{uuid}.sync"
            write_synced(draft, docs.to_json(document))
            with self._lock:
                # One that has been changed since is in the journal again, or in its place.
                if self._unsynced.get(uuid) is document and self._path(uuid).exists():
                    draft.replace(self._path(uuid))
                    del self._unsynced[uuid]
                else:
                    draft.unlink()
        sync_folder(self._folder)
        self._journal.drop_old()

    def _delete(self, uuid: str) -> None:
        with self._lock:
            self._path(uuid).unlink(missing_ok=True)
            self._unsynced.pop(uuid, None)
            self._written.pop(uuid, None)


def _decoded(path: Path, uuid: str) -> Document | None:
    try:
        return docs.from_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise TSVShareError(f"the file of document {uuid} is damaged: {error}") from error


def _is_after(newer: Document, synced: Document) -> bool:
    return newer.epoch == synced.epoch and newer.revision > synced.revision
