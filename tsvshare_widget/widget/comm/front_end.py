"""The widget's comm: the shared state goes down as traits, requests come up as messages.

Traits only go down and messages only come up because of how kernels treat comms while a cell is
running.  Everything is sent from the connection's thread, and messages are taken from any thread.
The key travels in the answer to ``hi`` and never in a trait: traits are saved with notebooks.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from tsvshare_widget.client import Connection, Snapshot
from tsvshare_widget.client.thread import log
from tsvshare_widget.errors import BadRequest, TSVShareError
from tsvshare_widget.protocol import (
    ANSWER_SECONDS,
    BEAT_SECONDS,
    REREAD_SECONDS,
    Cancel,
    ErrorMessage,
    FindColumns,
    GetCell,
    GetDescription,
    GetProfile,
    Look,
    Me,
    Op,
    Progress,
    Request,
    decode_viewer,
    encode,
    rejection,
)
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.widget.convert.selection import Marked, read_marked

PER_SECOND = 20.0
BURST = 20
"""Updates a second in the long run, and at once: a server silently drops what comes too fast."""


def release_subshell(comm: object) -> None:
    """Let this comm's messages be handled wherever the front end asks.

    ipykernel 7.4 hands them to the subshell that published last, which for a widget that
    publishes from a thread is the main one, busy with the running cell.  Older and newer kernels
    have no such attribute.
    """
    if getattr(comm, "_reply_subshell_for", None) is not None:
        comm._reply_subshell_for = lambda data, default: default  # type: ignore[attr-defined]


class Rate:
    """So many a second in the long run, with up to ``burst`` of them at once; pure."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._step = 1.0 / per_second
        self._slack = self._step * (burst - 1)
        self._used_until = float("-inf")

    def next(self, now: float) -> float:
        """When the next one may go, which is counted: now, or later."""
        at = max(now, self._used_until - self._slack)
        self._used_until = max(self._used_until, at) + self._step
        return at


