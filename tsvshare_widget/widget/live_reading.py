"""A shared table without a widget: what is read of it; what is set is in ``live_table.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

from tsvshare_widget.client import Snapshot, check_reached
from tsvshare_widget.client.jupyter_server import parse_link
from tsvshare_widget.errors import NotFound, TimedOut, Unavailable
from tsvshare_widget.protocol import Position
from tsvshare_widget.query import EVERYTHING

from .convert.frames import to_frame, warn_of_cuts
from .convert.header import Header
from .convert.libraries import to_arrow, to_polars
from .familiar import Familiar
from .live.asking import find_in, group_rows
from .live.changes import facts_of, names_of_changes
from .live.observers import NewestOnly
from .live.shared_table import LONG_SECONDS, TIMEOUT_SECONDS, SharedTable
from .saved_views import SavedViews
from .traits import Status, describe_status

if TYPE_CHECKING:
    import pandas as pd


class LiveReading(Familiar, SavedViews):
    """The part of :class:`.live_table.LiveTable` that reads and waits, and changes nothing."""

    def __init__(
        self,
        url: str,
        *,
        on_change: Callable[[Any], object] | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
        wait: bool = True,
    ) -> None:
        self._timeout = timeout
        self._listeners: list[Callable[[], object]] = []
        self.seen: Position | None = None
        """What :meth:`wait_for_change` has told of."""
        self._callbacks: NewestOnly[Snapshot] = NewestOnly(
            lambda _: on_change(self) if on_change is not None else None
        )
        self._shared = SharedTable(parse_link(url), self._changed)
        self._shared.connection.open()
        if wait:
            self._connect()

    def _connect(self) -> None:
        """Wait until the relay has answered.  Raises why it does not lead there."""
        try:
            check_reached(self._shared.connection.link, self._timeout)
            self.seen = self._shared.wait_until_connected(self._timeout).position
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        if self.seen is None:
            self._connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.view_url}: {self.status}>"

    def close(self) -> None:
        """Leave; the document lives on."""
        self._shared.close()
        self._callbacks.close()

    def _changed(self) -> None:
        self._callbacks.offer(self._shared.snapshot)
        for tell in self._listeners:
            tell()

    def listen(self, tell: Callable[[], object]) -> None:
        """Have ``tell`` called after changes, on the connection's thread; it must not block."""
        self._listeners.append(tell)

    # --- what everyone sees ---

    @property
    def snapshot(self) -> Snapshot:
        """What is known now; nothing is waited for."""
        return self._shared.snapshot

    @property
    def _known(self) -> Snapshot:
        return self._shared.wait_for(lambda _: True, self._timeout)

    def _header(self, known: Snapshot) -> Header:
        return self._shared.header(known, self._timeout)

    @property
    def url(self) -> str:
        """The full link, if this has the key."""
        return self._shared.connection.link.url

    @property
    def view_url(self) -> str:
        """The link that lets people look."""
        return self._shared.connection.link.view_url

    @property
    def status(self) -> Status:
        """How the connection is, and what there is of a table."""
        return describe_status(self._shared.snapshot)

    @property
    def viewers(self) -> int:
        """How many look at it, this one included."""
        return self._known.viewers

    @property
    def n_rows(self) -> int:
        """Rows of the view."""
        return self._known.state.view.n_rows

    @property
    def n_total(self) -> int:
        """Rows of the table."""
        table = self._known.state.table
        return table.rows if table is not None else 0

    @property
    def n_pages(self) -> int:
        """Pages of the view."""
        return self._known.state.view.n_pages

    @property
    def columns(self) -> list[str]:
        """The header of the table; empty without one."""
        return list(self._header(self._known).names or [])

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the page everyone is on, exactly as in the file."""
        page = self._shared.page(self._timeout)
        if page is None:
            return []
        warn_of_cuts(page)
        return page.rows

    def read_page(self, page: int, page_size: int | None = None) -> list[list[str]]:
        """The cells of another page of the view, while everyone stays where they are."""
        known = self._known
        view = known.state.view
        if known.table_id is None:
            raise NotFound("there is no table yet of which a page could be read")
        found = self._shared.connection.look(
            page,
            page_size or view.page_size,
            table=known.table_id,
            query=view.query,
            timeout=self._timeout,
        )
        warn_of_cuts(found)
        return found.rows

    def to_pandas(self, *, view: bool = False, dtype: Any = None) -> pd.DataFrame:
        """The whole table, or the view, as a DataFrame; as ``TSVShare.to_pandas``."""
        from .convert.whole import download_frame

        table = self._shared.wait_until_whole(self._timeout)
        if table is None:
            return to_frame([], None, 0, dtype=dtype)
        known = self._shared.wait_for_view(self._timeout)
        query = known.state.view.query if view else EVERYTHING
        link, header = self._shared.connection.link, self._header(known)
        return download_frame(link, table, header, query, dtype=dtype, timeout=self._timeout)

    def to_arrow(self, *, view: bool = False, dtype: Any = None) -> Any:
        """The whole table, or the view, as a pyarrow Table; as ``TSVShare.to_arrow``."""
        return to_arrow(self.to_pandas(view=view, dtype=dtype))

    def to_polars(self, *, view: bool = False, dtype: Any = None) -> Any:
        """The whole table, or the view, as a DataFrame of polars; as ``TSVShare.to_polars``."""
        return to_polars(self.to_pandas(view=view, dtype=dtype))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The whole table for libraries that take an Arrow stream; needs pyarrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    # --- asking, while everyone stays where they are ---

    def find(self, text: str, *, view: bool = False, limit: int = 1000) -> pd.DataFrame:
        """The rows with ``text`` in any cell, as a DataFrame of text; as ``TSVShare.find``."""
        return find_in(self._shared, text, view=view, limit=limit, timeout=LONG_SECONDS)

    def group_by(
        self,
        by: str | int | list[str | int],
        *,
        sum: Any = None,
        mean: Any = None,
        median: Any = None,
        view: bool = False,
    ) -> pd.DataFrame:
        """Rows put together by the cells of one or two columns; as ``TSVShare.group_by``."""
        figures = {"sum": sum, "mean": mean, "median": median}
        return group_rows(self._shared, by, figures, view=view, timeout=LONG_SECONDS)

    # --- waiting ---

    def wait_for_change(self, timeout: float | None = None) -> bool:
        """Wait until something has changed since the last call, or since the beginning.

        ``timeout`` is in seconds, None for ever; whether something has.
        """

        def is_new(known: Snapshot) -> bool:
            return known.position != self.seen

        try:
            known = self._shared.wait_for(is_new, timeout)
        except TimedOut:
            return False
        self.seen = known.position
        return True

    def changes(self, timeout: float | None = None) -> Iterator[frozenset[str]]:
        """What has changed, each time something has from now on, as a set of names.

        They are ``table`` (another one, or read otherwise), ``n_total``, ``page``, ``page_size``,
        ``sort``, ``filters``, ``search``, ``n_rows``, ``n_pages``, ``viewers`` and ``status``.
        What changes while nobody asks is told as one.  It ends when nothing has changed for
        ``timeout`` seconds, and when this is closed.  Raises :class:`Deleted` and such if the
        document ends.
        """
        return self._changes_since(facts_of(self._known), timeout)

    def _changes_since(
        self, before: dict[str, Any], timeout: float | None
    ) -> Iterator[frozenset[str]]:
        while (known := self._next_after(before, timeout)) is not None:
            now = facts_of(known)
            yield names_of_changes(before, now)
            before = now

    def _next_after(self, before: dict[str, Any], timeout: float | None) -> Snapshot | None:
        try:
            return self._shared.wait_for(lambda known: facts_of(known) != before, timeout)
        except TimedOut:
            return None
        except Unavailable:
            if self._shared.snapshot.status == "closed":
                return None
            raise
