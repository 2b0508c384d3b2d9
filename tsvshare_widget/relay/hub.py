"""Everything one relay holds together; two hubs in one process know nothing of each other."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import uuid as uuids
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Found, Moved
from tsvshare_widget.errors import BadValue, NotFound, TSVShareError
from tsvshare_widget.protocol import Op, TableState, Working, encode
from tsvshare_widget.query import EVERYTHING, keep_columns
from tsvshare_widget.table import Table

from .changes.appends import AppendDesk
from .changes.rereads import RereadDesk
from .changes.shared_query import QueryDesk
from .changes.uploads import UploadDesk
from .changes.view_refresh import Upkeep
from .metrics import Metrics
from .queries.pool import WorkerPool
from .queries.view_cache import Views
from .rooms.pages import Renderer
from .rooms.room import Room
from .rooms.viewers import Viewer
from .rooms.wire_frames import text_frame
from .settings import Settings
from .storage.documents import Engine, Step, change
from .storage.tables import TableStore

log = logging.getLogger(__name__)

TOUCH_SECONDS = 60.0
"""A document's last use is stored again when the stored one is older than this."""

GOODBYE_SECONDS = 0.5
"""How long a relay that goes waits for its viewers to close."""

PREPARE_SECONDS = 1.0
"""After a table shows, before a process is started for questions about it."""

COME_BACK_MS = (200, 2000)
"""When viewers of a relay that goes are asked to come back: not all at once."""


