"""The widget's comm: the shared state goes down as traits, requests come up as messages.

Traits only go down and messages only come up because of how kernels treat comms while a cell is
running.  Everything is sent from the connection's thread, and messages are received on any thread.
The key travels in the answer to ``hi`` and never in a trait: traits are saved with notebooks.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tsvshare_widget.client import Callbacks, Connection, Link, Snapshot
from tsvshare_widget.client.thread import log
from tsvshare_widget.errors import BadRequest, TSVShareError, Unavailable
from tsvshare_widget.protocol import (
    BEAT_SECONDS,
    Answer,
    Cancel,
    ErrorMessage,
    Me,
    Point,
    Progress,
    Request,
    rejection,
)

from .built import read_static
from .messages import (
    Extras,
    GetExtras,
    Hi,
    Leave,
    SelectionMessage,
    Sharing,
    UploadStep,
    Way,
    read_message,
    seconds_for,
    to_content,
    view_of,
)
from .rate import BURST_UPDATES, UPDATES_PER_SECOND, RateLimit
from .synced import describe_changes
from .uploads import take_step


def release_subshell(comm: object) -> None:
    """Let this comm's messages be handled wherever the front end asks.

    ipykernel 7.4 hands them to the subshell that published last, which for a widget that
    publishes from a thread is the main one, busy with the running cell.  Older and newer kernels
    have no such attribute.
    """
    if getattr(comm, "_reply_subshell_for", None) is not None:
        comm._reply_subshell_for = lambda data, default: default  # type: ignore[attr-defined]


class Screens(NamedTuple):
    """How the views of a widget are reached, and what the widget does for them.

    ``send`` sends a custom message, ``set_traits`` sets synced traits in one update, and
    ``send_traits`` sends all of them as they are.  ``on_select`` gets what is selected in a view,
    ``on_greeting`` and ``on_leaving`` get the name of a view that comes or goes; ``on_sharing`` is
    called when links are shown to be handed on, ``on_way`` with a way for them to leave this
    computer; ``ways`` says which there are.
    """

    send: Callable[[dict[str, Any]], object]
    set_traits: Callable[[dict[str, Any]], object]
    send_traits: Callable[[], object]
    on_select: Callable[[SelectionMessage], object]
    on_greeting: Callable[[str], object]
    on_leaving: Callable[[str], object]
    on_sharing: Callable[[], object]
    on_way: Callable[[Way], object] = lambda _: None
    ways: Callable[[], dict[str, Any] | None] = lambda: None


class FrontEnd:
    """All views of one widget.

    :meth:`update_views` may be called as often as one likes, on the connection's thread: the newest
    state is sent, at the rate of :data:`UPDATES_PER_SECOND`.  ``on_publish`` gets every snapshot
    sent.
    """

    def __init__(
        self, connection: Connection, screens: Screens, on_publish: Callable[[Snapshot], object]
    ) -> None:
        self._connection = connection
        self._screens = screens
        self._on_publish = on_publish
        self._published: Snapshot | None = None
        self._rate = RateLimit(UPDATES_PER_SECOND, BURST_UPDATES)
        self._failure: BaseException | None = None
        self._is_due = False
        self._is_closed = False
        self._origin: str | None = None
        connection.when_pointing(self._send_message)
        connection.thread.call(self._beat)

    def update_views(self, failure: BaseException | None = None) -> None:
        """Publish the newest state, now or as soon as the rate allows.

        ``failure`` is why this widget has no table, which the views are sent once.
        """
        if failure is not self._failure:
            self._failure = failure
            if failure is not None:
                self._send_error(failure)
        if self._is_due or self._is_closed:
            return
        self._is_due = True
        loop = asyncio.get_running_loop()
        loop.call_at(self._rate.next(loop.time()), self._publish)

    def receive_message(self, _widget: object, content: object, buffers: object) -> None:
        """Handle a custom message of a view; from any thread, as ipywidgets calls it.

        Each kind of message hops to the connection's thread once, but for parts of uploads.
        """
        connection = self._connection
        try:
            message = read_message(content)
        except BadRequest as error:
            connection.thread.call(self._send_error, error)
            return
        match message:
            case Hi(id=id, origin=origin, seq=seq):
                self._screens.on_greeting(view_of(id))
                connection.thread.call(self._greet, id, seq)
                if origin is not None:
                    self._take_origin(origin)
            case GetExtras(id=id, part=part):
                connection.thread.call(self._send_part, id, part)
            case Leave(id=id):
                self._screens.on_leaving(view_of(id))
            case Sharing():
                self._screens.on_sharing()
            case Way():
                self._screens.on_way(message)
            case UploadStep():
                take_step(connection.link, connection.cid, message, buffers, self._answer_step)
            case SelectionMessage():
                connection.thread.call(self._screens.on_select, message)
            case Cancel(id=id):
                connection.cancel(id)
            case Point():
                connection.point(message)
            case Me():
                # None: as before; a view does not know what the name was set to in Python.
                name = connection.me.name if message.name is None else message.name or None
                connection.introduce(replace(message, name=name))
            case request:
                connection.start_request(request, self._callbacks_of(request), seconds_for(request))

    def call_roll(self) -> None:
        """Have all views greet again, to know which are there; from any thread."""
        self._connection.thread.call(self._send_content, {"type": "roll"})

    def close(self) -> None:
        """Send nothing more."""
        self._is_closed = True
        self._connection.when_pointing(None)

    def _take_origin(self, origin: str) -> None:
        """Let links that were a path on the Jupyter Server be whole: a browser is at ``origin``."""
        self._origin = origin
        link = self._connection.link
        whole = self.complete(link)
        if whole is not link:
            self._connection.show_as(whole.shown)

    def complete(self, link: Link) -> Link:
        """``link`` as browsers open it, if it is a path on the server that views came from."""
        if self._origin is None or not link.view_url.startswith("/"):
            return link
        return dataclasses.replace(link, shown=f"{self._origin}{link.server_path}")

    def _callbacks_of(self, request: Request) -> Callbacks:
        return Callbacks(
            on_answer=partial(self._send_answer, request.id),
            on_fraction=lambda done: self._send_message(Progress(id=request.id, done=done)),
        )

    # --- on the connection's thread ---

    def _publish(self) -> None:
        self._is_due = False
        if self._is_closed:
            return
        snapshot, before = self._connection.snapshot, self._published
        self._published = snapshot
        try:
            ways = self._screens.ways()
            traits = describe_changes(self._connection, snapshot, before, ways=ways)
            self._screens.set_traits(traits)
        except Exception:
            log.exception("the state could not be sent to the front end")
        self._on_publish(snapshot)

    def _sent_seq(self) -> int:
        """The ``seq`` of the state that was sent last; a beat says it, for who never got that."""
        known = self._published
        return known.position.seq if known is not None and known.position is not None else 0

    def _greet(self, id: str | None, seq: int | None) -> None:
        """Answer a view; one that never got what came after ``seq`` gets it now."""
        self._send_key(id)
        if seq is not None and seq != self._sent_seq() and not self._is_closed:
            self._screens.send_traits()

    def _send_answer(self, id: str, answer: Answer | TSVShareError) -> None:
        self._send_message(rejection(id, answer) if isinstance(answer, TSVShareError) else answer)

    def _send_error(self, error: BaseException) -> None:
        code = error.code if isinstance(error, TSVShareError) else TSVShareError.code
        self._send_message(ErrorMessage(code=code, message=str(error)))

    def _answer_step(self, answer: dict[str, Any]) -> None:
        self._connection.thread.call(self._send_content, answer)

    def answer_way(self, id: str, error: TSVShareError | None) -> None:
        """Say that a way was taken, or why not; from any thread."""
        answer = {"type": "done", "id": id} if error is None else to_content(rejection(id, error))
        self._connection.thread.call(self._send_content, answer)

    def update_keys(self) -> None:
        """Let the views know the keys of links, which are new."""
        self._send_key("")

    def _send_key(self, id: str | None) -> None:
        link = self._connection.link
        look = {"look_key": link.look_key} if link.look_key else {}
        self._send_content({"type": "hi", "id": id, "key": link.key, **look, "beat": BEAT_SECONDS})

    def _send_part(self, id: str, part: str) -> None:
        try:
            source = read_static(f"{part}.js")
        except OSError as error:
            message = f"the front end of tsvshare is not whole: {error}; install it again"
            self._send_answer(id, Unavailable(message))
        else:
            self._send_message(Extras(id=id, source=source))

    def _beat(self) -> None:
        if not self._is_closed:
            self._send_content({"type": "beat", "seq": self._sent_seq()})
            asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def _send_message(self, message: Struct) -> None:
        self._send_content(to_content(message))

    def _send_content(self, content: dict[str, Any]) -> None:
        try:
            self._screens.send(content)
        except Exception:
            log.exception("a message could not be sent to the front end")
