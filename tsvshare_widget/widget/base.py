"""How a widget is set up, displayed and updated; what users do with it is in tsvshare.py."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from tsvshare_widget.client import Link, OnBytes, Snapshot
from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import TableState
from tsvshare_widget.sources.growing import Growing
from tsvshare_widget.sources.source import Source

from .comm.built import read_static
from .comm.front_end import FrontEnd, Screens, release_subshell
from .comm.messages import SelectionMessage
from .comm.reactive import rerun_of
from .comm.weakly import attach_weakly, call_weakly
from .convert import static_html
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
from .convert.selection import NOTHING, Selection, describe_selection
from .familiar import complete_ours
from .kernel import is_live_kernel
from .live.host import runs_unseen
from .live.keeper import get_keeper
from .live.kept_links import KeptLink, get_kept_links
from .live.observers import NewestOnly
from .live.opening import send_table
from .live.pending import Name, PendingOp
from .live.progress_bars import byte_bar
from .live.shared_table import LARGE_BYTES, TIMEOUT_SECONDS, SharedTable
from .live.showing import Showing
from .mistyped import refuse_unknown
from .traits import OBSERVABLE, RERUNS, Fact, Number, QueryPart, ViewPart, describe_status

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay


NO_MODULE = "export default {};"
"""A front end that shows nothing."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

FIRST_PAGE_SECONDS = 2.0
"""Seconds that displaying the widget waits for a page to put into the static table."""


