"""Who may open a document, for how long, and where it is."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from tsvshare_widget.errors import Stale
from tsvshare_widget.protocol import DocumentState, SetAccess, look_key_of

from .keys import hash_key
from .state import Destination, Document, known_op, next_document, remembered


def set_access(
    document: Document, asked: SetAccess, *, ends: float | None, by: str | None, now: float
) -> Document:
    """Do what was asked, but for deleting: new keys, who may look, when it ends.

    ``ends`` is what became of ``keep``.
    """
    if known_op(document, asked.id) is not None:
        return document
    changes: dict[str, Any] = {}
    if asked.key is not None:
        changes |= {"key_hash": hash_key(asked.key), "look_hash": hash_key(look_key_of(asked.key))}
        if document.look == "open":
            changes["look"] = "key"
    if asked.look is False:
        changes["look"] = "closed"
    elif asked.look is True:
        needs_key = asked.key is not None or document.look_hash is not None
        changes["look"] = "key" if needs_key else "open"
    if asked.keep is not None:
        changes["ends"] = ends
    if all(getattr(document, name) == value for name, value in changes.items()):
        return document
    ops = remembered(document, asked.id)
    return next_document(document, "access", by, ops=ops, touched=now, **changes)


class Taken(NamedTuple):
    """What of a document is where it is to be from now on: ``table``, with ``size`` bytes.

    Or all of it, as it was at a ``version``.
    """

    table: str | None = None
    size: int = 0
    version: tuple[str, int] | None = None


def move_away(document: Document, to: Destination, taken: Taken) -> Document:
    """Leave nothing here but the way to where the document is now.

    Not a change that people see: they are told where to go.  Raises :class:`Stale` unless it is
    as it was ``taken``.
    """
    shown = document.state.table
    has_changed = (shown.id if shown else None, shown.bytes if shown else 0) != taken[:2]
    if document.version != taken.version if taken.version is not None else has_changed:
        raise Stale("the table has changed while it was taken to another relay")
    return msgspec.structs.replace(
        document,
        moved=to,
        state=DocumentState(),
        before=None,
        previous=None,
        earlier=(),
        options=None,
        ends=None,
    )
