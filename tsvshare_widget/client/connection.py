"""A connection to one document that keeps itself alive for ever."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from tornado.httpclient import HTTPError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from tsvshare_widget.errors import (
    BadRequest,
    Stale,
    TimedOut,
    TSVShareError,
    Unavailable,
    WrongVersion,
)
from tsvshare_widget.protocol import (
    HEARTBEAT,
    SUBPROTOCOL,
    Ack,
    Answer,
    CellAnswer,
    Close,
    GetCell,
    GetProfile,
    Look,
    Me,
    Op,
    Page,
    PageAnswer,
    ProfileAnswer,
    Request,
    Settings,
    ViewerMessage,
    decode_page,
    decode_relay,
    encode,
    rejection,
    request_id,
)
from tsvshare_widget.query import EVERYTHING, Query

from .backoff import Backoff
from .link import Link
from .session import Effects, Session, Snapshot
from .thread import ClientThread, get_client_thread, log

CONNECT_TIMEOUT = 10.0
MAX_FRAME = 256 * 1024 * 1024
"""Bytes of the largest frame taken from a relay: a page of 1,000 rows of long cells fits."""

GRACE = 10.0
"""Seconds beyond a missed heartbeat after which a silent connection is taken for dead."""

NOT_OURS = "this connection belongs to the process that this one was forked from, or is ending"

AnswerT = TypeVar("AnswerT", Ack, PageAnswer, CellAnswer, ProfileAnswer)

Advance = Callable[[float], object]
"""Called, on the client's thread, with how far a request has come, between 0 and 1."""


class _Waiting:
    """Who waits for the answer to a request."""

    def __init__(self, future: Future[Answer], on_advance: Advance | None) -> None:
        self.future = future
        self.on_advance = on_advance


