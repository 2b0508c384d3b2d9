"""The messages of ``tsvshare.v1``: what a viewer and a relay say to each other.

Every message is one JSON text frame with a ``type``.  A message about state is a complete
snapshot with its position ``(epoch, seq)``: the newest one wins and nothing has to be replayed.
Positions are compared only within one epoch; a new epoch replaces whatever was known.

    viewer -> relay   hello · op · look · cell · profile · describe · groups · points · columns ·
                      find · views · access · cancel · me · point · pong
    relay -> viewer   welcome · state · ack · reject · page · cell · profile · describe · groups ·
                      points · columns · find · views · access · progress · working ·
                      presence · pointing · hb · error · moved · bye

Pages are counted from 1, rows and columns of cells from 0.  ``tests/golden/protocol.json`` holds
one example of each message; the Python and the TypeScript tests both read it; ``docs/protocol.md``
explains them.  This module knows no sockets and no clocks.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from tsvshare_widget.query import Groups, Points, Profile, Query, SavedView

from .limits import MAX_ID, MAX_NAMED
from .state import Access, DocumentState, Limits, Person, Place, Position, Role, Settings, Spot

PROTOCOL_VERSION = 1
"""The major version: both sides say theirs first, and part for good if they differ.

What is only added (a field, a type of message, an event) does not raise it.
"""

SUBPROTOCOL = "tsvshare.v1"


NO_PAGE = Raw(b"null")
"""Stands where a page would: the document has no table, or the viewer has the page already.

Pages travel between the parts of the relay as the bytes of their JSON text, encoded once.
"""


class Close:
    """WebSocket close codes: below 4500 the viewer reconnects, from 4500 on it does not."""

    GOING_AWAY = 4001
    SLOW = 4008
    NO_PONG = 4012
    NO_HELLO = 4013
    FULL = 4014
    REVOKED = 4503
    GONE = 4504
    MOVED = 4505
    PROTOCOL = 4509
    VERSION = 4510

    @staticmethod
    def is_final(code: int | None) -> bool:
        """Whether reconnecting after this close code is of no use."""
        return code is not None and 4500 <= code < 5000


class _Message(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages; fields we do not know are ignored, so that versions can meet."""


RequestId = Annotated[str, msgspec.Meta(max_length=MAX_ID)]


# --- viewer -> relay -------------------------------------------------------------------------


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """The first message: who is there, with which key, and what they have already.

    ``token`` is what the welcome on an earlier connection gave: it proves that ``cid`` is theirs.
    """

    v: int
    cid: str
    key: str | None = None
    have: Position | None = None
    name: str | None = None
    token: str | None = None


class Op(_Message, frozen=True, kw_only=True, tag="op"):
    """Change what everyone sees.

    ``table`` is the id of the table it was made against; ``id`` makes a retry safe.
    """

    id: RequestId
    table: str | None
    set: Settings


class Look(_Message, frozen=True, kw_only=True, tag="look"):
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


class GetCell(_Message, frozen=True, kw_only=True, tag="cell"):
    """Ask for a cell that was cut; ``row`` and ``column`` are its place in the table."""

    id: RequestId
    table: str
    row: int
    column: int


class GetProfile(_Message, frozen=True, kw_only=True, tag="profile"):
    """Ask what a column is like, over the rows of ``query``; an empty one is the whole table."""

    id: RequestId
    table: str
    column: int
    query: Query = Query()


class GetDescription(_Message, frozen=True, kw_only=True, tag="describe"):
    """Ask what several columns are like, over the rows of ``query``; ``columns`` is half-open.

    With ``sample`` of a spread sample of these rows, at once.
    """

    id: RequestId
    table: str
    columns: tuple[int, int]
    query: Query = Query()
    sample: bool | UnsetType = UNSET


class GetGroups(_Message, frozen=True, kw_only=True, tag="groups"):
    """Ask for the groups of rows of ``query`` that have the same cells in one or two columns.

    ``value`` is the column whose numbers are added up, if one is wanted.
    """

    id: RequestId
    table: str
    by: tuple[int, ...]
    value: int | None = None
    query: Query = Query()


