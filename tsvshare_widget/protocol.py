"""The messages of ``tsvshare.v1``: what a viewer and a relay say to each other.

Every message is one JSON text frame with a ``type``.  A message about state is a complete
snapshot with its position ``(epoch, seq)``: the newest one wins and nothing has to be replayed.
Positions are compared only within one epoch; a new epoch replaces whatever was known.

    viewer -> relay   hello · op · look · cell · pong
    relay -> viewer   welcome · state · ack · reject · page · cell · presence · hb · error · bye

Pages are counted from 1, rows and columns of cells from 0.  ``tests/golden/protocol.json`` holds
one example of each message; the Python and the TypeScript tests both read it.  This module knows
no sockets and no clocks.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from .errors import BadRequest, TSVShareError
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
]
"""What the newest change of a document was.

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
    """The shared view: which page of how many, and whether it follows the end of the table."""

    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    n_pages: int = 1
    n_rows: int = 0
    stick: bool = False


class DocumentState(Struct, frozen=True, kw_only=True):
    """What everyone shares: a table and a view of it."""

    table: TableState | None = None
    view: ViewState = ViewState()


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

    ``first_row`` is the position of the first row within the view, from 0.  ``cut`` names the cells
    that were shortened as ``[row in this page, column in the table, bytes in full]``.  ``lines``
    are the lines of the file in which the rows start, from 1.
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


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an ``op`` may set, to absolute values; ``page`` -1 is the end, also as it grows.

    ``reading`` reads the table anew, goes alone, and is answered when that is done.
    """

    page: int | UnsetType = UNSET
    page_size: int | UnsetType = UNSET
    reading: ReadAs | UnsetType = UNSET


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


class Op(_Message, frozen=True, kw_only=True, tag="op"):
    """Change what everyone sees.

    ``table`` is the id of the table it was made against; ``id`` makes a retry safe.
    """

    id: str
    table: str | None
    set: Settings


class Look(_Message, frozen=True, kw_only=True, tag="look"):
    """Ask for one page privately: of the shared table, without moving anyone.

    ``columns`` is the half-open window, from 0; without it the first ones.
    """

    id: str
    table: str
    page: int
    page_size: int
    columns: tuple[int, int] | None = None


class GetCell(_Message, frozen=True, kw_only=True, tag="cell"):
    """Ask for a cell that was cut; ``row`` is its place in the view, ``column`` in the table."""

    id: str
    table: str
    row: int
    column: int


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


class Presence(_Message, frozen=True, kw_only=True, tag="presence"):
    """How many viewers there are, this one included."""

    viewers: int


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


ViewerMessage = Hello | Op | Look | GetCell | Pong
RelayMessage = (
    Welcome
    | State
    | Ack
    | Reject
    | PageAnswer
    | CellAnswer
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
