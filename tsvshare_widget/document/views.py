"""The shared view: what viewers set, and what becomes of it when the table changes."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from tsvshare_widget.errors import BadValue, Superseded
from tsvshare_widget.protocol import (
    DocumentState,
    Event,
    Settings,
    TableState,
    ViewState,
)
from tsvshare_widget.query import EVERYTHING, Heatmap, Query, check_heatmap, check_query

from .paging import page_of_row, paginate, resize_pages, top_row_of, turn_page
from .state import (
    Document,
    Found,
    Kept,
    NewReading,
    is_of,
    known_op,
    next_document,
    remembered,
    shown_table,
)

QUERY_SETTINGS = ("sort", "filters", "search")
"""What an op may set of the query; what it leaves out stays."""


def is_about_query(settings: Settings) -> bool:
    """Whether an op may need rows to be found."""
    return any(getattr(settings, name) is not UNSET for name in QUERY_SETTINGS)


def whole_view(view: ViewState, rows: int) -> ViewState:
    """``view`` of all of a table that has so many rows, as they are in the file."""
    return paginate(view, query=EVERYTHING, n_rows=rows, of_rows=rows)


def found_view(view: ViewState, rows: int, found: Found | None) -> ViewState:
    """``view`` of what was found in a table that has so many rows; None: nothing is asked of it."""
    if found is None:
        return whole_view(view, rows)
    return paginate(view, query=found.query, n_rows=found.n_rows, of_rows=found.of_rows)


def view_kept(view: ViewState, rows: int, kept: Kept | None) -> ViewState:
    """``view`` of a table that has so many rows, and asks of it what an upload keeps."""
    if kept is None:
        return whole_view(view, rows)
    return found_view(msgspec.structs.replace(view, carried=kept.carried), rows, kept.found)


def wanted_query(document: Document, settings: Settings, *, table: str | None) -> Query | None:
    """The query that ``settings`` lead to, if its rows have to be found first.

    ``table`` is the id of the table the op was made against.  Raises :class:`Stale` and
    :class:`BadValue`.
    """
    current = shown_table(document, table)
    query = _asked(document.state.view.query, settings)
    if query in (document.state.view.query, EVERYTHING):
        return None
    return check_query(query, current.columns if current else 0)


def apply(
    document: Document,
    settings: Settings,
    *,
    table: str | None,
    op_id: str | None,
    by: str | None,
    now: float,
    found: Found | None = None,
) -> Document:
    """Set what the shared view is; for a reading, see :func:`.begin_rereading`, and :func:`.undo`.

    ``table`` is the id of the table the op was made against; ``found`` is what came of
    :func:`wanted_query`.  Setting what is set already returns the document with its seq unchanged.
    Raises :class:`Stale`, :class:`BadValue`, :class:`NoSuchPage`, and :class:`Superseded` if by now
    another query than that of ``found`` is wanted.
    """
    if op_id is not None and known_op(document, op_id) is not None:
        return document
    current = shown_table(document, table)
    view, event = _set(document.state.view, settings, current.rows if current else 0, found)
    if settings.heatmap is not UNSET:
        heatmap = settings.heatmap and check_heatmap(settings.heatmap, _columns_of(current))
        coloured = msgspec.structs.replace(view, heatmap=UNSET if heatmap is None else heatmap)
        view, event = coloured, "heatmap" if view == document.state.view else event
    if settings.bring is True:
        spot = _spot_in(current, settings.spot)
        view = msgspec.structs.replace(view, brought=document.seq + 1, spot=spot)
        event = "bring"
    if view == document.state.view:
        return document
    state = msgspec.structs.replace(document.state, view=view)
    ops = remembered(document, op_id)
    return next_document(document, event, by, state=state, ops=ops, touched=now)


def _spot_in(
    table: TableState | None, spot: tuple[int, int] | UnsetType
) -> tuple[int, int] | UnsetType:
    if spot is UNSET:
        return spot
    row, column = spot
    if table is None or not (0 <= row < table.rows and 0 <= column < table.columns):
        raise BadValue("a spot is a row and a column of the table, counted from 0")
    return spot


def _columns_of(table: TableState | None) -> int:
    return table.columns if table else 0


def heatmap_kept(view: ViewState, kept: Kept | None) -> Heatmap | UnsetType:
    """What stays of a view's heatmap with another table: one that names columns goes with them."""
    heatmap = view.heatmap
    if heatmap is UNSET or heatmap.columns is None:
        return heatmap
    return UNSET if kept is None or kept.heatmap is None else kept.heatmap


