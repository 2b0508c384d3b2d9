"""A shared table without a widget: for scripts, pipelines and services.

How it is read is in ``live_reading.py``, how it is awaited in ``async_table.py``.
"""

from __future__ import annotations

import threading
from typing import Any, Unpack

from tsvshare_widget.client import OnBytes
from tsvshare_widget.errors import NotFound
from tsvshare_widget.protocol import Settings, TableState
from tsvshare_widget.query import Filter
from tsvshare_widget.sources import recognise_source
from tsvshare_widget.sources.growing import Growing

from .convert.colours import read_heatmap, write_heatmap
from .convert.header import Header
from .convert.query import (
    read_filters,
    read_search,
    read_sort,
    write_filters,
    write_search,
    write_sort,
)
from .convert.reading import ReadKeywords, to_read_options
from .convert.rows import read_all
from .convert.text_warnings import warn_of_texts
from .live.opening import send_table
from .live.pending import check_number, check_right
from .live.shared_table import LONG_SECONDS
from .live_reading import LiveReading

LEFT: Any = object()
"""Stands for what is not said, where None says something."""


class LiveTable(LiveReading):
    """The document behind a link, as a script holds it; may be used from any thread.

    What is read is what everyone sees now.  What is set has taken effect when the assignment, or
    :meth:`set`, returns; it raises what the relay objects.  ``on_change`` is called with this table
    after changes, one call at a time and the newest state only, on a thread that all callbacks of
    the process share (``tsvshare-observers``): it may wait, set and read.  Use it in a ``with``
    block, or :meth:`close` it.

    ``timeout`` is how many seconds each call may wait; ``wait``: for the relay at once, else the
    first call does.
    """

    def set(
        self,
        *,
        page: int | None = None,
        page_size: int | None = None,
        sort: Any = LEFT,
        filters: Any = LEFT,
        search: Any = LEFT,
    ) -> None:
        """Set several things in one step, for everyone: what is left out stays.

        Sort, filters and search are in the forms of ``TSVShare``; None clears them.  A page goes
        with what is found: it is turned to after the others.
        """
        values: dict[str, Any] = {}
        is_asked = any(part is not LEFT for part in (sort, filters, search))
        header = self._header(self._known) if is_asked else None
        if header is not None:
            values |= {"sort": read_sort(sort, header)} if sort is not LEFT else {}
            values |= (
                {"filters": self._read_filters(filters, header)} if filters is not LEFT else {}
            )
            values |= {"search": read_search(search, header)} if search is not LEFT else {}
        if page_size is not None:
            values["page_size"] = check_number("page_size", page_size)
        number = None if page is None else check_number("page", page)
        if values:
            self._set(Settings(**values))
        if number is not None:
            self._set(Settings(page=number))

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
        self._set(Settings(filters=self._read_filters(filters, self._header(self._known))))

    def _read_filters(self, filters: Any, header: Header) -> tuple[Filter, ...]:
        wanted = read_filters(filters, header)
        warn_of_texts(wanted, self._known.decoded_page(), header)
        return wanted

    @property
    def search(self) -> str:
        """What rows of the view have in some cell."""
        known = self._known
        return write_search(known.state.view.query.search, self._header(known))

    @search.setter
    def search(self, search: str | None) -> None:
        self._set(Settings(search=read_search(search, self._header(self._known))))

    @property
    def heatmap(self) -> Any:
        """Which columns are coloured by their numbers, in the forms of ``TSVShare.heatmap``."""
        known = self._known
        return write_heatmap(known.state.view.heatmap, self._header(known))

    @heatmap.setter
    def heatmap(self, heatmap: Any) -> None:
        self._set(Settings(heatmap=read_heatmap(heatmap, self._header(self._known))))

    def upload(
        self,
        source: Any,
        *,
        name: str | None = None,
        index: bool | None = None,
        member: str | None = None,
        on_progress: OnBytes | None = None,
        cancelled: threading.Event | None = None,
        **options: Unpack[ReadKeywords],
    ) -> None:
        """Replace the table, for everyone, by whatever ``TSVShare`` takes; the words are the same.

        ``on_progress`` is called with the bytes sent and how many there will be, if that is known;
        once ``cancelled`` is set, it ends, and the table is as it was.
        """
        check_right(self._known)
        how = to_read_options(options)
        table = recognise_source(
            source, name=name, options=how, index=index, member=member, timeout=self._timeout
        )
        link, cid = self._shared.connection.link, self._shared.connection.cid

        def send() -> TableState:
            return send_table(
                link,
                table,
                None,
                cid=cid,
                timeout=self._timeout,
                on_progress=on_progress,
                cancelled=cancelled,
            )

        growing = table if isinstance(table, Growing) else None
        self._shared.open_table(send, self._timeout, growing)

    def stop_growing(self) -> None:
        """Let an upload of what an iterator yields end with what has come."""
        self._shared.stop_growing()

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
