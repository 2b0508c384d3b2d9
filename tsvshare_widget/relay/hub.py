"""The parts of one relay, put together; two hubs in one process know nothing of each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, Set
from pathlib import Path
from typing import Any

from tsvshare_widget.document import Destination, Document, UndoLimits
from tsvshare_widget.errors import Elsewhere, EngineDown, Moved, Revoked, TSVShareError
from tsvshare_widget.protocol import ErrorMessage, Over
from tsvshare_widget.table.export.formats import formats_here

from .changes.access import TAKEN_BACK
from .changes.appends import Appends
from .changes.documents import Documents, Surroundings, moved_error
from .changes.handing_over import HandingOver
from .changes.inventory import Inventory
from .changes.kept_query import KeptQueries
from .changes.lifetimes import Lifetimes
from .changes.links import Links
from .changes.new_reading import NewReadings
from .changes.ops import Ops
from .changes.rereads import Rereads
from .changes.resumable import ResumableUploads
from .changes.shared_query import SharedQueries
from .changes.uploads import Uploads
from .changes.view_refresh import ViewRefresh
from .desk import Desk
from .metrics import Counts, Metrics
from .queries.brought import Brought
from .queries.grouping import Grouping
from .queries.making import Making
from .queries.pool import WorkerPool
from .queries.profiles import Profiles
from .queries.samples import Samples
from .queries.spread_rows import SpreadRows
from .queries.view_cache import Views
from .rooms import farewells
from .rooms.frames import Frames
from .rooms.pages import Renderer
from .rooms.rooms import Rooms
from .rooms.viewers import Viewer
from .settings import Settings
from .storage.disk import DiskGuard
from .storage.documents import DocumentStore
from .storage.ended import EndedDocuments
from .storage.run_record import RunRecord
from .storage.tables import TableStore
from .table_states import is_whole_now, reads_alike
from .threads import FairThreads

PREPARE_SECONDS = 1.0
"""After all of a table has come, before a process is started for questions about it."""

TROUBLE_SECONDS = 2.0
"""Seconds that the store of documents may be out of reach before viewers are told."""

READING_THREADS = 2
INGEST_THREADS = 2
STORING_THREADS = 8
REREADING_THREADS = 2


class Hub(Desk):
    """All parts of one relay, for those who answer requests.

    They belong to the event loop's thread.  ``more_counts`` and ``more_gauges`` are of processes
    that hold connections for this relay.
    """

    def __init__(
        self,
        settings: Settings,
        store: DocumentStore,
        tables: TableStore,
        views_folder: Path,
        run_record: RunRecord,
    ) -> None:
        super().__init__(settings)
        self.more_counts: Callable[[], Iterable[Counts]] = lambda: ()
        self.more_gauges: Callable[[], Mapping[str, int]] = lambda: {}
        self.tables = tables
        self._store = store
        self.reading = FairThreads("reading", READING_THREADS)
        self._make_questions(views_folder)
        # Where tables are put into an object store, a thread waits for that at the end of each
        # upload, so there are more of them.
        storing = tables.is_kept_elsewhere
        self.ingest = FairThreads("ingest", STORING_THREADS if storing else INGEST_THREADS)
        self.rereading = FairThreads("rereading", REREADING_THREADS)
        self.documents = self._make_documents(store, run_record)
        self._tasks: set[asyncio.Task[None]] = set()
        self.trouble: EngineDown | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._make_incoming()
        self._make_changes()
        self.lifetimes = Lifetimes(
            self.documents,
            store,
            tables,
            idle_seconds=settings.idle_seconds,
            is_in_use=self.is_in_use,
            end_overdue=self.links.end_overdue,
        )
        self.handing_over = HandingOver(
            self.documents, store, tables, self.disk, lambda uuid: self._put_out(uuid, None, False)
        )
        self.rooms = Rooms(
            self.connections,
            Frames(self.renderer, self.view_refresh.owe_page),
            self.metrics,
            settings,
            load=self.documents.load_stored,
            touch=self._visit,
        )
        self.inventory = Inventory(self.documents, store, self.lifetimes, self.rooms.n_looking_at)
        store.watch(self.rooms.document_changed, self)
        self.documents.when_changed(self._look_after_table)

    def _make_questions(self, views_folder: Path) -> None:
        """Make what answers questions about tables, and renders and writes what is asked for."""
        settings, tables = self.settings, self.tables
        self.workers = WorkerPool(settings, self.metrics)
        brought = Brought(tables, None if settings.dask is None else settings.dask_from)
        self.views = Views(self.workers, brought, views_folder, settings.view_cache_bytes)
        tables.on_discard = self.views.forget
        self.profiles = Profiles(self.views, brought, self.workers)
        spread_rows = SpreadRows(self.views, tables, self.reading)
        self.samples = Samples(self.views, spread_rows)
        self.grouping = Grouping(self.views, brought, self.workers, spread_rows)
        self.making = Making(
            self.reading, seconds=settings.query_seconds, reserve=settings.disk_reserve
        )
        self.formats = tuple(formats_here())
        self.renderer = Renderer(tables, self.reading, self.views)

    def _make_documents(self, store: DocumentStore, run_record: RunRecord) -> Documents:
        surroundings = Surroundings(
            watched=lambda uuid: self.rooms.document(uuid),
            is_uploading=lambda uuid: self.uploads.has(uuid),
            recover=self._recover,
            now=run_record.now,
        )
        return Documents(
            store,
            self.tables,
            EndedDocuments(self.tables.folder.with_name("ended")),
            surroundings,
            undo=UndoLimits(
                self.settings.undo_seconds, self.settings.undo_tables, self.settings.undo_bytes
            ),
            most_documents=self.settings.max_documents,
        )

    def _make_incoming(self) -> None:
        """Make what brings tables, and rows for them."""
        self.new_readings = NewReadings(self.documents, self.views, self.reading)
        kept_queries = KeptQueries(self.tables, self.views, self.reading)
        limit = self.settings.max_upload
        self.disk = disk = DiskGuard(self.tables.folder, self.settings.disk_reserve)
        self.uploads = Uploads(
            self.documents,
            self.tables,
            self.new_readings,
            kept_queries,
            disk,
            self.ingest,
            self.metrics,
            limit=limit,
            most=self.settings.max_uploads,
        )
        self.resumable = ResumableUploads(
            self.uploads,
            self.tables.upload_records,
            seconds=self.settings.resume_seconds,
            rest_seconds=self.settings.body_seconds,
        )
        self.appends = Appends(
            self.documents,
            self.tables,
            disk,
            self.ingest,
            self.incoming,
            self.metrics,
            limit=limit,
        )

    def _make_changes(self) -> None:
        """Make all else that changes what a document shows."""
        self.rereads = Rereads(
            self.documents,
            self.tables,
            self.new_readings,
            self.appends,
            self.rereading,
            seconds=self.settings.reread_seconds,
        )
        self.shared_queries = SharedQueries(
            self.documents,
            self.views,
            lambda uuid, message: self.rooms.announce_work(uuid, message),
        )
        self.ops = Ops(self.documents, self.rereads, self.shared_queries)
        self.view_refresh = ViewRefresh(
            self.documents, self.views, lambda uuid: self.rooms.is_watched(uuid)
        )
        self.links = Links(
            self.documents,
            keep_seconds=self.settings.keep_seconds,
            may_move=self.settings.may_move,
            end_work=self._end_work,
            put_out=self._put_out,
            say_deleted=lambda uuid, why: self.rooms.put_out(uuid, farewells.deleted(why)),
            say_moved=self._say_moved,
        )

    def make_room(self) -> None:
        """Close tables that nobody reads just now."""
        self.tables.trim_idle()

    async def leave(self, viewer: Viewer) -> None:
        """See :class:`Desk`."""
        self.connections.remove(viewer)
        await self.rooms.leave(viewer)

    async def look_after(self, now: float) -> None:
        """Do what is due for all connections; ``now`` is the event loop's clock."""
        await self.connections.look_after(now)
        await self.rooms.remind_all()

    def forget_unshared(self, uuid: str, own: Set[str] = frozenset()) -> None:
        """Delete a document soon at which no more than one viewer, or ``own`` ones, ever looked."""
        if not self.rooms.was_shared(uuid, own):
            self._begin(self.lifetimes.delete(uuid))

    # --- a store that other relays share --------------------------------------------------------

    def let_go(self, uuid: str) -> None:
        """See :class:`FarWatcher`: who looks at the document here is to come back."""
        self.documents.forget(uuid)
        self._end_work(uuid, Elsewhere("another relay has this table now; try again"))
        self._begin(self.rooms.let_go(uuid))

    def degraded(self, is_degraded: bool) -> None:
        """See :class:`FarWatcher`: all who look on are told if that lasts, and when it is over."""
        if self._telling is not None:
            self._telling.cancel()
        if self.trouble is not None:
            self._begin(self.rooms.tell_all(Over(code=self.trouble.code)))
        self.trouble = None
        loop = asyncio.get_running_loop()
        self._telling = loop.call_later(TROUBLE_SECONDS, self._tell) if is_degraded else None

    def _tell(self) -> None:
        self.trouble = EngineDown(
            "nothing can be changed just now: what keeps several relays in step does not answer. "
            "What shows may not be the newest; it goes on by itself"
        )
        said = ErrorMessage(code=self.trouble.code, message=self.trouble.message)
        self._begin(self.rooms.tell_all(said))

    def is_in_use(self, uuid: str) -> bool:
        """Whether anybody looks at a document, or something is coming in for it."""
        return self.rooms.is_watched(uuid) or self.uploads.has(uuid) or self.rereads.has(uuid)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def say_bye(self) -> None:
        """Tell everyone that the relay goes; nobody is let in from now on."""
        await self.rooms.end()
        await self.connections.say_bye()

    async def stop(self) -> None:
        """Say good-bye to everyone and give up on uploads; cut off who has not gone soon."""
        if self._telling is not None:
            self._telling.cancel()
        await self.say_bye()
        under_way = (
            self.resumable,
            self.uploads,
            self.appends,
            self.rereads,
            self.shared_queries,
            self.view_refresh,
        )
        try:
            for part in under_way:
                await part.stop()
        finally:
            self.views.stop()
            self.reading.stop()
            self.ingest.stop()
            self.rereading.stop()
            await self.workers.stop()
        await self.connections.close()

    def metrics_text(self) -> str:
        """The counters and gauges of this relay and its edges, for Prometheus."""
        gauges = Counter(
            viewers=self.rooms.n_viewers(),
            slow_viewers=sum(viewer.busy for viewer in self.connections),
            waiting_bytes=self.held_frames.used,
            answer_bytes=self.answers.used,
            documents=self.rooms.n_rooms(),
            questions=self.views.running + self.profiles.running,
            edges=0,
        )
        gauges.update(self.more_gauges())
        everything = Metrics()
        kept = (self.tables.counted(), self._store.counted())
        for counts in (self.metrics.counted(), *kept, *self.more_counts()):
            everything.add(counts)
        return everything.text(**gauges)

    async def _recover(self, document: Document) -> None:
        """Put in order what an earlier relay on the same data left of a document.

        A table that was being read anew, or to which rows were being added, shows as it is on disk.
        """
        await self.rereads.recover(document)
        await self.appends.recover(document)

    async def _visit(self, document: Document) -> None:
        """Take note that somebody came to a document, or that the last one left."""
        await self.lifetimes.touch(document)
        self.view_refresh.look_after(document)
        if not self.rooms.is_watched(document.uuid):
            self.tables.close_idle(document.table_ids)

    def _end_work(self, uuid: str, why: TSVShareError) -> None:
        """End what is under way for a document that goes."""
        self.uploads.end_all(uuid, why)
        self.rereads.end_all(uuid)

    async def _put_out(self, uuid: str, by: str | None, lookers_only: bool) -> None:
        """Put out those whose link was taken back: all but ``by``, who did that; or lookers alone.

        Who was admitted by the newest key came after the change, and stays.
        """
        document = self.rooms.document(uuid)
        newest = document.key_hash if document is not None else None

        def concerns(viewer: Viewer) -> bool:
            if lookers_only:
                return viewer.role == "look"
            if newest is not None and viewer.admitted_by == newest:
                return False
            return by is None or viewer.cid != by

        await self.rooms.put_out(uuid, farewells.taken_back(Revoked(TAKEN_BACK), concerns))

    async def _say_moved(self, uuid: str, to: Destination) -> None:
        """Send viewers after a document: to its new address, or, at the same one, back soon."""
        error = moved_error(to)
        if isinstance(error, Moved):
            await self.rooms.put_out(uuid, farewells.moved(error, to.base, to.uuid))
        else:
            await self.rooms.let_go(uuid)

    def _look_after_table(self, before: Document, after: Document) -> None:
        """End questions about a table that was replaced; get ready for those about a new one."""
        old, new = before.state.table, after.state.table
        if old is not None and (new is None or not reads_alike(old, new)):
            self.views.end_work(old)
        if new is not None and is_whole_now(old, new):
            # Not at once: what shows the table goes first.
            asyncio.get_running_loop().call_later(PREPARE_SECONDS, self.workers.prepare)
        self.view_refresh.look_after(after)
