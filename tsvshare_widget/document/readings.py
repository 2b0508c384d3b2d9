"""What becomes of a document while its table is read anew, and afterwards."""

from __future__ import annotations

import msgspec

from tsvshare_widget.errors import NotYet, Stale
from tsvshare_widget.protocol import DocumentState, TableState, ViewState
from tsvshare_widget.query import Query
from tsvshare_widget.read_options import ReadOptions

from .paging import top_row_of
from .state import (
    Document,
    NewReading,
    change_hidden,
    is_of,
    next_document,
    remembered,
    settled_status,
    shown_table,
)
from .views import with_table


def begin_rereading(
    document: Document, options: ReadOptions, *, table: str | None, by: str | None, now: float
) -> Document:
    """Let everyone know that the shown table is being read anew, as ``options`` says.

    ``table`` is the id of the table the op was made against.  What is shown stays.  Raises
    :class:`Stale`, and :class:`NotYet` while the table is still coming in.
    """
    current = shown_table(document, table)
    if current is None:
        raise NotYet("there is no table yet that could be read")
    if current.status == "receiving":
        raise NotYet("the table is still coming in: it can be read anew when all of it is here")
    rereading = msgspec.structs.replace(current, status="rereading")
    state = msgspec.structs.replace(document.state, table=rereading)
    return next_document(document, "rereading", by, state=state, options=options, touched=now)


def finish_rereading(
    document: Document,
    table: TableState,
    reading: NewReading,
    *,
    by: str | None,
    op_id: str | None,
    now: float,
) -> Document:
    """Show ``table`` as it was read anew, with the row that was on top still in sight.

    If another table shows in its place by now, this one is kept as it was read anew, and shows so
    when it comes back.  Raises :class:`Stale` if it was replaced for good.
    """
    ops = remembered(document, op_id)
    if is_of(document.state, table.id):
        state = with_table(document.state, table, reading)
        return next_document(
            document, "reading", by, state=state, options=None, ops=ops, touched=now
        )
    hidden = change_hidden(document, table.id, lambda old: with_table(old, table, reading))
    if hidden is document:
        raise Stale("the table was replaced while it was read anew")
    return msgspec.structs.replace(hidden, options=None)


def give_up_rereading(document: Document, table_id: str) -> Document:
    """Show a table as it was before :func:`begin_rereading`; one no longer needed: nothing."""
    if is_of(document.state, table_id):
        state = _as_before(document.state)
        return next_document(document, "rereading", document.by, state=state, options=None)
    hidden = change_hidden(document, table_id, _as_before)
    return document if hidden is document else msgspec.structs.replace(hidden, options=None)


def table_read_anew(document: Document) -> TableState | None:
    """The table that is being read anew, shown or hidden; None if there is none."""
    for state in document.states:
        if state.table is not None and state.table.status == "rereading":
            return state.table
    return None


def top_row(document: Document, table_id: str) -> int:
    """The first row of a table in sight, from 0, also while another one hides it."""
    return top_row_of(_view_of(document, table_id))


def query_of(document: Document, table_id: str) -> Query:
    """What is asked of a table, also while another one hides it."""
    return _view_of(document, table_id).query


def _view_of(document: Document, table_id: str) -> ViewState:
    for state in document.states:
        if is_of(state, table_id):
            return state.view
    return ViewState()


def _as_before(state: DocumentState) -> DocumentState:
    assert state.table is not None
    status = settled_status(state.table.problem)
    table = msgspec.structs.replace(state.table, status=status)
    return msgspec.structs.replace(state, table=table)
