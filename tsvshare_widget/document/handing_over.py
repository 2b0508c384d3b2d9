"""A document that is taken to another relay, or comes back out of a backup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tsvshare_widget.errors import Stale

from .state import Document, from_json, to_json
from .uploads import revert_table

Standing = Literal["missing", "same", "older", "led_here", "newer"]
"""What there is of a document where another copy of it comes: none, the same, one that this one has
come from, only the way to this one, or one that has been changed since (or otherwise)."""


Over = Literal["older", "led_here", "newer"]
"""What a document may take the place of: of one that it has come from, also of the way to it, or of
whatever is there, and of nothing where it was deleted."""


def check_over(there: Document | None, document: Document, over: Over) -> Standing:
    """What there is of a document whose place is to be taken.

    Raises :class:`Stale` unless that may be.
    """
    found = standing(there, document)
    has_moved = there is not None and there.moved is not None
    if (found == "newer" and over != "newer") or (found == "led_here" and over == "older"):
        if has_moved:
            raise Stale("it has moved from there to another relay since")
        raise Stale("it was changed there since: what is there is newer, and stays")
    return found


def standing(there: Document | None, document: Document) -> Standing:
    """What ``there`` is beside ``document``, which is to take its place.

    Each change raises the revision, whatever the epoch, and being taken over does not.
    """
    if there is None:
        return "missing"
    if there.moved is not None:  # which was one change more
        return "led_here" if there.revision - 1 <= document.revision else "newer"
    if _bare(there) == _bare(document):
        return "same"
    return "older" if there.revision < document.revision else "newer"


def _bare(document: Document) -> Document:
    """What people would miss of a document."""
    return msgspec.structs.replace(
        document,
        epoch="",
        seq=0,
        revision=0,
        cuts=0,
        created=0.0,
        touched=0.0,
        ops=(),
        appends=(),
        by=None,
        event="table",
    )


def taken_over(
    document: Document, *, epoch: str, clock: float, now: float, tables: Mapping[str, str]
) -> Document:
    """A document as it is where it has come to: used now, and in a new ``epoch``.

    ``clock`` was the time of its relay, and ``now`` is that of this one; ``tables`` are ids that
    tables have here, by those that they had there.
    """
    text = to_json(document)
    for old, new in tables.items():
        text = text.replace(f'"{old}"'.encode(), f'"{new}"'.encode())  # 64 random bits each
    return msgspec.structs.replace(
        from_json(text),
        epoch=epoch,
        created=now - max(0.0, clock - document.created),
        touched=now,
    )


def without_incoming(document: Document) -> Document:
    """A document without a table that is just coming in: what it showed before."""
    table = document.state.table
    if document.before is None or table is None:
        return document
    return revert_table(document, table.id, now=document.touched)
