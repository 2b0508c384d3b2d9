"""What an upload keeps of what everyone asked of the table that it replaces.

A newer version of a table is looked at as the older one was: sorted, filtered and searched in the
same way, as far as it has the columns.
"""

from __future__ import annotations

import logging

from msgspec import UNSET

from tsvshare_widget.document import Kept
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import DocumentState, TableState, ViewState
from tsvshare_widget.query import (
    EVERYTHING,
    ColumnKey,
    Heatmap,
    Query,
    carry_heatmap,
    carry_query,
    column_keys,
)
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import FairThreads
from tsvshare_widget.table import Table

log = logging.getLogger(__name__)


class KeptQueries:
    """Finds out what of a query can be asked of another table, and what comes of it there."""

    def __init__(self, tables: TableStore, views: Views, threads: FairThreads) -> None:
        self._tables = tables
        self._views = views
        self._threads = threads

    async def find(self, uuid: str, shown: DocumentState, table: TableState, moment: Table) -> Kept:
        """What stays of the view in ``shown`` when ``table``, as at ``moment``, replaces it."""
        asked = shown.view.query
        nothing = Kept(asked=asked, query=EVERYTHING)
        if shown.table is None or (asked == EVERYTHING and not _names_columns(shown.view)):
            return nothing
        try:
            query, heatmap = await self._carry(uuid, shown.view, shown.table, moment)
            if query == EVERYTHING:
                return Kept(asked=asked, query=EVERYTHING, heatmap=heatmap)
            view = await self._views.find(table, query, data=moment)
        except TSVShareError as error:
            log.warning("document %s loses its view with its new table: %s", uuid, error)
            return nothing
        return Kept(asked=asked, query=query, found=view.found, heatmap=heatmap)

    async def _carry(
        self, uuid: str, view: ViewState, old: TableState, new: Table
    ) -> tuple[Query, Heatmap | None]:
        def carry(before: list[ColumnKey], after: list[ColumnKey]) -> tuple[Query, Heatmap | None]:
            query = carry_query(view.query, before, after)
            if view.heatmap is UNSET:
                return query, None
            return query, carry_heatmap(view.heatmap, before, after)

        # In a thread: a table may have a million columns.
        await self._tables.prepare(old.id, asker=Asker(uuid))
        threads = self._tables.threads_for(old.id, self._threads)
        with self._tables.use(old) as before:
            return await threads.run(Asker(uuid), lambda _: carry(_keys(before), _keys(new)))


def _names_columns(view: ViewState) -> bool:
    return view.heatmap is not UNSET and view.heatmap.columns is not None


def _keys(table: Table) -> list[ColumnKey]:
    columns = table.facts.columns
    return column_keys(table.names(0, columns), columns)
