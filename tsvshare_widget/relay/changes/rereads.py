"""Tables that are read anew in another way; what is there already shows meanwhile."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import BadValue, NotFound, Superseded, TSVShareError, Unavailable
from tsvshare_widget.protocol import Op, TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.table_states import table_state
from tsvshare_widget.table import Table

from .appends import AppendDesk
from .contract import Documents
from .new_reading import moved

log = logging.getLogger(__name__)


class Wish:
    """One op that wishes for a reading; ``done`` becomes the document that has it."""

    def __init__(self, op: Op, options: ReadOptions, by: str | None) -> None:
        self.op = op
        self.options = options
        self.by = by
        self.done: asyncio.Future[Document] = asyncio.get_running_loop().create_future()

    def refuse(self, error: TSVShareError) -> None:
        """Take in that it cannot be granted; whether or not anybody still waits for it."""
        self.done.set_exception(error)
        self.done.exception()


class RereadDesk:
    """The new readings of one relay: one at a time for each document, and the newest wins."""

    def __init__(self, hub: Documents, appends: AppendDesk) -> None:
        self._hub = hub
        self._appends = appends
        self._running: dict[str, Wish] = {}
        self._waiting: dict[str, Wish] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def has(self, uuid: str) -> bool:
        """Whether the table of a document is being read anew."""
        return uuid in self._tasks

    async def read_anew(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Do what ``op`` says and return the document once it shows.

        An op that is sent again joins itself; another one that still waits is given up.  Raises
        :class:`NotFound`, :class:`Stale`, :class:`NotYet`, :class:`BadValue`,
        :class:`BadTable`, :class:`Superseded`.
        """
        document = await self._hub.document(uuid)
        if docs.known_op(document, op.id) is not None:
            return document
        wish = self._same(uuid, op.id)
        if wish is None:
            wish = Wish(op, _reading_alone(op), by)
            self._take(uuid, wish)
        return await asyncio.shield(wish.done)

    async def stop(self) -> None:
        """Give up on all readings, because the relay goes.

        Nobody is answered: they ask again when there is a relay again.
        """
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _same(self, uuid: str, op_id: str) -> Wish | None:
        wishes = (self._running.get(uuid), self._waiting.get(uuid))
        return next((wish for wish in wishes if wish is not None and wish.op.id == op_id), None)

    def _take(self, uuid: str, wish: Wish) -> None:
        older = self._waiting.get(uuid)
        if older is not None:
            older.refuse(Superseded("a newer reading of this table took the place of this one"))
        self._waiting[uuid] = wish
        if uuid not in self._tasks:
            self._tasks[uuid] = asyncio.create_task(self._work(uuid))

    async def _work(self, uuid: str) -> None:
        try:
            while uuid in self._waiting:
                wish = self._running[uuid] = self._waiting.pop(uuid)
                try:
                    wish.done.set_result(await self._grant(uuid, wish))
                except Exception as error:
                    wish.refuse(_as_error(error))
        finally:
            for wishes in (self._running, self._waiting):
                left = wishes.pop(uuid, None)
                if left is not None:
                    left.done.cancel()  # without effect if it is answered
            del self._tasks[uuid]

    async def _grant(self, uuid: str, wish: Wish) -> Document:
        document = await self._hub.document(uuid)
        table = document.state.table
        if table is not None and _is_so(table, wish):
            return document
        begin = partial(docs.begin_rereading, options=wish.options, table=wish.op.table, by=wish.by)
        async with self._appends.order(uuid):  # not in the middle of an append
            begun = await self._hub.change(uuid, partial(begin, now=time.time()))
        assert begun.state.table is not None
        try:
            return await self._read(uuid, wish, begun.state.table)
        except Exception:
            # But not if the relay goes: whether the thread comes to its end then, only the files
            # can tell, which the next relay looks at.
            give_up = partial(docs.give_up_rereading, table_id=begun.state.table.id)
            with suppress(NotFound):  # the document has gone meanwhile
                await self._hub.change(uuid, give_up)
            raise

    async def _read(self, uuid: str, wish: Wish, old: TableState) -> Document:
        table = self._hub.store.acquire(old.id, name=old.name)
        before = table.frozen()
        self._hub.store.show(old.id, before)
        reading = _in_thread(partial(table.reread, wish.options))
        try:
            await reading
            return await self._show(uuid, wish, old, before, table.frozen())
        finally:
            # After the document has changed, and with nothing awaited in between: pages are
            # always read of the reading that the state speaks of.  But if the relay goes, the
            # thread still uses the table.
            if not reading.cancelled():
                self._hub.store.show(old.id, None)
                self._hub.store.release(old.id)

    async def _show(
        self, uuid: str, wish: Wish, old: TableState, before: Table, after: Table
    ) -> Document:
        state = table_state(old.id, old.name, after.facts, wish.options, finished=True)
        where = moved(before, after)
        await self._hub.find_top_row(uuid, old.id, where)
        found = await self._hub.ask_again(uuid, state, after)
        step = partial(
            docs.finish_rereading,
            table=state,
            moved=where,
            by=wish.by,
            op_id=wish.op.id,
            now=time.time(),
            found=found,
        )
        return await self._hub.change(uuid, step)

    async def recover(self, document: Document) -> None:
        """Show a table as it is on disk, which an earlier relay was reading anew when it ended."""
        table, options = docs.table_read_anew(document), document.options
        if table is None or options is None:
            return
        uuid = document.uuid
        try:
            with self._hub.store.use(table.id, name=table.name) as data:
                state = table_state(table.id, table.name, data.facts, options, finished=True)
        except TSVShareError as error:
            log.error("the table of document %s: %s", uuid, error)
            state = table
        if state.dialect == table.dialect:
            await self._hub.change(uuid, partial(docs.give_up_rereading, table_id=table.id))
            return
        # It had come to its end but for telling so; which line was on top is not known any more.
        step = partial(docs.finish_rereading, table=state, moved=lambda row: row)
        await self._hub.change(uuid, partial(step, by=None, op_id=None, now=time.time()))


def _in_thread(work: Callable[[], None]) -> asyncio.Future[None]:
    """Like ``asyncio.to_thread``, but neither the relay's end nor the program's waits for it."""
    outcome: Future[None] = Future()

    def run() -> None:
        outcome.set_running_or_notify_cancel()
        try:
            work()
        except Exception as error:
            outcome.set_exception(error)
        else:
            outcome.set_result(None)

    threading.Thread(target=run, name="tsvshare-rereading", daemon=True).start()
    return asyncio.wrap_future(outcome)


def _reading_alone(op: Op) -> ReadOptions:
    if not isinstance(op.set.options, ReadOptions) or op.set != type(op.set)(
        options=op.set.options
    ):
        raise BadValue("a reading is set alone: it decides anew which pages there are")
    return op.set.options


def _is_so(table: TableState, wish: Wish) -> bool:
    """Whether the table that was meant has been read as wished already."""
    settled = table.status in ("complete", "incomplete")
    return table.id == wish.op.table and settled and table.options == wish.options


def _as_error(error: Exception) -> TSVShareError:
    if isinstance(error, TSVShareError):
        return error
    if isinstance(error, OSError):
        return Unavailable(f"the relay cannot read this table anew: {error.strerror or error}")
    log.error("a table could not be read anew", exc_info=error)
    return TSVShareError("the relay could not read this table anew; its log says why")
