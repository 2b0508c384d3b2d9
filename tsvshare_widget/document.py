"""One shared document as a value, and every way it can change; pure.

Shared, and therefore here: which table, which page, the page size, the query.
Private (the view of a viewer who does not follow) is not: such a viewer asks by ``look``.
Browser-only (column widths, focus, selection) never leaves the browser.

A document is immutable.  Each function takes one and returns the next, with ``seq`` raised by
exactly one if anything that people see changed and unchanged otherwise, so that whoever keeps
documents (:mod:`tsvshare_widget.relay.engine`) can store the result only if nobody was faster.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct

from .errors import BadValue, NoSuchPage, NotFound, NotYet, Stale, Superseded
from .protocol import (
    MAX_PAGE_SIZE,
    DocumentState,
    Event,
    Position,
    Problem,
    Role,
    Settings,
    TableState,
    Undo,
    ViewState,
)
from .query import EVERYTHING, Query, check_query, keep_columns
from .reading import ReadAs

REMEMBERED_OPS = 32
"""How many of the latest op ids a document remembers, to answer a retry without doing it twice."""

Moved = Callable[[int], int]
"""Where a row of the old reading is in the new one, rows counted from 0."""


class Found(Struct, frozen=True, kw_only=True):
    """What came of a query: ``n_rows`` of the first ``of_rows`` rows of a table."""

    query: Query
    n_rows: int
    of_rows: int


class Document(Struct, frozen=True, kw_only=True):
    """Everything that is true of a document, ready to be stored as JSON.

    ``key_hash`` is the SHA-256 of the key, or None for an open document, where its UUID is enough.
    While an upload is coming in, ``before`` is what to return to if it fails; after that, for a
    while, ``previous`` is what an undo returns to.  While a table is read anew, ``read_as`` is how.
    ``ops`` are the latest op ids with the seq each of them led to.
    """

    uuid: str
    epoch: str
    key_hash: str | None
    created: float
    touched: float
    seq: int = 0
    state: DocumentState = DocumentState()
    before: DocumentState | None = None
    previous: DocumentState | None = None
    read_as: ReadAs | None = None
    by: str | None = None
    event: Event = "table"
    ops: tuple[tuple[str, int], ...] = ()

    @property
    def position(self) -> Position:
        """Where this snapshot stands."""
        return Position(self.epoch, self.seq)

    @property
    def table_ids(self) -> set[str]:
        """The tables this document still needs the bytes of."""
        states = (self.state, self.before, self.previous)
        return {s.table.id for s in states if s is not None and s.table is not None}


# --- keys --------------------------------------------------------------------------------------


def new_key() -> str:
    """A fresh key: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def hash_key(key: str) -> str:
    """What is kept of a key.  It is random and long, so one plain SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def role_for(document: Document, key: str | None) -> Role | None:
    """What ``key`` allows: ``edit``, ``look`` (no key given), or None if the key is wrong."""
    if document.key_hash is None:
        return "edit"
    if not key:
        return "look"
    return "edit" if hmac.compare_digest(hash_key(key), document.key_hash) else None


# --- life --------------------------------------------------------------------------------------


def create(uuid: str, *, key: str | None, now: float) -> Document:
    """A new, empty document; without ``key`` it is open."""
    return Document(
        uuid=uuid,
        epoch=secrets.token_hex(8),
        key_hash=hash_key(key) if key is not None else None,
        created=now,
        touched=now,
    )


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


def _whole(view: ViewState, rows: int) -> ViewState:
    """``view`` of all of a table that has so many rows, as they are in the file."""
    return _paged(view, query=EVERYTHING, n_rows=rows, of_rows=rows)


def _next(document: Document, event: Event, by: str | None, **changes: Any) -> Document:
    return msgspec.structs.replace(document, seq=document.seq + 1, event=event, by=by, **changes)


# --- what viewers do ---------------------------------------------------------------------------


def known_op(document: Document, op_id: str) -> int | None:
    """The seq an op led to if it was applied before, else None."""
    return dict(document.ops).get(op_id)


def wanted_query(document: Document, settings: Settings, *, table: str | None) -> Query | None:
    """The query that ``settings`` lead to, if its rows have to be found first.

    ``table`` is the id of the table the op was made against.  Raises :class:`Stale` and
    :class:`BadValue`.
    """
    current = _shown(document, table)
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
    """Set what the shared view is; for a reading, see :func:`begin_rereading`, and :func:`undo`.

    ``table`` is the id of the table the op was made against; ``found`` is what came of
    :func:`wanted_query`.  Setting what is set already returns the document with its seq unchanged.
    Raises :class:`Stale`, :class:`BadValue`, :class:`NoSuchPage`, and :class:`Superseded` if by now
    another query than that of ``found`` is wanted.
    """
    if op_id is not None and known_op(document, op_id) is not None:
        return document
    current = _shown(document, table)
    view, event = _set(document.state.view, settings, current.rows if current else 0, found)
    if settings.bring is True:
        view, event = msgspec.structs.replace(view, brought=document.seq + 1), "bring"
    if view == document.state.view:
        return document
    state = msgspec.structs.replace(document.state, view=view)
    ops = _remembered(document, op_id)
    return _next(document, event, by, state=state, ops=ops, touched=now)


def _shown(document: Document, table_id: str | None) -> TableState | None:
    """The table that is shown, which is to be the one an op was made against."""
    current = document.state.table
    if table_id != (current.id if current else None):
        raise Stale("the table was replaced in the meantime; nothing was changed")
    return current


def _remembered(document: Document, op_id: str | None) -> tuple[tuple[str, int], ...]:
    """The ops known after one that raises seq."""
    if op_id is None:
        return document.ops
    return (*document.ops, (op_id, document.seq + 1))[-REMEMBERED_OPS:]


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
        return _whole(first, rows)
    if found is None or found.query != query:
        raise Superseded("another sort, filter or search came first; this one was not made")
    return _paged(first, query=query, n_rows=found.n_rows, of_rows=found.of_rows)


def renew_view(document: Document, table_id: str, found: Found) -> Document:
    """Take in that the shared query was asked again of a table that has grown.

    One that is no longer asked, or of fewer rows than are known, changes nothing.
    """
    view = document.state.view
    is_newer = view.query == found.query and found.of_rows > view.of_rows
    if not _is_of(document.state, table_id) or not is_newer:
        return document
    view = _paged(view, n_rows=found.n_rows, of_rows=found.of_rows)
    state = msgspec.structs.replace(document.state, view=view)
    return _next(document, "growth", document.by, state=state)


# --- what an upload does -----------------------------------------------------------------------


def show_table(document: Document, table: TableState, *, by: str | None, now: float) -> Document:
    """Show a table of which the first bytes have come, from its first page.

    What was shown before is kept until :func:`finish_table`, for :func:`revert_table`; if that was
    itself an unfinished upload, what came before it is kept instead.
    """
    view = _whole(ViewState(page_size=document.state.view.page_size), table.rows)
    state = DocumentState(table=table, view=view)
    before = document.before if document.before is not None else document.state
    return _next(document, "table", by, state=state, before=before, touched=now)


def grow_table(document: Document, table: TableState, moved: Moved | None = None) -> Document:
    """Take in that more of the shown table has come.  A table no longer shown changes nothing.

    ``moved`` is given if what had come before was read anew, for what came since spoke against it.
    """
    current = document.state.table
    if current is None or current.id != table.id or current == table:
        return document
    state = _with_table(document.state, table, moved)
    return _next(document, "reading" if moved else "growth", document.by, state=state)


def finish_table(
    document: Document,
    table: TableState,
    moved: Moved | None = None,
    *,
    now: float,
    undo_seconds: float = 0.0,
) -> Document:
    """Take in that no more will come: ``table`` is complete, or incomplete with its problem.

    What was shown before it can come back by :func:`undo` for ``undo_seconds``.  For ``moved`` see
    :func:`grow_table`.
    """
    current = document.state.table
    if current is None or current.id != table.id:
        return document
    event: Event = "reading" if moved else "complete"
    if table.status == "incomplete":
        event = "incomplete"
    state = _with_table(document.state, table, moved)
    changes: dict[str, Any] = {"before": None, "read_as": None}
    if document.before is not None:
        previous = document.before if document.before.table and undo_seconds > 0 else None
        changes["previous"] = previous
        state = msgspec.structs.replace(state, undo=_undo(previous, now + undo_seconds))
    return _next(document, event, document.by, state=state, touched=now, **changes)


def _undo(previous: DocumentState | None, until: float) -> Undo | None:
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
    current = _shown(document, table)
    previous = document.previous
    if current is not None and current.status in ("receiving", "rereading"):
        raise NotYet("the table is still coming in; undo is possible when that is done")
    if previous is None or previous.table is None or previous.table.id != wanted:
        raise NotFound("that table cannot be brought back any more")
    shown = msgspec.structs.replace(document.state, undo=None)
    state = msgspec.structs.replace(previous, undo=_undo(shown, now + undo_seconds))
    ops = _remembered(document, op_id)
    return _next(document, "undo", by, state=state, previous=shown, ops=ops, touched=now)


def forget_previous(document: Document, *, now: float) -> Document:
    """Drop what an undo would bring back, once its time is over."""
    undo = document.state.undo
    if document.previous is None or (undo is not None and undo.until > now):
        return document
    if undo is None and document.before is not None:
        return document  # an upload is shown: whether it can be undone is decided at its end
    state = msgspec.structs.replace(document.state, undo=None)
    return _next(document, "forgotten", document.by, state=state, previous=None)


def revert_table(document: Document, table_id: str, *, now: float) -> Document:
    """Return to what was shown before the upload of ``table_id``, which has failed."""
    current = document.state.table
    if document.before is None or current is None or current.id != table_id:
        return document
    return _next(document, "reverted", None, state=document.before, before=None, touched=now)


def _with_table(
    state: DocumentState, table: TableState, moved: Moved | None, found: Found | None = None
) -> DocumentState:
    """A newer state of the same table; with ``moved``, the row that was on top stays in sight.

    A query stays as it is until :func:`renew_view`.  A new reading keeps it if ``found`` says what
    came of it there, as far as :func:`keep_columns` goes, and gives it up otherwise.
    """
    old = state.view
    if moved is None:
        view = old if old.query != EVERYTHING else _whole(old, table.rows)
    elif old.query == EVERYTHING:
        top = (old.page - 1) * old.page_size
        whole = msgspec.structs.replace(old, page=moved(top) // old.page_size + 1)
        view = _whole(whole, table.rows)
    elif found is not None and found.query == keep_columns(old.query, table.columns):
        view = _paged(old, query=found.query, n_rows=found.n_rows, of_rows=found.of_rows)
    else:
        view = _whole(msgspec.structs.replace(old, page=1, stick=False), table.rows)
    return msgspec.structs.replace(state, table=table, view=view)


# --- reading anew ------------------------------------------------------------------------------


def begin_rereading(
    document: Document, read_as: ReadAs, *, table: str | None, by: str | None, now: float
) -> Document:
    """Let everyone know that the shown table is being read anew, as ``read_as`` says.

    ``table`` is the id of the table the op was made against.  What is shown stays.  Raises
    :class:`Stale`, and :class:`NotYet` while the table is still coming in.
    """
    current = _shown(document, table)
    if current is None:
        raise NotYet("there is no table yet that could be read")
    if current.status == "receiving":
        raise NotYet("the table is still coming in: it can be read anew when all of it is here")
    rereading = msgspec.structs.replace(current, status="rereading")
    state = msgspec.structs.replace(document.state, table=rereading)
    return _next(document, "rereading", by, state=state, read_as=read_as, touched=now)


def finish_rereading(
    document: Document,
    table: TableState,
    moved: Moved,
    *,
    by: str | None,
    op_id: str | None,
    now: float,
    found: Found | None = None,
) -> Document:
    """Show ``table`` as it was read anew, with the row that was on top still in sight.

    ``found`` is what came of :func:`keep_columns` of the shared query in the new reading.
    While an upload shows in its place, it is kept like this for :func:`revert_table`.  Raises
    :class:`Stale` if the table was replaced.
    """
    ops = _remembered(document, op_id)
    if _is_of(document.state, table.id):
        state = _with_table(document.state, table, moved, found)
        return _next(document, "reading", by, state=state, read_as=None, ops=ops, touched=now)
    if document.before is not None and _is_of(document.before, table.id):
        before = _with_table(document.before, table, moved, found)
        return msgspec.structs.replace(document, before=before, read_as=None)
    raise Stale("the table was replaced while it was read anew")


def give_up_rereading(document: Document, table_id: str) -> Document:
    """Show a table as it was before :func:`begin_rereading`; one no longer needed: nothing."""
    if _is_of(document.state, table_id):
        state = _as_before(document.state)
        return _next(document, "rereading", document.by, state=state, read_as=None)
    if document.before is not None and _is_of(document.before, table_id):
        before = _as_before(document.before)
        return msgspec.structs.replace(document, before=before, read_as=None)
    return document


def settled_status(problem: Problem | None) -> Literal["complete", "incomplete"]:
    """The status of a table of which all bytes that will come are there and read."""
    return "complete" if problem is None else "incomplete"


def top_row(document: Document, table_id: str) -> int:
    """The first row of a table in sight, from 0, also while an upload hides it."""
    for state in (document.state, document.before):
        if state is not None and _is_of(state, table_id):
            return (state.view.page - 1) * state.view.page_size
    return 0


def _is_of(state: DocumentState, table_id: str) -> bool:
    return state.table is not None and state.table.id == table_id


def _as_before(state: DocumentState) -> DocumentState:
    assert state.table is not None
    status = settled_status(state.table.problem)
    table = msgspec.structs.replace(state.table, status=status)
    return msgspec.structs.replace(state, table=table)


# --- storing -----------------------------------------------------------------------------------


def to_json(document: Document) -> bytes:
    """The document as JSON text, for :func:`from_json`."""
    return msgspec.json.encode(document)


def from_json(text: bytes | str) -> Document:
    """Read what :func:`to_json` wrote.  Raises ``msgspec.DecodeError`` on anything else."""
    return msgspec.json.decode(text, type=Document)
