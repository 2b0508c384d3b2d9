"""What a viewer says to a relay."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from tsvshare_widget.query import Query

from .limits import MAX_NAMED
from .messages import Message, RequestId
from .state import Place, Position, Settings


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first message: who is there, with which key, and what they have already.

    ``token`` is what the welcome on an earlier connection gave: it proves that ``cid`` is theirs.
    """

    v: int
    cid: str
    key: str | None = None
    have: Position | None = None
    name: str | None = None
    token: str | None = None


class Op(Message, frozen=True, kw_only=True, tag="op"):
    """Change what everyone sees.

    ``table`` is the id of the table it was made against; ``id`` makes a retry safe.
    """

    id: RequestId
    table: str | None
    set: Settings


class Look(Message, frozen=True, kw_only=True, tag="look"):
    """Ask for one page privately: of the shared table, without moving anyone.

    ``columns`` is the half-open window, from 0; without it the first ones.  ``page`` -1 is the last
    one.  Of one viewer, a newer look with another query ends an older one that still waits, if
    their ids are alike up to the colon: a notebook's outputs are one viewer and look on their own.
    """

    id: RequestId
    table: str
    page: int
    page_size: int
    columns: tuple[int, int] | None = None
    query: Query = Query()


class GetCell(Message, frozen=True, kw_only=True, tag="cell"):
    """Ask for a cell that was cut; ``row`` and ``column`` are its place in the table."""

    id: RequestId
    table: str
    row: int
    column: int


class GetProfile(Message, frozen=True, kw_only=True, tag="profile"):
    """Ask what a column is like, over the rows of ``query``; an empty one is the whole table."""

    id: RequestId
    table: str
    column: int
    query: Query = Query()


class GetDescription(Message, frozen=True, kw_only=True, tag="describe"):
    """Ask what several columns are like, over the rows of ``query``; ``columns`` is half-open.

    With ``sample`` of a spread sample of these rows, at once.
    """

    id: RequestId
    table: str
    columns: tuple[int, int]
    query: Query = Query()
    sample: bool | UnsetType = UNSET


class GetGroups(Message, frozen=True, kw_only=True, tag="groups"):
    """Ask for the groups of rows of ``query`` that have the same cells in one or two columns.

    ``value`` is the column whose numbers are added up, if one is wanted.
    """

    id: RequestId
    table: str
    by: tuple[int, ...]
    value: int | None = None
    query: Query = Query()


class GetPoints(Message, frozen=True, kw_only=True, tag="points"):
    """Ask for two columns as numbers, over a spread sample of the rows of ``query``."""

    id: RequestId
    table: str
    columns: tuple[int, int]
    query: Query = Query()


class Find(Message, frozen=True, kw_only=True, tag="find"):
    """Ask where ``text`` stands in the rows of ``query``, in any cell, case-folded.

    The hit is the first row from ``place`` on, counted from 0 in the view, or with ``back`` the
    last one up to there; beyond the end it begins anew.  Nothing is filtered and nobody is moved.
    """

    id: RequestId
    table: str
    text: str
    place: int = 0
    back: bool = False
    query: Query = Query()


class FindColumns(Message, frozen=True, kw_only=True, tag="columns"):
    """Ask for the columns whose name holds ``text``, case-folded; the best matches come first.

    With ``names`` those are asked for that are called so, letter by letter, in the order of these.
    """

    id: RequestId
    table: str
    text: str = ""
    names: Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_NAMED)] | UnsetType = UNSET


class GetViews(Message, frozen=True, kw_only=True, tag="views"):
    """Ask for the views that are saved for everyone."""

    id: RequestId


class SetAccess(Message, frozen=True, kw_only=True, tag="access"):
    """Say who may open the document, and for how long; for who has the key.

    ``key`` is a new one for the full link, made by who asks: who used an older link is put out.
    ``look`` closes the look-only link or opens it again.  ``keep`` lets the document end so many
    seconds from now, and 0 some time after its last use.  ``delete`` ends it at once.
    """

    id: RequestId
    key: str | None = None
    look: bool | None = None
    keep: float | None = None
    delete: bool = False


class Cancel(Message, frozen=True, kw_only=True, tag="cancel"):
    """The answer to this viewer's request ``id`` is not wanted any more."""

    id: RequestId


class Me(Message, frozen=True, kw_only=True, tag="me"):
    """What the others may know of this viewer: a name if they give one, where they look around."""

    name: str | None = None
    at: Place | None = None


class Point(Message, frozen=True, kw_only=True, tag="point"):
    """Show the others where this viewer points; for who has the key.

    It is about the table ``table``: one of another table, or one too many, is left out unsaid.
    """

    table: str
    row: int
    column: int | None = None


class Pong(Message, frozen=True, kw_only=True, tag="pong"):
    """The answer to ``hb``."""


Request = (
    Op
    | Look
    | GetCell
    | GetProfile
    | GetDescription
    | GetGroups
    | GetPoints
    | GetViews
    | FindColumns
    | Find
    | SetAccess
)
"""What a viewer sends with an ``id``, and is answered."""

ViewerMessage = Hello | Request | Cancel | Me | Point | Pong
