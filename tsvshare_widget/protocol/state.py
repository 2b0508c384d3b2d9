"""What the messages speak of: a table, the view of it, a page, the people who look on.

Pages are counted from 1, rows and columns of cells from 0.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tsvshare_widget.query import Filter, Heatmap, Query, SavedView, Sort
from tsvshare_widget.read_options import NO_OPTIONS, NOT_READ, Dialect, LineStats, ReadOptions

from .limits import DEFAULT_PAGE_SIZE

Role = Literal["edit", "look"]


Look = Literal["open", "key", "closed"]
"""Who may look: who has the document's UUID, who has the look-only link's key as well, nobody."""


Event = Literal[
    "page",
    "page_size",
    "table",
    "growth",
    "complete",
    "incomplete",
    "reverted",
    "rereading",
    "reading",
    "query",
    "heatmap",
    "bring",
    "undo",
    "forgotten",
    "access",
    "views",
]
"""What the newest change of a document was.

``query`` is a new sort, filter or search, ``heatmap`` other colours, ``bring`` that an editor
brought everyone to one place,
``undo`` that the table shown before came back, ``forgotten`` that it no longer can.
``access`` is a change of who may look, and for how long; ``views`` of what is saved under a name.
``reverted`` means an upload ended early; ``rereading`` that the table began to be read anew, or
that this was given up; ``reading`` that it now shows as it was read anew.
"""


class Position(Struct, frozen=True):
    """Where in the life of a document a snapshot stands."""

    epoch: str
    seq: int


class Problem(Struct, frozen=True):
    """What is wrong, as a code for programs and a sentence for people."""

    code: str
    message: str


class TableState(Struct, frozen=True, kw_only=True):
    """One table as far as it is known; only the counts and the status change while it grows.

    ``bytes`` of ``total_bytes`` have come (None: nobody said how many there will be), giving
    ``rows`` rows of at most ``columns`` cells, header not counted.  ``dialect`` says how the bytes
    are read, ``options`` what people said about that, ``line_stats`` what its lines are like; on
    the wire these are called ``reading``, ``told`` and ``census``.  While the status is
    ``rereading``, all bytes are there and are read anew; all else is as it was before.
    """

    id: str
    name: str
    bytes: int = 0
    total_bytes: int | None = None
    rows: int = 0
    columns: int = 0
    status: Literal["receiving", "complete", "incomplete", "rereading"] = "receiving"
    problem: Problem | None = None
    dialect: Dialect = msgspec.field(default=NOT_READ, name="reading")
    options: ReadOptions = msgspec.field(default=NO_OPTIONS, name="told")
    line_stats: LineStats | None = msgspec.field(default=None, name="census")


Carried = Literal["all", "part", "none"]
"""How much of what was asked of the table before stayed: where the new one lacks a column, not all.

