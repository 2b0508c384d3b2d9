"""What was set in this notebook and is not yet confirmed by the relay."""

from __future__ import annotations

import asyncio
import operator
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Literal

from tsvshare_widget.client import Connection, Snapshot
from tsvshare_widget.document import check_page_size, resolve_page
from tsvshare_widget.errors import BadValue, Forbidden, TSVShareError, Unavailable
from tsvshare_widget.protocol import Settings

Name = Literal["page", "page_size", "sort", "filters", "search"]

QUESTIONS: frozenset[Name] = frozenset({"sort", "filters", "search"})
"""What rows have to be found for; those that are made together go together."""

TOGETHER = 0.02
"""Seconds within which questions are made together."""


class Wish:
    """One value somebody assigned, as an op says it, and the table that was shown then."""

    def __init__(self, name: Name, value: Any, table: str | None = None) -> None:
        self.name = name
        self.value = value
        self.table = table
        self.is_sent = False


def check_number(name: Name, value: object) -> int:
    """A whole number that could be a page or a page size.  Raises :class:`BadValue`."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise BadValue(f"{name} is a whole number, not {value!r}") from None
    if isinstance(value, bool):
        raise BadValue(f"{name} is a whole number, not {value!r}")
    if name == "page_size":
        return check_page_size(number)
    if number < 1 and number != -1:
        raise BadValue(f"pages count from 1, and -1 is the last one; {number:,} is neither")
    return number


def check_right(snapshot: Snapshot) -> None:
    """Raise if it is known already that nothing can be changed over this connection."""
    if snapshot.status in ("gone", "closed"):
        reason = snapshot.problem.message if snapshot.problem else "this widget was closed"
        raise Unavailable(f"nothing can be changed any longer: {reason}")
    if snapshot.position is not None and snapshot.role == "look":
        raise Forbidden("this is a look-only link: join with the full link to change anything")


def is_due(wish: Wish, snapshot: Snapshot, *, is_opening: bool, is_moving: bool) -> bool:
    """Whether the time to send this wish has come; it has not while its answer may change.

    ``is_moving`` says that other wishes are open which change what pages there are.  Raises
    :class:`NoSuchPage` for a page that will not come.
    """
    if snapshot.position is None:
        return False
    table = snapshot.state.table
    if table is None and is_opening:
        return False
    if wish.name != "page":
        return True
    if is_moving:
        return False
    is_growing = table is not None and table.status == "receiving"
    n_pages = snapshot.state.view.n_pages
    if is_growing and wish.value > n_pages:
        return False
    resolve_page(wish.value, n_pages)
    return True


class Wishes:
    """The newest wish for each setting, until the relay has granted or refused it.

    May be used from any thread.  A refusal is kept for whoever waits next: :meth:`take_error`.
    ``on_answer`` is called, on the connection's thread, after each answer of the relay.
    """

    def __init__(self, connection: Connection, on_answer: Callable[[], object]) -> None:
        self._connection = connection
        self._on_answer = on_answer
        self._open: dict[Name, Wish] = {}
        self._lock = threading.RLock()
        self._error: TSVShareError | None = None
        self._is_opening = False

    def make(self, name: Name, value: Any) -> None:
        """Take on a checked value.  Raises at once what is known to be impossible."""
        with self._lock:
            snapshot = self._connection.snapshot
            check_right(snapshot)
            wish = Wish(name, value, snapshot.table_id)
            due = self._is_due(wish, snapshot)
            self._open[name] = wish
            if name in QUESTIONS:
                self._connection.thread.call(self._advance_later)
            elif due:
                self._send([wish], snapshot.table_id)

    def set_opening(self, is_opening: bool) -> None:
        """Say whether this widget is about to show a table, which wishes then wait for."""
        with self._lock:
            self._is_opening = is_opening
        self.advance()

    def get(self, name: Name) -> Wish | None:
        """What was wished for this setting, while the answer is awaited."""
        with self._lock:
            return self._open.get(name)

    @property
    def any_open(self) -> bool:
        """Whether any wish waits for its answer."""
        with self._lock:
            return bool(self._open)

    @property
    def any_question(self) -> bool:
        """Whether any wish waits for rows to be found, which may take long."""
        with self._lock:
            return not QUESTIONS.isdisjoint(self._open)

    def take_error(self) -> TSVShareError | None:
        """The newest refusal nobody has been told of."""
        with self._lock:
            error, self._error = self._error, None
            return error

    def advance(self) -> None:
        """Send what has become due; to be called whenever the snapshot has changed."""
        with self._lock:
            snapshot = self._connection.snapshot
            due = [wish for wish in list(self._open.values()) if self._goes_now(wish, snapshot)]
            questions = [wish for wish in due if wish.name in QUESTIONS]
            for table in {wish.table for wish in questions}:
                self._send([wish for wish in questions if wish.table == table], table)
            for wish in due:
                if wish.name not in QUESTIONS:
                    self._send([wish], snapshot.table_id)

    def _advance_later(self) -> None:
        asyncio.get_running_loop().call_later(TOGETHER, self.advance)

    def _goes_now(self, wish: Wish, snapshot: Snapshot) -> bool:
        try:
            return not wish.is_sent and self._is_due(wish, snapshot)
        except TSVShareError as error:
            self._finish(wish, error)
            return False

    def _is_due(self, wish: Wish, snapshot: Snapshot) -> bool:
        return is_due(
            wish,
            snapshot,
            is_opening=self._is_opening,
            is_moving=any(name != "page" for name in self._open),
        )

    def _send(self, wishes: list[Wish], table: str | None) -> None:
        for wish in wishes:
            wish.is_sent = True
        settings = Settings(**{wish.name: wish.value for wish in wishes})
        future = self._connection.set(settings, table=table)
        future.add_done_callback(lambda done: self._answered(wishes, done))

    def _answered(self, wishes: list[Wish], answer: Future[Any]) -> None:
        error = answer.exception()
        with self._lock:
            for wish in wishes:
                self._finish(wish, error if isinstance(error, TSVShareError) else None)
        # Always on that thread, and never under our lock: who waits holds a lock of their own.
        self._connection.thread.call(self._on_answer)

    def _finish(self, wish: Wish, error: TSVShareError | None) -> None:
        if self._open.get(wish.name) is wish:
            del self._open[wish.name]
            self._error = error or self._error