def _asked(query: Query, settings: Settings) -> Query:
    given = {
        name: value for name in QUERY_SETTINGS if (value := getattr(settings, name)) is not UNSET
    }
    return msgspec.structs.replace(query, **given)


def _set(
    view: ViewState, settings: Settings, rows: int, found: Found | None
) -> tuple[ViewState, Event]:
    event: Event = "page"
    query = _asked(view.query, settings)
    if query != view.query:
        view, event = _with_query(view, query, rows, found), "query"
    if settings.page_size is not UNSET:
        view = resize_pages(view, settings.page_size)
        event = "page_size" if event == "page" else event
    if settings.page is not UNSET:
        view = turn_page(view, settings.page)
        event = "page" if event == "page_size" else event
    return view, event


def _with_query(view: ViewState, query: Query, rows: int, found: Found | None) -> ViewState:
    first = msgspec.structs.replace(view, page=1, stick=False, carried=UNSET)
    if query == EVERYTHING:
        return whole_view(first, rows)
    if found is None or found.query != query:
        raise Superseded("another sort, filter or search came first; this one was not made")
    return found_view(first, rows, found)


def renew_view(document: Document, table_id: str, found: Found) -> Document:
    """Take in that the shared query was asked again of a table that has grown.

    One that is no longer asked, or of fewer rows than are known, changes nothing.
    """
    view = document.state.view
    is_newer = view.query == found.query and found.of_rows > view.of_rows
    if not is_of(document.state, table_id) or not is_newer:
        return document
    view = paginate(view, n_rows=found.n_rows, of_rows=found.of_rows)
    state = msgspec.structs.replace(document.state, view=view)
    return next_document(document, "growth", document.by, state=state)


def shown_again(document: Document, state: DocumentState) -> DocumentState:
    """``state``, which showed earlier, in place of what shows now.

    Nobody was brought here by that, so whoever looks around privately stays there.
    """
    view = msgspec.structs.replace(state.view, brought=document.state.view.brought)
    return msgspec.structs.replace(state, view=view)


def with_table(
    state: DocumentState, table: TableState, reading: NewReading | None = None
) -> DocumentState:
    """A newer state of the same table, of which there is more, or another ``reading``.

    A query stays as it is while the table grows, until :func:`renew_view`.
    """
    view = state.view
    if reading is not None:
        view = _read_anew(view, table.rows, reading)
    elif view.query == EVERYTHING:
        view = whole_view(view, table.rows)
    return msgspec.structs.replace(state, table=table, view=view)


def _read_anew(view: ViewState, rows: int, reading: NewReading) -> ViewState:
    """``view`` in another reading of its table.

    What that keeps of the shared query counts only if nothing else was asked since.
    """
    first = msgspec.structs.replace(view, page=1, stick=False)
    again, kept = reading.again, reading.kept
    if kept is not None and view.carried is not UNSET and kept.query != view.query:
        # It shows what its upload has kept: with other columns, other parts of that stay.
        return view_kept(first, rows, kept)
    if view.query == EVERYTHING:
        page = page_of_row(reading.moved(top_row_of(view)), view.page_size)
        return whole_view(msgspec.structs.replace(view, page=page), rows)
    if again is None or again.asked != view.query:
        return whole_view(msgspec.structs.replace(first, carried="none"), rows)
    carried = view.carried if again.carried == "all" else again.carried
    same = view if again.query == view.query else first
    return found_view(msgspec.structs.replace(same, carried=carried), rows, again.found)
