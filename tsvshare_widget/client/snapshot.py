"""What a viewer knows of a document at one moment."""

from __future__ import annotations

from typing import Literal

from msgspec import Raw, Struct

from tsvshare_widget.protocol import (
    NO_PAGE,
    Access,
    DocumentState,
    Event,
    Limits,
    Page,
    Person,
    Position,
    Problem,
    Role,
    Working,
    decode_page,
)

Status = Literal["connecting", "live", "stale", "gone", "closed"]


class Snapshot(Struct, frozen=True, kw_only=True):
    """Everything a viewer knows of a document; a new one replaces it as a whole.

    ``page`` is the JSON text of the page everyone is on (``null`` without a table).  ``since`` is
    when the connection was lost, in seconds of the epoch.  ``position`` is None until the first
    welcome.  ``people`` are those of the viewers that the relay names, ``apart`` of all of them
    look around privately; ``working`` is the query
    that everyone will see soon, if that takes long; ``access`` is who may look, and for how long.
    """

    status: Status = "connecting"
    since: float | None = None
    problem: Problem | None = None
    position: Position | None = None
    state: DocumentState = DocumentState()
    page: Raw = NO_PAGE
    by: str | None = None
    event: Event | Literal["welcome"] = "welcome"
    role: Role = "look"
    viewers: int = 0
    apart: int = 0
    people: tuple[Person, ...] = ()
    working: Working | None = None
    limits: Limits | None = None
    access: Access = Access()

    @property
    def table_id(self) -> str | None:
        """The table everyone looks at, if there is one."""
        return self.state.table.id if self.state.table else None

    @property
    def is_whole(self) -> bool:
        """Whether all that belongs to the position is here: not if a page is yet to follow."""
        return self.table_id is None or bytes(self.page) != bytes(NO_PAGE)

    def decoded_page(self) -> Page | None:
        """The page everyone is on, or None without a table."""
        return None if bytes(self.page) == bytes(NO_PAGE) else decode_page(self.page)

    def is_newer(self, position: Position) -> bool:
        """Whether ``position`` would replace this snapshot: another life, or later in this one."""
        mine = self.position
        return mine is None or mine.epoch != position.epoch or position.seq > mine.seq
