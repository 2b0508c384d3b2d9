"""The messages of ``tsvshare.v1``: what a viewer and a relay say to each other.

Every message is one JSON text frame with a ``type``.  A message about state is a complete
snapshot with its position ``(epoch, seq)``: the newest one wins and nothing has to be replayed.
Positions are compared only within one epoch; a new epoch replaces whatever was known.

    viewer -> relay   hello · op · look · cell · profile · describe · columns · cancel · me · pong
    relay -> viewer   welcome · state · ack · reject · page · cell · profile · describe · columns ·
                      progress · working · presence · hb · error · bye

Pages are counted from 1, rows and columns of cells from 0.  ``tests/golden/protocol.json`` holds
one example of each message; the Python and the TypeScript tests both read it.  This module knows
no sockets and no clocks.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from .errors import BadRequest, TSVShareError
from .query import Filter, Profile, Query, Sort
from .reading import Census, ReadAs

PROTOCOL_VERSION = 1
SUBPROTOCOL = "tsvshare.v1"

HEARTBEAT = 25.0
"""Seconds between two ``hb`` of the relay; a viewer that hears nothing for 10 s more reconnects."""

PAGE_COLUMNS = 100
"""Columns in a page that is broadcast; the rest of a wider table is asked for by ``look``."""

MAX_COLUMNS = 1000
"""Most columns one page ever carries."""

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000

MAX_PEOPLE = 50
"""Most viewers that ``presence`` names."""

MAX_NAME = 60
"""Characters of a viewer's name."""

MAX_CID = 64
"""Characters of the ``cid`` that a viewer gives itself."""

MAX_DESCRIBED = 500
"""Most columns that one ``describe`` is about."""

DESCRIBED_CHARACTERS = 200
"""Characters after which a cell is cut in the answer to ``describe``."""

MAX_FOUND = 100
"""Most columns that one search for a name gives."""

MAX_MESSAGE = 64 * 1024
"""Bytes of the largest message a viewer may send; tables travel by ``PUT``."""

CELL_CHARACTERS = 10_000
"""Characters after which a cell is cut on the page."""

CELL_ANSWER = 10_000_000
"""Characters after which even the answer to ``cell`` is cut."""

NO_PAGE = Raw(b"null")
"""Stands where a page would: the document has no table, or the viewer has the page already.

Pages travel between the parts of the relay as the bytes of their JSON text, encoded once.
"""


class Close:
    """WebSocket close codes: below 4500 the viewer reconnects, from 4500 on it does not."""

    GOING_AWAY = 4001
    SLOW = 4008
    NO_PONG = 4012
    GONE = 4504
    PROTOCOL = 4509

    @staticmethod
    def is_final(code: int | None) -> bool:
        """Whether reconnecting after this close code is of no use."""
        return code is not None and 4500 <= code < 5000


Role = Literal["edit", "look"]
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
    "bring",
    "undo",
    "forgotten",
]
"""What the newest change of a document was.

``query`` is a new sort, filter or search, ``bring`` that an editor brought everyone to one place,
``undo`` that the table shown before came back, ``forgotten`` that it no longer can.
``reverted`` means an upload ended early; ``rereading`` that the table began to be read anew, or
that this was given up; ``reading`` that it now shows as it was read anew.
"""