class Connection:
    """A viewer of one document: what it knows in :attr:`snapshot`, and requests to the relay.

    Reconnects for ever, resumes where it was, and sends what was not answered again.  All methods
    may be called from any thread but the client's own; ``on_change`` is called on the client's
    thread after every change of the snapshot and must not block.
    """

    def __init__(
        self,
        link: Link,
        *,
        on_change: Callable[[], object] | None = None,
        backoff: Backoff | None = None,
        thread: ClientThread | None = None,
    ) -> None:
        self.link = link
        self.cid = f"p{secrets.token_hex(6)}"
        self.thread = thread or get_client_thread()
        self._on_change = on_change
        self._backoff = backoff or Backoff()
        self._session = Session(self.cid, link.key)
        self._numbers = itertools.count(1)
        self._waiting: dict[str, _Waiting] = {}
        self._changed = threading.Condition()
        self._socket: WebSocketClientConnection | None = None
        self._task: asyncio.Task[None] | None = None

    # --- for any thread ---

    def open(self) -> Connection:
        """Begin to connect, in the background; returns itself."""
        self.thread.call(self._begin)
        return self

    def __enter__(self) -> Connection:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def snapshot(self) -> Snapshot:
        """What is known now; immutable."""
        return self._session.snapshot

    def set(self, settings: Settings, *, table: str | None) -> Future[Answer]:
        """Change what everyone sees, against the table with this id.

        The future's :class:`Ack` comes once :attr:`snapshot` holds the effect; meanwhile the op
        outlives losses of the connection.
        """
        return self.request(Op(id=self.next_id(), table=table, set=settings))

    def look(
        self,
        page: int,
        page_size: int,
        *,
        table: str,
        columns: tuple[int, int] | None = None,
        query: Query = EVERYTHING,
        timeout: float | None,
    ) -> Page:
        """Fetch one page of ``query`` without moving anyone; ``columns`` is half-open, from 0."""
        request = Look(
            id=self.next_id(),
            table=table,
            page=page,
            page_size=page_size,
            columns=columns,
            query=query,
        )
        return decode_page(self._ask(request, timeout, PageAnswer).page)

    def cell(self, row: int, column: int, *, table: str, timeout: float | None) -> CellAnswer:
        """Fetch one cell, by its place in the table; row and column count from 0."""
        request = GetCell(id=self.next_id(), table=table, row=row, column=column)
        return self._ask(request, timeout, CellAnswer)

    def profile(
        self,
        column: int,
        *,
        table: str,
        query: Query = EVERYTHING,
        timeout: float | None,
        on_advance: Advance | None = None,
    ) -> ProfileAnswer:
        """Ask what a column is like, over the rows of ``query``."""
        request = GetProfile(id=self.next_id(), table=table, column=column, query=query)
        return self._ask(request, timeout, ProfileAnswer, on_advance)

    def catch_up(self, table: str | None, timeout: float | None) -> None:
        """Wait until :attr:`snapshot` holds all that has happened to this table until now."""
        self._check_thread()
        with contextlib.suppress(Stale):
            self.request(Op(id=self.next_id(), table=table, set=Settings()), timeout).result()

    def next_id(self) -> str:
        """An id for a request that no other has."""
        return f"{self.cid}:{next(self._numbers)}"

    def request(
        self,
        request: Request,
        timeout: float | None = None,
        on_advance: Advance | None = None,
    ) -> Future[Answer]:
        """Send a request; its future gives the answer or raises what the relay objected.

        After ``timeout`` seconds it is given up and the future raises :class:`TimedOut`.
        """
        future: Future[Answer] = Future()
        if not self.thread.call(self._take, request, _Waiting(future, on_advance), timeout):
            future.set_exception(Unavailable(NOT_OURS))
        return future

    def cancel(self, id: str) -> None:
        """End a request, whose future then raises :class:`Cancelled`; one that is over: nothing."""
        self.thread.call(lambda: self._apply(self._session.cancel(id)))

    @property
    def me(self) -> Me:
        """What the others are told of this viewer."""
        return self._session.me

    def introduce(self, me: Me) -> None:
        """Tell the others this of us, from now on."""
        self._session.me = me  # at once: who reads it next is told so
        self.thread.call(lambda: self._apply(self._session.introduce(me)))

    def wait(self, until: Callable[[Snapshot], bool], timeout: float | None) -> Snapshot:
        """Wait until a snapshot satisfies ``until``.  Raises :class:`TimedOut`."""
        self._check_thread()
        with self._changed:
            if not self._changed.wait_for(lambda: until(self.snapshot), timeout):
                raise self._timed_out(timeout)
        return self.snapshot

    def recheck(self) -> None:
        """Let those who :meth:`wait` look again: what they wait for is more than the snapshot."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Leave; the document lives on.  Idempotent."""
        self.thread.call(self._end)

    def _ask(
        self,
        request: Request,
        timeout: float | None,
        kind: type[AnswerT],
        on_advance: Advance | None = None,
    ) -> AnswerT:
        self._check_thread()
        try:
            answer = self.request(request, timeout, on_advance).result()
        except KeyboardInterrupt:
            self.cancel(request.id)
            raise
        if not isinstance(answer, kind):
            raise BadRequest(f"the relay answered {request.id} with {type(answer).__name__}")
        return answer

    def _check_thread(self) -> None:
        if self.thread.is_current:
            raise RuntimeError("this waits for the relay and would hold up its own answer here")
        if not self.thread.is_usable:
            raise Unavailable(NOT_OURS)

    def _timed_out(self, timeout: float | None) -> TimedOut:
        problem = self.snapshot.problem
        why = f": {problem.message}" if problem else ""
        return TimedOut(
            f"nothing came from {self.link.base} within {timeout:g} s "
            f"({self.snapshot.status}{why}); give it longer with timeout="
        )

    # --- on the client's thread ---

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._live())

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if not self._session.is_over:
            self._apply(self._session.close())

    def _take(self, request: Request, waiting: _Waiting, timeout: float | None) -> None:
        self._waiting[request.id] = waiting
        if timeout is not None:
            asyncio.get_running_loop().call_later(timeout, self._expire, request.id, timeout)
        self._apply(self._session.ask(request))

    def _expire(self, id: str, timeout: float) -> None:
        waiting = self._waiting.pop(id, None)
        if waiting is not None:
            self._apply(self._session.cancel(id))
            waiting.future.set_exception(self._timed_out(timeout))

    def _apply(self, effects: Effects) -> None:
        for message in effects.send:
            self._send(message)
        for id, answer in effects.done:
            self._finish(id, answer)
        for id, done in effects.progress:
            waiting = self._waiting.get(id)
            if waiting is not None and waiting.on_advance is not None:
                self._call(waiting.on_advance, done)
        self.recheck()
        if self._on_change is not None:
            self._call(self._on_change)

    def _finish(self, id: str, answer: Answer | TSVShareError) -> None:
        waiting = self._waiting.pop(id, None)
        if waiting is None or not waiting.future.set_running_or_notify_cancel():
            return
        if isinstance(answer, TSVShareError):
            waiting.future.set_exception(answer)
        else:
            waiting.future.set_result(answer)

    def _call(self, function: Callable[..., object], *args: object) -> None:
        try:
            function(*args)
        except Exception:
            log.exception("a callback of a connection failed")

    def _send(self, message: ViewerMessage) -> None:
        if self._socket is None:
            return
        try:
            self._socket.write_message(encode(message).decode())
        except WebSocketClosedError:
            log.debug("a message was not sent: the connection has just closed")

    async def _live(self) -> None:
        while not self._session.is_over:
            began = time.monotonic()
            code, reason = await self._connect_once()
            self._apply(self._session.lost(code, reason, time.time()))
            delay = self._backoff.delay(time.monotonic() - began)
            if self._session.retry_after is not None:
                delay, self._session.retry_after = self._session.retry_after, None
            await asyncio.sleep(delay)

    async def _connect_once(self) -> tuple[int | None, str]:
        """Connect and stay until it ends; returns the close code and the reason in words."""
        base = self.link.base
        try:
            socket = await websocket_connect(
                self.link.ws_url,
                connect_timeout=CONNECT_TIMEOUT,
                max_message_size=MAX_FRAME,
                subprotocols=[SUBPROTOCOL],
            )
        except (OSError, HTTPError) as error:
            return None, f"cannot reach the relay at {base} ({error}); trying again"
        self._socket = socket
        try:
            self._send(self._session.hello())
            await self._read(socket)
        except TimeoutError:
            return None, f"the relay at {base} fell silent; trying again"
        except Exception as error:
            log.exception("a connection failed in a way nobody thought of")
            return None, f"the connection to {base} failed ({error}); trying again"
        finally:
            self._socket = None
            socket.close()
        return socket.close_code, f"the connection to {base} was lost; trying again"

    async def _read(self, socket: WebSocketClientConnection) -> None:
        while True:
            patience = (self._session.heartbeat or HEARTBEAT) + GRACE
            async with asyncio.timeout(patience):
                text: Any = await socket.read_message()
            if text is None:
                return
            try:
                message = decode_relay(text)
            except WrongVersion as error:
                self._apply(self._session.part(error, time.time()))
                socket.close(Close.VERSION, "another version of the protocol")
                return
            except BadRequest as error:
                log.warning("a message of the relay was not understood: %s", error)
                asked = request_id(text)
                if asked is None:
                    continue
                message = rejection(asked, error)
            self._apply(self._session.receive(message))
