"""The ops for the query of one document that wait for its rows to be found; no I/O.

What several people ask meanwhile is one query: each op adds to those before it, as if they had come
one after the other.  Only if that cannot be answered are they asked one by one after all, so that
nobody is refused because of what somebody else asked.
"""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import UNSET

from tsvshare_widget.document import Document
from tsvshare_widget.errors import Stale, TSVShareError
from tsvshare_widget.protocol import Op, Settings
from tsvshare_widget.query import Query
from tsvshare_widget.relay.queries.progress import Progress


class PendingOp:
    """One op that waits; ``done`` becomes the document that shows what it asked for."""

    def __init__(self, op: Op, by: str | None) -> None:
        self.op = op
        self.by = by
        self.waiting = 0
        self.done: asyncio.Future[Document] = asyncio.get_running_loop().create_future()

    def resolve(self, document: Document) -> None:
        """Answer it, whether or not anybody still waits."""
        if not self.done.done():
            self.done.set_result(document)

    def refuse(self, error: TSVShareError) -> None:
        """Answer that it cannot be done, whether or not anybody still waits."""
        if not self.done.done():
            self.done.set_exception(error)
            self.done.exception()


class PendingQuery:
    """All ops that wait; those in :attr:`batch` are worked on at once.

    ``query`` is what the batch comes to, None if nothing has to be found for it.
    """

    def __init__(self) -> None:
        self.ops: list[PendingOp] = []
        self.query: Query | None = None
        self.progress = Progress()
        self._one_by_one = False

    def add(self, op: Op, by: str | None) -> PendingOp:
        """Let ``op`` wait, too; one that is sent again joins itself."""
        for other in self.ops:
            if other.op.table != op.table:
                other.refuse(Stale("the table was replaced in the meantime; nothing was changed"))
        self.ops = [other for other in self.ops if other.op.table == op.table]
        for other in self.ops:
            if other.op.id == op.id:
                return other
        self.ops.append(PendingOp(op, by))
        return self.ops[-1]

    @property
    def batch(self) -> list[PendingOp]:
        """Those that are asked at once."""
        return self.ops[: 1 if self._one_by_one else None]

    def split(self) -> None:
        """Ask them one by one from now on."""
        self._one_by_one = True

    def remove(self, batch: list[PendingOp]) -> None:
        """Take out those that are answered."""
        self.ops = [op for op in self.ops if op not in batch]


def settings_of(batch: list[PendingOp]) -> Settings:
    """Settings that do what the ops do one after the other.

    A page counts only as it is set last: a newer query turns to its first one.
    """
    given: dict[str, Any] = {}
    for pending in batch:
        settings = pending.op.set
        given.pop("page", None)
        values = {name: getattr(settings, name) for name in settings.__struct_fields__}
        given |= {name: value for name, value in values.items() if value is not UNSET}
    return Settings(**given)