class _Message(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages; fields we do not know are ignored, so that versions can meet."""


# --- what they speak of ----------------------------------------------------------------------


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
    ``rows`` rows of at most ``columns`` cells, header not counted.  ``reading`` says how the bytes
    were read (see :class:`tsvshare_widget.table.Reading`), ``told`` what people said about
    that (a :class:`ReadAs`; ``{}``: all of it was found out).  While the status is ``rereading``,
    all bytes are there and are read anew; all else is as it was before.
    """

    id: str
    name: str
    bytes: int = 0
    total_bytes: int | None = None
    rows: int = 0
    columns: int = 0
    status: Literal["receiving", "complete", "incomplete", "rereading"] = "receiving"
    problem: Problem | None = None
    reading: dict[str, Any] = msgspec.field(default_factory=dict)
    told: dict[str, Any] = msgspec.field(default_factory=dict)
    census: Census | None = None


class ViewState(Struct, frozen=True, kw_only=True):
    """The shared view: what was asked, which page of how many, and whether it follows the end.

    The view has ``n_rows`` of the first ``of_rows`` rows of the table; while the table grows these
    may be fewer than it has.  ``brought`` is the seq of the change by which an editor last brought
    everyone here: who looks around privately comes back when it changes.
    """

    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    n_pages: int = 1
    n_rows: int = 0
    stick: bool = False
    query: Query = Query()
    of_rows: int = 0
    brought: int = 0


class Undo(Struct, frozen=True, kw_only=True):
    """The table that was shown before the last upload, to which one can return for a while.

    ``until`` is when its bytes are dropped, in seconds of the epoch.
    """

    table: str
    name: str
    rows: int
    until: float


class DocumentState(Struct, frozen=True, kw_only=True):
    """What everyone shares: a table and a view of it, and what an undo would bring back."""

    table: TableState | None = None
    view: ViewState = ViewState()
    undo: Undo | None = None


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
    answered when the rows are found.  ``bring`` lets those who look around privately come back.
    ``reading`` reads the table anew, goes alone, and is answered when that is done.  ``undo`` is
    the id of the table to return to, and goes alone.
    """

    page: int | UnsetType = UNSET
    page_size: int | UnsetType = UNSET
    sort: tuple[Sort, ...] | UnsetType = UNSET
    filters: tuple[Filter, ...] | UnsetType = UNSET
    search: str | UnsetType = UNSET
    bring: bool | UnsetType = UNSET
    reading: ReadAs | UnsetType = UNSET
    undo: str | UnsetType = UNSET


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
    """What the relay accepts: bytes in an upload."""

    upload: int


# --- viewer -> relay -------------------------------------------------------------------------


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """The first message: who is there, with which key, and what they have already."""

    v: int
    cid: str
    key: str | None = None
    have: Position | None = None
    name: str | None = None


class Op(_Message, frozen=True, kw_only=True, tag="op"):
    """Change what everyone sees.

    ``table`` is the id of the table it was made against; ``id`` makes a retry safe.
    """

    id: str
    table: str | None
    set: Settings


class Look(_Message, frozen=True, kw_only=True, tag="look"):
    """Ask for one page privately: of the shared table, without moving anyone.

    ``columns`` is the half-open window, from 0; without it the first ones.  ``page`` -1 is the last
    one.  Of one viewer, a newer look with another query ends an older one that still waits, if
    their ids are alike up to the colon: a notebook's outputs are one viewer and look on their own.
    """

    id: str
    table: str
    page: int
    page_size: int
    columns: tuple[int, int] | None = None
    query: Query = Query()


class GetCell(_Message, frozen=True, kw_only=True, tag="cell"):
    """Ask for a cell that was cut; ``row`` and ``column`` are its place in the table."""

    id: str
    table: str
    row: int
    column: int


class GetProfile(_Message, frozen=True, kw_only=True, tag="profile"):
    """Ask what a column is like, over the rows of ``query``; an empty one is the whole table."""

    id: str
    table: str
    column: int
    query: Query = Query()


class GetDescription(_Message, frozen=True, kw_only=True, tag="describe"):
    """Ask what several columns are like, over the rows of ``query``; ``columns`` is half-open."""

    id: str
    table: str
    columns: tuple[int, int]
    query: Query = Query()


class FindColumns(_Message, frozen=True, kw_only=True, tag="columns"):
    """Ask for the columns whose name holds ``text``, case-folded; the best matches come first."""

    id: str
    table: str
    text: str


class Cancel(_Message, frozen=True, kw_only=True, tag="cancel"):
    """The answer to this viewer's request ``id`` is not wanted any more."""

    id: str


class Me(_Message, frozen=True, kw_only=True, tag="me"):
    """What the others may know of this viewer: a name if they give one, where they look around."""

    name: str | None = None
    at: Place | None = None


class Pong(_Message, frozen=True, kw_only=True, tag="pong"):
    """The answer to ``hb``."""


# --- relay -> viewer -------------------------------------------------------------------------


class Welcome(_Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to ``hello``: position, role, and the state unless it is ``unchanged``."""

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


class State(_Message, frozen=True, kw_only=True, tag="state"):
    """A new snapshot: the document as it is now, and the page everyone is on."""

    epoch: str
    seq: int
    by: str | None
    event: Event
    state: DocumentState
    page: Raw = NO_PAGE


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
    """The answer to ``describe``, column by column; of the first ``of_rows`` rows of the table."""

    id: str
    of_rows: int
    profiles: list[Profile]


class ColumnsAnswer(_Message, frozen=True, kw_only=True, tag="columns"):
    """The answer to ``columns``: how many there are, and the first of them, place and name."""

    id: str
    total: int
    found: list[tuple[int, str]]


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
    """How many viewers there are, this one included, and who: named ones and editors first."""

    viewers: int
    people: list[Person] = msgspec.field(default_factory=list)


class Heartbeat(_Message, frozen=True, kw_only=True, tag="hb"):
    """The relay is alive; answer with ``pong``."""


class ErrorMessage(_Message, frozen=True, kw_only=True, tag="error"):
    """Something without an id was wrong; the connection lives on."""

    code: str
    message: str


class Bye(_Message, frozen=True, kw_only=True, tag="bye"):
    """The relay is about to close this connection; come back after ``retry_ms``."""

    code: int
    retry_ms: int


Request = Op | Look | GetCell | GetProfile | GetDescription | FindColumns
"""What a viewer sends with an ``id``, and is answered."""

ViewerMessage = Hello | Request | Cancel | Me | Pong
Answer = Ack | PageAnswer | CellAnswer | ProfileAnswer | DescriptionAnswer | ColumnsAnswer
"""What answers a request, unless it is rejected."""

RelayMessage = (
    Welcome
    | State
    | Answer
    | Reject
    | Progress
    | Working
    | Presence
    | Heartbeat
    | ErrorMessage
    | Bye
)

encode = msgspec.json.Encoder().encode
"""Any message (or part of one) as the bytes of its JSON text."""

_viewer_decoder: msgspec.json.Decoder[ViewerMessage] = msgspec.json.Decoder(ViewerMessage)
_relay_decoder: msgspec.json.Decoder[RelayMessage] = msgspec.json.Decoder(RelayMessage)
decode_page = msgspec.json.Decoder(Page).decode
"""The bytes of a page's JSON text as a :class:`Page`."""


def decode_viewer(text: str | bytes) -> ViewerMessage:
    """Read what a viewer sent.  Raises :class:`BadRequest` that says what was wrong, and where."""
    try:
        return _viewer_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: {error}") from error


def decode_relay(text: str | bytes) -> RelayMessage:
    """Read what a relay sent.  Raises :class:`BadRequest` that says what was wrong, and where."""
    try:
        return _relay_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: {error}") from error


def rejection(id: str, error: TSVShareError) -> Reject:
    """The ``reject`` that tells a viewer of ``error``."""
    return Reject(id=id, code=error.code, message=error.message)


def text_frame(payload: bytes) -> bytes:
    """One whole unmasked, uncompressed WebSocket text frame (RFC 6455, section 5.2).

    Built once and written to every viewer, instead of being framed once for each of them.
    """
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
