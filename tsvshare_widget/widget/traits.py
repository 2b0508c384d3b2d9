"""The traits people read, observe and assign.

Reading one gives what is known at that moment.  Observers hear of what everyone shares, once for
each change, on a thread of their own.
"""

from __future__ import annotations

import datetime
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import traitlets
from msgspec import Struct

from tsvshare_widget.client import Snapshot

from .convert.header import Header
from .live.pending import Name, Wish, check_number

if TYPE_CHECKING:
    from .tsvshare import TSVShare

Look = Callable[["TSVShare", Snapshot], Any]


class Fact(traitlets.TraitType[Any, Any]):
    """Something about the shared document, read off the newest snapshot."""

    def __init__(self, look: Look, **metadata: Any) -> None:
        super().__init__(read_only=True, allow_none=True, **metadata)
        self._look = look

    def get(self, obj: Any, cls: Any = None) -> Any:
        """What is so now."""
        widget = cast("TSVShare", obj)
        return self._look(widget, widget._snapshot)

    def announce(self, widget: TSVShare, snapshot: Snapshot) -> None:
        """Tell observers of the value in ``snapshot``, if it differs from what they last heard."""
        assert self.name is not None
        value = self._look(widget, snapshot)
        before = widget._trait_values.get(self.name)
        if before == value:
            return
        widget._trait_values[self.name] = value
        try:
            widget._notify_trait(self.name, before, value)
        except Exception:
            # The mistake is in a user's observer, and they see it where their cells print.
            traceback.print_exc()


class Setting(Fact):
    """Something that everyone shares and that people with the key may assign.

    Assigning it is a wish sent to the relay, which raises at once if it is impossible.  Until the
    relay has answered it reads as wished, then as shared; observers hear only of the latter.
    """

    def __init__(self, look: Look, **metadata: Any) -> None:
        super().__init__(look, **metadata)
        self.read_only = False

    @property
    def setting(self) -> Name:
        """Which setting of the document it is."""
        return cast(Name, self.name)

    def get(self, obj: Any, cls: Any = None) -> Any:
        """What was wished, or else what is so now."""
        widget = cast("TSVShare", obj)
        wish = widget._wished(self.setting)
        return super().get(obj, cls) if wish is None else self.show(widget, wish)

    def show(self, widget: TSVShare, wish: Wish) -> Any:
        """How a wish reads."""
        raise NotImplementedError


class Number(Setting):
    """A page or a page size."""

    def show(self, widget: TSVShare, wish: Wish) -> Any:
        """The number; the last page by its number."""
        return widget.n_pages if wish.value == -1 else wish.value

    def set(self, obj: Any, value: Any) -> None:
        """Take an assignment."""
        cast("TSVShare", obj)._wish(self.setting, check_number(self.setting, value))


class Question(Setting):
    """A part of the query, in the forms of :mod:`.asking`.

    ``read`` turns what was assigned into what is sent, and ``write`` that into what is read.
    """

    def __init__(
        self,
        read: Callable[[Any, Header], Any],
        write: Callable[[Any, Header], Any],
        **metadata: Any,
    ) -> None:
        super().__init__(self._look_up, **metadata)
        self._read = read
        self._write = write

    def show(self, widget: TSVShare, wish: Wish) -> Any:
        """What was assigned."""
        return self._written(widget, wish.value, widget._snapshot)

    def set(self, obj: Any, value: Any) -> None:
        """Take an assignment; waits for the header, which says what the columns are called."""
        widget = cast("TSVShare", obj)
        wanted = self._read(value, widget._header(None))
        if wanted or widget._snapshot.table_id is not None:
            widget._wish(self.setting, wanted)

    def _look_up(self, widget: TSVShare, known: Snapshot) -> Any:
        return self._written(widget, getattr(known.state.view.query, self.setting), known)

    def _written(self, widget: TSVShare, value: Any, known: Snapshot) -> Any:
        return self._write(value, widget._header(known) if value else NO_HEADER)


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
"""How a status says what there is of a table, where that is not the word itself."""


def describe(snapshot: Snapshot, error: BaseException | None = None) -> Status:
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
