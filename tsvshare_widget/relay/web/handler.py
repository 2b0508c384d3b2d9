"""What all HTTP handlers of a relay have in common."""

from __future__ import annotations

import asyncio
from functools import partial

from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotYet
from tsvshare_widget.relay.changes.access import check_editor, check_owner, check_viewer
from tsvshare_widget.relay.hub import Hub

from .administrator import is_administrator
from .desk_handler import DeskHandler

COMING_SECONDS = 10.0
"""How long a request waits for the first rows of a table that is on its way."""

NEW_SECONDS = 1.0
"""A document without a table that is so new may be about to get one."""

LOOK_SECONDS = 0.02


class Handler(DeskHandler[Hub]):
    """A request to one relay."""

    async def admit_viewer(self, uuid: str) -> Document:
        """The document, if who asks may look at it.  Raises :class:`Revoked`."""
        return await self.hub.documents.admit(uuid, partial(check_viewer, key=self.key))

    async def admit_editor(self, uuid: str) -> Document:
        """The document, if who asks may change it.

        Raises :class:`Forbidden`, :class:`WrongKey` and :class:`Revoked`.
        """
        return await self.hub.documents.admit(uuid, partial(check_editor, key=self.key))

    def check_owner(self, document: Document) -> None:
        """Raise unless who asks has the key of ``document``, or runs the relay."""
        if not is_administrator(self.hub.settings, self.request):
            check_owner(document, self.key)

    async def with_table(self, document: Document) -> Document:
        """``document`` once it has a table, if one is on its way.

        A link may be followed in the moment in which it was made.  Raises :class:`NotYet` if that
        takes long; a document without a table that nothing comes for is returned as it is.
        """
        end = asyncio.get_running_loop().time() + COMING_SECONDS
        while document.state.table is None and self._is_expected(document):
            if asyncio.get_running_loop().time() > end:
                raise NotYet("the table is on its way, and none of it is here yet; ask again soon")
            await asyncio.sleep(LOOK_SECONDS)
            document = await self.hub.documents.load(document.uuid)
        return document

    def _is_expected(self, document: Document) -> bool:
        is_new = self.hub.documents.now() - document.created < NEW_SECONDS
        return is_new or self.hub.uploads.has(document.uuid)
