"""What a new reading of a table keeps of the old one: the row on top, and the shared query."""

from __future__ import annotations

import logging
from functools import cache

from tsvshare_widget import document as docs
from tsvshare_widget.document import Found, Moved
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import EVERYTHING, keep_columns
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.threads import Asker, FairThreads
from tsvshare_widget.table import Table

from .documents import Documents

log = logging.getLogger(__name__)


class NewReadings:
    """Carries the shared view of a document over to a new reading of its table."""

    def __init__(self, documents: Documents, views: Views, threads: FairThreads) -> None:
        self._documents = documents
        self._views = views
        self._threads = threads

    async def move(self, uuid: str, table_id: str, before: Table, after: Table) -> Moved:
        """Where rows of ``before`` are in ``after``; the row on top is looked up already.

        That takes reading the file and is done off the event loop: a change that shows the new
        reading then asks for the same row, and has its answer at once.
        """
        moved = rows_moved(before, after)
        document = await self._documents.load(uuid)
        top = docs.top_row(document, table_id)
        await self._threads.run(Asker(uuid), lambda _: moved(top))
        return moved

    async def find_again(self, uuid: str, table: TableState, data: Table) -> Found | None:
        """What comes of the shared query in a new reading of a table, which ``data`` is in.

        None if there is no query, or if it cannot be asked of that.
        """
        query = docs.query_of(await self._documents.load(uuid), table.id)
        query = keep_columns(query, table.columns)
        if query == EVERYTHING:
            return None
        try:
            return (await self._views.find(table, query, data=data)).found
        except TSVShareError as error:
            log.warning("document %s loses its view with its new reading: %s", uuid, error)
            return None


def rows_moved(old: Table, new: Table) -> Moved:
    """Where the rows of one reading of a file are in another one: on the same lines of it.

    To find one takes reading the file, to find it again does not.
    """

    @cache
    def row_of(row: int) -> int:
        if not old.facts.rows:
            return 0
        return new.row_at_line(old.line_number(min(row, old.facts.rows - 1)))

    return row_of