class GetPoints(_Message, frozen=True, kw_only=True, tag="points"):
    """Ask for two columns as numbers, over a spread sample of the rows of ``query``."""

    id: RequestId
    table: str
    columns: tuple[int, int]
    query: Query = Query()


class Find(_Message, frozen=True, kw_only=True, tag="find"):
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


class FindColumns(_Message, frozen=True, kw_only=True, tag="columns"):
    """Ask for the columns whose name holds ``text``, case-folded; the best matches come first.

    With ``names`` those are asked for that are called so, letter by letter, in the order of these.
    """

    id: RequestId
    table: str
    text: str = ""
    names: Annotated[tuple[str, ...], msgspec.Meta(max_length=MAX_NAMED)] | UnsetType = UNSET


class GetViews(_Message, frozen=True, kw_only=True, tag="views"):
    """Ask for the views that are saved for everyone."""

    id: RequestId


class SetAccess(_Message, frozen=True, kw_only=True, tag="access"):
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


class Cancel(_Message, frozen=True, kw_only=True, tag="cancel"):
    """The answer to this viewer's request ``id`` is not wanted any more."""

    id: RequestId


class Me(_Message, frozen=True, kw_only=True, tag="me"):
    """What the others may know of this viewer: a name if they give one, where they look around."""

    name: str | None = None
    at: Place | None = None


class Point(_Message, frozen=True, kw_only=True, tag="point"):
    """Show the others where this viewer points; for who has the key.

    It is about the table ``table``: one of another table, or one too many, is left out unsaid.
    """

    table: str
    row: int
    column: int | None = None


class Pong(_Message, frozen=True, kw_only=True, tag="pong"):
    """The answer to ``hb``."""


# --- relay -> viewer -------------------------------------------------------------------------


