"""How a widget is set up, shown and told of changes; what users do with it is in tsvshare.py."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from tsvshare_widget.client import Link, Snapshot
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import TableState

from .comm.front_end import FrontEnd, release_subshell
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
from .convert.selection import NOTHING, Marked, Selection, select
from .convert.sources import Source
from .live.observers import NewestOnly
from .live.opening import Progress, progress_bar, send
from .live.pending import Name, Wish
from .live.shared_table import SharedTable
from .traits import Fact, Number, Question, describe

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay

STATIC = pathlib.Path(__file__).parent.parent / "static"

TIMEOUT = 30.0
"""Seconds to wait for the relay where nobody says otherwise."""

FIRST_PAGE = 2.0
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
    sort = Question(read_sort, write_sort)
    filters = Question(read_filters, write_filters)
    search = Question(read_search, write_search)
    n_rows = Fact(lambda _, known: known.state.view.n_rows)
    n_pages = Fact(lambda _, known: known.state.view.n_pages)
    n_total = Fact(lambda _, known: known.state.table.rows if known.state.table else 0)
    viewers = Fact(lambda _, known: known.viewers)
    people = Fact(lambda _, known: list(known.people))
    selection = Fact(lambda widget, known: widget._selected(known))
    status = Fact(lambda widget, known: describe(known, widget._failure))

    _is_set_up = False
    _document: Link
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
            snapshot = self._shared.wait_for_page(FIRST_PAGE)
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
        self._marked: tuple[str | None, Marked] = (None, Marked(ids=[]))
        self._shared = SharedTable(
            self._document, on_change=self._changed, is_here=self._embedded is not None
        )
        self._observers = NewestOnly(self._announce)
        self._front_end = FrontEnd(
            self.send,
            self._show,
            self._shared.connection,
            self._observers.offer,
            self._mark,
        )
        self._is_set_up = True
        self.on_msg(lambda _, content, buffers: self._front_end.receive(content))
        self._shared.connection.open()

    def _begin(self, table: Source | None, page_size: int | None, timeout: float | None) -> None:
        self._shared.wait_until_connected(timeout)
        if page_size is not None:
            self.page_size = page_size
            self._shared.wait_until_connected(timeout)
        if table is None:
            return
        self._shared.check_size(table.size, table.name)
        if self._embedded is not None and table.path is not None:
            self._shared.show_in_background(lambda: self._bring(table, timeout), timeout)
        else:
            self._upload(table, timeout, progress=True)

    def _upload(self, table: Source, timeout: float | None, *, progress: bool) -> None:
        with progress_bar(table.name, is_shown=progress) as show:
            self._shared.show(lambda: self._bring(table, timeout, show), timeout)

    def _bring(
        self, table: Source, timeout: float | None, on_progress: Progress | None = None
    ) -> TableState:
        return send(
            self._document,
            table,
            self._embedded,
            cid=self._shared.connection.cid,
            timeout=timeout,
            on_progress=on_progress,
        )

    # --- what the traits call ---

    @property
    def _snapshot(self) -> Snapshot:
        return self._shared.snapshot if self._is_set_up else Snapshot()

    @property
    def _failure(self) -> BaseException | None:
        return self._shared.failure if self._is_set_up else None

    def _wished(self, name: Name) -> Wish | None:
        return self._shared.wishes.get(name) if self._is_set_up else None

    def _wish(self, name: Name, value: Any) -> None:
        self._shared.wishes.make(name, value)

    def _header(self, known: Snapshot | None) -> Header:
        """What the columns are called: of the table in ``known``, or of the one shown now."""
        if known is None:
            return self._shared.current_header(TIMEOUT)
        try:
            return self._shared.header(known, TIMEOUT)
        except TSVShareError:  # replaced, or out of reach: columns are then shown by position
            table = known.state.table
            return Header(None, table.columns if table is not None else 0)

    def _selected(self, known: Snapshot) -> Selection:
        if not self._is_set_up:
            return NOTHING
        table, marked = self._marked
        if table != known.table_id or not marked.ids:
            return NOTHING
        return select(marked, self._header(known))

    # --- on the connection's thread ---

    def _mark(self, marked: Marked) -> None:
        self._marked = (self._snapshot.table_id, marked)
        self._observers.offer(self._snapshot)

    def _changed(self) -> None:
        self._front_end.changed(self._failure)

    def _show(self, traits: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    # --- on the observers' thread ---

    def _announce(self, snapshot: Snapshot) -> None:
        for name in OBSERVABLE:
            trait = type(self).class_traits()[name]
            assert isinstance(trait, Fact)
            trait.announce(self, snapshot)


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
