"""Files of a Jupyter Server, opened as live tables without a notebook: one document for each."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.fileio import FileManagerMixin
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from tsvshare_widget.errors import BadValue, NotFound
from tsvshare_widget.protocol import TableState
from tsvshare_widget.relay.assembly import Relay
from tsvshare_widget.relay.changes.access import check_editor
from tsvshare_widget.relay.local_files import open_path

from .gate import as_refusal

PATIENCE_SECONDS = 1.0
"""So long it is waited whether a file cannot be read at all; what is large comes in by and by."""

Facts = tuple[Any, ...]
"""What tells whether a file is still the one that was read."""


@dataclass(frozen=True)
class OpenedFile:
    """The document that a file was opened as."""

    uuid: str
    key: str
    facts: Facts


@dataclass
class Files:
    """The files of ``contents``, a contents manager, that were opened on ``relay``.

    Opened again, a file is the same document; if it has changed, everyone there sees it anew.
    """

    contents: Any
    relay: Relay
    _opened: dict[str, OpenedFile] = field(default_factory=dict)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)
    _reading: set[asyncio.Task[TableState]] = field(default_factory=set)

    async def open(self, path: str) -> OpenedFile:
        """The document of the file at ``path``, as Jupyter's file browser calls it.

        Raises :class:`NotFound`, :class:`Forbidden`, and whatever is wrong with the file, if that
        is known at once.
        """
        path = path.strip("/")
        try:
            model = await ensure_async(self.contents.get(path, content=False))
        except HTTPError as error:
            raise as_refusal(error) from None
        if model["type"] == "directory":
            raise BadValue(f"{path or '/'} is a folder; a table is a file")
        async with self._turns.setdefault(path, asyncio.Lock()):
            facts = (model.get("last_modified"), model.get("size"))
            before = await self._still_there(path)
            if before is not None and before.facts == facts:
                return before
            opened = await self._document(before, facts)
            await self._read(opened, path, model["name"])
            self._opened[path] = opened
            return opened

    async def _still_there(self, path: str) -> OpenedFile | None:
        before = self._opened.get(path)
        if before is None:
            return None
        try:
            document = await self.relay.hub.documents.load(before.uuid)
            check_editor(document, before.key)
        except Exception:  # deleted, its time has run out, or its keys were renewed
            del self._opened[path]
            return None
        return before

    async def _document(self, before: OpenedFile | None, facts: Facts) -> OpenedFile:
        if before is not None:
            return OpenedFile(before.uuid, before.key, facts)
        document, key = await self.relay.hub.documents.create()
        assert key is not None
        return OpenedFile(document.uuid, key, facts)

    async def _read(self, opened: OpenedFile, path: str, name: str) -> None:
        reading = asyncio.create_task(self._table_of(opened, path, name))
        self._reading.add(reading)
        reading.add_done_callback(self._done)
        await asyncio.wait({reading}, timeout=PATIENCE_SECONDS)
        if reading.done():
            try:
                reading.result()
            except OSError as error:
                why = error.strerror or error
                raise NotFound(f"{name} cannot be read by this Jupyter server: {why}") from error

    def _done(self, reading: asyncio.Task[TableState]) -> None:
        self._reading.discard(reading)
        if not reading.cancelled():
            reading.exception()  # who looks at the document sees that nothing came

    async def _table_of(self, opened: OpenedFile, path: str, name: str) -> TableState:
        if isinstance(self.contents, FileManagerMixin):
            file = Path(self.contents._get_os_path(path))  # type: ignore[no-untyped-call]
            return await asyncio.to_thread(self._adopt, opened, file, name)
        # Files that lie elsewhere: what keeps them hands them over whole.
        model = await ensure_async(self.contents.get(path, type="file", format="base64"))
        data = base64.b64decode(model["content"])
        return await asyncio.to_thread(self._adopt_copy, opened, data, name)

    def _adopt(self, opened: OpenedFile, file: Path, name: str) -> TableState:
        return open_path(self.relay, opened.uuid, opened.key, file, name=name)

    def _adopt_copy(self, opened: OpenedFile, data: bytes, name: str) -> TableState:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "table")
            copy.write_bytes(data)
            return self._adopt(opened, copy, name)
