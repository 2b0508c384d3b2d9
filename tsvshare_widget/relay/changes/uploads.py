"""The uploads under way on one relay, and what they do to the documents."""

from __future__ import annotations

import itertools
import time
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Found, Moved
from tsvshare_widget.errors import NotFound, Superseded, Unavailable
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.table import Table

from .contract import Documents
from .incoming import Upload, too_large


class UploadDesk:
    """The uploads under way on one relay."""

    def __init__(self, hub: Documents) -> None:
        self.numbers = itertools.count()
        self.limit = hub.settings.max_upload
        self._hub = hub
        self._running: set[Upload] = set()
        self._shown: dict[str, Upload] = {}

    def check_size(self, declared: int | None) -> None:
        """Raise :class:`TooLarge` if so many bytes are not accepted."""
        if declared is not None and declared > self.limit:
            raise too_large(self.limit, declared)

    async def begin(
        self,
        uuid: str,
        *,
        name: str,
        total: int | None,
        options: ReadOptions,
        by: str | None,
        growing: bool = False,
    ) -> Upload:
        """A new upload of ``total`` bytes (None: not known) to a document.

        ``growing``: what has come stays when it breaks off.  Raises :class:`NotFound`,
        :class:`TooLarge` and :class:`BadValue`.
        """
        self.check_size(total)
        await self._hub.document(uuid)
        table_id, table = self._hub.store.create(options, self.limit, name=name)
        upload = Upload(
            self,
            uuid,
            table_id,
            table,
            name=name,
            total=total,
            options=options,
            by=by,
            growing=growing,
        )
        self._running.add(upload)
        return upload

    def has(self, uuid: str) -> bool:
        """Whether anything is coming in for a document."""
        return any(upload.uuid == uuid for upload in self._running)

    def is_running(self, upload: Upload) -> bool:
        """Whether ``upload`` has neither succeeded nor failed."""
        return upload in self._running

    async def stop(self) -> None:
        """End all uploads, because the relay goes."""
        for upload in list(self._running):
            await upload.break_off(Unavailable("the relay is going away; upload again later"))

    # --- for uploads ----------------------------------------------------------------------------

    async def show_first(self, upload: Upload, table: TableState) -> None:
        """Let the document show ``table`` instead of what it shows now."""
        self._take_over(upload)
        await self._hub.change(upload.uuid, partial(_show, upload, table))

    async def grow(self, upload: Upload, table: TableState, moved: Moved | None) -> None:
        """Let the document show that there is more of ``table``."""
        await self._hub.change(upload.uuid, lambda now: docs.grow_table(now, table, moved))

    async def show_last(
        self,
        upload: Upload,
        table: TableState,
        moved: Moved | None,
        found: Found | None,
        *,
        first: bool,
    ) -> None:
        """Let the document show, in one step, that ``table`` has come to its end.

        ``first``: nothing of it was shown yet.  If it was read anew, ``moved`` says where its rows
        are, and ``found`` what came of the shared query.
        """
        if first:
            self._take_over(upload)

        def step(document: Document) -> Document:
            begun = _show(upload, table, document) if first else document
            return docs.finish_table(
                begun,
                table,
                moved,
                found,
                now=time.time(),
                undo_seconds=self._hub.settings.undo_seconds,
            )

        after = await self._hub.change(upload.uuid, step)
        if after.state.table is None or after.state.table.id != table.id:
            raise superseded()

    async def find_top_row(self, upload: Upload, moved: Moved) -> None:
        """Find the row on top of a table that was read anew, off the event loop."""
        await self._hub.find_top_row(upload.uuid, upload.table_id, moved)

    async def ask_again(self, upload: Upload, table: TableState, data: Table) -> Found | None:
        """What comes of the shared query in a new reading, which ``data`` is in."""
        return await self._hub.ask_again(upload.uuid, table, data)

    def show(self, upload: Upload, moment: Table) -> None:
        """Let pages be read of the moment of a table that the document speaks of now."""
        self._hub.store.show(upload.table_id, moment)

    async def revert(self, upload: Upload) -> None:
        """Let the document show what it did before ``upload``, whose bytes are dropped."""
        now = time.time()
        try:
            after = await self._hub.change(
                upload.uuid, lambda document: docs.revert_table(document, upload.table_id, now=now)
            )
        except NotFound:
            self._hub.store.discard(upload.table_id)
            return
        if upload.table_id not in after.table_ids:
            self._hub.store.discard(upload.table_id)

    def forget(self, upload: Upload, result: str) -> None:
        """Take in that ``upload`` has ended."""
        self._hub.metrics.count("uploads", f'result="{result}"')
        self._running.discard(upload)
        if self._shown.get(upload.uuid) is upload:
            del self._shown[upload.uuid]
        self._hub.store.release(upload.table_id)

    def _take_over(self, upload: Upload) -> None:
        older = self._shown.get(upload.uuid)
        if older is not None and older.number > upload.number:
            raise superseded()
        self._shown[upload.uuid] = upload
        if older is not None and older is not upload:
            older.fail(superseded())


def _show(upload: Upload, table: TableState, document: Document) -> Document:
    # Asked for again when somebody else's change came first: that may have been a newer upload.
    if upload.error is not None:
        raise upload.error
    return docs.show_table(document, table, by=upload.by, now=time.time())


def superseded() -> Superseded:
    """The error of an upload that a newer one replaced."""
    return Superseded("a newer upload to this document took the place of this one")