``none``: something was asked, and nothing of it could stay.
"""


class ViewState(Struct, frozen=True, kw_only=True):
    """The shared view: what was asked, which page of how many, and whether it follows the end.

    The view has ``n_rows`` of the first ``of_rows`` rows of the table; while the table grows these
    may be fewer than it has.  ``brought`` is the seq of the change by which an editor last brought
    everyone here: who looks around privately comes back when it changes.  ``carried`` is there from
    an upload that replaced a table of which something was asked, until something else is asked.
    ``spot`` is the row and the column to which everyone was brought, by their places in the table.
    Without ``heatmap`` no column is coloured.
    """

    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    n_pages: int = 1
    n_rows: int = 0
    stick: bool = False
    query: Query = Query()
    of_rows: int = 0
    brought: int = 0
    carried: Carried | UnsetType = UNSET
    spot: tuple[int, int] | UnsetType = UNSET
    heatmap: Heatmap | UnsetType = UNSET


class Undo(Struct, frozen=True, kw_only=True):
    """The table that was shown before the last upload, to which one can return for a while.

    ``until`` is when its bytes are dropped, in seconds of the epoch.
    """

    table: str
    name: str
    rows: int
    until: float


class DocumentState(Struct, frozen=True, kw_only=True):
    """What everyone shares: a table and a view of it, and what an undo would bring back.

    ``earlier`` are tables from before that one, the newest first, which can come back as well.
    ``saved`` is the seq of the last change of the views that are saved for everyone; these are
    asked for by ``views``.
    """

    table: TableState | None = None
    view: ViewState = ViewState()
    undo: Undo | None = None
    earlier: tuple[Undo, ...] | UnsetType = UNSET
    saved: int | UnsetType = UNSET


class Access(Struct, frozen=True, kw_only=True):
    """Who may look at a document, and when it ends, in seconds of the epoch.

    Without ``ends`` that is some time after it was used last.
    """

    look: Look = "open"
    ends: float | None = None


class Columns(Struct, frozen=True, kw_only=True):
    """The window of columns in a page: from ``start``, of ``total``.

    ``names`` are given where there are any: in the file's header, or, as ``named_by`` then says,
    in the specification of the file's format.
    """

    start: int
    total: int
    names: list[str] | None
    named_by: Literal["file", "format"] | None = None


class Page(Struct, frozen=True, kw_only=True):
    """One page: the cells of some rows, each row as long as it is in the file (within the window).

    ``first_row`` is the position of the first row within the view, from 0.  ``ids`` are the rows'
    places in the table, from 0; empty if they are ``first_row`` and those after it.  ``cut`` names
    the cells that were shortened as ``[row in this page, column in the table, bytes in full]``.
    ``lines`` are the lines of the file in which the rows start, from 1.  The view is of the first
    ``of_rows`` rows of the table.
    """

    table: str
    page: int
    n_pages: int
    page_size: int
    n_rows: int
    first_row: int
    columns: Columns
    rows: list[list[str]]
    cut: list[tuple[int, int, int]] = msgspec.field(default_factory=list)
    lines: list[int] = msgspec.field(default_factory=list)
    ids: list[int] = msgspec.field(default_factory=list)
    of_rows: int = 0


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an ``op`` may set, to absolute values; ``page`` -1 is the end, also as it grows.

    ``sort``, ``filters`` and ``search`` turn to page 1 unless a page is set with them, and are
    answered when the rows are found.  ``bring`` lets those who look around privately come back, to
    the row and column of ``spot``, counted from 0 in the table, if that goes with it.
    ``options`` (on the wire ``reading``) reads the table anew, goes alone, and is answered when
    that is done.  ``undo`` is the id of the table to return to, and goes alone.  ``heatmap`` has
    columns coloured; None takes that away.  ``save_view`` saves a view for everyone, in place of
    the one with its id if there is that, ``delete_view`` is the id of one to delete; each goes
    alone, and nothing that is shown changes.
    """

    page: int | UnsetType = UNSET
    page_size: int | UnsetType = UNSET
    sort: tuple[Sort, ...] | UnsetType = UNSET
    filters: tuple[Filter, ...] | UnsetType = UNSET
    search: str | UnsetType = UNSET
    bring: bool | UnsetType = UNSET
    spot: tuple[int, int] | UnsetType = UNSET
    options: ReadOptions | UnsetType = msgspec.field(default=UNSET, name="reading")
    undo: str | UnsetType = UNSET
    heatmap: Heatmap | UnsetType | None = UNSET
    save_view: SavedView | UnsetType = UNSET
    delete_view: str | UnsetType = UNSET


class Spot(Struct, frozen=True, kw_only=True):
    """Where somebody points: a row of the table, by its place there from 0, and a column."""

    by: str
    row: int
    column: int | None = None


class Place(Struct, frozen=True, kw_only=True):
    """Where somebody looks around privately: a page, of a query of their own or the shared one."""

    page: int
    n_pages: int
    own_query: bool = False


class Person(Struct, frozen=True, kw_only=True):
    """One viewer, as the others see them.

    ``cid`` is the one that changes are ``by``; ``name`` is what they call themselves; ``at`` is
    None while they follow.
    """

    cid: str
    role: Role
    name: str | None = None
    at: Place | None = None


class Limits(Struct, frozen=True, kw_only=True):
    """What the relay accepts: bytes in an upload; and the ``formats`` in which it sends rows.

    Where editors point is shown as long as there are no more than ``pointing`` viewers.  A document
    is kept for ``idle`` seconds after its last use; None: as long as the relay, which ends with the
    notebook or the command that it is in.
    """

    upload: int
    formats: tuple[str, ...] | UnsetType = UNSET
    pointing: int | UnsetType = UNSET
    idle: int | UnsetType | None = UNSET
