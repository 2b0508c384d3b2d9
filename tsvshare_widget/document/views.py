"""The shared view: what viewers set, and what becomes of it when the table changes."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from tsvshare_widget.errors import BadValue, NoSuchPage, Superseded
from tsvshare_widget.protocol import (
    MAX_PAGE_SIZE,
    DocumentState,
    Event,
    Settings,
    TableState,
    ViewState,
)
from tsvshare_widget.query import EVERYTHING, Query, check_query, keep_columns

from .state import Document, Found, Moved, is_of, known_op, next_document, remembered, shown_table


def count_pages(n_rows: int, page_size: int) -> int:
    """How many pages ``n_rows`` rows make; an empty view has one."""
    return max(1, -(-n_rows // page_size))


def resolve_page(page: int, n_pages: int) -> int:
    """A page asked for, from 1 or -1 for the last.  Raises :class:`NoSuchPage` outside the view."""
    if page == -1:
        return n_pages
    if not 1 <= page <= n_pages:
        pages = "page 1" if n_pages == 1 else f"pages 1 to {n_pages:,}"
        raise NoSuchPage(f"there is no page {page:,}: this table has {pages}")
    return page


def check_page_size(page_size: int) -> int:
    """A page size within the limits.  Raises :class:`BadValue` otherwise."""
    if not 1 <= page_size <= MAX_PAGE_SIZE:
        raise BadValue(f"a page has 1 to {MAX_PAGE_SIZE:,} rows; {page_size:,} was asked for")
    return page_size


def _paged(view: ViewState, page: int | None = None, **changes: Any) -> ViewState:
    """``view`` with ``changes``, on ``page`` or the one it was on; or the last, if it sticks."""
    changed = msgspec.structs.replace(view, **changes)
    n_pages = count_pages(changed.n_rows, changed.page_size)
    wanted = n_pages if changed.stick else min(page or changed.page, n_pages)
    return msgspec.structs.replace(changed, page=wanted, n_pages=n_pages)


def whole_view(view: ViewState, rows: int) -> ViewState:
    """``view`` of all of a table that has so many rows, as they are in the file."""
    return _paged(view, query=EVERYTHING, n_rows=rows, of_rows=rows)


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
    if settings.bring is True:
        view, event = msgspec.structs.replace(view, brought=document.seq + 1), "bring"
    if view == document.state.view:
        return document
    state = msgspec.structs.replace(document.state, view=view)
    ops = remembered(document, op_id)
    return next_document(document, event, by, state=state, ops=ops, touched=now)


def _asked(query: Query, settings: Settings) -> Query:
    given = {
        name: value
        for name in ("sort", "filters", "search")
        if (value := getattr(settings, name)) is not UNSET
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
        size = check_page_size(settings.page_size)
        top = (view.page - 1) * view.page_size
        view = _paged(view, top // size + 1, page_size=size)
        event = "page_size" if event == "page" else event
    if settings.page is not UNSET:
        page = resolve_page(settings.page, view.n_pages)
        view = _paged(view, page, stick=settings.page == -1)
        event = "page" if event == "page_size" else event
    return view, event


def _with_query(view: ViewState, query: Query, rows: int, found: Found | None) -> ViewState:
    first = msgspec.structs.replace(view, page=1, stick=False)
    if query == EVERYTHING:
        return whole_view(first, rows)
    if found is None or found.query != query:
        raise Superseded("another sort, filter or search came first; this one was not made")
    return _paged(first, query=query, n_rows=found.n_rows, of_rows=found.of_rows)


def renew_view(document: Document, table_id: str, found: Found) -> Document:
    """Take in that the shared query was asked again of a table that has grown.

    One that is no longer asked, or of fewer rows than are known, changes nothing.
    """
    view = document.state.view
    is_newer = view.query == found.query and found.of_rows > view.of_rows
    if not is_of(document.state, table_id) or not is_newer:
        return document
    view = _paged(view, n_rows=found.n_rows, of_rows=found.of_rows)
    state = msgspec.structs.replace(document.state, view=view)
    return next_document(document, "growth", document.by, state=state)


def shown_again(document: Document, state: DocumentState) -> DocumentState:
    """``state``, which showed earlier, in place of what shows now.

    Nobody was brought here by that, so whoever looks around privately stays there.
    """
    view = msgspec.structs.replace(state.view, brought=document.state.view.brought)
    return msgspec.structs.replace(state, view=view)


def with_table(
    state: DocumentState,
    table: TableState,
    moved: Moved | None = None,
    found: Found | None = None,
) -> DocumentState:
    """A newer state of the same table; with ``moved``, the row that was on top stays in sight.

    A query stays as it is until :func:`renew_view`.  A new reading keeps it if ``found`` says what
    came of it there, as far as :func:`keep_columns` goes, and gives it up otherwise.
    """
    old = state.view
    if moved is None:
        view = old if old.query != EVERYTHING else whole_view(old, table.rows)
    elif old.query == EVERYTHING:
        top = (old.page - 1) * old.page_size
        whole = msgspec.structs.replace(old, page=moved(top) // old.page_size + 1)
        view = whole_view(whole, table.rows)
    elif found is not None and found.query == keep_columns(old.query, table.columns):
        view = _paged(old, query=found.query, n_rows=found.n_rows, of_rows=found.of_rows)
    else:
        view = whole_view(msgspec.structs.replace(old, page=1, stick=False), table.rows)
    return msgspec.structs.replace(state, table=table, view=view)
