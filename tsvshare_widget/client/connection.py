"""A connection to one document that keeps itself alive for ever."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import TypeVar

from tsvshare_widget.errors import BadRequest, Stale, TimedOut, TooLarge, Unavailable
from tsvshare_widget.protocol import (
    Ack,
    Answer,
    CellAnswer,
    Find,
    GetCell,
    GetGroups,
    GetProfile,
    GetViews,
    GroupsAnswer,
    HitAnswer,
    Look,
    Me,
    Op,
    Page,
    PageAnswer,
    Point,
    Pointing,
    ProfileAnswer,
    RelayMessage,
    Request,
    Settings,
    ViewsAnswer,
    check_size,
    decode_page,
    encode,
)
from tsvshare_widget.query import EVERYTHING, Query, SavedView

from .backoff import Backoff
from .effects import Effects
from .in_flight import Callbacks, InFlight, OnFraction, call_safely, resolve
from .link import Link
from .session import Session
from .snapshot import Snapshot
from .socket import RelaySocket
from .thread import ClientThread, get_client_thread

NOT_OURS = (
    "this connection belongs to the process that this one was forked from, or is ending; "
    "tsvshare_widget.connect(url) or TSVShare.join(url) opens the table in this process"
)

AnswerT = TypeVar(
    "AnswerT",
    Ack,
    PageAnswer,
    CellAnswer,
    ProfileAnswer,
    GroupsAnswer,
    HitAnswer,
    ViewsAnswer,
)


class Connection:
    """A viewer of one document: what it knows in :attr:`snapshot`, and requests to the relay.

    Reconnects for ever, resumes where it was, and sends what was not answered again.  All methods
    may be called from any thread but the client's own; ``on_change`` is called on the client's
    thread after every change of the snapshot, ``on_link`` after one of :attr:`link` (its keys are
    new, or the document has moved); they must not block.
    """

    def __init__(
        self,
        link: Link,
        *,
        on_change: Callable[[], object] | None = None,
        on_link: Callable[[], object] | None = None,
        backoff: Backoff | None = None,
        thread: ClientThread | None = None,
    ) -> None:
        self.link = link
        self._name = f"p{secrets.token_hex(6)}"
        self.thread = thread or get_client_thread()
        self._on_change = on_change
        self._on_link = on_link
        self._on_pointing: Callable[[Pointing], object] | None = None
        self._destination: Link | None = None
        self._dice = random.Random()  # of its own: what people seed in notebooks is no chance
        self._session = Session(self._name, link.key, backoff)
        self._numbers = itertools.count(1)
        self._in_flight = InFlight()
        self._changed = threading.Condition()
        self._published = (self._session.snapshot, self._session.me)
        self._socket = RelaySocket(
            link,
            on_message=self._receive,
            on_other_version=lambda error: self._apply(self._session.part(error, time.time())),
            heartbeat=lambda: self._session.heartbeat,
        )
        self._task: asyncio.Task[None] | None = None

    # --- for any thread ---

    def open(self) -> Connection:
        """Begin to connect, in the background; returns itself."""
        self.thread.call(self._connect)
        return self

    def __enter__(self) -> Connection:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def snapshot(self) -> Snapshot:
        """What is known now; immutable."""
        return self._session.snapshot

    def set(
        self, settings: Settings, *, table: str | None, timeout: float | None = None
    ) -> Future[Answer]:
        """Change what everyone sees, against the table with this id.

        The future's :class:`Ack` comes once :attr:`snapshot` holds the effect; meanwhile the op
        outlives losses of the connection.
        """
        return self.send_request(Op(id=self.next_id(), table=table, set=settings), timeout)

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
        return decode_page(self._await_answer(request, timeout, PageAnswer).page)

    def cell(self, row: int, column: int, *, table: str, timeout: float | None) -> CellAnswer:
        """Fetch one cell, by its place in the table; row and column count from 0."""
        request = GetCell(id=self.next_id(), table=table, row=row, column=column)
        return self._await_answer(request, timeout, CellAnswer)

    def profile(
        self,
        column: int,
        *,
        table: str,
        query: Query = EVERYTHING,
        timeout: float | None,
        on_fraction: OnFraction | None = None,
    ) -> ProfileAnswer:
        """Ask what a column is like, over the rows of ``query``."""
        request = GetProfile(id=self.next_id(), table=table, column=column, query=query)
        return self._await_answer(request, timeout, ProfileAnswer, on_fraction)

    def find(
        self, text: str, place: int, *, table: str, query: Query, timeout: float | None
    ) -> HitAnswer:
        """Ask for the first row from a place of a view on that holds a text."""
        request = Find(id=self.next_id(), table=table, text=text, place=place, query=query)
        return self._await_answer(request, timeout, HitAnswer)

    def groups(
        self,
        by: tuple[int, ...],
        value: int | None,
        *,
        table: str,
        query: Query = EVERYTHING,
        timeout: float | None,
        on_fraction: OnFraction | None = None,
    ) -> GroupsAnswer:
        """Ask for the groups of rows of ``query``, by the cells of some columns."""
        request = GetGroups(id=self.next_id(), table=table, by=by, value=value, query=query)
        return self._await_answer(request, timeout, GroupsAnswer, on_fraction)

    def views(self, *, timeout: float | None) -> tuple[SavedView, ...]:
        """Ask for the views that are saved for everyone, the oldest first."""
        return self._await_answer(GetViews(id=self.next_id()), timeout, ViewsAnswer).views

    def catch_up(self, table: str | None, timeout: float | None) -> None:
        """Wait until :attr:`snapshot` holds all that has happened to this table until now."""
        self._check_thread()
        with contextlib.suppress(Stale):
            self.set(Settings(), table=table, timeout=timeout).result()

    def next_id(self) -> str:
        """An id for a request that no other has."""
        return f"{self._name}:{next(self._numbers)}"

    def send_request(
        self,
        request: Request,
        timeout: float | None = None,
        on_fraction: OnFraction | None = None,
    ) -> Future[Answer]:
        """Send a request; its future gives the answer or raises what the relay objected.

        After ``timeout`` seconds it is given up and the future raises :class:`TimedOut`.
        """
        future: Future[Answer] = Future()
        callbacks = Callbacks(partial(resolve, future), on_fraction)
        if not self.start_request(request, callbacks, timeout):
            future.set_exception(Unavailable(NOT_OURS))
        return future

    def start_request(
        self, request: Request, callbacks: Callbacks, timeout: float | None = None
    ) -> bool:
        """Send a request, and have its answer reported on the client's thread.

        False if there is no such thread any more: then nothing is reported.
        """
        return self.thread.call(self._start, request, callbacks, timeout)

    def cancel(self, id: str) -> None:
        """End a request, which is answered by :class:`Cancelled`; one that is over: nothing."""
        self.thread.call(lambda: self._apply(self._session.cancel(id)))

    def show_as(self, shown: str | None) -> None:
        """Let the links that people are given begin with ``shown``; None: with the relay's URL."""
        self.link = replace(self.link, shown=shown)  # at once: who reads it next gets this
        self.thread.call(self._relink, self.link)

    def expect_move(self, link: Link | None) -> None:
        """Take the way to another relay that is known here, when the relay says to go there."""
        self._destination = link

    def move(self, link: Link) -> None:
        """Go on with the same document on another relay, under ``link``."""
        self.thread.call(self._move, link)

    @property
    def cid(self) -> str:
        """The id by which the relay knows this viewer, as do the others."""
        return self._session.cid

    @property
    def me(self) -> Me:
        """What the others know of this viewer."""
        return self._session.me

    def introduce(self, me: Me) -> None:
        """Let the others know this of us, from now on."""
        self._session.me = me  # at once: who reads it next gets this
        self.thread.call(lambda: self._apply(self._session.introduce(me)))

    def point(self, point: Point) -> None:
        """Let the others see where we point, if there is a connection."""
        self.thread.call(lambda: self._apply(self._session.point(point)))

    def when_pointing(self, show: Callable[[Pointing], object] | None) -> None:
        """Have ``show`` called with where others point, on the client's thread."""
        self._on_pointing = show

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

    def check_ours(self) -> None:
        """Raise :class:`Unavailable` in a forked child, and in a process that ends."""
        if not self.thread.is_usable:
            raise Unavailable(NOT_OURS)

    def _await_answer(
        self,
        request: Request,
        timeout: float | None,
        kind: type[AnswerT],
        on_fraction: OnFraction | None = None,
    ) -> AnswerT:
        self._check_thread()
        try:
            answer = self.send_request(request, timeout, on_fraction).result()
        except KeyboardInterrupt:
            self.cancel(request.id)
            raise
        if not isinstance(answer, kind):
            raise BadRequest(f"the relay answered {request.id} with {type(answer).__name__}")
        return answer

    def _check_thread(self) -> None:
        if self.thread.is_current:
            raise RuntimeError("this waits for the relay and would hold up its own answer here")
        self.check_ours()

    def _timed_out(self, timeout: float | None) -> TimedOut:
        problem = self.snapshot.problem
        why = f": {problem.message}" if problem else ""
        return TimedOut(
            f"nothing came from {self.link.base} within {timeout:g} s "
            f"({self.snapshot.status}{why}); give it longer with timeout="
        )

    # --- on the client's thread ---

    def _connect(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._live())

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if not self._session.is_over:
            self._apply(self._session.close())

    def _start(self, request: Request, callbacks: Callbacks, timeout: float | None) -> None:
        self._in_flight.add(request.id, callbacks)
        try:
            check_size(len(encode(request)))
        except TooLarge as error:
            self._in_flight.answer(request.id, error)
            return
        if timeout is not None:
            asyncio.get_running_loop().call_later(timeout, self._expire, request.id, timeout)
        self._apply(self._session.add_request(request))

    def _expire(self, id: str, timeout: float) -> None:
        if id in self._in_flight:
            self._in_flight.answer(id, self._timed_out(timeout))
            self._apply(self._session.cancel(id))

    def _receive(self, message: RelayMessage) -> None:
        self._apply(self._session.receive(message))
        session = self._session
        if (self.link.key, self.link.look_key) != (session.key, session.look_key):
            self._relink(replace(self.link, key=session.key, look_key=session.look_key))

    def _relink(self, link: Link) -> None:
        self.link = self._socket.link = link
        if self._on_link is not None:
            call_safely(self._on_link)

    def _move(self, link: Link) -> None:
        self._apply(self._session.move(link.key))
        self._relink(link)
        self._socket.drop()

    def _apply(self, effects: Effects) -> None:
        for message in effects.send:
            self._socket.send_message(message)
        for id, answer in effects.done:
            self._in_flight.answer(id, answer)
        for id, fraction in effects.progress:
            self._in_flight.report(id, fraction)
        if effects.pointing is not None and self._on_pointing is not None:
            call_safely(self._on_pointing, effects.pointing)
        if effects.move is not None:
            there = Link(effects.move.base, effects.move.uuid, self.link.key)
            expected = self._destination
            self._move(expected if expected and expected.uuid == there.uuid else there)
        self._publish()

    def _publish(self) -> None:
        """Say that something is new, if it is: most messages are answers, and change nothing."""
        known = (self._session.snapshot, self._session.me)
        if known[0] is self._published[0] and known[1] is self._published[1]:
            return
        self._published = known
        self.recheck()
        if self._on_change is not None:
            call_safely(self._on_change)

    async def _live(self) -> None:
        while not self._session.is_over:
            code, reason = await self._socket.connect_once(self._session.hello)
            self._apply(self._session.lost(code, reason, time.time()))
            if not self._session.is_over:
                await asyncio.sleep(self._session.backoff.next_wait(self._dice.random()))
