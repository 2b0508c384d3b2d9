"""What becomes of a document when a table comes in, fails to, or grows."""

from __future__ import annotations

from typing import Any

import msgspec

from tsvshare_widget.errors import NotFound, NotYet, Stale
from tsvshare_widget.protocol import DocumentState, Event, TableState, ViewState

from .state import (
    Document,
    Earlier,
    Kept,
    NewReading,
    change_hidden,
    is_of,
    next_document,
    shown_table,
    with_append,
)
from .undoing import NO_UNDO, UndoLimits, bare, kept_from, offering, within
from .views import heatmap_kept, shown_again, view_kept, with_table


def show_table(
    document: Document,
    table: TableState,
    *,
    by: str | None,
    now: float,
    kept: Kept | None = None,
) -> Document:
    """Show a table of which the first bytes have come, from its first page.

    What was shown before is kept until :func:`finish_table`, for :func:`revert_table`; if that was
    itself an unfinished upload, what came before it is kept instead.  ``kept`` is what stays of
    what everyone asked, without it nothing does.  Raises :class:`Stale` if by now they ask
    something else.
    """
    old = document.state.view
    if kept is not None and kept.asked != old.query:
        raise Stale("something else is asked by now")
    heatmap = heatmap_kept(old, kept)
    first = ViewState(page_size=old.page_size, brought=old.brought, heatmap=heatmap)
    view = view_kept(first, table.rows, kept)
    state = DocumentState(table=table, view=view)
    before = document.before if document.before is not None else document.state
    return next_document(document, "table", by, state=state, before=before, touched=now)


def grow_table(
    document: Document, table: TableState, reading: NewReading | None = None
) -> Document:
    """Take in that more of the shown table has come.  A table no longer shown changes nothing.

    ``reading`` is given if what had come before was read anew, because what came since spoke
    against the way it was read.
    """
    current = document.state.table
    if current is None or current.id != table.id or current == table:
        return document
    state = with_table(document.state, table, reading)
    return next_document(document, "reading" if reading else "growth", document.by, state=state)


def finish_table(
    document: Document,
    table: TableState,
    reading: NewReading | None = None,
    *,
    now: float,
    undo: UndoLimits = NO_UNDO,
) -> Document:
    """Take in that no more will come: ``table`` is complete, or incomplete with its problem.

    What was shown before it can come back by :func:`.undo`, and what could come back until then,
    within the limits of ``undo``.  ``reading`` is as for :func:`grow_table`.
    """
    current = document.state.table
    if current is None or current.id != table.id:
        return document
    event: Event = "reading" if reading else "complete"
    if table.status == "incomplete":
        event = "incomplete"
    state = with_table(document.state, table, reading)
    changes: dict[str, Any] = {}
    if document.before is not None:
        old = _kept_beside(document, document.before, now, undo)
        state = offering(state, old)
        previous = old[0].state if old else None
        changes = {"before": None, "previous": previous, "earlier": tuple(old[1:])}
        if previous is None:
            changes["options"] = None  # if it was being read anew, this leads to nothing
    return next_document(document, event, document.by, state=state, touched=now, **changes)


def _kept_beside(
    document: Document, before: DocumentState, now: float, limits: UndoLimits
) -> list[Earlier]:
    """What can come back once an upload has replaced ``before``, the newest first."""
    if before.table is None or limits.seconds <= 0:
        return []
    newest = Earlier(bare(before), now + limits.seconds)
    older = (each for each in kept_from(document, before.undo) if each.until > now)
    return list(within([newest, *older], limits))


def growing_table(document: Document, table: str | None) -> TableState:
    """The table to which rows can be appended now.

    ``table`` is the id of the one that is meant, None: the one that shows.  Raises
    :class:`Stale`, :class:`NotYet` while it comes in or is read anew, and :class:`NotFound`
    if there is none.
    """
    current = document.state.table if table is None else shown_table(document, table)
    if current is None:
        raise NotFound("there is no table yet that rows could be appended to; upload one")
    if current.status == "receiving":
        raise NotYet("the table is still coming in; append when all of it is here")
    if current.status == "rereading":
        raise NotYet("the table is being read anew; append when that is done")
    return current


def extend_table(
    document: Document, table: TableState, *, op_id: str | None, by: str | None, now: float
) -> Document:
    """Take in that rows were appended to a table that had come to its end.

    Raises :class:`Stale` if it is no longer kept.
    """
    if document.state.table == table:
        return document
    appends = with_append(document, op_id)
    if is_of(document.state, table.id):
        state = with_table(document.state, table)
        return next_document(document, "growth", by, state=state, appends=appends, touched=now)
    hidden = change_hidden(document, table.id, lambda state: with_table(state, table))
    if hidden is document:
        raise Stale("the table was replaced while rows were appended to it")
    return msgspec.structs.replace(hidden, appends=appends)


def revert_table(document: Document, table_id: str, *, now: float) -> Document:
    """Return to what was shown before the upload of ``table_id``, which has failed."""
    current = document.state.table
    if document.before is None or current is None or current.id != table_id:
        return document
    state = shown_again(document, document.before)
    return next_document(document, "reverted", None, state=state, before=None, touched=now)
