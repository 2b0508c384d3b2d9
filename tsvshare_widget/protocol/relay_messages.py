"""What a relay says to a viewer."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Raw, UnsetType

from tsvshare_widget.query import Groups, Points, Profile, Query, SavedView

from .messages import NO_PAGE, Message
from .state import Access, DocumentState, Limits, Person, Role, Spot


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
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


class State(Message, frozen=True, kw_only=True, tag="state"):
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


class Ack(Message, frozen=True, kw_only=True, tag="ack"):
    """The op took effect (or had done so before) at this position."""

    id: str
    epoch: str
    seq: int


class Reject(Message, frozen=True, kw_only=True, tag="reject"):
    """A request with an id that could not be met; nothing has changed."""

    id: str
    code: str
    message: str


class PageAnswer(Message, frozen=True, kw_only=True, tag="page"):
    """The answer to ``look``."""

    id: str
    page: Raw


class CellAnswer(Message, frozen=True, kw_only=True, tag="cell"):
    """The answer to ``cell``: its text, its size in full, and whether even this is cut."""

    id: str
    text: str
    bytes: int
    cut: bool


class ProfileAnswer(Message, frozen=True, kw_only=True, tag="profile"):
    """The answer to ``profile``; of the first ``of_rows`` rows of the table."""

    id: str
    of_rows: int
    profile: Profile


class DescriptionAnswer(Message, frozen=True, kw_only=True, tag="describe"):
    """The answer to ``describe``, column by column; of the first ``of_rows`` rows of the table.

    ``sampled`` is of how many rows it is if a sample was asked for.
    """

    id: str
    of_rows: int
    profiles: list[Profile]
    sampled: int | UnsetType = UNSET


class GroupsAnswer(Message, frozen=True, kw_only=True, tag="groups"):
    """The answer to ``groups``; of the first ``of_rows`` rows of the table."""

    id: str
    of_rows: int
    groups: Groups


class ViewsAnswer(Message, frozen=True, kw_only=True, tag="views"):
    """The views that are saved for everyone, the oldest first."""

    id: str
    views: tuple[SavedView, ...]


class PointsAnswer(Message, frozen=True, kw_only=True, tag="points"):
    """The answer to ``points``, of a sample of ``of_rows`` rows, or of all of them."""

    id: str
    of_rows: int
    points: Points


class HitAnswer(Message, frozen=True, kw_only=True, tag="find"):
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


class ColumnsAnswer(Message, frozen=True, kw_only=True, tag="columns"):
    """The answer to ``columns``: how many there are, and the first of them, place and name."""

    id: str
    total: int
    found: list[tuple[int, str]]


class AccessAnswer(Message, frozen=True, kw_only=True, tag="access"):
    """The answer to ``access``: as it is now; ``look_key`` as in ``welcome``."""

    id: str
    access: Access
    look_key: str | None = None


class Progress(Message, frozen=True, kw_only=True, tag="progress"):
    """How far a request of this viewer has come, between 0 and 1, if it takes long."""

    id: str
    done: float


class Working(Message, frozen=True, kw_only=True, tag="working"):
    """What everyone will see soon, if it takes long: a query, who asked, how far it has come.

    ``query`` is None when nothing is under way any more.
    """

    by: str | None = None
    query: Query | None = None
    done: float = 0.0


class Presence(Message, frozen=True, kw_only=True, tag="presence"):
    """How many viewers there are, this one included, and who: named ones and editors first.

    ``apart`` of all of them look around privately.
    """

    viewers: int
    people: list[Person] = msgspec.field(default_factory=list)
    apart: int = 0


class Pointing(Message, frozen=True, kw_only=True, tag="pointing"):
    """Where editors point now, the newest of each who has pointed a moment ago; it is never kept.

    It comes at most ten times a second, is not sent again to who was busy, nor at all where many
    look on (``limits.pointing`` in ``welcome``).
    """

    table: str
    spots: list[Spot]


class Heartbeat(Message, frozen=True, kw_only=True, tag="hb"):
    """The relay is alive; answer with ``pong``."""


class ErrorMessage(Message, frozen=True, kw_only=True, tag="error"):
    """Something without an id was wrong; the connection lives on."""

    code: str
    message: str


class Over(Message, frozen=True, kw_only=True, tag="over"):
    """What an ``error`` of this code said lasts no more."""

    code: str


class Moved(Message, frozen=True, kw_only=True, tag="moved"):
    """The document is on another relay now, under the same keys; this connection is closed."""

    base: str
    uuid: str


class Bye(Message, frozen=True, kw_only=True, tag="bye"):
    """The relay is about to close this connection; come back after ``retry_ms``."""

    code: int
    retry_ms: int


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
