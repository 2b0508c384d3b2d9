"""Keeping the shared views good while somebody looks at them.

A view of a table that grows is found again from time to time; one whose rows are not kept any more,
after a restart for example, is found again at once.  Neither holds up anything else: until it is
there, people see the rows as they were, or the state without a page.  Who was shown no page is
shown it later, whatever fails meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, Found
from tsvshare_widget.errors import BadValue, NotFound, Stale, TooSlow, TSVShareError, Unavailable
from tsvshare_widget.protocol import Settings, TableState
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.relay.queries.view import REST
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.table_states import reads_alike

from .documents import Documents
from .shared_query import AGAIN_SECONDS

log = logging.getLogger(__name__)

FIRST_REST_SECONDS = 0.5
"""Seconds before what failed is tried again; twice as long after each failure."""

LONGEST_REST_SECONDS = 60.0
"""Seconds before that at most."""

LONGEST_AWAY_SECONDS = 10.0
"""Seconds at most where something does not answer, which may be there again soon."""

MOST_TOO_SLOW = 3
"""Tries of a query that takes too long, before everyone sees the whole table instead."""


class _Owed(NamedTuple):
    """A snapshot that went out without its page, and what reads that."""

    document: Document
    read: Callable[[], Awaitable[object]]


class ViewRefresh:
    """The shared views of one relay that are being found again."""

    def __init__(
        self, documents: Documents, views: Views, is_watched: Callable[[str], bool]
    ) -> None:
        self._documents = documents
        self._views = views
        self._is_watched = is_watched
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, int] = {}
        self._owed: dict[str, _Owed] = {}
        self._resting: dict[str, asyncio.Event] = {}  # set when there is something to do
        self._coming: set[str] = set()  # documents whose table comes in, as they rest

    def look_after(self, document: Document) -> None:
        """See to it that the rows of a document's view are there, and that none are left out."""
        table, uuid = document.state.table, document.uuid
        if uuid in self._coming and (table is None or table.status != "receiving"):
            self._resting[uuid].set()
        if table is None or document.state.view.query == EVERYTHING:
            return
        if self._is_lost(document) or _is_behind(document):
            self._begin(uuid)

    def owe_page(self, document: Document, read: Callable[[], Awaitable[object]]) -> None:
        """Tell everyone once more when ``read`` can read the page, which just now it could not.

        Because its rows have to be found, or what keeps the table does not answer, which passes.
        """
        uuid = document.uuid
        self._owed[uuid] = _Owed(document, read)
        if uuid in self._resting:
            self._resting[uuid].set()
        self._begin(uuid)
        if uuid not in self._tasks:
            del self._owed[uuid]

    def _begin(self, uuid: str) -> None:
        if self._is_watched(uuid) and uuid not in self._tasks:
            self._tasks[uuid] = asyncio.create_task(self._work(uuid))

    async def stop(self) -> None:
        """Give up, because the relay goes."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, uuid: str) -> None:
        rest, begun = FIRST_REST_SECONDS, 0.0
        try:
            while self._is_watched(uuid):
                begun = asyncio.get_running_loop().time()
                try:
                    if not await self._do_next(await self._documents.load(uuid)):
                        return
                    rest = FIRST_REST_SECONDS
                except NotFound:
                    return  # the document has gone
                except TSVShareError as error:
                    log.warning("the view of document %s is not renewed: %s", uuid, error)
                    # Rows that still come are no reason to try this again and again.
                    took = asyncio.get_running_loop().time() - begun
                    await asyncio.sleep(max(rest, REST * took))
                    is_away = isinstance(error, Unavailable)
                    rest = min(2 * rest, LONGEST_AWAY_SECONDS if is_away else LONGEST_REST_SECONDS)
        finally:
            del self._tasks[uuid]
            self._owed.pop(uuid, None)
            if not self._is_watched(uuid):
                self._failed.pop(uuid, None)

    async def _do_next(self, document: Document) -> bool:
        """Do what is to be done first; whether there was anything."""
        table = document.state.table
        if table is None:
            return False
        owed = self._owed.get(document.uuid)
        if self._is_lost(document):
            await self._find_again(document, table)
        elif owed is not None:
            await self._show(owed)
        elif document.state.view.query != EVERYTHING and _is_behind(document):
            await self._renew(document, table)
        else:
            return False
        return True

    def _is_lost(self, document: Document) -> bool:
        table, view = document.state.table, document.state.view
        if table is None or view.query == EVERYTHING:
            return False
        return self._views.kept(table, view.query, view.of_rows) is None

    async def _find_again(self, document: Document, table: TableState) -> None:
        """Find the rows that the shared view is said to have; then its page can be shown."""
        view = document.state.view
        try:
            await self._views.find(table, view.query, view.of_rows)
        except Stale:
            await asyncio.sleep(AGAIN_SECONDS)  # what shows instead will be known soon
        except TSVShareError as error:
            log.warning("the view of document %s cannot be found: %s", document.uuid, error)
            await self._give_up_or_rest(document, error)
        else:
            self._failed.pop(document.uuid, None)

    async def _show(self, owed: _Owed) -> None:
        """Show a page to those who were shown none, unless something newer shows by now."""
        uuid = owed.document.uuid
        del self._owed[uuid]
        try:
            if (await self._documents.load(uuid)).position == owed.document.position:
                await owed.read()
                await self._documents.change(uuid, partial(_tell_again, owed.document))
        except (NotFound, Stale):
            return  # its upload failed or it was read anew: the snapshot that says so will follow
        except TSVShareError:
            self._owed.setdefault(uuid, owed)
            raise

    async def _give_up_or_rest(self, document: Document, error: TSVShareError) -> None:
        """Most errors pass, such as a process that was killed: the view stays for another try."""
        failed = self._failed[document.uuid] = self._failed.get(document.uuid, 0) + 1
        too_slow = isinstance(error, TooSlow) and failed >= MOST_TOO_SLOW
        if isinstance(error, BadValue) or too_slow:
            del self._failed[document.uuid]
            await self._documents.change(document.uuid, partial(_give_up, document))
        else:
            await asyncio.sleep(min(FIRST_REST_SECONDS * 2 ** (failed - 1), LONGEST_REST_SECONDS))

    async def _renew(self, document: Document, table: TableState) -> None:
        """Take in the rows that have come since."""
        loop, query = asyncio.get_running_loop(), document.state.view.query
        kept = self._views.kept(table, query, document.state.view.of_rows)
        if kept is not None:
            await self._rest(document.uuid, table, kept.good_until(table) - loop.time())
        newest = (await self._documents.load(document.uuid)).state.table
        if newest is None or newest.id != table.id or document.uuid in self._owed:
            return
        with suppress(Stale):
            found = (await self._views.find(newest, query, newest.rows)).found
            await self._documents.change(document.uuid, partial(_renewed, newest, found))

    async def _rest(self, uuid: str, table: TableState, seconds: float) -> None:
        """Wait so long, or until somebody is owed a page; for a table that is coming in at most
        until it has.
        """
        self._resting[uuid] = asyncio.Event()
        if table.status == "receiving":
            self._coming.add(uuid)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._resting[uuid].wait(), max(0.0, seconds))
        finally:
            del self._resting[uuid]
            self._coming.discard(uuid)


def _is_behind(document: Document) -> bool:
    table = document.state.table
    return table is not None and document.state.view.of_rows < table.rows


def _renewed(table: TableState, found: Found, document: Document) -> Document:
    shown = document.state.table
    if shown is None or not reads_alike(shown, table):
        return document
    return docs.renew_view(document, table.id, found)


def _tell_again(before: Document, document: Document) -> Document:
    """The same once more, for those who heard of it when its page was not there."""
    if document.position != before.position:
        return document  # what came after it is told with its own page
    return msgspec.structs.replace(document, seq=document.seq + 1, event="growth")


def _shows_the_same(document: Document, before: Document) -> bool:
    """Whether a document still shows the view that it did before."""
    (table, view), (old_table, old_view) = (
        (each.state.table, each.state.view) for each in (document, before)
    )
    if table is None or old_table is None:
        return False
    return view.query == old_view.query and reads_alike(table, old_table)


def _give_up(before: Document, document: Document) -> Document:
    """The whole table instead of a view whose rows cannot be found any more."""
    if not _shows_the_same(document, before):
        return document
    table = document.state.table
    settings = Settings(sort=(), filters=(), search="")
    of_table = table.id if table else None
    return docs.apply(document, settings, table=of_table, op_id=None, by=None, now=time.time())
