"""Returning to tables that uploads replaced, while their bytes are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from tsvshare_widget.errors import NotFound, NotYet
from tsvshare_widget.protocol import DocumentState, Undo

from .state import Document, Earlier, is_of, known_op, next_document, remembered, shown_table
from .views import shown_again


class UndoLimits(NamedTuple):
    """For how many seconds tables are kept that were replaced, and how many of them, at least one.

    All but the newest of them have up to ``bytes`` together.
    """

    seconds: float = 0.0
    tables: int = 1
    bytes: int = 0


NO_UNDO = UndoLimits()


def undo_of(previous: DocumentState | None, until: float) -> Undo | None:
    """What people are told of a table to which they can return ``until`` then."""
    if previous is None or previous.table is None:
        return None
    table = previous.table
    return Undo(table=table.id, name=table.name, rows=table.rows, until=until)


def offering(state: DocumentState, kept: Iterable[Earlier]) -> DocumentState:
    """``state`` with what people are told of all that can come back, the newest first."""
    told = [undo_of(each.state, each.until) for each in kept]
    newest, *others = told or [None]
    earlier = tuple(filter(None, others))
    return msgspec.structs.replace(state, undo=newest, earlier=earlier or UNSET)


def bare(state: DocumentState) -> DocumentState:
    """``state`` as it is kept: what could come back from it is kept beside it."""
    return msgspec.structs.replace(state, undo=None, earlier=UNSET)


def kept_from(document: Document, told: Undo | None) -> list[Earlier]:
    """All that can come back, the newest first; ``told``: what people know of the newest."""
    previous = document.previous
    newest = [Earlier(previous, told.until)] if previous is not None and told is not None else []
    return [*newest, *document.earlier]


def within(kept: Iterable[Earlier], limits: UndoLimits) -> Iterator[Earlier]:
    """Of what can come back, the newest first, as much as is kept."""
    size = 0
    for number, each in enumerate(kept):
        if number > 0 and each.state.table is not None:
            size += each.state.table.bytes
        if number >= limits.tables or size > limits.bytes:
            return
        yield each


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
    """Show the table ``wanted``, which was replaced by the one shown or one before, and its view.

    What is shown now can then come back in the same way.  Raises :class:`Stale`,
    :class:`NotYet` while a table comes in or is read anew, and :class:`NotFound` if it is too late.
    """
    if op_id is not None and known_op(document, op_id) is not None:
        return document
    current = shown_table(document, table)
    kept = kept_from(document, document.state.undo)
    chosen = next((each.state for each in kept if is_of(each.state, wanted)), None)
    if current is not None and current.status == "receiving":
        raise NotYet("the table is still coming in; undo is possible when all of it is here")
    if chosen is None:
        raise NotFound("that table cannot be brought back any more")
    if "rereading" in (current and current.status, chosen.table and chosen.table.status):
        raise NotYet("a table is being read anew; undo is possible when that is done")
    rest = [each for each in kept if not is_of(each.state, wanted)]
    shown = Earlier(bare(document.state), now + undo_seconds)
    back = [shown, *rest] if shown.state.table is not None else rest
    state = offering(shown_again(document, chosen), back)
    ops = remembered(document, op_id)
    changes = {"previous": shown.state, "earlier": tuple(rest)}
    return next_document(document, "undo", by, state=state, ops=ops, touched=now, **changes)


def forget_previous(document: Document, *, now: float) -> Document:
    """Drop what undos would bring back, once its time is over."""
    told = document.state.undo
    if document.before is not None and told is None:
        return document  # an upload is shown: whether it can be undone is decided at its end
    kept = kept_from(document, told)
    alive = [each for each in kept if each.until > now]
    if len(alive) == len(kept) and (document.previous is None) == (not alive):
        return document
    state = offering(document.state, alive)
    changes = {"previous": alive[0].state if alive else None, "earlier": tuple(alive[1:])}
    return next_document(document, "forgotten", document.by, state=state, **changes)
