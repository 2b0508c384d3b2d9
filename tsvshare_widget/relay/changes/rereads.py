"""Tables that are read anew in another way; what is there already shows meanwhile."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import ExitStack, suppress
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, NewReading
from tsvshare_widget.errors import BadValue, NotFound, Superseded, TooSlow, TSVShareError
from tsvshare_widget.protocol import Op, TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.storage.disk import storage_error
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import table_state
from tsvshare_widget.relay.threads import FairThreads, Stop
from tsvshare_widget.table import Table

from .appends import Appends
from .documents import Documents, Shows
from .new_reading import NewReadings

log = logging.getLogger(__name__)


class PendingReread:
    """One op that wants another reading; ``done`` becomes the document that has it."""

    def __init__(self, op: Op, options: ReadOptions, by: str | None) -> None:
        self.op = op
        self.options = options
        self.by = by
        self.stop = Stop()
        self.done: asyncio.Future[Document] = asyncio.get_running_loop().create_future()

    def refuse(self, error: TSVShareError) -> None:
        """Take in that it cannot be granted; whether or not anybody still waits for it."""
        self.done.set_exception(error)
        self.done.exception()


class Rereads:
    """The new readings of one relay: one at a time for each document, and the newest wins."""

    def __init__(
        self,
        documents: Documents,
        tables: TableStore,
        new_readings: NewReadings,
        appends: Appends,
        threads: FairThreads,
        *,
        seconds: float,
    ) -> None:
        self._documents = documents
        self._tables = tables
        self._new_readings = new_readings
        self._appends = appends
        self._threads = threads
        self._seconds = seconds
        self._running: dict[str, PendingReread] = {}
        self._waiting: dict[str, PendingReread] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def has(self, uuid: str) -> bool:
        """Whether the table of a document is being read anew."""
        return uuid in self._tasks

    async def reread(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Do what ``op`` says and return the document once it shows.

        An op that is sent again joins itself; another one that still waits is given up.  Raises
        :class:`NotFound`, :class:`Stale`, :class:`NotYet`, :class:`BadValue`,
        :class:`BadTable`, :class:`Superseded`.
        """
        document = await self._documents.load(uuid)
        if docs.known_op(document, op.id) is not None:
            return document
        pending = self._same(uuid, op.id)
        if pending is None:
            pending = PendingReread(op, _reading_alone(op), by)
            self._take(uuid, pending)
        return await asyncio.shield(pending.done)

    def cancel(self, uuid: str, op_id: str) -> None:
        """End a reading that is not wanted any more; one that is not known changes nothing."""
        pending = self._same(uuid, op_id)
        if pending is not None:
            pending.stop.set()

    def end_all(self, uuid: str) -> None:
        """End the reading of a document that goes."""
        task = self._tasks.get(uuid)
        if task is not None:
            task.cancel()

    async def stop(self) -> None:
        """Give up on all readings, because the relay goes.

        Nobody is answered: they ask again when there is a relay again.
        """
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _same(self, uuid: str, op_id: str) -> PendingReread | None:
        all_pending = (self._running.get(uuid), self._waiting.get(uuid))
        return next(
            (pending for pending in all_pending if pending is not None and pending.op.id == op_id),
            None,
        )

    def _take(self, uuid: str, pending: PendingReread) -> None:
        older = self._waiting.get(uuid)
        if older is not None:
            older.refuse(Superseded("a newer reading of this table took the place of this one"))
        self._waiting[uuid] = pending
        if uuid not in self._tasks:
            self._tasks[uuid] = asyncio.create_task(self._work(uuid))

    async def _work(self, uuid: str) -> None:
        try:
            while uuid in self._waiting:
                pending = self._running[uuid] = self._waiting.pop(uuid)
                try:
                    pending.done.set_result(await self._grant(uuid, pending))
                except Exception as error:
                    pending.refuse(_as_error(error))
        finally:
            for all_pending in (self._running, self._waiting):
                left = all_pending.pop(uuid, None)
                if left is not None:
                    left.done.cancel()  # without effect if it is answered
            del self._tasks[uuid]

    async def _grant(self, uuid: str, pending: PendingReread) -> Document:
        document = await self._documents.load(uuid)
        table = document.state.table
        if table is not None and _is_so(table, pending):
            return document
        begin = partial(
            docs.begin_rereading, options=pending.options, table=pending.op.table, by=pending.by
        )
        async with self._appends.lock(uuid):  # not in the middle of an append
            await self._appends.show_added(uuid)
            begun = await self._documents.change(uuid, partial(begin, now=time.time()))
        assert begun.state.table is not None
        try:
            return await self._read(uuid, pending, begun.state.table)
        except Exception:
            # But not if the relay goes: whether the thread comes to its end then, only the files
            # can tell, which the next relay looks at.
            give_up = partial(docs.give_up_rereading, table_id=begun.state.table.id)
            with suppress(NotFound):  # the document has gone meanwhile
                await self._documents.change(uuid, give_up)
            raise

    async def _read(self, uuid: str, pending: PendingReread, old: TableState) -> Document:
        await self._tables.prepare(old.id, asker=Asker(uuid, pending))
        with ExitStack() as stack:
            table = stack.enter_context(self._tables.growing(old))
            before = table.frozen()
            asker, end = Asker(uuid, pending), time.monotonic() + self._seconds
            work = partial(_reread, table, pending, end)
            running = asyncio.ensure_future(self._threads.run(asker, work))
            try:
                await running
            except asyncio.CancelledError:
                stack.pop_all()  # the thread may still use the table
                raise
            return await self._show(uuid, pending, old, before, table.frozen())

    async def _show(
        self, uuid: str, pending: PendingReread, old: TableState, before: Table, after: Table
    ) -> Document:
        state = table_state(old.id, old.name, after.facts, pending.options, finished=True)
        step = partial(
            docs.finish_rereading,
            table=state,
            reading=await self._new_readings.carry(uuid, state, before, after),
            by=pending.by,
            op_id=pending.op.id,
            now=time.time(),
        )
        return await self._documents.change(uuid, step, Shows(old.id, after))

    async def recover(self, document: Document) -> None:
        """Show a table as it is on disk, which an earlier relay was reading anew when it ended."""
        table, options = docs.table_read_anew(document), document.options
        if table is None or options is None:
            return
        uuid = document.uuid
        try:
            await self._tables.prepare(table.id)
            with self._tables.use_newest(table) as data:
                state = table_state(table.id, table.name, data.facts, options, finished=True)
        except TSVShareError as error:
            log.error("the table of document %s: %s", uuid, error)
            state = table
        if state.dialect == table.dialect:
            await self._documents.change(uuid, partial(docs.give_up_rereading, table_id=table.id))
            return
        # It had come to its end but for telling so; which line was on top is not known any more.
        same_rows = NewReading(moved=lambda row: row)
        step = partial(docs.finish_rereading, table=state, reading=same_rows)
        await self._documents.change(uuid, partial(step, by=None, op_id=None, now=time.time()))


def _reread(table: Table, pending: PendingReread, end: float, stop: Stop) -> None:
    def check() -> None:
        stop.check()
        pending.stop.check()
        if time.monotonic() > end:
            raise TooSlow("reading this table anew takes longer than the relay allows")

    table.reread(pending.options, check)


def _reading_alone(op: Op) -> ReadOptions:
    if not isinstance(op.set.options, ReadOptions) or op.set != type(op.set)(
        options=op.set.options
    ):
        raise BadValue("a reading is set alone: it decides anew which pages there are")
    return op.set.options


def _is_so(table: TableState, pending: PendingReread) -> bool:
    """Whether the table that was meant has been read as wished already."""
    settled = table.status in ("complete", "incomplete")
    return table.id == pending.op.table and settled and table.options == pending.options


def _as_error(error: Exception) -> TSVShareError:
    if isinstance(error, TSVShareError):
        return error
    if isinstance(error, OSError):
        return storage_error(error)
    log.error("a table could not be read anew", exc_info=error)
    return TSVShareError("the relay could not read this table anew; its log says why")
