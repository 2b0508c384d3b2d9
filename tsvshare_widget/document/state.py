"""What a document is, and what all ways of changing one have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tsvshare_widget.errors import Stale
from tsvshare_widget.protocol import (
    Access,
    Carried,
    DocumentState,
    Event,
    Position,
    Problem,
    TableState,
)
from tsvshare_widget.protocol.state import Look
from tsvshare_widget.query import EVERYTHING, Heatmap, Query, SavedView, count_parts
from tsvshare_widget.read_options import ReadOptions

REMEMBERED_OPS = 32
"""How many of the latest op ids a document remembers, to answer a retry without doing it twice."""

REMEMBERED_APPENDS = 32
"""The same for the ids of appends: however often pages are turned, they are not forgotten."""

Moved = Callable[[int], int]
"""Where a row of the old reading is in the new one, rows counted from 0."""


class Destination(Struct, frozen=True, kw_only=True):
    """A document on another relay, by that relay's base URL; empty: the one it had, as before."""

    base: str
    uuid: str


class Found(Struct, frozen=True, kw_only=True):
    """What came of a query: ``n_rows`` of the first ``of_rows`` rows of a table."""

    query: Query
    n_rows: int
    of_rows: int


class Kept(Struct, frozen=True, kw_only=True):
    """What an upload keeps of what was ``asked`` of the table that it replaces.

    That is ``query``, whose columns may be at other places now; ``found`` is what came of it, None
    if there is nothing to be found.  ``heatmap`` is what stays of one that names columns.
    """

    asked: Query
    query: Query
    found: Found | None = None
    heatmap: Heatmap | None = None

    @property
    def carried(self) -> Carried | UnsetType:
        """What everyone is told of it."""
        if self.asked == EVERYTHING:
            return UNSET
        if self.query == EVERYTHING:
            return "none"
        return "all" if count_parts(self.query) == count_parts(self.asked) else "part"


class NewReading(NamedTuple):
    """What a view needs to know when the bytes of its table have been read in another way.

    ``moved`` says where the row is now that was on top.  ``again`` is what stays of the shared
    query in the new reading; None if nothing was asked.  While an upload comes in, ``kept`` is what
    stays there of what was asked of the table before it.
    """

    moved: Moved
    again: Kept | None = None
    kept: Kept | None = None


class Earlier(Struct, frozen=True):
    """What was shown before that which an undo returns to, until a time in seconds of the epoch."""

    state: DocumentState
    until: float


class Document(Struct, frozen=True, kw_only=True):
    """Everything that is true of a document, ready to be stored as JSON.

    ``key_hash`` is the SHA-256 of the key, or None for an open document, where its UUID is enough.
    While an upload is coming in, ``before`` is what to return to if it fails; after that, for a
    while, ``previous`` is what an undo returns to, and ``earlier`` what was shown before that, the
    newest first.  While a table is read anew, ``options`` is how.
    ``ops`` are the latest op ids with the seq each of them led to, ``appends`` the latest ids of
    rows that were appended, also to a table that had been replaced by then.

    ``look`` says who may look; ``look_hash`` is of the key that they then need.  ``ends`` is when
    the document ends, in seconds of the epoch, None: some time after its last use.  ``moved`` is
    where it is now, on another relay: all that is left here is the way there.  ``saved`` are the
    views that were saved for everyone.

    ``revision`` counts what was stored, also what people do not see; whoever stores raises it.
    ``cuts`` is how many power cuts the store had been through when this was stored.
    """

    uuid: str
    epoch: str
    key_hash: str | None
    created: float
    touched: float
    seq: int = 0
    revision: int = 0
    cuts: int = 0
    state: DocumentState = DocumentState()
    before: DocumentState | None = None
    previous: DocumentState | None = None
    earlier: tuple[Earlier, ...] = ()
    options: ReadOptions | None = msgspec.field(default=None, name="read_as")
    by: str | None = None
    event: Event = "table"
    ops: tuple[tuple[str, int], ...] = ()
    appends: tuple[str, ...] = ()
    look: Look = "open"
    look_hash: str | None = None
    ends: float | None = None
    moved: Destination | None = None
    saved: tuple[SavedView, ...] = ()

    @property
    def access(self) -> Access:
        """What people are told of who may look, and for how long."""
        return Access(look=self.look, ends=self.ends)

    @property
    def position(self) -> Position:
        """Where this snapshot stands."""
        return Position(self.epoch, self.seq)

    @property
    def version(self) -> tuple[str, int]:
        """What no two documents that were stored have in common."""
        return self.epoch, self.revision

    @property
    def table_ids(self) -> set[str]:
        """The tables this document still needs the bytes of."""
        return {state.table.id for state in self.states if state.table is not None}

    @property
    def states(self) -> list[DocumentState]:
        """What is shown, and all that may come back."""
        states = (self.state, self.before, self.previous, *(each.state for each in self.earlier))
        return [state for state in states if state is not None]


