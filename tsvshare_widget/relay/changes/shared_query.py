"""The shared query of each document: asked by ops, answered when its rows are found."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import NamedTuple

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Found
from tsvshare_widget.errors import Stale, Superseded, TSVShareError
from tsvshare_widget.protocol import Op, TableState, Working
from tsvshare_widget.query import Query
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.table_states import reads_alike

from .documents import Documents
from .pending_query import PendingOp, PendingQuery, settings_of

log = logging.getLogger(__name__)

AGAIN_SECONDS = 0.2
"""Seconds before a table is asked again that was just being read anew."""

MOST_AGAIN = 50
"""Times that such a table is asked again before that is given up."""


class Answer(NamedTuple):
    """What was found in which table; nothing had to be found if the query is asked already."""

    table: TableState | None
    found: Found | None


class SharedQueries:
    """The queries of all documents of one relay that are being answered."""

    def __init__(
        self,
        documents: Documents,
        views: Views,
        announce_work: Callable[[str, Working], Coroutine[object, object, None]],
    ) -> None:
        self._documents = documents
        self._views = views
        self._announce_work = announce_work
        self._running: dict[str, _Running] = {}
        self._announcing: set[asyncio.Task[None]] = set()

    async def ask_for_all(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Do what ``op`` says of the shared query, and return the document once it shows.

        If this is cancelled, and so is all else that was asked together with it, the work ends.
        Raises :class:`Stale`, :class:`BadValue`, :class:`NoSuchPage` and as :meth:`Views.find`.
        """
        document = await self._documents.load(uuid)
        if docs.known_op(document, op.id) is not None:
            return document
        pending = self._add(uuid, document, op, by)
        pending.waiting += 1
        try:
            return await asyncio.shield(pending.done)
        finally:
            pending.waiting -= 1
            self._drop_unwanted(uuid)

    async def stop(self) -> None:
        """Give up on all queries, because the relay goes.

        Nobody is answered: they ask again when there is a relay again.
        """
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _add(self, uuid: str, document: Document, op: Op, by: str | None) -> PendingOp:
        docs.wanted_query(document, op.set, table=op.table)  # whatever is wrong is said at once
        running = self._running.get(uuid)
        if running is None:
            running = self._running[uuid] = _Running(PendingQuery())
            running.task = asyncio.create_task(self._work(uuid, running))
        pending = running.query.add(op, by)
        if _wanted(document, running.query.batch) != running.query.query:
            running.cancel_finding()
        return pending

    def _drop_unwanted(self, uuid: str) -> None:
        running = self._running.get(uuid)
        if running is not None and not any(op.waiting for op in running.query.ops):
            running.query.ops.clear()
            running.cancel_finding()

    # --- the work -------------------------------------------------------------------------------

    async def _work(self, uuid: str, running: _Running) -> None:
        query = running.query
        try:
            with query.progress.telling(lambda done: self._announce(uuid, query, done)):
                while query.ops:
                    await self._try_batch(uuid, running, query.batch)
        finally:
            del self._running[uuid]
            for op in query.ops:
                op.done.cancel()
            if query.progress.reported:
                self._announce_soon(uuid, Working())

    async def _try_batch(self, uuid: str, running: _Running, batch: list[PendingOp]) -> None:
        """Answer a batch of ops, unless others come in between."""
        query = running.query
        query.progress.advance(0.0)
        answer = await running.find(self._find(uuid, query, batch))
        if answer is None or query.batch != batch:
            return
        try:
            after = await self._apply(uuid, batch, answer.result())
        except Superseded:
            return  # the table was read anew, or has come back: ask again
        except Exception as error:
            if len(batch) > 1:
                query.split()
                return
            batch[0].refuse(_as_error(error))
        else:
            for op in batch:
                op.resolve(after)
        query.remove(batch)

    async def _find(self, uuid: str, query: PendingQuery, batch: list[PendingOp]) -> Answer:
        for number in range(MOST_AGAIN):
            document = await self._documents.load(uuid)
            wanted = query.query = _wanted(document, batch)
            table = document.state.table
            if wanted is None or table is None:
                return Answer(table, None)
            try:
                view = await self._views.find(table, wanted, on_advance=query.progress.advance)
            except Stale:
                # If another table shows by now, asking again says so.
                await asyncio.sleep(AGAIN_SECONDS if number else 0)
            else:
                return Answer(table, view.found)
        raise Stale("the table is being read anew; ask again when that is done")

    async def _apply(self, uuid: str, batch: list[PendingOp], answer: Answer) -> Document:
        last, settings = batch[-1], settings_of(batch)

        def step(document: Document) -> Document:
            _check_same_reading(document, answer)
            after = docs.apply(
                document,
                settings,
                table=last.op.table,
                op_id=last.op.id,
                by=last.by,
                now=time.time(),
                found=answer.found,
            )
            return _remember_ops(after, batch) if after is not document else document

        return await self._documents.change(uuid, step)

    # --- announcing -----------------------------------------------------------------------------

    def _announce(self, uuid: str, query: PendingQuery, done: float) -> None:
        if query.ops and query.query is not None:
            by = query.batch[-1].by
            self._announce_soon(uuid, Working(by=by, query=query.query, done=done))

    def _announce_soon(self, uuid: str, message: Working) -> None:
        announcing = asyncio.create_task(self._announce_work(uuid, message))
        self._announcing.add(announcing)
        announcing.add_done_callback(self._announcing.discard)


class _Running:
    """The work on one document's query: a task for all of it, one for what is being found."""

    task: asyncio.Task[None]

    def __init__(self, query: PendingQuery) -> None:
        self.query = query
        self._finding: asyncio.Task[Answer] | None = None

    async def find(self, work: Coroutine[object, object, Answer]) -> asyncio.Task[Answer] | None:
        """``work`` when it is done, well or not; None if it was given up."""
        finding = self._finding = asyncio.create_task(work)
        try:
            await asyncio.wait({finding})
        finally:
            finding.cancel()  # without effect if it is done
        if finding.cancelled():
            return None
        finding.exception()  # looked at, or it would be in the log if it is overtaken
        return finding

    def cancel_finding(self) -> None:
        """Give up what is being found: it is not what is asked any more."""
        if self._finding is not None:
            self._finding.cancel()


def _wanted(document: Document, batch: list[PendingOp]) -> Query | None:
    return docs.wanted_query(document, settings_of(batch), table=batch[-1].op.table)


def _check_same_reading(document: Document, answer: Answer) -> None:
    """Raise :class:`Superseded` if the rows were found in another reading than shows now."""
    shown = document.state.table
    asked = answer.table
    if answer.found is None or asked is None or shown is None:
        return
    if shown.id == asked.id and not reads_alike(shown, asked):
        raise Superseded("the table was read anew in the meantime")


def _remember_ops(document: Document, batch: list[PendingOp]) -> Document:
    """The document after a batch of ops, of which it knows the last one already."""
    others = tuple((pending.op.id, document.seq) for pending in batch[:-1])
    ops = (*document.ops[:-1], *others, document.ops[-1])
    return msgspec.structs.replace(document, ops=ops[-docs.REMEMBERED_OPS :])


def _as_error(error: Exception) -> TSVShareError:
    if isinstance(error, TSVShareError):
        return error
    log.error("a query could not be answered", exc_info=error)
    return TSVShareError("something went wrong on the relay; nothing was changed")
