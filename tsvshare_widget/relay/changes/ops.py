"""What viewers set for everyone: an op is about one thing, and that says who does it."""

from __future__ import annotations

import time

from msgspec import UNSET

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.protocol import Op

from .documents import Documents
from .rereads import Rereads
from .shared_query import SharedQueries


class Ops:
    """Does the ops of all viewers of one relay."""

    def __init__(
        self, documents: Documents, rereads: Rereads, shared_queries: SharedQueries
    ) -> None:
        self._documents = documents
        self._rereads = rereads
        self._shared_queries = shared_queries

    async def apply(self, uuid: str, op: Op, *, by: str | None) -> Document:
        """Do what ``op`` says, and return the document once it shows that.

        Raises :class:`NotFound`, :class:`Stale`, :class:`BadValue` and whatever else the part of
        the relay raises that does it.
        """
        if op.set.options is not UNSET:
            return await self._rereads.reread(uuid, op, by=by)
        if op.set.undo is not UNSET:
            return await self._documents.undo(uuid, op, by=by)
        if docs.is_about_query(op.set):
            return await self._shared_queries.ask_for_all(uuid, op, by=by)

        def step(document: Document) -> Document:
            now = time.time()
            if docs.is_about_saved_views(op.set):
                return docs.change_saved_views(document, op.set, op_id=op.id, by=by, now=now)
            return docs.apply(document, op.set, table=op.table, op_id=op.id, by=by, now=now)

        return await self._documents.change(uuid, step)

    def cancel(self, uuid: str, op_id: str) -> None:
        """End a new reading that is not wanted any more.

        Of all else that an op can ask for, it is enough that nobody waits for it.
        """
        self._rereads.cancel(uuid, op_id)


def takes_long(op: Op) -> bool:
    """Whether the whole table may have to be read before an op shows."""
    return op.set.options is not UNSET or docs.is_about_query(op.set)
