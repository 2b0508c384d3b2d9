"""The traits people read, observe and assign.

Reading one gives what is known at that moment.  Observers hear of what everyone shares, once for
each change, on a thread of their own.
"""

from __future__ import annotations

import datetime
import traceback
from collections.abc import Callable
from typing import Any, Protocol, cast

import traitlets
from msgspec import Struct

from tsvshare_widget.client import Snapshot

from .convert.header import Header
from .convert.selection import Selection
from .convert.text_warnings import warn_of_texts
from .live.pending import Name, PendingOp, check_number

RERUNS = {"page_size", "sort", "filters", "search", "page", "selection"}
"""The traits of which a change has marimo run dependent cells again."""

OBSERVABLE = (
    "page_size",
    "sort",
    "filters",
    "search",
    "heatmap",
    "page",
    "n_rows",
    "n_pages",
    "n_total",
    "viewers",
    "people",
    "selection",
    "status",
)
"""The public traits, in the order in which observers hear of a change."""


class DocumentHost(Protocol):
    """What the traits need of the widget they belong to."""

    _trait_values: dict[str, Any]

    @property
    def _snapshot(self) -> Snapshot:
        """What is known of the document now."""

    @property
    def _failure(self) -> BaseException | None:
        """Why there is no table, if opening one has failed."""

    def _pending_op(self, name: Name) -> PendingOp | None:
        """The op for a setting that awaits its answer."""

    def _add_op(self, name: Name, value: Any) -> None:
        """Assign a checked value to a setting."""

    def _header(self, known: Snapshot | None) -> Header:
        """What the columns are called, of the table in ``known`` or of the one shown now."""

    def _selection_in(self, known: Snapshot) -> Selection:
        """The cells selected in a view, if they are of the table in ``known``."""

    def _notify_trait(self, name: str, old_value: Any, new_value: Any) -> None:
        """Call the observers of a trait (traitlets)."""


Getter = Callable[[DocumentHost, Snapshot], Any]
"""Reads the value of a trait off a snapshot."""


class Fact(traitlets.TraitType[Any, Any]):
    """Something about the shared document, read off the newest snapshot."""

    def __init__(self, getter: Getter, **metadata: Any) -> None:
        super().__init__(read_only=True, allow_none=True, **metadata)
        self._getter = getter

    def get(self, obj: Any, cls: Any = None) -> Any:
        """The value now."""
        widget = cast(DocumentHost, obj)
        return self._getter(widget, widget._snapshot)

    def notify_observers(self, widget: DocumentHost, snapshot: Snapshot) -> bool:
        """Call observers with the value in ``snapshot``, if it differs from the last; whether."""
        assert self.name is not None
        value = self._getter(widget, snapshot)
        before = widget._trait_values.get(self.name)
        if before == value:
            return False
        widget._trait_values[self.name] = value
        try:
            widget._notify_trait(self.name, before, value)
        except Exception:
            # The mistake is in a user's observer, and they see it where their cells print.
            traceback.print_exc()
        return True


class Setting(Fact):
    """Something that everyone shares and that people with the key may assign.

    Assigning it makes an operation for the relay, and raises at once if it is impossible.  While
    that is pending, the trait reads as assigned, then as shared; observers hear only of the latter.
    """

    def __init__(self, getter: Getter, **metadata: Any) -> None:
        super().__init__(getter, **metadata)
        self.read_only = False

    @property
    def setting(self) -> Name:
        """Which setting of the document it is."""
        return cast(Name, self.name)

    def get(self, obj: Any, cls: Any = None) -> Any:
        """The value that is pending, or else the one now."""
        widget = cast(DocumentHost, obj)
        op = widget._pending_op(self.setting)
        return super().get(obj, cls) if op is None else self.read_op(widget, op)

    def read_op(self, widget: DocumentHost, op: PendingOp) -> Any:
        """How a pending op reads."""
        raise NotImplementedError


class Number(Setting):
    """A page or a page size."""

    def read_op(self, widget: DocumentHost, op: PendingOp) -> Any:
        """The number; the last page by its number."""
        return widget._snapshot.state.view.n_pages if op.value == -1 else op.value

    def set(self, obj: Any, value: Any) -> None:
        """Take an assignment."""
        cast(DocumentHost, obj)._add_op(self.setting, check_number(self.setting, value))


class QueryPart(Setting):
    """A part of the query, in the forms of :mod:`.convert.query`.

    ``read`` turns what was assigned into what is sent, and ``write`` that into what is read.
    """

    def __init__(
        self,
        read: Callable[[Any, Header], Any],
        write: Callable[[Any, Header], Any],
        **metadata: Any,
    ) -> None:
        super().__init__(self._get_shared, **metadata)
        self._read = read
        self._write = write

    def read_op(self, widget: DocumentHost, op: PendingOp) -> Any:
        """What was assigned."""
        return self._written(widget, op.value, widget._snapshot)

    def set(self, obj: Any, value: Any) -> None:
        """Take an assignment; waits for the header, which says what the columns are called."""
        widget = cast(DocumentHost, obj)
        wanted = self._read(value, widget._header(None))
        if self.setting == "filters":
            warn_of_texts(wanted, widget._snapshot.decoded_page(), widget._header(None))
        if wanted or widget._snapshot.table_id is not None:
            widget._add_op(self.setting, wanted)

    def _get_shared(self, widget: DocumentHost, known: Snapshot) -> Any:
        return self._written(widget, getattr(known.state.view.query, self.setting), known)

    def _written(self, widget: DocumentHost, value: Any, known: Snapshot) -> Any:
        return self._write(value, widget._header(known) if value else NO_HEADER)


class ViewPart(QueryPart):
    """A part of the view that asks for no other rows."""

    def _get_shared(self, widget: DocumentHost, known: Snapshot) -> Any:
        return self._written(widget, getattr(known.state.view, self.setting), known)


NO_HEADER = Header(None, 0)


class Status(Struct, frozen=True):
    """How it is going, readable by people (``str``) and by programs.

    ``connection`` is ``connecting``, ``live``, ``stale`` (lost, being sought; what is shown may be
    old), ``gone`` (the document is no more) or ``closed`` (this widget is).  ``since`` is when it
    was lost.  ``table`` is ``none``, ``receiving``, ``complete``, ``incomplete`` or ``rereading``
    (being read anew).  ``message`` says what is wrong, or is empty.
    """

    connection: str = "connecting"
    since: datetime.datetime | None = None
    table: str = "none"
    message: str = ""

    def __str__(self) -> str:
        since = f" since {self.since:%H:%M:%S}" if self.since else ""
        what = TABLES.get(self.table, f"table {self.table}")
        said = "; ".join(part for part in (what, self.message) if part)
        return f"{self.connection}{since}" + (f": {said}" if said else "")

    def __repr__(self) -> str:
        return f"<{self}>"


TABLES = {"none": "no table yet", "complete": "", "rereading": "being read anew"}
"""The words of a status for what there is of a table, where that is not the word itself."""


def describe_status(snapshot: Snapshot, error: BaseException | None = None) -> Status:
    """The status that a snapshot amounts to, with the error of an opening that failed."""
    table = snapshot.state.table
    problem = (table.problem if table else None) or snapshot.problem
    message = str(error) if error is not None else problem.message if problem else ""
    since = snapshot.since
    return Status(
        connection=snapshot.status,
        since=None if since is None else datetime.datetime.fromtimestamp(since).astimezone(),
        table=table.status if table else "none",
        message=message,
    )
