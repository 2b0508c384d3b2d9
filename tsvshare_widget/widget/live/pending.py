"""Pending operations: what was set in this notebook, and awaits an ack of the relay."""

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
from tsvshare_widget.protocol import Op, Settings, TableState

Name = Literal["page", "page_size", "sort", "filters", "search", "heatmap"]

QUERY_PARTS: frozenset[Name] = frozenset({"sort", "filters", "search"})
"""The parts of the query, for which rows have to be found; those set together go in one op."""

BATCH_SECONDS = 0.02
"""Seconds within which parts of the query count as set together."""


class PendingOp:
    """A value that was assigned to a setting, as an op says it, and the table that is meant.

    ``is_settled``: it can be sent as it is, whatever comes; ``is_sent``: it was.
    """

    def __init__(self, name: Name, value: Any, table: str | None = None) -> None:
        self.name = name
        self.value = value
        self.table = table
        self.is_settled = False
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


def is_due(op: PendingOp, snapshot: Snapshot, *, is_opening: bool, is_moving: bool) -> bool:
    """Whether this op is to be sent now; it is not while its answer may change.

    ``is_opening`` says that a table is on its way: a query is about all of it, unless its end is
    not known.  ``is_moving`` says that other ops are pending which change what pages there are.
    Raises :class:`NoSuchPage` for a page that will not come.
    """
    if snapshot.position is None:
        return False
    table = snapshot.state.table
    if is_opening and (table is None or (op.name in QUERY_PARTS and _has_end_to_come(table))):
        return False
    if op.name != "page":
        return True
    if is_moving:
        return False
    n_pages = snapshot.state.view.n_pages
    if table is not None and table.status == "receiving" and op.value > n_pages:
        return False
    resolve_page(op.value, n_pages)
    return True


def _has_end_to_come(table: TableState) -> bool:
    return table.status == "receiving" and table.total_bytes is not None


class PendingOps:
    """The newest op for each setting, until the relay has acknowledged or rejected it.

    Of each setting but the parts of the query one op is on its way at a time: what is set meanwhile
    waits, and of that the newest alone is sent.  So a loop that sets pages as fast as it can has
    the relay turn as many of them as that answers, the last one among them.

    May be used from any thread.  A rejection is kept for whoever waits next: :meth:`pop_error`.
    ``on_answer`` is called, on the connection's thread, after each answer of the relay.
    """

    def __init__(self, connection: Connection, on_answer: Callable[[], object]) -> None:
        self._connection = connection
        self._on_answer = on_answer
        self._pending: dict[Name, PendingOp] = {}
        self._under_way: dict[str, set[Name]] = {}
        self._is_asked = {"now": False, "later": False}
        self._lock = threading.RLock()
        self._error: TSVShareError | None = None
        self._is_opening = False

    def add(self, name: Name, value: Any) -> None:
        """Set a checked value.  Raises at once what is known to be impossible."""
        self._connection.check_ours()
        with self._lock:
            snapshot = self._connection.snapshot
            check_right(snapshot)
            op = PendingOp(name, value, snapshot.table_id)
            op.is_settled = self._is_due(op, snapshot) and name not in QUERY_PARTS
            self._pending[name] = op
            if name in QUERY_PARTS:
                self._ask("later", self._send_due_later)
            elif op.is_settled:
                self._ask("now", self._send_due_now)

    def set_opening(self, is_opening: bool) -> None:
        """Say whether this widget is about to show a table, which ops then wait for."""
        with self._lock:
            self._is_opening = is_opening
        self.send_due()

    def get(self, name: Name) -> PendingOp | None:
        """The op for this setting that awaits its answer."""
        with self._lock:
            return self._pending.get(name)

    @property
    def has_any(self) -> bool:
        """Whether any op awaits its answer."""
        with self._lock:
            return bool(self._pending)

    @property
    def has_query(self) -> bool:
        """Whether any op waits for rows to be found, which may take long."""
        with self._lock:
            return not QUERY_PARTS.isdisjoint(self._pending)

    def pop_error(self) -> TSVShareError | None:
        """The newest rejection that nobody has heard of; None from then on."""
        with self._lock:
            error, self._error = self._error, None
            return error

    def send_due(self) -> None:
        """Send the ops that have become due; to be called whenever the snapshot has changed."""
        with self._lock:
            snapshot = self._connection.snapshot
            due = [op for op in list(self._pending.values()) if self._goes_now(op, snapshot)]
            query = [op for op in due if op.name in QUERY_PARTS]
            for table in {op.table for op in query}:
                self._send_ops([op for op in query if op.table == table], table)
            for op in due:
                if op.name not in QUERY_PARTS:
                    self._send_ops([op], op.table)

    def send_settled(self) -> None:
        """Send what waits for its turn, before something else that is to come after it."""
        with self._lock:
            for op in list(self._pending.values()):
                if op.is_settled and not op.is_sent:
                    self._send_ops([op], op.table)

    def _ask(self, when: Literal["now", "later"], send: Callable[[], object]) -> None:
        """Have the connection's thread send; once, however much is set until it comes to that."""
        if not self._is_asked[when]:
            self._is_asked[when] = True  # before the call, which may be answered at once
            self._connection.thread.call(send)

    def _send_due_now(self) -> None:
        self._is_asked["now"] = False
        self.send_due()

    def _send_due_later(self) -> None:
        def send() -> None:
            self._is_asked["later"] = False
            self.send_due()

        asyncio.get_running_loop().call_later(BATCH_SECONDS, send)

    def _goes_now(self, op: PendingOp, snapshot: Snapshot) -> bool:
        if op.is_sent:
            return False
        if op.name in QUERY_PARTS:
            return self._is_due(op, snapshot)
        try:
            self._settle(op, snapshot)
        except TSVShareError as error:
            self._end_op(op, error)
            return False
        is_its_turn = all(op.name not in names for names in self._under_way.values())
        return op.is_settled and (is_its_turn or snapshot.status != "live")

    def _settle(self, op: PendingOp, snapshot: Snapshot) -> None:
        if not op.is_settled:
            op.is_settled = self._is_due(op, snapshot)
            op.table = snapshot.table_id

    def _is_due(self, op: PendingOp, snapshot: Snapshot) -> bool:
        return is_due(
            op,
            snapshot,
            is_opening=self._is_opening,
            is_moving=any(name != "page" for name in self._pending),
        )

    def _send_ops(self, ops: list[PendingOp], table: str | None) -> None:
        for op in ops:
            op.is_sent = True
        settings = Settings(**{op.name: op.value for op in ops})
        names = {op.name for op in ops}
        self._give_up_older(names)
        request = Op(id=self._connection.next_id(), table=table, set=settings)
        self._under_way[request.id] = names
        future = self._connection.send_request(request)
        future.add_done_callback(lambda done: self._end_ops(request.id, ops, done))

    def _give_up_older(self, names: set[Name]) -> None:
        """While there is no connection: then nobody is to see older values first once there is."""
        if self._connection.snapshot.status != "live":
            for id, others in self._under_way.items():
                if others <= names:
                    self._connection.cancel(id)

    def _end_ops(self, id: str, ops: list[PendingOp], answer: Future[Any]) -> None:
        error = answer.exception()
        with self._lock:
            self._under_way.pop(id, None)
            for op in ops:
                self._end_op(op, error if isinstance(error, TSVShareError) else None)
        # Always on that thread, and never under our lock: who waits holds a lock of their own.
        self._connection.thread.call(self._on_answer)

    def _end_op(self, op: PendingOp, error: TSVShareError | None) -> None:
        if self._pending.get(op.name) is op:
            del self._pending[op.name]
            self._error = error or self._error
