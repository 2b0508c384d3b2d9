"""How a widget is set up, displayed and updated; what users do with it is in tsvshare.py."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from tsvshare_widget.client import Link, OnBytes, Snapshot
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import TableState

from .comm.front_end import FrontEnd, release_subshell
from .comm.messages import SelectionMessage
from .convert import static_html
from .convert.header import Header
from .convert.query import (
    read_filters,
    read_search,
    read_sort,
    write_filters,
    write_search,
    write_sort,
)
from .convert.selection import NOTHING, Selection, describe_selection
from .convert.sources import Source
from .live.observers import NewestOnly
from .live.opening import send_table
from .live.pending import Name, PendingOp
from .live.progress_bars import byte_bar
from .live.shared_table import SharedTable
from .traits import Fact, Number, QueryPart, describe_status

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay

STATIC = pathlib.Path(__file__).parent.parent / "static"

TIMEOUT_SECONDS = 30.0
"""Seconds to wait for the relay where nobody says otherwise."""

FIRST_PAGE_SECONDS = 2.0
"""Seconds that displaying the widget waits for a page to put into the static table."""


class SharedWidget(anywidget.AnyWidget):
    """A document's traits, its connection to the relay and its front ends."""

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"

    _state = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)
    _page = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)
    _link = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)

    page_size = Number(lambda _, known: known.state.view.page_size)
    page = Number(lambda _, known: known.state.view.page)
    sort = QueryPart(read_sort, write_sort)
    filters = QueryPart(read_filters, write_filters)
    search = QueryPart(read_search, write_search)
    n_rows = Fact(lambda _, known: known.state.view.n_rows)
    n_pages = Fact(lambda _, known: known.state.view.n_pages)
    n_total = Fact(lambda _, known: known.state.table.rows if known.state.table else 0)
    viewers = Fact(lambda _, known: known.viewers)
    people = Fact(lambda _, known: list(known.people))
    selection = Fact(lambda widget, known: widget._selection_in(known))
    status = Fact(lambda widget, known: describe_status(known, widget._failure))

    _is_set_up = False
    _opened: Link
    _embedded: EmbeddedRelay | None

    def close(self) -> None:
        """Detach this widget; the document, its links and everyone else stay."""
        if self._is_set_up:
            self._shared.close()
            self._front_end.close()
            self._observers.close()
        super().close()

    # --- how it appears ---

    def __repr__(self) -> str:
        known = self._snapshot
        table, view = known.state.table, known.state.view
        if table is None:
            return f"<TSVShare: {self.status}>"
        return (
            f"<TSVShare {table.name!r}: page {self.page:,} of {view.n_pages:,}, "
            f"{static_html.count_rows(known.state)}; {self.status}>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        try:
            snapshot = self._shared.wait_for_page(FIRST_PAGE_SECONDS)
        except Exception:  # the status says it; a table that cannot be shown is displayed as well
            snapshot = self._snapshot
        data, metadata = bundle
        html = static_html.render(snapshot.state, snapshot.decoded_page())
        return data | {"text/html": html, "text/plain": repr(self)}, metadata

    # --- setting up ---

    def open(self) -> None:
        """Create the comm (ipywidgets calls this)."""
        super().open()
        release_subshell(self.comm)

    def _connect(self) -> None:
        self._selected: tuple[str | None, SelectionMessage] = (None, SelectionMessage(ids=[]))
        self._shared = SharedTable(
            self._opened, on_change=self._update_views, is_here=self._embedded is not None
        )
        self._observers = NewestOnly(self._call_observers)
        self._front_end = FrontEnd(
            self.send,
            self._set_traits,
            self._shared.connection,
            self._observers.offer,
            self._select,
        )
        self._is_set_up = True
        self.on_msg(self._front_end.receive_message)
        self._shared.connection.open()

    def _open_document(
        self, table: Source | None, page_size: int | None, timeout: float | None
    ) -> None:
        self._shared.wait_until_connected(timeout)
        if page_size is not None:
            self.page_size = page_size
            self._shared.wait_until_connected(timeout)
        if table is None:
            return
        self._shared.check_size(table.size, table.name)
        if self._embedded is not None and table.path is not None:
            self._shared.open_table_in_background(lambda: self._send_table(table, timeout), timeout)
        else:
            self._upload(table, timeout, progress=True)

    def _upload(self, table: Source, timeout: float | None, *, progress: bool) -> None:
        with byte_bar(table.name, is_shown=progress) as update:
            self._shared.open_table(lambda: self._send_table(table, timeout, update), timeout)

    def _send_table(
        self, table: Source, timeout: float | None, on_progress: OnBytes | None = None
    ) -> TableState:
        return send_table(
            self._document,
            table,
            self._embedded,
            cid=self._shared.connection.cid,
            timeout=timeout,
            on_progress=on_progress,
        )

    @property
    def _document(self) -> Link:
        return self._shared.connection.link if self._is_set_up else self._opened

    # --- what the traits call ---

    @property
    def _snapshot(self) -> Snapshot:
        return self._shared.snapshot if self._is_set_up else Snapshot()

    @property
    def _failure(self) -> BaseException | None:
        return self._shared.failure if self._is_set_up else None

    def _pending_op(self, name: Name) -> PendingOp | None:
        return self._shared.pending.get(name) if self._is_set_up else None

    def _add_op(self, name: Name, value: Any) -> None:
        self._shared.pending.add(name, value)

    def _header(self, known: Snapshot | None) -> Header:
        """What the columns are called: of the table in ``known``, or of the one shown now."""
        if known is None:
            return self._shared.current_header(TIMEOUT_SECONDS)
        try:
            return self._shared.header(known, TIMEOUT_SECONDS)
        except TSVShareError:  # replaced, or out of reach: columns are then shown by position
            table = known.state.table
            return Header(None, table.columns if table is not None else 0)

    def _selection_in(self, known: Snapshot) -> Selection:
        if not self._is_set_up:
            return NOTHING
        table, selected = self._selected
        if table != known.table_id or not selected.ids:
            return NOTHING
        return describe_selection(selected.ids, selected.columns, self._header(known))

    # --- on the connection's thread ---

    def _select(self, selected: SelectionMessage) -> None:
        self._selected = (self._snapshot.table_id, selected)
        self._observers.offer(self._snapshot)

    def _update_views(self) -> None:
        self._front_end.update_views(self._failure)

    def _set_traits(self, traits: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    # --- on the observers' thread ---

    def _call_observers(self, snapshot: Snapshot) -> None:
        for name in OBSERVABLE:
            trait = type(self).class_traits()[name]
            assert isinstance(trait, Fact)
            trait.notify_observers(self, snapshot)


OBSERVABLE = (
    "page_size",
    "sort",
    "filters",
    "search",
    "page",
    "n_rows",
    "n_pages",
    "n_total",
    "viewers",
    "people",
    "selection",
    "status",
)
"""The public traits, in the order in which observers hear of a change."""