class Welcome(_Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to ``hello``: position, role, and the state unless it is ``unchanged``.

    ``you`` is the ``cid`` by which the others know this viewer: the one it said, unless that is
    somebody else's.  ``token`` proves on a later connection that it is theirs.  ``look_key`` is the
    key of the look-only link, where that needs one.
    """

    v: int
    epoch: str
    seq: int
    role: Role
    viewers: int
    heartbeat: float
    limits: Limits
    unchanged: bool = False
    state: DocumentState | None = None
    page: Raw = NO_PAGE
    you: str | None = None
    token: str | None = None
    access: Access | UnsetType = UNSET
    look_key: str | UnsetType = UNSET


class State(_Message, frozen=True, kw_only=True, tag="state"):
    """A new snapshot: the document as it is now, and the page everyone is on.

    ``event`` is an :data:`Event`, or one of a later version.  Without ``access``, here and in
    ``welcome``, all with the UUID may look, and the document ends some time after its last use.
    """

    epoch: str
    seq: int
    by: str | None
    event: str
    state: DocumentState
    page: Raw = NO_PAGE
    access: Access | UnsetType = UNSET


class Ack(_Message, frozen=True, kw_only=True, tag="ack"):
    """The op took effect (or had done so before) at this position."""

    id: str
    epoch: str
    seq: int


class Reject(_Message, frozen=True, kw_only=True, tag="reject"):
    """A request with an id that could not be met; nothing has changed."""

    id: str
    code: str
    message: str


class PageAnswer(_Message, frozen=True, kw_only=True, tag="page"):
    """The answer to ``look``."""

    id: str
    page: Raw


class CellAnswer(_Message, frozen=True, kw_only=True, tag="cell"):
    """The answer to ``cell``: its text, its size in full, and whether even this is cut."""

    id: str
    text: str
    bytes: int
    cut: bool


class ProfileAnswer(_Message, frozen=True, kw_only=True, tag="profile"):
    """The answer to ``profile``; of the first ``of_rows`` rows of the table."""

    id: str
    of_rows: int
    profile: Profile


class DescriptionAnswer(_Message, frozen=True, kw_only=True, tag="describe"):
    """The answer to ``describe``, column by column; of the first ``of_rows`` rows of the table.

    ``sampled`` is of how many rows it is if a sample was asked for.
    """

    id: str
    of_rows: int
    profiles: list[Profile]
    sampled: int | UnsetType = UNSET


class GroupsAnswer(_Message, frozen=True, kw_only=True, tag="groups"):
    """The answer to ``groups``; of the first ``of_rows`` rows of the table."""

    id: str
    of_rows: int
    groups: Groups


class ViewsAnswer(_Message, frozen=True, kw_only=True, tag="views"):
    """The views that are saved for everyone, the oldest first."""

    id: str
    views: tuple[SavedView, ...]


class PointsAnswer(_Message, frozen=True, kw_only=True, tag="points"):
    """The answer to ``points``, of a sample of ``of_rows`` rows, or of all of them."""

    id: str
    of_rows: int
    points: Points


class HitAnswer(_Message, frozen=True, kw_only=True, tag="find"):
    """The answer to ``find``: the hit is ``number`` of ``total`` rows, from 1; 0 of 0 for none.

    The row is at ``place`` in the view and at ``row`` in the table, both from 0; ``columns`` are
    the first of those whose cells hold the text.
    """

    id: str
    total: int
    number: int
    place: int
    row: int
    columns: list[int]


class ColumnsAnswer(_Message, frozen=True, kw_only=True, tag="columns"):
    """The answer to ``columns``: how many there are, and the first of them, place and name."""

    id: str
    total: int
    found: list[tuple[int, str]]


class AccessAnswer(_Message, frozen=True, kw_only=True, tag="access"):
    """The answer to ``access``: as it is now; ``look_key`` as in ``welcome``."""

    id: str
    access: Access
    look_key: str | None = None


class Progress(_Message, frozen=True, kw_only=True, tag="progress"):
    """How far a request of this viewer has come, between 0 and 1, if it takes long."""

    id: str
    done: float


class Working(_Message, frozen=True, kw_only=True, tag="working"):
    """What everyone will see soon, if it takes long: a query, who asked, how far it has come.

    ``query`` is None when nothing is under way any more.
    """

    by: str | None = None
    query: Query | None = None
    done: float = 0.0


class Presence(_Message, frozen=True, kw_only=True, tag="presence"):
    """How many viewers there are, this one included, and who: named ones and editors first.

    ``apart`` of all of them look around privately.
    """

    viewers: int
    people: list[Person] = msgspec.field(default_factory=list)
    apart: int = 0


class Pointing(_Message, frozen=True, kw_only=True, tag="pointing"):
    """Where editors point now, the newest of each who has pointed a moment ago; it is never kept.

    It comes at most ten times a second, is not sent again to who was busy, nor at all where many
    look on (``limits.pointing`` in ``welcome``).
    """

    table: str
    spots: list[Spot]


class Heartbeat(_Message, frozen=True, kw_only=True, tag="hb"):
    """The relay is alive; answer with ``pong``."""


class ErrorMessage(_Message, frozen=True, kw_only=True, tag="error"):
    """Something without an id was wrong; the connection lives on."""

    code: str
    message: str


class Over(_Message, frozen=True, kw_only=True, tag="over"):
    """What an ``error`` of this code said lasts no more."""

    code: str


class Moved(_Message, frozen=True, kw_only=True, tag="moved"):
    """The document is on another relay now, under the same keys; this connection is closed."""

    base: str
    uuid: str


class Bye(_Message, frozen=True, kw_only=True, tag="bye"):
    """The relay is about to close this connection; come back after ``retry_ms``."""

    code: int
    retry_ms: int


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
Answer = (
    Ack
    | PageAnswer
    | CellAnswer
    | ProfileAnswer
    | DescriptionAnswer
    | GroupsAnswer
    | PointsAnswer
    | ViewsAnswer
    | ColumnsAnswer
    | HitAnswer
    | AccessAnswer
)
"""What answers a request, unless it is rejected."""

RelayMessage = (
    Welcome
    | State
    | Answer
    | Reject
    | Progress
    | Working
    | Presence
    | Pointing
    | Heartbeat
    | ErrorMessage
    | Over
    | Moved
    | Bye
)
