"""What an upload keeps of what everyone asked of the table that it replaces.

A newer version of a table is looked at as the older one was: sorted, filtered and searched in the
same way, as far as it has the columns.
"""

from __future__ import annotations

import logging

from tsvshare_widget.document import Kept
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import DocumentState, TableState
from tsvshare_widget.query import EVERYTHING, ColumnKey, Query, carry_query, column_keys
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import Asker, FairThreads
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
        if asked == EVERYTHING or shown.table is None:
            return Kept(asked=asked, query=EVERYTHING)
        try:
            query = await self._carry(uuid, asked, shown.table, moment)
            if query == EVERYTHING:
                return Kept(asked=asked, query=EVERYTHING)
            view = await self._views.find(table, query, data=moment)
        except TSVShareError as error:
            log.warning("document %s loses its view with its new table: %s", uuid, error)
            return Kept(asked=asked, query=EVERYTHING)
        return Kept(asked=asked, query=query, found=view.found)

    async def _carry(self, uuid: str, asked: Query, old: TableState, new: Table) -> Query:
        # In a thread: a table may have a million columns.
        with self._tables.use(old) as before:
            return await self._threads.run(
                Asker(uuid), lambda _: carry_query(asked, _keys(before), _keys(new))
            )


def _keys(table: Table) -> list[ColumnKey]:
    columns = table.facts.columns
    return column_keys(table.names(0, columns), columns)
