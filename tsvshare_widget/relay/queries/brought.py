"""Tables as processes read them that answer questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import msgspec

from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import Query
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.table import Moment, Table
from tsvshare_widget.table.parts.cluster import is_for_cluster

from .pool import OnAdvance
from .view import Key

FETCHING_SHARE = 0.5
"""Of how far a question has come, if the table has to be fetched first."""


class Brought:
    """Has all of a table be here, unless a cluster reads it where it is stored.

    ``far_from``: bytes of a table from which on a cluster is asked, if there is one.
    """

    def __init__(self, tables: TableStore, far_from: int | None = None) -> None:
        self._tables = tables
        self._far_from = far_from

    async def bring_for(self, table: TableState, query: Query, on_advance: OnAdvance) -> OnAdvance:
        """The same, unless a cluster reads the table where it is stored."""
        await self._tables.prepare(table.id)
        is_far = (
            self._far_from is not None
            and self._tables.stored_at(table.id) is not None
            and is_for_cluster(
                table.bytes, query, self._far_from, complete=table.status == "complete"
            )
        )
        return on_advance if is_far else await self.bring(table, on_advance)

    async def bring(self, table: TableState, on_advance: OnAdvance) -> OnAdvance:
        """Have all of a table here, as processes read its files; for just before :meth:`moment`.

        Returns what is to be told how far the work on it has come.  Raises as
        :meth:`TableStore.prepare` does.
        """
        fetched = False

        def advance(done: float) -> None:
            nonlocal fetched
            fetched = True
            on_advance(FETCHING_SHARE * done)

        await self._tables.prepare(table.id, whole=True, on_advance=advance)
        if not fetched:
            return on_advance
        return lambda done: on_advance(FETCHING_SHARE + (1 - FETCHING_SHARE) * done)

    @contextmanager
    def moment(self, key: Key, table: TableState, data: Table | None = None) -> Iterator[Moment]:
        """The table as far as ``key`` knows it; its bytes stay while this is used."""
        with self._tables.use(table) if data is None else nullcontext(data) as readable:
            moment = readable.moment()
            facts = msgspec.structs.replace(moment.facts, rows=min(key.rows, moment.facts.rows))
            stored = self._tables.stored_at(table.id) if data is None else None
            yield msgspec.structs.replace(moment, facts=facts, stored=stored)
