"""A shared table without a widget: for scripts, pipelines and services."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tsvshare_widget.client import Snapshot
from tsvshare_widget.client.jupyter_server import parse_link
from tsvshare_widget.errors import NotFound, TimedOut
from tsvshare_widget.protocol import Position, Settings
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.sources import recognise_source

from .convert.frames import to_frame, warn_of_cuts
from .convert.header import Header
from .convert.libraries import to_arrow, to_polars
from .convert.query import (
    read_filters,
    read_search,
    read_sort,
    write_filters,
    write_search,
    write_sort,
)
from .convert.rows import read_all
from .live.observers import NewestOnly
from .live.opening import send_table
from .live.pending import check_number, check_right
from .live.shared_table import SharedTable
from .traits import Status, describe_status

if TYPE_CHECKING:
    import pandas as pd

TIMEOUT_SECONDS = 30.0
"""Seconds to wait for the relay where nobody says otherwise."""

LONG_SECONDS = 600.0
"""Seconds that finding rows may take."""


class LiveTable:
    """The document behind a link, as a script holds it; may be used from any thread.

    What is read is what everyone sees now.  What is set has taken effect when the assignment
    returns; it raises what the relay objects.  ``on_change`` is called with this table after
    changes, one call at a time and the newest state only, on a thread that all callbacks of the
    process share: it may wait, set and read.  Use it in a ``with`` block, or :meth:`close` it.
    """

    def __init__(
        self,
        url: str,
        *,
        on_change: Callable[[LiveTable], object] | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
    ) -> None:
        self._timeout = timeout
        self._seen: Position | None = None
        self._callbacks: NewestOnly[Snapshot] = NewestOnly(
            lambda _: on_change(self) if on_change is not None else None
        )
        self._shared = SharedTable(parse_link(url), self._changed)
        self._shared.connection.open()
        try:
            self._seen = self._shared.wait_until_connected(timeout).position
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> LiveTable:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<LiveTable {self.view_url}: {self.status}>"

    def close(self) -> None:
        """Leave; the document lives on."""
        self._shared.close()
        self._callbacks.close()

    def _changed(self) -> None:
        self._callbacks.offer(self._shared.snapshot)

    # --- what everyone sees ---

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

    # --- setting it ---

    def _set(self, settings: Settings) -> None:
        check_right(self._known)
        self._shared.set_and_wait(settings, LONG_SECONDS)

    @property
    def page(self) -> int:
        """The page everyone is on; -1 is the last one, also as it grows."""
        return self._known.state.view.page

    @page.setter
    def page(self, page: int) -> None:
        self._set(Settings(page=check_number("page", page)))

    @property
    def page_size(self) -> int:
        """Rows on a page."""
        return self._known.state.view.page_size

    @page_size.setter
    def page_size(self, size: int) -> None:
        self._set(Settings(page_size=check_number("page_size", size)))

    @property
    def sort(self) -> Any:
        """How the view is sorted, in the forms of ``TSVShare.sort``."""
        known = self._known
        return write_sort(known.state.view.query.sort, self._header(known))

    @sort.setter
    def sort(self, sort: Any) -> None:
        self._set(Settings(sort=read_sort(sort, self._header(self._known))))

    @property
    def filters(self) -> Any:
        """Which rows are in the view, in the forms of ``TSVShare.filters``."""
        known = self._known
        return write_filters(known.state.view.query.filters, self._header(known))

    @filters.setter
    def filters(self, filters: Any) -> None:
        self._set(Settings(filters=read_filters(filters, self._header(self._known))))

    @property
    def search(self) -> str:
        """What rows of the view have in some cell."""
        known = self._known
        return write_search(known.state.view.query.search, self._header(known))

    @search.setter
    def search(self, search: str | None) -> None:
        self._set(Settings(search=read_search(search, self._header(self._known))))

    def upload(self, source: Any, *, name: str | None = None) -> None:
        """Replace the table, for everyone, by whatever ``TSVShare`` takes."""
        table = recognise_source(source, name=name, timeout=self._timeout)
        check_right(self._known)
        connection = self._shared.connection
        link, cid = connection.link, connection.cid
        self._shared.open_table(
            lambda: send_table(link, table, None, cid=cid, timeout=self._timeout), self._timeout
        )

    def append(self, rows: Any) -> None:
        """Put rows at the end of the table, for everyone, in the forms of ``TSVShare.append``."""
        table = self._shared.wait_until_whole(self._timeout)
        known = self._known
        check_right(known)
        if table is None:
            raise NotFound("there is no table yet to append to; upload one")
        for more in read_all(rows, self._header(known), table):
            if more:
                self._shared.append_rows(more, table.id, self._timeout)

    def wait_for_change(self, timeout: float | None = None) -> bool:
        """Wait until something has changed since the last call, or since the beginning.

        ``timeout`` is in seconds, None for ever; whether something has.
        """

        def is_new(known: Snapshot) -> bool:
            return known.position != self._seen

        try:
            known = self._shared.wait_for(is_new, timeout)
        except TimedOut:
            return False
        self._seen = known.position
        return True


def connect(
    url: str,
    *,
    on_change: Callable[[LiveTable], object] | None = None,
    timeout: float | None = TIMEOUT_SECONDS,
) -> LiveTable:
    """The document behind a link, without a widget: see :class:`LiveTable`.

    Raises :class:`BadValue` for what is no link, :class:`NotFound` if the document is no more,
    :class:`Revoked`, and :class:`TimedOut`.
    """
    return LiveTable(url, on_change=on_change, timeout=timeout)