class SharedWidget(anywidget.AnyWidget):
    """A document's traits, its connection to the relay and its front ends."""

    # Traits of our own, with text: anywidget would watch a path, and hold each widget for that.
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    _state = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)
    _page = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)
    _link = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)

    page_size = Number(lambda _, known: known.state.view.page_size)
    page = Number(lambda _, known: known.state.view.page)
    sort = QueryPart(read_sort, write_sort)
    filters = QueryPart(read_filters, write_filters)
    search = QueryPart(read_search, write_search)
    heatmap = ViewPart(read_heatmap, write_heatmap)
    n_rows = Fact(lambda _, known: known.state.view.n_rows)
    n_pages = Fact(lambda _, known: known.state.view.n_pages)
    n_total = Fact(lambda _, known: known.state.table.rows if known.state.table else 0)
    viewers = Fact(lambda _, known: known.viewers)
    people = Fact(lambda _, known: list(known.people))
    selection = Fact(lambda widget, known: widget._selection_in(known))
    status = Fact(lambda widget, known: describe_status(known, widget._failure))

    _is_set_up = False
    _rerun: Callable[[], object] | None = None
    _told: object = None
    _is_shared = False
    _kept: KeptLink | None = None
    _run = 0
    _opened: Link
    _embedded: EmbeddedRelay | None

    @traitlets.default("_esm")
    def _read_module(self) -> str:
        # anywidget sends a module with each widget, and the host has no place where it could be
        # once: so one widget brings it, and the others what finds it on the page.
        if runs_unseen():  # and the state of widgets is saved with the notebook
            return NO_MODULE
        return read_static("widget.js" if get_keeper().brings(self) else "loader.js")

    def _get_embed_state(self, drop_defaults: bool = False) -> Any:
        """What a page without a kernel is given (ipywidgets): there each widget has it all."""
        embedded = super()._get_embed_state(drop_defaults)
        embedded["state"]["_esm"] = read_static("widget.js")
        embedded["state"]["_css"] = read_static("widget.css")
        return embedded

    @traitlets.default("_css")
    def _read_styles(self) -> str:
        return "" if runs_unseen() else read_static("widget.css")

    def close(self) -> None:
        """Detach this widget; the document, its links and everyone else stay."""
        if self._is_set_up:
            get_keeper().closed(self)
            self._shared.close()
            self._front_end.close()
            self._observers.close()
        layout = self._trait_values.get("layout")
        super().close()
        if layout is not None:
            layout.close()

    # --- when it ends by itself ---

    def _let_go(self) -> None:
        """Give back all that this took, for nobody has it and nothing shows it.

        On the relay of this process, a document that nobody else can know of goes, too.
        """
        embedded = self._embedded if self._is_set_up else None
        if embedded is not None and not self._is_shared:
            self._forget_on(embedded)  # first: it is known there who was there
        self.close()

    def _forget_on(self, embedded: EmbeddedRelay) -> None:
        """Have the document deleted, unless another run of the same cell goes on with it."""
        kept = self._kept
        if kept is None:
            embedded.forget(self._document.uuid)
        elif kept.run == self._run and not kept.is_shared:
            get_kept_links().drop(kept)
            embedded.forget(self._document.uuid, {*kept.cids, self._shared.connection.cid})

    def _comm_closed(self, _message: object) -> None:
        """Take in that the host has closed the comm, and with it all views."""
        self.close()

    def __del__(self) -> None:
        if sys.is_finalizing():
            return
        with contextlib.suppress(Exception):  # whatever it was that never began, or has ended
            self._let_go()

    def _mark_shared(self) -> None:
        """Take in that somebody was given a link, who may come at any time."""
        self._is_shared = True
        if self._kept is not None:
            self._kept.is_shared = True

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            refuse_unknown(type(self), SharedWidget, name)
        super().__setattr__(name, value)

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
        get_keeper().displayed(self)
        data, metadata = bundle
        if runs_unseen():
            data = {name: value for name, value in data.items() if name != WIDGET_VIEW}
        html = static_html.render(snapshot.state, snapshot.decoded_page())
        return data | {"text/html": html, "text/plain": repr(self)}, metadata

    # --- setting up ---

    def open(self) -> None:
        """Create the comm (ipywidgets calls this)."""
        super().open()
        release_subshell(self.comm)
        attach_weakly(self)

    def _connect(self) -> None:
        # Threads that outlive this widget know it weakly: else it would never end by itself.
        self._selected: tuple[str | None, SelectionMessage] = (None, SelectionMessage(ids=[]))
        self._showing = Showing()
        self._shared = SharedTable(
            self._opened,
            on_change=call_weakly(self, "_update_views"),
            on_link=call_weakly(self, "_update_links"),
            is_here=self._embedded is not None,
        )
        self._observers: NewestOnly[Snapshot] = NewestOnly(call_weakly(self, "_call_observers"))
        self._front_end = FrontEnd(
            self._shared.connection,
            Screens(
                send=call_weakly(self, "send"),
                set_traits=call_weakly(self, "_set_traits"),
                send_traits=call_weakly(self, "_send_traits"),
                on_select=call_weakly(self, "_select"),
                on_greeting=call_weakly(self, "_greeted"),
                on_leaving=call_weakly(self, "_left"),
                on_sharing=call_weakly(self, "_mark_shared"),
                on_way=call_weakly(self, "_begin_way"),
                ways=call_weakly(self, "_ways"),
            ),
            self._observers.offer,
        )
        self._rerun = rerun_of(self.comm)
        self._is_set_up = True
        complete_ours(type(self))
        self.on_msg(self._front_end.receive_message)
        get_keeper().add(self)
        self._shared.connection.open()

    def _call_roll(self) -> None:
        """Have all views say that they are there."""
        self._front_end.call_roll()

    def _cell_ended(self) -> None:
        """Take in that what a cell displayed is on its way to the screen."""
        self._shared.read_on()

    def _give_way(self, _done: int, _total: int | None) -> None:
        self._shared.give_way()

    def _greeted(self, view: str) -> None:
        get_keeper().greeted(self, view)

    def _left(self, view: str) -> None:
        get_keeper().left(self, view)

    def _open_document(
        self, table: Source | Growing | None, page_size: int | None, timeout: float | None
    ) -> None:
        self._shared.wait_until_connected(timeout)
        if page_size is not None:
            self.page_size = page_size
            self._shared.wait_until_connected(timeout)
        if table is None:
            return
        if isinstance(table, Growing):
            self._shared.open_growing(table, lambda: self._send_table(table, timeout), timeout)
            return
        self._shared.check_size(table.size, table.name)
        if self._embedded is not None and table.path is not None:
            is_awaited = is_live_kernel() and (table.size or 0) >= LARGE_BYTES
            on_progress = self._give_way if is_awaited else None
            send = functools.partial(self._send_table, table, timeout, on_progress)
            self._shared.open_table_in_background(send, timeout, size=table.size)
        else:
            self._upload(table, timeout, progress=True)

    def _upload(
        self,
        table: Source | Growing,
        timeout: float | None,
        *,
        progress: bool,
        cancelled: threading.Event | None = None,
    ) -> None:
        with byte_bar(table.name, is_shown=progress) as update:
            self._shared.open_table(
                lambda: self._send_table(table, timeout, update, cancelled),
                timeout,
                table if isinstance(table, Growing) else None,
            )

    def _send_table(
        self,
        table: Source | Growing,
        timeout: float | None,
        on_progress: OnBytes | None = None,
        cancelled: threading.Event | None = None,
    ) -> TableState:
        return send_table(
            self._document,
            table,
            self._embedded,
            cid=self._shared.connection.cid,
            timeout=timeout,
            on_progress=on_progress,
            cancelled=cancelled,
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

    def _update_links(self) -> None:
        if self._embedded is not None and self._document.base != self._embedded.url:
            self._embedded = None  # the document has moved
        self._keep_link()
        self._front_end.update_keys()
        self._update_views()

    def _keep_link(self) -> None:
        """Let the cell that made this find the link when it runs again."""
        kept = self._kept
        if kept is not None and kept.run == self._run:
            is_lasting = self._embedded is None
            cid = self._shared.connection.cid
            get_kept_links().keep(kept, self._document, cid, is_lasting=is_lasting)

    def _update_views(self) -> None:
        self._front_end.update_views(self._failure)

    def _set_traits(self, traits: dict[str, Any]) -> None:
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    def _send_traits(self) -> None:
        self.send_state(["_link", "_page", "_state"])

    # --- on the observers' thread ---

    def _call_observers(self, snapshot: Snapshot) -> None:
        changed = set()
        for name in OBSERVABLE:
            trait = type(self).class_traits()[name]
            assert isinstance(trait, Fact)
            if trait.notify_observers(self, snapshot):
                changed.add(name)
        if self._rerun is not None and (changed & RERUNS or self._has_new_table(snapshot)):
            self._rerun()

    def _has_new_table(self, snapshot: Snapshot) -> bool:
        """Whether there is another table, or more of one that is not just coming in."""
        table = snapshot.state.table
        if table is None or table.status == "receiving":
            return False
        told, self._told = self._told, (table.id, table.rows, table.dialect.rules)
        return told != self._told
