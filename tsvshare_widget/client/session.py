"""A viewer's session, as a state machine without sockets, clocks or threads.

Messages go in, messages to send and answered requests come out.  :mod:`.connection` moves them.
"""

from __future__ import annotations

from msgspec.structs import replace

from tsvshare_widget.errors import Stale, TSVShareError, Unavailable, from_code
from tsvshare_widget.protocol import (
    PROTOCOL_VERSION,
    Access,
    AccessAnswer,
    Ack,
    Bye,
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
    ViewsAnswer,
    Welcome,
    Working,
)

from .backoff import Backoff
from .effects import Effects
from .pending_requests import PendingRequests
from .snapshot import Snapshot


class Session:
    """One viewer of one document, over however many connections it takes.

    What it has asked for and is not answered is in :class:`.pending_requests.PendingRequests`.
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
        self._requests = PendingRequests()

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
        return self._requests.give_up(error)

    def move(self, key: str | None) -> Effects:
        """The document is on another relay now: what is known of it there comes with its welcome.

        Requests that are pending are about what was here.
        """
        self.key, self._token = key, None
        self._is_moving = True
        self.backoff.at_once = False  # that relay has other viewers, too
        self.snapshot = replace(self.snapshot, position=None, problem=None)
        moved = Stale("the table has moved to another relay meanwhile; ask again")
        return self._requests.give_up(moved)

    def _adopt(self, key: str, look_key: str | None) -> None:
        self.key, self.look_key, self._next_key = key, look_key, None

    def close(self) -> Effects:
        """We leave: nothing that is pending will be answered."""
        self.snapshot = replace(self.snapshot, status="closed", problem=None)
        return self._requests.give_up(Unavailable("this connection was closed"))

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
        self._requests.add(request)
        if isinstance(request, SetAccess) and request.key is not None:
            self._next_key = request.key
        return Effects(send=[request] if self.snapshot.status == "live" else [])

    def cancel(self, id: str) -> Effects:
        """Nobody wants the answer to this request any longer; the relay may stop working on it."""
        return self._requests.cancel(id, self.snapshot)

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
                return self._take_welcome(message)
            case State():
                return self._take_state(message)
            case Ack():
                return self._requests.acknowledge(message, self.snapshot)
            case Reject():
                error = from_code(message.code, message.message)
                return self._requests.answer(message.id, error, self.snapshot)
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
                return self._requests.answer(message.id, message, self.snapshot)
            case AccessAnswer():
                if self._next_key is not None:
                    self._adopt(self._next_key, message.look_key)
                self.snapshot = replace(self.snapshot, access=message.access)
                return self._requests.answer(message.id, message, self.snapshot)
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

    def _take_welcome(self, message: Welcome) -> Effects:
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
        effects = self._requests.go_on(self.snapshot)
        if self.me.at is not None:
            effects.send.insert(0, self.me)
        return effects

    def _take_state(self, message: State) -> Effects:
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
        return self._requests.settle(self.snapshot)


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
