"""A viewer's session, as a state machine without sockets, clocks or threads.

Messages go in, messages to send and answered requests come out.  :mod:`.connection` moves them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import UNSET
from msgspec.structs import replace

from tsvshare_widget.errors import Cancelled, Stale, TSVShareError, Unavailable, from_code
from tsvshare_widget.protocol import (
    PROTOCOL_VERSION,
    Access,
    AccessAnswer,
    Ack,
    Answer,
    Bye,
    Cancel,
    CellAnswer,
    Close,
    ColumnsAnswer,
    DescriptionAnswer,
    ErrorMessage,
    GroupsAnswer,
    Heartbeat,
    Hello,
    HitAnswer,
    Me,
    Moved,
    Op,
    Over,
    PageAnswer,
    Point,
    Pointing,
    PointsAnswer,
    Pong,
    Position,
    Presence,
    Problem,
    ProfileAnswer,
    Progress,
    Reject,
    RelayMessage,
    Request,
    SetAccess,
    State,
    ViewerMessage,
    ViewsAnswer,
    Welcome,
    Working,
)

from .backoff import Backoff
from .snapshot import Snapshot


@dataclass
class Effects:
    """What follows from an event: messages to send, requests that are answered, and progress.

    ``progress`` is the fraction done of requests that take long, between 0 and 1.  ``move`` says
    where the document is now, ``pointing`` where others point.
    """

    send: list[ViewerMessage] = field(default_factory=list)
    move: Moved | None = None
    done: list[tuple[str, Answer | TSVShareError]] = field(default_factory=list)
    progress: list[tuple[str, float]] = field(default_factory=list)
    pointing: Pointing | None = None


class Session:
    """One viewer of one document, over however many connections it takes.

    A request is pending until it is answered, also over a loss of the connection: it is then sent
    again with the same id, which the relay does not do twice.  An ``ack`` counts as an answer only
    when the snapshot it speaks of has come, so that who waits for an op sees its effect.
    """

    def __init__(self, cid: str, key: str | None, backoff: Backoff | None = None) -> None:
        self.cid = cid
        self.backoff = backoff or Backoff()
        self.snapshot = Snapshot(role="edit" if key else "look")
        self.heartbeat: float | None = None
        self.me = Me()
        self._is_moving = False
        self.key = key
        self.look_key: str | None = None
        self._next_key: str | None = None
        self._token: str | None = None
        self._pending: dict[str, Request] = {}
        self._acked: dict[str, Ack] = {}
        self._overtaken: dict[str, str] = {}

    # --- the life of the connection ---

    def hello(self) -> Hello:
        """The first message on a new connection."""
        return Hello(
            v=PROTOCOL_VERSION,
            cid=self.cid,
            key=self.key,
            have=self.snapshot.position if self.snapshot.is_whole else None,
            name=self.me.name,
            token=self._token,
        )

    def lost(self, code: int | None, reason: str, now: float) -> Effects:
        """The connection is gone, with a WebSocket close code if there was one."""
        if self.is_over:
            return Effects()
        old = replace(self.snapshot, working=None)
        if code == Close.REVOKED and self._next_key is not None:
            # Our own request has come through, and its answer has not.
            self._adopt(self._next_key, None)
            self.snapshot = replace(old, status="stale", since=now, problem=None)
            return Effects()
        if code == Close.MOVED and self._is_moving:
            self.snapshot = replace(old, status="stale", since=now, problem=None)
            return Effects()
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
            since=now if self.snapshot.since is None else self.snapshot.since,
            problem=Problem(error.code, error.message),
            working=None,
            viewers=0,
            apart=0,
            people=(),
        )
        return self._give_up(error)

    def move(self, key: str | None) -> Effects:
        """The document is on another relay now: what is known of it there comes with its welcome.

        Requests that are pending are about what was here.
        """
        self.key, self._token = key, None
        self._is_moving = True
        self.backoff.at_once = False  # that relay has other viewers, too
        self.snapshot = replace(self.snapshot, position=None, problem=None)
        return self._give_up(Stale("the table has moved to another relay meanwhile; ask again"))

    def _adopt(self, key: str, look_key: str | None) -> None:
        self.key, self.look_key, self._next_key = key, look_key, None

    def close(self) -> Effects:
        """We leave: nothing that is pending will be answered."""
        self.snapshot = replace(self.snapshot, status="closed", problem=None)
        return self._give_up(Unavailable("this connection was closed"))

    def _give_up(self, error: TSVShareError) -> Effects:
        done: list[tuple[str, Answer | TSVShareError]] = [(id, error) for id in self._pending]
        self._pending.clear()
        self._acked.clear()
        self._overtaken.clear()
        return Effects(done=done)

    @property
    def is_over(self) -> bool:
        """Whether connecting again is of no use."""
        return self.snapshot.status in ("gone", "closed")

    # --- requests ---

    def add_request(self, request: Request) -> Effects:
        """Make a request pending; it is sent now, or when there is a connection."""
        if self.is_over:
            problem = self.snapshot.problem
            error = (
                from_code(problem.code, problem.message)
                if problem
                else Unavailable("this connection was closed")
            )
            return Effects(done=[(request.id, error)])
        self._pending[request.id] = request
        if isinstance(request, SetAccess) and request.key is not None:
            self._next_key = request.key
        return Effects(send=[request] if self.snapshot.status == "live" else [])

    def cancel(self, id: str) -> Effects:
        """Nobody wants the answer to this request any longer; the relay may stop working on it."""
        if id not in self._pending:
            return Effects()
        self._acked.pop(id, None)
        effects = self._answered(id, Cancelled("this was cancelled before it was done"))
        if self.snapshot.status == "live":
            effects.send.append(Cancel(id=id))
        return effects

    def introduce(self, me: Me) -> Effects:
        """Let the others know this of us, now and after every loss."""
        self.me = me
        return Effects(send=[me] if self.snapshot.status == "live" else [])

    def point(self, point: Point) -> Effects:
        """Let the others see where we point; nobody does while there is no connection."""
        return Effects(send=[point] if self.snapshot.status == "live" else [])

    # --- what the relay says ---

    def receive(self, message: RelayMessage) -> Effects:
        """Take in a message of the relay."""
        match message:
            case Welcome():
                return self._welcomed(message)
            case State():
                return self._moved(message)
            case Ack():
                if message.id in self._pending:
                    self._acked[message.id] = message
                return self._settle()
            case Reject():
                return self._answered(message.id, from_code(message.code, message.message))
            case (
                PageAnswer()
                | CellAnswer()
                | ProfileAnswer()
                | DescriptionAnswer()
                | GroupsAnswer()
                | ViewsAnswer()
                | PointsAnswer()
                | ColumnsAnswer()
                | HitAnswer()
            ):
                return self._answered(message.id, message)
            case AccessAnswer():
                if self._next_key is not None:
                    self._adopt(self._next_key, message.look_key)
                self.snapshot = replace(self.snapshot, access=message.access)
                return self._answered(message.id, message)
            case Moved():
                return Effects(move=message)
            case Progress():
                return Effects(progress=[(message.id, message.done)])
            case Heartbeat():
                return Effects(send=[Pong()])
            case Pointing():
                return Effects(pointing=message)
            case Presence() | Working() | ErrorMessage() | Over():
                self.snapshot = _told(self.snapshot, message)
            case Bye():
                self.backoff.name_wait(message.retry_ms / 1000)
        return Effects()

    def _welcomed(self, message: Welcome) -> Effects:
        self.backoff.start_anew()
        self._is_moving = False
        self.heartbeat = message.heartbeat
        self.cid = message.you or self.cid
        self._token = message.token
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
            access=message.access or Access(),
        )
        self.look_key = message.look_key or None
        if not message.unchanged and message.state is not None:
            self.snapshot = replace(
                self.snapshot, state=message.state, page=message.page, by=None, event="welcome"
            )
        self._overtaken = self._find_overtaken()
        effects = Effects(send=[self.me] if self.me.at is not None else [])
        answered = {*self._acked, *self._overtaken}
        effects.send.extend(each for id, each in self._pending.items() if id not in answered)
        effects.done.extend(self._settle().done)
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
                access=message.access or Access(),
            )
        return self._settle()

    def _answered(self, id: str, answer: Answer | TSVShareError) -> Effects:
        if self._pending.pop(id, None) is None:
            return Effects()
        effects = Effects(done=[(id, answer)])
        earlier = [each for each, by in self._overtaken.items() if by == id]
        if not isinstance(answer, Ack):  # what was sent before may have been done, or can be now
            self._overtaken = self._find_overtaken()
            is_live = self.snapshot.status == "live"
            left = [each for each in earlier if is_live and each not in self._overtaken]
            effects.send.extend(self._pending[each] for each in left if each in self._pending)
            return effects
        for each in earlier:
            del self._overtaken[each]
            effects.done.extend(self._answered(each, replace(answer, id=each)).done)
        return effects

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

    def _find_overtaken(self) -> dict[str, str]:
        """Ops that waited out a loss, each with a later one that sets the same of the same table.

        They are not sent again unless that one is refused, and done when it is.
        """
        overtaken: dict[str, str] = {}
        later: list[tuple[str, str | None, set[str]]] = []
        for id, request in reversed(list(self._pending.items())):
            if not isinstance(request, Op):
                continue
            fields = request.set.__struct_fields__
            names = {name for name in fields if getattr(request.set, name) is not UNSET}
            by = next(
                (
                    other
                    for other, table, others in later
                    if table == request.table and names <= others
                ),
                None,
            )
            if by is None or id in self._acked:
                later.append((id, request.table, names))
            else:
                overtaken[id] = by
        return overtaken


def _told(known: Snapshot, message: Presence | Working | ErrorMessage | Over) -> Snapshot:
    """What is known after a message that is about other things than the table."""
    match message:
        case Presence():
            people = tuple(message.people)
            return replace(known, viewers=message.viewers, people=people, apart=message.apart)
        case Working():
            return replace(known, working=message if message.query is not None else None)
        case ErrorMessage():
            return replace(known, problem=Problem(message.code, message.message))
    is_over = known.problem is not None and known.problem.code == message.code
    return replace(known, problem=None) if is_over else known
