"""Copies of documents beside their tables, for the day on which Redis has lost them."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document

from .files import sync_folder, write_synced

T = TypeVar("T")

log = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9A-Za-z-]{1,64}")


class Copies:
    """Files ``UUID.json`` in a folder that several relays share; ``mark`` is for their drafts.

    A copy is never replaced by an older one: a relay that was held up and has lost a document
    meanwhile leaves the copies of its next owner alone.
    """

    def __init__(self, folder: Path, mark: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._mark = mark
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tsvshare-copies")

    async def read(self, uuid: str) -> Document | None:
        """The copy of a document; None if there is none that can be read."""
        return await self._run(lambda: self._read(uuid))

    async def write(self, document: Document, past: Set[str]) -> bool:
        """Keep a document, unless the copy is newer; ``past`` are epochs that it had before.

        Whether the disk took it.
        """
        try:
            await self._run(lambda: self._write(document, past))
        except OSError as error:
            log.warning("document %s: no copy of it can be kept: %s", document.uuid, error)
            return False
        return True

    async def delete(self, uuid: str) -> None:
        """Forget a document."""
        with suppress(OSError):
            await self._run(lambda: self._path(uuid).unlink(missing_ok=True))

    async def uuids(self) -> list[str]:
        """The documents of which there are copies."""
        return await self._run(lambda: [file.stem for file in self._folder.glob("*.json")])

    def close(self) -> None:
        """Give back what was taken, once all is written."""
        self._thread.shutdown()

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _path(self, uuid: str) -> Path:
        return self._folder / f"{uuid}.json"

    def _read(self, uuid: str) -> Document | None:
        if not _UUID.fullmatch(uuid):
            return None
        try:
            return docs.from_json(self._path(uuid).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
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


def _replaces(document: Document, past: Set[str], kept: Document) -> bool:
    if kept.epoch == document.epoch:
        return kept.revision < document.revision
    return kept.epoch in past
