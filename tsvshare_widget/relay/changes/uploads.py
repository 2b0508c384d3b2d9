"""The uploads under way on one relay: which there are, and which of them a document shows."""

from __future__ import annotations

import itertools
from functools import partial

from tsvshare_widget.errors import TooMany, TSVShareError, Unavailable
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.storage.disk import DiskGuard
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import FairThreads

from .documents import Documents
from .incoming import GROWTH_SECONDS, Upload, too_large
from .kept_query import KeptQueries
from .new_reading import NewReadings
from .publisher import Publisher, superseded

WAITING_BYTES = 32 * 1024 * 1024
"""Bytes of all uploads that have come and wait to be written; each upload has its share."""

MOST_WAITING = 1024 * 1024
"""Bytes of one upload that wait at most, however few uploads there are."""

LEAST_WAITING = 64 * 1024
"""Bytes of one upload that may wait in any case, however many uploads there are."""


MANY_UPLOADS = 8
"""If there are more uploads than these, each shows less often how far it has come."""


class Uploads:
    """The uploads under way on one relay.

    Of several to one document, the newest takes the place of the others when its first bytes show.
    Each has up to ``limit`` bytes, and there are up to ``most`` at a time.
    """

    def __init__(
        self,
        documents: Documents,
        tables: TableStore,
        new_readings: NewReadings,
        kept_queries: KeptQueries,
        disk: DiskGuard,
        threads: FairThreads,
        metrics: Metrics,
        *,
        limit: int,
        most: int,
    ) -> None:
        self._documents = documents
        self._tables = tables
        self._new_readings = new_readings
        self._kept_queries = kept_queries
        self._disk = disk
        self._threads = threads
        self._metrics = metrics
        self._limit, self._most = limit, most
        self._numbers = itertools.count()
        self._running: dict[int, tuple[str, Upload]] = {}
        self._shown: dict[str, int] = {}

    async def begin(
        self,
        uuid: str,
        *,
        name: str,
        total: int | None,
        options: ReadOptions,
        by: str | None,
        growing: bool = False,
        keep_view: bool = True,
    ) -> Upload:
        """A new upload of ``total`` bytes (None: not known) to a document.

        ``growing``: what has come stays when it breaks off.  ``keep_view``: sort, filters and
        search stay where the new table has the columns.  Raises :class:`NotFound`,
        :class:`TooLarge`, :class:`TooMany`, :class:`DiskFull`,
        :class:`Unavailable` and :class:`BadValue`.
        """
        if total is not None and total > self._limit:
            raise too_large(self._limit, total)
        if len(self._running) >= self._most:
            raise TooMany(f"{self._most:,} tables are on their way in; upload it again in a moment")
        self._disk.check(total or 0)
        self._tables.check_takes()
        await self._documents.load(uuid)
        table_id, table = self._tables.create(options, self._limit, name=name)
        number = next(self._numbers)
        publisher = Publisher(
            self._documents,
            self._tables,
            self._new_readings,
            kept_queries=self._kept_queries if keep_view else None,
            uuid=uuid,
            table_id=table_id,
            by=by,
            claim=partial(self._claim, uuid, number),
        )
        upload = Upload(
            publisher,
            table,
            uuid=uuid,
            table_id=table_id,
            name=name,
            total=total,
            options=options,
            growing=growing,
            limit=self._limit,
            room=self._room,
            rest=self._rest,
            disk=self._disk,
            threads=self._threads,
            ahead=self._tables.ahead(table_id),
            when_ended=partial(self._ended, uuid, number, table_id),
        )
        self._running[number] = uuid, upload
        return upload

    async def arrived(self, uuid: str, table_id: str) -> TableState | None:
        """A table that has come in for a document and is kept, whether or not it shows now.

        Raises as :meth:`Documents.load` does.
        """
        document = await self._documents.load(uuid)
        kept = (state.table for state in document.states if state.table is not None)
        found = (table for table in kept if table.id == table_id and table.status != "receiving")
        return next(found, None)

    def has(self, uuid: str) -> bool:
        """Whether anything is coming in for a document."""
        return any(uuid == other for other, _ in self._running.values())

    def _room(self) -> int:
        """Bytes of one upload that may wait to be written: less if there are many uploads."""
        return min(MOST_WAITING, max(LEAST_WAITING, WAITING_BYTES // max(1, len(self._running))))

    def end_all(self, uuid: str, error: TSVShareError) -> None:
        """End the uploads to a document that goes: who sends them hears why."""
        for other, upload in list(self._running.values()):
            if uuid == other:
                upload.fail(error)

    def _rest(self) -> float:
        """Seconds between two changes of one upload: many of them together make no more changes."""
        return GROWTH_SECONDS * max(1.0, len(self._running) / MANY_UPLOADS)

    async def stop(self) -> None:
        """End all uploads, because the relay goes."""
        for _, upload in list(self._running.values()):
            await upload.break_off(Unavailable("the relay is going away; upload again later"))

    def _claim(self, uuid: str, number: int) -> None:
        """Let an upload be the one that its document shows; raises if it must not be any more."""
        error = self._running[number][1].error
        if error is not None:
            raise error
        if self._shown.get(uuid, number) > number:
            raise superseded()
        self._shown[uuid] = number
        for older, (other, upload) in list(self._running.items()):
            if other == uuid and older < number:
                upload.fail(superseded())

    def _ended(self, uuid: str, number: int, table_id: str, result: str) -> None:
        self._metrics.count("uploads", f'result="{result}"')
        _, upload = self._running.pop(number)
        self._metrics.count("upload_bytes", by=upload.received)
        if self._shown.get(uuid) == number:
            del self._shown[uuid]
        self._tables.release(table_id)