class FrontEnd:
    """All views of one widget.

    :meth:`changed` may be called as often as one likes, on the connection's thread: what is sent
    is the newest state, at the rate of :data:`PER_SECOND`.  ``send`` sends a custom message,
    ``show`` sets synced traits in one update, ``on_publish`` is told of every snapshot sent, and
    ``on_select`` of what is marked on a screen.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any]], object],
        show: Callable[[dict[str, Any]], object],
        connection: Connection,
        on_publish: Callable[[Snapshot], object],
        on_select: Callable[[Marked], object],
    ) -> None:
        self._send_message = send
        self._show_traits = show
        self._connection = connection
        self._on_publish = on_publish
        self._on_select = on_select
        self._shown: Snapshot | None = None
        self._rate = Rate(PER_SECOND, BURST)
        self._failure: BaseException | None = None
        self._is_due = False
        self._is_closed = False
        connection.thread.call(self._beat)

    def changed(self, failure: BaseException | None = None) -> None:
        """Show the newest state, now or as soon as the rate allows.

        ``failure`` is why this widget has no table, which the views are told once.
        """
        if failure is not self._failure:
            self._failure = failure
            if failure is not None:
                self._complain(failure)
        if self._is_due or self._is_closed:
            return
        self._is_due = True
        loop = asyncio.get_running_loop()
        loop.call_at(self._rate.next(loop.time()), self._publish)

    def receive(self, content: Any) -> None:
        """Take a custom message of a view; from any thread."""
        self._connection.thread.call(self._receive, content)

    def close(self) -> None:
        """Say nothing more."""
        self._is_closed = True

    # --- on the connection's thread ---

    def _publish(self) -> None:
        self._is_due = False
        if self._is_closed:
            return
        snapshot, before = self._connection.snapshot, self._shown
        self._shown = snapshot
        traits: dict[str, Any] = {"_link": describe_link(self._connection, snapshot)}
        if before is None or before.position != snapshot.position:
            traits["_state"] = describe_state(snapshot)
        if before is None or bytes(before.page) != bytes(snapshot.page):
            traits["_page"] = json.loads(bytes(snapshot.page))
        try:
            self._show_traits(traits)
        except Exception:
            log.exception("the state could not be sent to the front end")
        self._on_publish(snapshot)

    def _complain(self, error: BaseException) -> None:
        code = error.code if isinstance(error, TSVShareError) else TSVShareError.code
        self._send(to_json(ErrorMessage(code=code, message=str(error))))

    def _receive(self, content: Any) -> None:
        try:
            self._take(content)
        except BadRequest as error:
            self._send(to_json(ErrorMessage(code=error.code, message=error.message)))

    def _take(self, content: Any) -> None:
        kind = content.get("type") if isinstance(content, dict) else None
        if kind == "hi":
            key = self._connection.link.key
            self._send({"type": "hi", "id": content.get("id"), "key": key, "beat": BEAT_SECONDS})
            return
        if kind == "selection":
            self._on_select(read_marked(content))
            return
        match decode_viewer(encode(content)):
            case (
                Op() | Look() | GetCell() | GetProfile() | GetDescription() | FindColumns()
            ) as request:
                self._ask(request)
            case Cancel(id=id):
                self._connection.cancel(id)
            case Me() as me:
                # None: as before; a view does not know what the name was set to in Python.
                name = self._connection.me.name if me.name is None else me.name or None
                self._connection.introduce(replace(me, name=name))
            case _:
                raise BadRequest(f"a view does not send {kind!r}")

    def _ask(self, request: Request) -> None:
        def advance(done: float) -> None:
            self._send(to_json(Progress(id=request.id, done=done)))

        timeout = REREAD_SECONDS if takes_long(request) else ANSWER_SECONDS
        answer = self._connection.request(request, timeout, advance)
        answer.add_done_callback(lambda done: self._answer(request.id, done))

    def _answer(self, id: str, answer: Future[Any]) -> None:
        error = answer.exception()
        if error is None:
            self._send(to_json(answer.result()))
        elif isinstance(error, TSVShareError):
            self._send(to_json(rejection(id, error)))
        else:
            log.error("a request of the front end failed", exc_info=error)

    def _beat(self) -> None:
        if not self._is_closed:
            self._send({"type": "beat"})
            asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def _send(self, content: dict[str, Any]) -> None:
        try:
            self._send_message(content)
        except Exception:
            log.exception("a message could not be sent to the front end")


def takes_long(request: Request) -> bool:
    """Whether the answer may need a look at the whole table."""
    match request:
        case Op(set=settings):
            long = (settings.sort, settings.filters, settings.search, settings.options)
            return any(setting is not UNSET for setting in long)
        case Look(query=query):
            return query != EVERYTHING
        case _:
            return isinstance(request, GetProfile | GetDescription)


def to_json(message: msgspec.Struct) -> dict[str, Any]:
    """A wire message as the dictionary a comm sends."""
    content: dict[str, Any] = json.loads(encode(message))
    return content


def describe_state(snapshot: Snapshot) -> dict[str, Any] | None:
    """The trait ``_state``: the document as everyone sees it, None before the first welcome."""
    if snapshot.position is None:
        return None
    return {
        "epoch": snapshot.position.epoch,
        "seq": snapshot.position.seq,
        "by": snapshot.by,
        "event": snapshot.event,
        "state": msgspec.to_builtins(snapshot.state),
    }


def describe_link(connection: Connection, snapshot: Snapshot) -> dict[str, Any]:
    """The trait ``_link``: how the connection to the relay is, and where the document lives."""
    link = connection.link
    return {
        "status": snapshot.status,
        "since": None if snapshot.since is None else round(snapshot.since * 1000),
        "role": snapshot.role,
        "viewers": snapshot.viewers,
        "people": msgspec.to_builtins(list(snapshot.people)),
        "working": _describe_working(snapshot),
        "name": connection.me.name,
        "cid": connection.cid,
        "uuid": link.uuid,
        "base": link.base,
        "view_url": link.view_url,
        "limits": msgspec.to_builtins(snapshot.limits),
        "message": msgspec.to_builtins(snapshot.problem),
    }


def _describe_working(snapshot: Snapshot) -> dict[str, Any] | None:
    working = snapshot.working
    if working is None:
        return None
    return {"by": working.by, "query": msgspec.to_builtins(working.query), "done": working.done}