def must_be_synced(before: Document, after: Document) -> bool:
    """Whether a power cut must not cost the change: of a key, of what is saved, or of a table.

    But not of a table while it comes in.  So must a document that takes the place of another.

    What it may cost is where people are, and what they ask: page, sort, filters and search.
    """
    if before.epoch != after.epoch:  # it was taken over as a whole
        return True
    if before.table_ids - after.table_ids or _rights(before) != _rights(after):
        return True
    if before.saved != after.saved or before.appends != after.appends:
        return True
    table = after.state.table
    receiving = table is not None and table.status == "receiving"
    return (before.state.table != table and not receiving) or before.options != after.options


def _rights(document: Document) -> tuple[object, ...]:
    return *_links(document), document.ends, document.moved


def _links(document: Document) -> tuple[object, ...]:
    return document.key_hash, document.look, document.look_hash


def has_other_links(before: Document, after: Document) -> bool:
    """Whether other people may open a document after a change: somebody may be kept out by it."""
    return _links(before) != _links(after)


def next_document(document: Document, event: Event, by: str | None, **changes: Any) -> Document:
    """``document`` after a change that people see; what is saved stays as it is told."""
    if "state" in changes:
        saved = document.state.saved
        changes["state"] = msgspec.structs.replace(changes["state"], saved=saved)
    return msgspec.structs.replace(document, seq=document.seq + 1, event=event, by=by, **changes)


def known_op(document: Document, op_id: str) -> int | None:
    """The seq an op led to if it was applied before, else None."""
    return dict(document.ops).get(op_id)


def shown_table(document: Document, table_id: str | None) -> TableState | None:
    """The table that is shown, which is to be the one an op was made against.

    Raises :class:`Stale` if it is another one.
    """
    current = document.state.table
    if table_id != (current.id if current else None):
        raise Stale("the table was replaced in the meantime; nothing was changed")
    return current


def remembered(document: Document, op_id: str | None) -> tuple[tuple[str, int], ...]:
    """The ops known after one that raises seq."""
    if op_id is None:
        return document.ops
    return (*document.ops, (op_id, document.seq + 1))[-REMEMBERED_OPS:]


def with_append(document: Document, append_id: str | None) -> tuple[str, ...]:
    """The appends known after one more."""
    if append_id is None:
        return document.appends
    return (*document.appends, append_id)[-REMEMBERED_APPENDS:]


def settled_status(problem: Problem | None) -> Literal["complete", "incomplete"]:
    """The status of a table of which all bytes that will come are there and read."""
    return "complete" if problem is None else "incomplete"


def is_of(state: DocumentState, table_id: str) -> bool:
    """Whether ``state`` is one of the table with this id."""
    return state.table is not None and state.table.id == table_id


def hidden_table(document: Document, table_id: str) -> TableState | None:
    """What is kept of a table that does not show now, but may come back."""
    if is_of(document.state, table_id):
        return None
    kept = (state for state in document.states if is_of(state, table_id))
    return next((state.table for state in kept), None)


def change_hidden(
    document: Document, table_id: str, change: Callable[[DocumentState], DocumentState]
) -> Document:
    """Change what is kept of a table that does not show now, but may come back.

    Returns ``document`` itself if no such table is kept.
    """
    before, previous = document.before, document.previous
    if before is not None and is_of(before, table_id):
        return msgspec.structs.replace(document, before=change(before))
    if previous is not None and is_of(previous, table_id):
        return msgspec.structs.replace(document, previous=change(previous))
    if any(is_of(each.state, table_id) for each in document.earlier):
        earlier = (
            Earlier(change(each.state), each.until) if is_of(each.state, table_id) else each
            for each in document.earlier
        )
        return msgspec.structs.replace(document, earlier=tuple(earlier))
    return document


def to_json(document: Document) -> bytes:
    """The document as JSON text, for :func:`from_json`."""
    return msgspec.json.encode(document)


def from_json(text: bytes | str) -> Document:
    """Read what :func:`to_json` wrote.  Raises ``msgspec.DecodeError`` on anything else."""
    return msgspec.json.decode(text, type=Document)
