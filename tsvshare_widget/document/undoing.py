"""Returning to the table that the last upload replaced, while its bytes are kept."""

from __future__ import annotations

import msgspec

from tsvshare_widget.errors import NotFound, NotYet
from tsvshare_widget.protocol import DocumentState, Undo

from .state import Document, is_of, known_op, next_document, remembered, shown_table
from .views import shown_again


def undo_of(previous: DocumentState | None, until: float) -> Undo | None:
    """What people are told of a table to which they can return ``until`` then."""
    if previous is None or previous.table is None:
        return None
    table = previous.table
    return Undo(table=table.id, name=table.name, rows=table.rows, until=until)


def undo(
    document: Document,
    wanted: str,
    *,
    table: str | None,
    op_id: str | None,
    by: str | None,
    now: float,
    undo_seconds: float,
) -> Document:
    """Show the table ``wanted``, which the one shown replaced, and its view again.

    What is shown now can then come back in the same way.  Raises :class:`Stale`,
    :class:`NotYet` while a table comes in or is read anew, and :class:`NotFound` if it is too late.
    """
    if op_id is not None and known_op(document, op_id) is not None:
        return document
    current = shown_table(document, table)
    previous = document.previous
    if current is not None and current.status == "receiving":
        raise NotYet("the table is still coming in; undo is possible when all of it is here")
    if previous is None or not is_of(previous, wanted):
        raise NotFound("that table cannot be brought back any more")
    if "rereading" in (current and current.status, previous.table and previous.table.status):
        raise NotYet("a table is being read anew; undo is possible when that is done")
    shown = msgspec.structs.replace(document.state, undo=None)
    state = msgspec.structs.replace(
        shown_again(document, previous), undo=undo_of(shown, now + undo_seconds)
    )
    ops = remembered(document, op_id)
    return next_document(document, "undo", by, state=state, previous=shown, ops=ops, touched=now)


def forget_previous(document: Document, *, now: float) -> Document:
    """Drop what an undo would bring back, once its time is over."""
    undo = document.state.undo
    if document.previous is None or (undo is not None and undo.until > now):
        return document
    if undo is None and document.before is not None:
        return document  # an upload is shown: whether it can be undone is decided at its end
    state = msgspec.structs.replace(document.state, undo=None)
    return next_document(document, "forgotten", document.by, state=state, previous=None)
