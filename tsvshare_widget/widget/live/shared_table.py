"""One document as this notebook sees it: its newest state, pending operations, its pages."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future

from tsvshare_widget.client import Appender, Connection, Link, Snapshot
from tsvshare_widget.client.backoff import Backoff
from tsvshare_widget.errors import (
    Stale,
    TimedOut,
    TooLarge,
    TSVShareError,
    Unavailable,
    from_code,
)
from tsvshare_widget.protocol import (
    MAX_COLUMNS,
    NO_PAGE,
    PAGE_COLUMNS,
    Page,
    SetAccess,
    Settings,
    TableState,
)
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.sources.growing import Growing
from tsvshare_widget.widget.convert.header import Header, HeaderReader

from .giving_way import GivingWay
from .known import is_known, is_whole, with_rows
from .pending import PendingOps

TIMEOUT_SECONDS = 30.0
"""Seconds to wait for the relay where nobody says otherwise."""

LONG_SECONDS = 600.0
"""Seconds that finding rows may take."""

QUICK_OPENING_SECONDS = 0.3
"""Seconds that opening a file waits, so that what is small is there when the cell ends."""

BACK_SECONDS = 2.0
"""Seconds to wait for the table that was there, where another one has not come about."""

LARGE_BYTES = 4_000_000
"""A file from here on shows as soon as it has a page; counting its rows may take longer."""


class SharedTable:
    """A connection to a document, with all the waiting that a notebook asks for.

    ``on_change`` is called on the connection's thread after every change and must not block.
    ``on_link`` is called there after a change of the connection's link.  ``is_here``: the relay is
    one in this process, which nobody else comes back to.
    """

    def __init__(
        self,
        link: Link,
        on_change: Callable[[], object],
        *,
        on_link: Callable[[], object] | None = None,
        is_here: bool = False,
    ) -> None:
        self._on_link = on_link
        self.connection = Connection(
            link,
            on_change=self._changed,
            on_link=self._relinked,
            backoff=Backoff(at_once=is_here),
        )
        self.pending = PendingOps(self.connection, on_answer=self._changed)
        self._on_change = on_change
        self._opening: Future[None] | None = None
        self._replaced: str | None = None  # by the table that is opening
        self._growing: Growing | None = None
        self._headers = HeaderReader(self.connection)
        self._appender = Appender(link, self.connection.cid)
        self._giving_way = GivingWay(self.connection)
        self._appended: TableState | None = None
        self._arrived: TableState | None = None  # as it was when it had just come in full

    @property
    def snapshot(self) -> Snapshot:
        """What is known now, rows appended here included."""
        return with_rows(self.connection.snapshot, self._appended)

    def close(self) -> None:
        """Leave the document; a table that grows from here ends with what has come."""
        self.stop_growing()
        self.read_on()
        self.connection.close()
        self._appender.close()

    def _relinked(self) -> None:
        self._appender.link = self.connection.link
        if self._on_link is not None:
            self._on_link()

    def _changed(self) -> None:
        table = self.connection.snapshot.state.table
        if table is None or table.status == "receiving":
            self._arrived = None
        elif self._arrived is None or self._arrived.id != table.id:
            self._arrived = table
        self.pending.send_due()
        self._on_change()
        self.connection.recheck()

    # --- opening a table ---

    @property
    def is_opening(self) -> bool:
        """Whether a table is on its way that was opened here."""
        return self._opening is not None and not self._opening.done()

    @property
    def failure(self) -> BaseException | None:
        """Why there is no table, if opening one here has failed."""
        opening = self._opening
        if self._growing is not None and self._growing.has_rows:
            return None  # what came before it failed stays
        table = self.snapshot.state.table
        if opening is None or not opening.done() or (table and table.status != "receiving"):
            return None
        return opening.exception()

    def open_table(
        self, send: Callable[[], TableState], timeout: float | None, growing: Growing | None = None
    ) -> None:
        """Have ``send`` bring a table, ``growing`` if it is one that grows; wait until it shows."""
        self.stop_growing()
        self._opening, self._growing = None, growing
        before = self.snapshot.table_id
        try:
            brought = send().id
        except Exception:
            # Whoever looks next is to see what there is again, and not what has just gone.
            with contextlib.suppress(TSVShareError):
                self.connection.wait(lambda known: known.table_id == before, BACK_SECONDS)
            raise
        self.connection.catch_up(brought, timeout)

    def open_growing(
        self, growing: Growing, send: Callable[[], TableState], timeout: float | None
    ) -> None:
        """Have ``send`` bring a table whose rows come as they are made, in the background."""
        self._growing = growing
        self.open_table_in_background(send, timeout)

    def stop_growing(self) -> None:
        """Let a table that grows from here end with what has come."""
        growing, self._growing = self._growing, None
        if growing is not None:
            growing.stop()

    def open_table_in_background(
        self, send: Callable[[], TableState], timeout: float | None, *, size: int | None = None
    ) -> None:
        """Have ``send`` bring a table, and wait only if that is a matter of a moment.

        Of one with as many bytes as :data:`LARGE_BYTES`, only its first page is waited for.
        """
        self.pending.set_opening(True)
        self._replaced = self.snapshot.table_id
        self._opening = opening = Future[None]()
        opening.add_done_callback(lambda _: self._opened())

        def run() -> None:
            try:
                self.connection.catch_up(send().id, timeout)
            except BaseException as error:
                opening.set_exception(error)
            else:
                opening.set_result(None)

        def is_enough(known: Snapshot) -> bool:
            is_large = size is not None and size >= LARGE_BYTES
            return opening.done() or (is_large and known.state.view.n_rows > 0)

        threading.Thread(target=run, name="tsvshare-opening", daemon=True).start()
        try:
            self._wait_for(is_enough, QUICK_OPENING_SECONDS)
        except TimedOut:
            return
        self.raise_failure()

    def give_way(self) -> None:
        """Hold up who brings a table that is opening, while its first page goes to the screen."""
        self._giving_way.hold(self._lacks_rows)

    def read_on(self) -> None:
        """Hold nobody up any more."""
        self._giving_way.end()

    def _lacks_rows(self, known: Snapshot) -> bool:
        """Whether it shows some of the table that is opening, but not all of its page."""
        is_there = known.state.view.n_rows > 0 and not self._shows_old(known)
        return is_there and not self._has_page(known)

    def _opened(self) -> None:
        self.pending.set_opening(False)
        self.connection.thread.call(self._changed)

    def set_and_wait(self, settings: Settings, timeout: float | None) -> None:
        """Change what everyone sees, and wait until it shows.  Raises what the relay rejects."""
        self.pending.send_settled()
        self.connection.set(settings, table=self.snapshot.table_id, timeout=timeout).result()

    def append_rows(self, more: bytes | list[list[str]], table: str, timeout: float | None) -> None:
        """Put rows, or bytes of the file, at the end of the table; returns when they are there."""
        self._appended = self._appender.append(more, table=table, timeout=timeout)

    def change_access(self, asked: SetAccess, timeout: float | None) -> None:
        """Change who may open the document, or for how long.  Raises what the relay objects."""
        self.connection.send_request(asked, timeout).result()

    def wait_until_moved(self, link: Link, timeout: float | None) -> None:
        """Wait until this goes on at the relay of ``link``."""

        def is_there(known: Snapshot) -> bool:
            is_same = self.connection.link.http_url == link.http_url
            return is_same and known.status == "live" and known.position is not None

        self.connection.wait(is_there, timeout)

    def check_size(self, size: int | None, name: str) -> None:
        """Raise :class:`TooLarge` if the relay is known to take no upload of so many bytes."""
        limits = self.snapshot.limits
        if limits is not None and size is not None and size > limits.upload:
            raise TooLarge(f"{name} has {size:,} bytes: this relay takes up to {limits.upload:,}")

    # --- waiting ---

    def wait_for(self, until: Callable[[Snapshot], bool], timeout: float | None) -> Snapshot:
        """Wait until the relay has answered everything set so far, and ``until`` holds.

        While it works on rows that are to be found, this waits on.  Raises what the relay rejected,
        :class:`TimedOut`, and that the document is gone.
        """
        self.read_on()
        return self._wait_for(until, timeout)

    def _wait_for(self, until: Callable[[Snapshot], bool], timeout: float | None) -> Snapshot:
        def is_so(known: Snapshot) -> bool:
            if known.status in ("gone", "closed"):
                return True
            is_behind = with_rows(known, self._appended) is not known
            is_pending = is_behind or self.pending.has_any or self._shows_old(known)
            return known.position is not None and not is_pending and until(known)

        snapshot = self._wait_through_work(is_so, timeout)
        rejection = self.pending.pop_error()
        if rejection is not None:
            raise rejection
        if snapshot.status == "closed":
            raise Unavailable(
                "this was closed here; TSVShare.join(url) or connect(url) opens it again"
            )
        if snapshot.status == "gone" and snapshot.problem is not None:
            raise from_code(snapshot.problem.code, snapshot.problem.message)
        return snapshot

    def _wait_through_work(
        self, until: Callable[[Snapshot], bool], timeout: float | None
    ) -> Snapshot:
        while True:
            try:
                return self.connection.wait(until, timeout)
            except TimedOut:
                if self.snapshot.working is None or not self.pending.has_query:
                    raise

    def _shows_old(self, known: Snapshot) -> bool:
        """Whether it still shows the table that the one that is opening replaces."""
        return self.is_opening and self._replaced is not None and known.table_id == self._replaced

    def wait_until_connected(self, timeout: float | None) -> Snapshot:
        """Wait until the relay has answered at all, and everything set so far."""
        return self.wait_for(lambda _: True, timeout)

    def wait_until_opened(self, timeout: float | None) -> None:
        """Wait until what is opened here has come.  Raises why it has not."""
        self.wait_for(lambda _: not self.is_opening, timeout)
        self.raise_failure()
        growing = self._growing
        if growing is not None and growing.error is not None:  # it is said once
            self.wait_for(is_whole, timeout)
            self._growing = None
            raise growing.error

    def wait_until_whole(self, timeout: float | None) -> TableState | None:
        """Wait until all of the table has come, whoever sends it; None if there is none."""
        self.wait_until_opened(timeout)
        return self.wait_for(is_whole, timeout).state.table

    def wait_until_known(self, timeout: float | None) -> Snapshot:
        """Wait until all that will come of a table has come; of one without end, until some has.

        Of what comes through a pipe nobody knows how much that will be.
        """
        self.wait_until_opened(timeout)
        return self.wait_for(is_known, timeout)

    def wait_for_page(self, timeout: float | None) -> Snapshot:
        """Wait until the page everyone is on has come in full."""
        snapshot = self._wait_for(self._has_page, timeout)
        self.raise_failure()
        return snapshot

    def raise_failure(self) -> None:
        """Raise why there is no table, if that is known."""
        failure = self.failure
        if failure is not None:
            raise failure

    def wait_for_view(self, timeout: float | None) -> Snapshot:
        """Wait until the query has looked at all rows that came in, and those appended here.

        What others append later is taken in now and then.
        """
        return self.wait_for(lambda known: not self._is_view_behind(known), timeout)

    def _is_view_behind(self, known: Snapshot) -> bool:
        table, view = known.state.table, known.state.view
        if table is None:
            return False
        if table.status == "receiving":
            return view.query != EVERYTHING and not is_known(known)
        arrived = self._arrived
        needed = arrived.rows if arrived is not None and arrived.id == table.id else table.rows
        if self._appended is not None and self._appended.id == table.id:
            needed = max(needed, self._appended.rows)
        return view.of_rows < min(table.rows, needed)

    def _has_page(self, known: Snapshot) -> bool:
        view = known.state.view
        if self._is_view_behind(known):
            return False
        if known.state.table is None:
            return not self.is_opening
        if bytes(known.page) == bytes(NO_PAGE):
            return False  # the table has just been read anew: the next snapshot has the page
        return is_known(known) or view.page * view.page_size <= view.n_rows

    # --- pages ---

    def page(self, timeout: float | None) -> Page | None:
        """The shared page with all the columns one page can have, or None without a table."""
        known = self.wait_for_page(timeout)
        page = known.decoded_page()
        if page is None or page.columns.total <= PAGE_COLUMNS:
            return page
        try:
            return self.connection.look(
                page.page,
                page.page_size,
                table=page.table,
                columns=(0, min(page.columns.total, MAX_COLUMNS)),
                query=known.state.view.query,
                timeout=timeout,
            )
        except Stale:
            return self.page(timeout)

    def header(self, known: Snapshot, timeout: float | None) -> Header:
        """What the columns of the table in ``known`` are called."""
        return self._headers.read_header(known, timeout)

    def current_header(self, timeout: float | None) -> Header:
        """What the columns are called, as soon as there is a table, whatever else is pending."""
        known = self.connection.wait(self._shows_columns, timeout)
        self.raise_failure()
        try:
            return self._headers.read_header(known, timeout)
        except Stale:
            return self.current_header(timeout)

    def _shows_columns(self, known: Snapshot) -> bool:
        if known.status in ("gone", "closed"):
            return True
        table = known.state.table
        if table is None:
            return known.position is not None and not self.is_opening
        if self._shows_old(known):
            return False
        # While the line that names the columns is not there in full, there is none.
        return table.columns > 0 or table.status != "receiving"
