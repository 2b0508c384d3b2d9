"""What a viewer knows and owes, as a machine without sockets, clocks or threads.

Messages go in, messages to send and finished requests come out.  :mod:`.connection` moves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from msgspec import UNSET, Raw, Struct
from msgspec.structs import replace

from tsvshare_widget.errors import Cancelled, TSVShareError, Unavailable, from_code
from tsvshare_widget.protocol import (
    NO_PAGE,
    PROTOCOL_VERSION,
    Ack,
    Answer,
    Bye,
    Cancel,
    CellAnswer,
    Close,
    ColumnsAnswer,
    DescriptionAnswer,
    DocumentState,
    ErrorMessage,
    Heartbeat,
    Hello,
    Limits,
    Me,
    Op,
    Page,
    PageAnswer,
    Person,
    Pong,
    Position,
    Presence,
    Problem,
    ProfileAnswer,
    Progress,
    Reject,
    RelayMessage,
    Request,
    Role,
    State,
    ViewerMessage,
    Welcome,
    Working,
    decode_page,
)

Status = Literal["connecting", "live", "stale", "gone", "closed"]


class Snapshot(Struct, frozen=True, kw_only=True):
    """Everything a viewer knows of a document; a new one replaces it as a whole.

    ``page`` is the JSON text of the page everyone is on (``null`` without a table).  ``since`` is
    when the connection was lost, in seconds of the epoch.  ``position`` is None until the first
    welcome.  ``people`` are those of the viewers that the relay names; ``working`` is the query
    that everyone will see soon, if that takes long.
    """

    status: Status = "connecting"
    since: float | None = None
    problem: Problem | None = None
    position: Position | None = None
    state: DocumentState = DocumentState()
    page: Raw = NO_PAGE
    by: str | None = None
    event: str = "welcome"
    role: Role = "look"
    viewers: int = 0
    people: tuple[Person, ...] = ()
    working: Working | None = None
    limits: Limits | None = None

    @property
    def table_id(self) -> str | None:
        """The table everyone looks at, if there is one."""
        return self.state.table.id if self.state.table else None

    def decoded_page(self) -> Page | None:
        """The page everyone is on, or None without a table."""
        return None if bytes(self.page) == bytes(NO_PAGE) else decode_page(self.page)

    def is_newer(self, position: Position) -> bool:
        """Whether ``position`` would replace this snapshot: another life, or later in this one."""
        mine = self.position
        return mine is None or mine.epoch != position.epoch or position.seq > mine.seq


@dataclass
class Effects:
    """What follows from an event: messages to send, requests that are over, and how far others are.

    ``progress`` is of requests that take long, between 0 and 1.
    """

    send: list[ViewerMessage] = field(default_factory=list)
    done: list[tuple[str, Answer | TSVShareError]] = field(default_factory=list)
    progress: list[tuple[str, float]] = field(default_factory=list)


class Session:
    """One viewer of one document, over however many connections it takes.

    A request is open until it is answered, also over a loss of the connection: it is then sent
    again with the same id, which the relay does not do twice.  An ``ack`` counts as an answer only
    when the snapshot it speaks of has come, so that who waits for an op sees its effect.
    """

    def __init__(self, cid: str, key: str | None) -> None:
        self.cid = cid
        self.snapshot = Snapshot(role="edit" if key else "look")
        self.heartbeat: float | None = None
        self.retry_after: float | None = None
        self.me = Me()
        self._key = key
        self._open: dict[str, Request] = {}
        self._acked: dict[str, Ack] = {}

    # --- the life of the connection ---

    def hello(self) -> Hello:
        """The first message on a new connection."""
        return Hello(
            v=PROTOCOL_VERSION,
            cid=self.cid,
            key=self._key,
            have=self.snapshot.position,
            name=self.me.name,
        )

    def lost(self, code: int | None, reason: str, now: float) -> Effects:
        """The connection is gone, with a WebSocket close code if there was one."""
        if self.is_over:
            return Effects()
        old = replace(self.snapshot, working=None)
        if Close.is_final(code):
            problem = old.problem or Problem("unavailable", reason)
            return self.part(from_code(problem.code, problem.message), now)
        if old.status == "live":
            old = replace(old, status="stale", since=now)
        self.snapshot = replace(old, problem=Problem("unavailable", reason))
        return Effects()

    def part(self, error: TSVShareError, now: float) -> Effects:
        """The connection is gone for good: the relay, or we, want no more of it."""
        self.snapshot = replace(
            self.snapshot,
            status="gone",
            since=self.snapshot.since or now,
            problem=Problem(error.code, error.message),
            working=None,
        )
        return self._give_up(error)

    def close(self) -> Effects:
        """We leave: nothing that is open will be answered."""
        self.snapshot = replace(self.snapshot, status="closed", problem=None)
        return self._give_up(Unavailable("this connection was closed"))

    def _give_up(self, error: TSVShareError) -> Effects:
        done: list[tuple[str, Answer | TSVShareError]] = [(id, error) for id in self._open]
        self._open.clear()
        self._acked.clear()
        return Effects(done=done)

    @property
    def is_over(self) -> bool:
        """Whether connecting again is of no use."""
        return self.snapshot.status in ("gone", "closed")

    # --- requests ---

    def ask(self, request: Request) -> Effects:
        """Take on a request; it is sent now, or when there is a connection."""
        if self.is_over:
            problem = self.snapshot.problem
            error = (
                from_code(problem.code, problem.message)
                if problem
                else Unavailable("this connection was closed")
            )
            return Effects(done=[(request.id, error)])
        self._open[request.id] = request
        return Effects(send=[request] if self.snapshot.status == "live" else [])

    def cancel(self, id: str) -> Effects:
        """Nobody wants the answer to this request any longer; the relay may stop working on it."""
        if self._open.pop(id, None) is None:
            return Effects()
        self._acked.pop(id, None)
        error = Cancelled("this was cancelled before it was done")
        is_live = self.snapshot.status == "live"
        return Effects(send=[Cancel(id=id)] if is_live else [], done=[(id, error)])

    def introduce(self, me: Me) -> Effects:
        """Let the others know this of us, now and after every loss."""
        self.me = me
        return Effects(send=[me] if self.snapshot.status == "live" else [])

    # --- what the relay says ---

    def receive(self, message: RelayMessage) -> Effects:
        """Take in a message of the relay."""
        match message:
            case Welcome():
                return self._welcomed(message)
            case State():
                return self._moved(message)
            case Ack():
                if message.id in self._open:
                    self._acked[message.id] = message
                return self._settle()
            case Reject():
                return self._answered(message.id, from_code(message.code, message.message))
            case (
                PageAnswer()
                | CellAnswer()
                | ProfileAnswer()
                | DescriptionAnswer()
                | ColumnsAnswer()
            ):
                return self._answered(message.id, message)
            case Progress():
                return Effects(progress=[(message.id, message.done)])
            case Heartbeat():
                return Effects(send=[Pong()])
            case Presence():
                self.snapshot = replace(
                    self.snapshot, viewers=message.viewers, people=tuple(message.people)
                )
            case Working():
                working = message if message.query is not None else None
                self.snapshot = replace(self.snapshot, working=working)
            case ErrorMessage():
                problem = Problem(message.code, message.message)
                self.snapshot = replace(self.snapshot, problem=problem)
            case Bye():
                self.retry_after = message.retry_ms / 1000
        return Effects()

    def _welcomed(self, message: Welcome) -> Effects:
        self.heartbeat = message.heartbeat
        old = self.snapshot
        wrong_key = old.problem if old.problem and old.problem.code == "wrong_key" else None
        self.snapshot = replace(
            old,
            status="live",
            since=None,
            problem=wrong_key,
            position=Position(message.epoch, message.seq),
            role=message.role,
            viewers=message.viewers,
            limits=message.limits,
        )
        if not message.unchanged and message.state is not None:
            self.snapshot = replace(
                self.snapshot, state=message.state, page=message.page, by=None, event="welcome"
            )
        effects = self._drop_overtaken(message)
        if self.me.at is not None:
            effects.send.append(self.me)
        effects.send.extend(self._open[id] for id in self._open if id not in self._acked)
        settled = self._settle()
        effects.done.extend(settled.done)
        return effects

    def _moved(self, message: State) -> Effects:
        position = Position(message.epoch, message.seq)
        if self.snapshot.is_newer(position):
            self.snapshot = replace(
                self.snapshot,
                position=position,
                state=message.state,
                page=message.page,
                by=message.by,
                event=message.event,
            )
        return self._settle()

    def _answered(self, id: str, answer: Answer | TSVShareError) -> Effects:
        known = self._open.pop(id, None) is not None
        return Effects(done=[(id, answer)] if known else [])

    def _settle(self) -> Effects:
        effects = Effects()
        for id, ack in list(self._acked.items()):
            position = Position(ack.epoch, ack.seq)
            mine = self.snapshot.position
            if mine is not None and mine.epoch == ack.epoch and self.snapshot.is_newer(position):
                continue
            del self._acked[id]
            effects.done.extend(self._answered(id, ack).done)
        return effects

    def _drop_overtaken(self, message: Welcome) -> Effects:
        """Ops that waited out a loss count as done where a later one sets the same things."""
        effects = Effects()
        wanted: set[str] = set()
        for id, request in reversed(list(self._open.items())):
            if not isinstance(request, Op):
                continue
            fields = request.set.__struct_fields__
            names = {name for name in fields if getattr(request.set, name) is not UNSET}
            if names <= wanted and id not in self._acked:
                ack = Ack(id=id, epoch=message.epoch, seq=message.seq)
                effects.done.extend(self._answered(id, ack).done)
            wanted |= names
        return effects
