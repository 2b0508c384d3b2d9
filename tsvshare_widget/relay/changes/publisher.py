"""What everyone sees of an upload: the steps that one upload makes its document take."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Kept, NewReading
from tsvshare_widget.errors import NotFound, Stale, Superseded
from tsvshare_widget.protocol import TableState
from tsvshare_widget.relay.storage.documents import Step
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Table

from .documents import Documents, Shows
from .kept_query import KeptQueries
from .new_reading import NewReadings

MOST_AGAIN = 5
"""Tries to keep what everyone asks, while they ask something else each time."""


class Publisher:
    """Shows one table, which is on its way in, to those who look at its document.

    ``claim`` is called just before the table takes the place of another one, also each time that
    this is tried again; it raises if that must not be any more.  Without ``kept_queries`` nothing
    stays of what was asked of the other table.
    """

    def __init__(
        self,
        documents: Documents,
        tables: TableStore,
        new_readings: NewReadings,
        *,
        kept_queries: KeptQueries | None,
        uuid: str,
        table_id: str,
        by: str | None,
        claim: Callable[[], None],
    ) -> None:
        self._documents = documents
        self._tables = tables
        self._new_readings = new_readings
        self._kept_queries = kept_queries
        self._uuid = uuid
        self._table_id = table_id
        self._by = by
        self._claim = claim
        self._shown: Table | None = None

    @property
    def shown(self) -> Table | None:
        """The moment of the table that everyone sees; None if they do not see it yet."""
        return self._shown

    async def show(self, state: TableState, moment: Table) -> None:
        """Let the document show the table as it is at ``moment``, and as ``state`` says."""
        if self._shown is None:
            await self._show_first(state, moment, lambda document: document)
        else:
            reading = await self._new_reading(self._shown, state, moment)
            await self._change(partial(docs.grow_table, table=state, reading=reading), moment)
        self._shown = moment

    async def show_end(self, state: TableState, moment: Table) -> None:
        """Let the document show, in one step, that the table has come to its end."""
        finish = partial(
            docs.finish_table,
            table=state,
            now=time.time(),
            undo=self._documents.undo_limits,
        )
        if self._shown is None:
            after = await self._show_first(state, moment, finish)
        else:
            reading = await self._new_reading(self._shown, state, moment)
            after = await self._change(partial(finish, reading=reading), moment)
        if after.state.table is None or after.state.table.id != self._table_id:
            raise superseded()
        self._shown = moment

    async def hide(self) -> None:
        """Let the document show what it did before; the table may be shown again."""
        self._shown = None
        await self._revert()
        self._tables.keep(self._table_id)

    async def revert(self) -> None:
        """Let the document show what it did before; the bytes of the table are dropped."""
        self._tables.discard(self._table_id)  # first: the disk may be full
        await self._revert()

    async def _revert(self) -> None:
        with suppress(NotFound):
            await self._documents.revert(self._uuid, self._table_id)

    async def _show_first(self, state: TableState, moment: Table, then: Step) -> Document:
        """Let the table take the place of another one, and do ``then`` in the same step."""
        self._claim()
        for _ in range(MOST_AGAIN):
            kept = await self._find_kept(state, moment)
            with suppress(Stale):  # something else was asked meanwhile
                return await self._change(self._begin(state, kept, then), moment)
        return await self._change(self._begin(state, None, then), moment)

    def _begin(self, state: TableState, kept: Kept | None, then: Step) -> Step:
        def step(document: Document) -> Document:
            # Asked for again when somebody else's change came first: maybe a newer upload.
            self._claim()
            return then(docs.show_table(document, state, by=self._by, now=time.time(), kept=kept))

        return step

    async def _find_kept(self, state: TableState, moment: Table) -> Kept | None:
        """What stays of what is asked of the table that shows instead of this one."""
        if self._kept_queries is None:
            return None
        document = await self._documents.load(self._uuid)
        if docs.is_of(document.state, self._table_id):
            shown = document.before or document.state
        else:
            shown = document.state
        return await self._kept_queries.find(self._uuid, shown, state, moment)

    async def _new_reading(
        self, before: Table, state: TableState, moment: Table
    ) -> NewReading | None:
        """What the view needs to know if late evidence had the table read anew; else None."""
        if moment.facts.reread == before.facts.reread:
            return None
        reading = await self._new_readings.carry(self._uuid, state, before, moment)
        return reading._replace(kept=await self._find_kept(state, moment))

    async def _change(self, step: Step, moment: Table) -> Document:
        return await self._documents.change(self._uuid, step, Shows(self._table_id, moment))


def superseded() -> Superseded:
    """The error of an upload that a newer one replaced."""
    return Superseded("a newer upload to this document took the place of this one")
