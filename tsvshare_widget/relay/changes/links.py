"""Links taken back, documents deleted or moved to another relay, and until when they live."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Destination, Document, Taken
from tsvshare_widget.errors import BadValue, Deleted, Forbidden, NotFound
from tsvshare_widget.protocol import SetAccess, check_key, describe_duration

from .documents import Documents

DELETED = "this table was deleted by somebody who has its full link"
OVER = "the time for which this table was kept is over"


class Links:
    """Changes who may open the documents of one relay.

    ``end_work`` ends what is under way for a document that goes.  The others tell viewers:
    ``put_out`` those whose link does not lead there any more (all but ``by``, or the lookers among
    them), ``say_deleted`` and ``say_moved`` all of them.
    """

    def __init__(
        self,
        documents: Documents,
        *,
        keep_seconds: float,
        may_move: bool,
        end_work: Callable[[str, Deleted], object],
        put_out: Callable[[str, str | None, bool], Awaitable[None]],
        say_deleted: Callable[[str, Deleted], Awaitable[None]],
        say_moved: Callable[[str, Destination], Awaitable[None]],
    ) -> None:
        self._documents = documents
        self._keep_seconds = keep_seconds
        self._may_move = may_move
        self._end_work = end_work
        self._put_out = put_out
        self._say_deleted = say_deleted
        self._say_moved = say_moved

    async def change(self, uuid: str, asked: SetAccess, *, by: str | None) -> Document:
        """Do what an owner asked; viewers whose link has died are put out.

        Raises :class:`BadValue`, and :class:`NotFound`.
        """
        if asked.key is not None:
            check_key(asked.key)
        ends = self._end_of(asked.keep)
        if asked.delete:
            return await self.delete(uuid)
        before = await self._documents.load(uuid)
        step = partial(docs.set_access, asked=asked, ends=ends, by=by, now=time.time())
        after = await self._documents.change(uuid, step)
        if after.key_hash != before.key_hash:
            await self._put_out(uuid, by, False)
        elif after.look == "closed" and before.look != "closed":
            await self._put_out(uuid, by, True)
        return after

    def _end_of(self, keep: float | None) -> float | None:
        if not keep:
            return None
        if not 0 < keep <= self._keep_seconds:
            most = describe_duration(self._keep_seconds)
            raise BadValue(f"this relay keeps a document for up to {most} from the day it is told")
        return time.time() + keep

    async def delete(self, uuid: str, why: str = DELETED) -> Document:
        """End a document now: its bytes are gone.

        Whoever looks at it, or comes later, is told ``why``.  Raises :class:`NotFound`.
        """
        document = await self._documents.load(uuid)
        error = Deleted(why)
        await self._documents.delete(document, why)
        await self._say_deleted(uuid, error)
        self._end_work(uuid, error)
        return document

    async def end_overdue(self, document: Document) -> bool:
        """End a document whose day has come; whether that was so."""
        if document.ends is None or document.ends > time.time():
            return False
        with suppress(NotFound):
            await self.delete(document.uuid, OVER)
        return True

    async def move(
        self, uuid: str, to: Destination, taken: Taken, *, by_administrator: bool = False
    ) -> None:
        """Lead everyone who has a link of this document to where it is now, and forget its tables.

        Raises :class:`Stale` unless it is as it was ``taken``, and :class:`Forbidden`.
        """
        if not (self._may_move or by_administrator):
            raise Forbidden(
                "links of this relay do not lead to others; whoever runs it can say --allow-moves"
            )
        self._documents.let_change(uuid)
        step = partial(docs.move_away, to=to, taken=taken)
        await self._documents.change(uuid, step)
        await self._say_moved(uuid, to)
