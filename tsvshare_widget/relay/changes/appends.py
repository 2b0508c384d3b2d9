"""Rows that are added to the end of a table which had come to its end.

They are gathered until all have come and then added at once, so that one who breaks off has added
nothing.  One after the other for each document, in the order in which they came to their end.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from weakref import WeakValueDictionary

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import (
    Elsewhere,
    NotFound,
    NotYet,
    TooLarge,
    TooMany,
    TSVShareError,
    Unavailable,
)
from tsvshare_widget.protocol import TableState
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.storage.disk import DiskGuard, storage_error
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.table_states import describe_size, table_state
from tsvshare_widget.relay.threads import FairThreads
from tsvshare_widget.relay.unfinished import Unfinished, UnfinishedBytes
from tsvshare_widget.table import Table, encode_rows

from .documents import Documents, Shows
from .row_lists import decode_rows

log = logging.getLogger(__name__)

MAX_APPEND = 64 * 1024 * 1024
"""Bytes that are added at once: they are held in memory until all have come."""

FIRST_REST_SECONDS = 0.5
"""Seconds before rows that could not be shown are tried again; twice as long after each failure."""

LONGEST_REST_SECONDS = 10.0
"""Seconds before that at most."""


class Append:
    """Rows on their way to the end of the table of one document.

    Its carrier calls :meth:`receive` until there are no more bytes, then :meth:`complete`.  They
    are the next bytes of the file, or, if ``as_rows``, a JSON list of rows, each a list of cells.
    ``table`` is the id of the table that is meant (None: the one that shows), ``op_id`` makes a
    retry safe, ``by`` is the viewer it is from.
    """

    takes_much = False  # all of it is kept until the end

    def __init__(
        self,
        appends: Appends,
        uuid: str,
        *,
        table: str | None,
        as_rows: bool,
        op_id: str | None,
        by: str | None,
    ) -> None:
        self.uuid = uuid
        self.table = table
        self.as_rows = as_rows
        self.op_id = op_id
        self.by = by
        self.when_failed: Callable[[TSVShareError], object] | None = None
        self._appends = appends
        self._pieces: list[bytes] = []
        self._counted = Unfinished(self._give_up)
        self._received = 0
        self._error: TSVShareError | None = None

    async def receive(self, chunk: bytes) -> None:
        """Take in the next bytes.  Raises :class:`TooLarge` and :class:`TooMany`."""
        self._received += len(chunk)
        try:
            check_append(self._received)
        except TooLarge as error:
            self._fail(error)
        self._raise_if_failed()
        self._pieces.append(chunk)
        await self._appends.incoming.add(self._counted, len(chunk))
        self._raise_if_failed()

    async def complete(self) -> TableState:
        """Add what has come, and return what became of the table.  Raises as that does."""
        self._raise_if_failed()
        self._counted.complete = True
        body = b"".join(self._pieces)
        self._pieces.clear()
        try:
            return await self._appends.add(self, body)
        finally:
            self._forget()

    async def break_off(self, error: TSVShareError) -> None:
        """Take in that nothing more will come: nothing is added."""
        self._forget()

    async def cancel(self, error: TSVShareError) -> None:
        """Give up: nothing is added."""
        self._forget()

    def _give_up(self) -> None:
        self._fail(TooMany("too many rows are being added at a time; try again later"))

    def _fail(self, error: TSVShareError) -> None:
        self._error = self._error or error
        self._forget()
        if self.when_failed is not None:
            self.when_failed(error)

    def _raise_if_failed(self) -> None:
        if self._error is not None:
            raise self._error

    def _forget(self) -> None:
        self._pieces.clear()
        self._appends.incoming.release(self._counted)


class Appends:
    """What is added to the tables of one relay; ``limit`` is how many bytes a table may have."""

    def __init__(
        self,
        documents: Documents,
        tables: TableStore,
        disk: DiskGuard,
        threads: FairThreads,
        incoming: UnfinishedBytes,
        metrics: Metrics,
        *,
        limit: int,
    ) -> None:
        self.incoming = incoming
        self._documents = documents
        self._tables = tables
        self._disk = disk
        self._threads = threads
        self._metrics = metrics
        self._limit = limit
        self._unseen: dict[str, str] = {}  # documents by tables that may be here only in part
        self._showing: set[asyncio.Task[None]] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, append: Append, size: int | None) -> None:
        """Refuse at once what would be refused at its end; ``size`` is how much will come.

        Raises as :meth:`add` does.
        """
        check_append(size or 0)
        document = await self._documents.load(append.uuid)
        if not _is_done(document, append) and _replaced(document, append) is None:
            docs.growing_table(document, append.table)

    def lock(self, uuid: str) -> asyncio.Lock:
        """Held while rows are added to the table of a document, and by who must not meet that."""
        lock = self._locks.get(uuid)
        if lock is None:
            lock = self._locks[uuid] = asyncio.Lock()
        return lock

    async def add(self, append: Append, body: bytes) -> TableState:
        """Add what ``body`` holds; everyone sees it once this returns, or soon after.

        Raises :class:`NotFound`, :class:`Stale`, :class:`NotYet`, :class:`BadValue`,
        :class:`BadTable`, :class:`TooLarge` and :class:`Unavailable`; nothing was added then.
        """
        try:
            async with self.lock(append.uuid):
                state = await self._add(append, body)
        except OSError as error:
            raise storage_error(error) from error
        self._metrics.count("appends")
        return state

    async def stop(self) -> None:
        """Wait until nothing is being added any more, because the relay goes."""
        for showing in self._showing:
            showing.cancel()
        for lock in list(self._locks.values()):
            async with lock:
                pass

    async def recover(self, document: Document) -> None:
        """Show what was added when an earlier relay ended before it could say so.

        It had not been answered; who sends it again then hears that it is there.  Where something
        does not answer, that is done as soon as it does.
        """
        try:
            await self._recover(document)
        except (NotFound, NotYet, Elsewhere):
            return
        except Unavailable as error:
            log.warning("the table of document %s: %s", document.uuid, error)
            self._begin_showing(document.uuid)
        except TSVShareError as error:
            log.error("the table of document %s: %s", document.uuid, error)

    async def _recover(self, document: Document) -> None:
        old = docs.growing_table(document, None)
        if self._tables.has_more(old.id, old.bytes):
            await self._show_more(document.uuid, old)
        elif self._tables.is_kept_elsewhere:
            self._unseen[old.id] = document.uuid

    async def show_added(self, uuid: str) -> None:
        """Show what was added and could not be shown, while what it came from is still known.

        To be called with the :meth:`lock`, before the table is changed in another way.
        """
        document = await self._documents.load(uuid)
        with suppress(NotFound, NotYet):
            old = docs.growing_table(document, None)
            if self._tables.has_more(old.id, old.bytes):
                await self._show_more(uuid, old)

    async def _show_more(self, uuid: str, old: TableState) -> None:
        await self._tables.prepare(old.id)
        with self._tables.growing(old) as table:
            if table.facts.bytes > old.bytes:
                await self._show(uuid, old, table, table.last_append)

    def table_opened(self, table_id: str) -> None:
        """Take note that a table was found elsewhere, which may have more than is shown of it."""
        uuid = self._unseen.pop(table_id, None)
        if uuid is not None:
            self._begin_showing(uuid)

    def _begin_showing(self, uuid: str) -> None:
        showing = asyncio.create_task(self._show_unseen(uuid))
        self._showing.add(showing)
        showing.add_done_callback(self._showing.discard)

    async def _show_unseen(self, uuid: str) -> None:
        rest = FIRST_REST_SECONDS
        while True:
            try:
                async with self.lock(uuid):
                    return await self._recover(await self._documents.load(uuid))
            except Elsewhere:
                return  # that relay does it
            except Unavailable:
                await asyncio.sleep(rest)
                rest = min(2 * rest, LONGEST_REST_SECONDS)
            except TSVShareError as error:
                log.info("nothing more is shown of document %s: %s", uuid, error)
                return

    async def _add(self, append: Append, body: bytes) -> TableState:
        document = await self._documents.load(append.uuid)
        if _is_done(document, append) and document.state.table is not None:
            return _meant(document, append) or document.state.table
        replaced = _replaced(document, append)
        if replaced is not None:
            done = await self._find_in(append, replaced)
            if done is not None:
                return done
            document = await self._documents.load(append.uuid)
        old = docs.growing_table(document, append.table)
        _check_total(old.bytes + len(body), self._limit)
        self._disk.check(2 * len(body))
        await self._tables.prepare(old.id, asker=Asker(append.uuid, append))
        with self._tables.growing(old) as table:
            done = await self._show_added(append, old, table)
            if done is not None:
                return done
            add = _add_rows if append.as_rows else Table.append_bytes
            work = partial(add, table, body, append.op_id)
            asker = Asker(append.uuid, append)
            await self._threads.run(asker, lambda stop: work(stop.check))
            return await self._show(append.uuid, old, table, append.op_id, append.by)

    async def _find_in(self, append: Append, replaced: TableState) -> TableState | None:
        """What became of a table that was replaced before it was known that these rows are in it.

        None if they are not.
        """
        try:
            await self._tables.prepare(replaced.id, asker=Asker(append.uuid, append))
            with self._tables.growing(replaced) as table:
                return await self._show_added(append, replaced, table)
        except NotFound:
            return None  # its time is over just now

    async def _show_added(self, append: Append, old: TableState, table: Table) -> TableState | None:
        """Show what a table has that nobody was told of; what became of it if that is these rows.

        They were added by an earlier try, after which Redis or the relay went.
        """
        if table.facts.bytes <= old.bytes:
            return None
        state = await self._show(append.uuid, old, table, table.last_append)
        return state if append.op_id is not None and append.op_id == table.last_append else None

    async def _show(
        self, uuid: str, old: TableState, table: Table, op_id: str | None, by: str | None = None
    ) -> TableState:
        """Let the document show what has been added to a table, which was ``old`` before."""
        new = table_state(old.id, old.name, table.facts, old.options, finished=True)
        step = partial(docs.extend_table, table=new, op_id=op_id, by=by, now=time.time())
        await self._documents.change(uuid, step, Shows(old.id, table.frozen()))
        return new


def check_append(size: int) -> None:
    """Raise :class:`TooLarge` if so many bytes cannot be added at once."""
    if size > MAX_APPEND:
        raise TooLarge(
            f"up to {describe_size(MAX_APPEND)} are added at once: send these rows in several parts"
        )


def _check_total(size: int, limit: int) -> None:
    if size > limit:
        raise TooLarge(
            f"with these rows the table would have {describe_size(size)}: the relay accepts up to "
            f"{describe_size(limit)}"
        )


def _is_done(document: Document, append: Append) -> bool:
    return append.op_id is not None and append.op_id in document.appends


def _replaced(document: Document, append: Append) -> TableState | None:
    """The table that is meant, if it does not show any more and may have these rows already."""
    if append.op_id is None or append.table is None:
        return None
    table = docs.hidden_table(document, append.table)
    return table if table is not None and table.status in ("complete", "incomplete") else None


def _meant(document: Document, append: Append) -> TableState | None:
    """The table that is meant, if it is kept."""
    kept = (state.table for state in document.states if state.table is not None)
    return next((table for table in kept if table.id == append.table), None)


def _add_rows(table: Table, body: bytes, token: str | None, check: Callable[[], None]) -> None:
    dialect, lines, count = table.facts.dialect, [], 0
    for rows in decode_rows(body):
        check()
        lines.append(encode_rows(rows, dialect, before=count))
        count += len(rows)
    table.append_bytes(b"".join(lines), token, check)
