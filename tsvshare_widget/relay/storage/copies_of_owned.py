"""Copies of the documents that this relay has: which are to be written, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import EngineDown, Unavailable

from .copies import Copies
from .owned import Owned


class CopiesOfOwned:
    """Keeps copies of what is ``owned``, if there is a place for ``copies``."""

    def __init__(self, copies: Copies | None, owned: Owned) -> None:
        self._copies = copies
        self._owned = owned
        self._since: dict[str, float] = {}

    async def read(self, uuid: str) -> Document | None:
        """The copy of a document.  Raises :class:`Unavailable` if that cannot be known."""
        return await self._copies.read(uuid) if self._copies is not None else None

    async def newer(self, known: Document) -> Document | None:
        """The copy of a document if another relay made it of one that it had after this one.

        This one was held up then, and does not know yet that the document was not its own any more.
        """
        if known.uuid not in self._owned:
            return None  # it is the copy itself
        try:
            copy = await self.read(known.uuid)
        except Unavailable:  # so what is known is the best that there is
            return None
        return copy if copy is not None and self._owned.is_newer(copy, known) else None

    async def write(self, uuid: str) -> None:
        """Keep a document as it is now; what cannot be kept is tried again later."""
        self._since.pop(uuid, None)
        document = self._owned.newest(uuid)
        if self._copies is None or document is None:
            return
        if not await self._copies.write(document, self._owned.past(uuid)):
            self.write_later(uuid)

    async def write_links(self, document: Document, before: Document) -> None:
        """Keep other links before anybody is told of them, so that old ones never lead again.

        Raises :class:`EngineDown` if they cannot be kept; nothing is to be changed then.
        """
        if self._copies is None or not docs.has_other_links(before, document):
            return
        ahead = msgspec.structs.replace(document, revision=before.revision)
        try:
            await self._copies.write_ahead(ahead, self._owned.past(document.uuid))
        except Unavailable as error:
            raise EngineDown(
                "the store of the tables does not answer, so who may open this one cannot be "
                "changed just now: a link that was taken back might lead again; try again soon"
            ) from error

    def write_later(self, uuid: str) -> None:
        """Have a document be kept when :meth:`write_due` comes."""
        self._since.setdefault(uuid, asyncio.get_running_loop().time())

    async def write_due(self, seconds: float = 0.0) -> None:
        """Keep what has waited for so long."""
        long_ago = asyncio.get_running_loop().time() - seconds
        for uuid in [uuid for uuid, since in self._since.items() if since <= long_ago]:
            await self.write(uuid)

    def last(self, uuid: str) -> Callable[[], Awaitable[object]]:
        """What writes a document as it is now if that is to be done, also once it is not owned."""
        document, past = self._owned.newest(uuid), self._owned.past(uuid)
        copies = self._copies if uuid in self._since else None

        async def write() -> None:
            if copies is not None and document is not None:
                await copies.write(document, past)

        return write

    def forget(self, uuid: str) -> None:
        """Have nothing to do with a document any more; its copy stays."""
        self._since.pop(uuid, None)

    async def delete(self, uuid: str) -> None:
        """Forget the copy of a document.  Raises :class:`Unavailable`."""
        if self._copies is not None:
            await self._copies.delete(uuid)

    async def uuids(self) -> list[str]:
        """The documents of which there are copies.  Raises :class:`Unavailable`."""
        return await self._copies.uuids() if self._copies is not None else []

    def close(self) -> None:
        """Give back what was taken."""
        if self._copies is not None:
            self._copies.close()