class Hub:
    """The documents of a relay, who looks at them, and what is on its way in.

    All methods belong to the event loop's thread.
    """

    def __init__(
        self, settings: Settings, engine: Engine, store: TableStore, views_folder: Path
    ) -> None:
        self.settings = settings
        self.engine = engine
        self.store = store
        self.metrics = Metrics()
        self.workers = WorkerPool(settings, self.metrics)
        self.views = Views(self.workers, store, views_folder, settings.view_cache_bytes)
        self.renderer = Renderer(store, self.views)
        self.uploads = UploadDesk(self)
        self.appends = AppendDesk(self)
        self.readings = RereadDesk(self, self.appends)
        self.questions = QueryDesk(self)
        self.upkeep = Upkeep(self)
        self.connections: set[Viewer] = set()
        self._rooms: dict[str, Room] = {}
        self._nobody_left = asyncio.Event()
        engine.watch(self._changed)

    # --- documents ------------------------------------------------------------------------------

    async def create_document(self, *, is_open: bool = False) -> tuple[Document, str | None]:
        """A new, empty document and its key; an open one has no key."""
        key = None if is_open else docs.new_key()
        document = docs.create(str(uuids.uuid4()), key=key, now=time.time())
        await self.engine.save(document, None)
        return document, key

    async def document(self, uuid: str) -> Document:
        """The newest snapshot of a document.  Raises :class:`NotFound`."""
        room = self._rooms.get(uuid)
        document = room.document if room else await self.engine.load(uuid)
        if document is None:
            raise NotFound(
                "there is no such document on this relay; it may have been too long idle"
            )
        return document

    async def change(self, uuid: str, step: Step) -> Document:
        """Apply ``step`` to a document, store the outcome, tell everyone, and return it.

        Raises :class:`NotFound` and whatever ``step`` raises.
        """
        before = await self.document(uuid)

        def remembering(document: Document) -> Document:
            nonlocal before
            before = document
            return step(document)

        after = await change(self.engine, before, remembering)
        for table_id in before.table_ids - after.table_ids:
            self.store.discard(table_id)
        self._look_after_views(before, after)
        return after

    def _look_after_views(self, before: Document, after: Document) -> None:
        old, new = before.state.table, after.state.table
        if old is not None and (new is None or (old.id, old.dialect) != (new.id, new.dialect)):
            self.views.end_work(old)
        if new is not None and (old is None or old.id != new.id):
            self._expect_questions()
        self.upkeep.look_after(after)

    def _expect_questions(self) -> None:
        # Not at once: what shows the table goes first.
        asyncio.get_running_loop().call_later(PREPARE_SECONDS, self.workers.prepare)

    async def undo(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Show again what the last upload replaced.

        Raises :class:`NotFound`, :class:`Stale`, :class:`NotYet` and :class:`BadValue`.
        """
        if not isinstance(op.set.undo, str) or op.set != type(op.set)(undo=op.set.undo):
            raise BadValue("an undo is set alone: the view comes back with its table")
        step = partial(
            docs.undo,
            wanted=op.set.undo,
            table=op.table,
            op_id=op.id,
            by=by,
            now=time.time(),
            undo_seconds=self.settings.undo_seconds,
        )
        return await self.change(uuid, step)

    async def find_top_row(self, uuid: str, table_id: str, moved: Moved) -> None:
        """Find the row on top of a table in its new reading, off the event loop.

        A change that shows the new reading then asks ``moved`` again, and has its answer at once.
        """
        document = await self.document(uuid)
        await asyncio.to_thread(moved, docs.top_row(document, table_id))

    async def ask_again(self, uuid: str, table: TableState, data: Table) -> Found | None:
        """What comes of the shared query in a new reading of a table, which ``data`` is in.

        None if there is no query, or if it cannot be asked of that.
        """
        query = keep_columns(docs.query_of(await self.document(uuid), table.id), table.columns)
        if query == EVERYTHING:
            return None
        try:
            return (await self.views.find(table, query, data=data)).found
        except TSVShareError as error:
            log.warning("document %s loses its view with its new reading: %s", uuid, error)
            return None

    async def touch(self, document: Document) -> None:
        """Take note that a document is in use, so that its time begins anew."""
        now = time.time()
        if now - document.touched > TOUCH_SECONDS:
            with suppress(NotFound):  # its time had run out already
                await self.change(document.uuid, partial(msgspec.structs.replace, touched=now))

    def is_watched(self, uuid: str) -> bool:
        """Whether anybody looks at a document."""
        return uuid in self._rooms

    async def tell_work(self, uuid: str, message: Working) -> None:
        """Tell everyone who looks at a document what is under way."""
        room = self._rooms.get(uuid)
        if room is not None:
            await room.tell_work(text_frame(encode(message)))

    def _changed(self, document: Document) -> None:
        room = self._rooms.get(document.uuid)
        if room is not None:
            room.take(document)

    # --- viewers --------------------------------------------------------------------------------

    async def enter(self, uuid: str, viewer: Viewer) -> Room:
        """Bring ``viewer`` into the room of a document, where it may join an audience.

        Raises :class:`NotFound`.
        """
        room = self._rooms.get(uuid)
        if room is not None:
            room.everyone.add(viewer)
        else:
            document = await self.document(uuid)
            made = Room(document, self.renderer, self.metrics, self.upkeep.look_after)
            room = self._rooms.setdefault(uuid, made)
            room.everyone.add(viewer)
            # Again: a change that was stored before the room could hear of it must not be missed.
            room.take(await self.engine.load(uuid) or document)
        viewer.room = room
        await self.touch(room.document)
        self.upkeep.look_after(room.document)
        if viewer not in self.connections:
            await self.leave(viewer)  # it went while all this was done
        return room

    async def leave(self, viewer: Viewer) -> None:
        """Forget a connection; an empty room is closed, its document stays."""
        self.connections.discard(viewer)
        if not self.connections:
            self._nobody_left.set()
        room = viewer.room
        if room is None:
            return
        room.leave(viewer)
        if not room.everyone and self._rooms.get(room.document.uuid) is room:
            del self._rooms[room.document.uuid]
            await self.touch(room.document)

    async def tick(self) -> None:
        """Look after every connection: heartbeats, presence, and those that are to be dropped."""
        now = asyncio.get_running_loop().time()
        for viewer in list(self.connections):
            viewer.tick(now, self.settings)

    def metrics_text(self) -> str:
        """The counters and gauges of this relay, for Prometheus."""
        n_viewers = sum(room.n_viewers for room in self._rooms.values())
        return self.metrics.text(
            viewers=n_viewers, documents=len(self._rooms), questions=self.views.running
        )

    # --- from start to stop ---------------------------------------------------------------------

    async def recover(self) -> None:
        """End what was under way when an earlier relay on the same data ended.

        Uploads are reverted; a table that was being read anew, or to which rows were being added,
        shows as it is on disk.
        """
        for uuid in await self.engine.uuids():
            document = await self._readable(uuid)
            if document and document.before is not None and document.state.table is not None:
                table_id, now = document.state.table.id, time.time()
                revert = partial(docs.revert_table, table_id=table_id, now=now)
                document = await self.change(uuid, revert)
            if document:
                await self.readings.recover(document)
                await self.appends.recover(document)

    async def sweep(self) -> None:
        """Delete documents that nobody has used for long, and tables that no document needs."""
        candidates = self.store.unused()
        for uuid in await self.engine.uuids():
            document = await self._readable(uuid)
            if document is None:
                candidates.clear()  # one of them may be its table
            elif self._is_idle(document):
                await self.engine.delete(uuid)
            else:
                candidates -= (await self._forget_previous(document)).table_ids
        await self.store.sweep(candidates)

    async def _forget_previous(self, document: Document) -> Document:
        forget = partial(docs.forget_previous, now=time.time())
        if forget(document) is document:
            return document
        try:
            return await self.change(document.uuid, forget)
        except NotFound:  # it has been deleted meanwhile
            return document

    async def stop(self) -> None:
        """Say good-bye to everyone and give up on uploads; cut off who has not gone soon."""
        for viewer in list(self.connections):
            viewer.say_bye(random.randint(*COME_BACK_MS))
        try:
            for desk in (self.uploads, self.appends, self.readings, self.questions, self.upkeep):
                await desk.stop()
        finally:
            self.views.stop()
            await self.workers.stop()
        if self.connections:
            self._nobody_left.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nobody_left.wait(), GOODBYE_SECONDS)
        for viewer in list(self.connections):
            viewer.abort()

    async def _readable(self, uuid: str) -> Document | None:
        try:
            return await self.engine.load(uuid)
        except TSVShareError as error:
            log.error("%s", error)
            return None

    def _is_idle(self, document: Document) -> bool:
        uuid = document.uuid
        if uuid in self._rooms or self.uploads.has(uuid) or self.readings.has(uuid):
            return False
        return time.time() - document.touched > self.settings.idle_seconds
