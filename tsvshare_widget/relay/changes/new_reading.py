"""What a new reading of a table keeps of the old one: the row on top, and the shared query."""

from __future__ import annotations

import logging
from functools import cache

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Kept, Moved, NewReading
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import EVERYTHING, Query, carry_query, column_keys
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.threads import FairThreads
from tsvshare_widget.table import Table

from .documents import Documents

log = logging.getLogger(__name__)


class NewReadings:
    """Carries the shared view of a document over to a new reading of its table."""

    def __init__(self, documents: Documents, views: Views, threads: FairThreads) -> None:
        self._documents = documents
        self._views = views
        self._threads = threads

    async def carry(self, uuid: str, table: TableState, before: Table, after: Table) -> NewReading:
        """What a view of ``before`` needs to know, now that ``table`` is read as ``after`` is."""
        return NewReading(
            moved=await self._move(uuid, table.id, before, after),
            again=await self._find_again(uuid, table, before, after),
        )

    async def _move(self, uuid: str, table_id: str, before: Table, after: Table) -> Moved:
        """Where rows of ``before`` are in ``after``; the row on top is looked up already.

        That takes reading the file and is done off the event loop: a change that shows the new
        reading then asks for the same row, and has its answer at once.
        """
        moved = rows_moved(before, after)
        document = await self._documents.load(uuid)
        top = docs.top_row(document, table_id)
        await self._threads.run(Asker(uuid), lambda _: moved(top))
        return moved

    async def _find_again(
        self, uuid: str, table: TableState, before: Table, after: Table
    ) -> Kept | None:
        """What of the shared query stays in a new reading, ``after``, and what comes of it there.

        None if there is no query.
        """
        asked = docs.query_of(await self._documents.load(uuid), table.id)
        if asked == EVERYTHING:
            return None
        try:
            query = await self._threads.run(
                Asker(uuid), lambda _: carry_to_reading(asked, before, after)
            )
            if query == EVERYTHING:
                return Kept(asked=asked, query=EVERYTHING)
            view = await self._views.find(table, query, data=after)
        except TSVShareError as error:
            log.warning("document %s loses its view with its new reading: %s", uuid, error)
            return Kept(asked=asked, query=EVERYTHING)
        return Kept(asked=asked, query=query, found=view.found)


def carry_to_reading(query: Query, before: Table, after: Table) -> Query:
    """What of a query stays in a new reading of the same file: that about columns of known names.

    Columns without names are the same ones only as long as rows are split at the same characters.
    A search stays: it looks into whatever cells there are.
    """
    names = [table.names(0, table.facts.columns) for table in (before, after)]
    if before.facts.dialect.delimiter == after.facts.dialect.delimiter and None in names:
        names = [None, None]
    old, new = (
        column_keys(some, table.facts.columns)
        for some, table in zip(names, (before, after), strict=True)
    )
    if before.facts.dialect.delimiter != after.facts.dialect.delimiter:
        new = [key if key[0] is not None else (None, -1) for key in new]
    return msgspec.structs.replace(carry_query(query, old, new), search=query.search)


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
