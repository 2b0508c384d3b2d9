"""Snapshots of a document as frames, for each kind of viewer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
from msgspec import UNSET, UnsetType

from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, Stale, Unavailable
from tsvshare_widget.protocol import NO_PAGE, Access, State, encode
from tsvshare_widget.relay.asker import Asker

from .pages import Renderer
from .wire_frames import Frame, text_frame

log = logging.getLogger(__name__)


def told_access(document: Document) -> Access | UnsetType:
    """What viewers are told of who may look, and for how long; left out where it is as ever."""
    return UNSET if document.access == Access() else document.access


class Frames:
    """Makes frames of the snapshots of all documents of a relay.

    ``owe_page`` is called whenever a snapshot goes out without its page, for its rows are yet to be
    found, or what keeps its table does not answer; with what reads it.  A newer snapshot then
    follows.
    """

    def __init__(
        self,
        renderer: Renderer,
        owe_page: Callable[[Document, Callable[[], Awaitable[object]]], None],
    ) -> None:
        self._renderer = renderer
        self._owe_page = owe_page

    async def shared_page(self, document: Document) -> bytes:
        """The page everyone is on; ``null`` if its rows are yet to be found.

        Also, with a word in the log, if it cannot be read.
        """
        if not self._is_ready(document):
            return bytes(NO_PAGE)
        try:
            return await self._renderer.shared(document.state, Asker(document.uuid))
        except (NotFound, Stale):
            # Its upload failed or it was read anew: the snapshot that says so follows this one.
            return bytes(NO_PAGE)
        except Unavailable as error:
            log.warning("the shared page of document %s is not here: %s", document.uuid, error)
            self._owe(document)
            return bytes(NO_PAGE)
        except Exception:
            # The fan-out goes on whatever is wrong with one page: the state is true without it.
            log.exception("the shared page of document %s cannot be read", document.uuid)
            return bytes(NO_PAGE)

    async def live(self, document: Document) -> Frame:
        """The snapshot as a ``state`` message."""
        page = await self.shared_page(document)
        message = State(
            epoch=document.epoch,
            seq=document.seq,
            by=document.by,
            event=document.event,
            state=document.state,
            page=msgspec.Raw(page),
            access=told_access(document),
        )
        return Frame(document.uuid, document.position, text_frame(encode(message)))

    async def plain(self, document: Document) -> Frame | None:
        """The snapshot as a message of the plain protocol; None if a newer one will follow."""
        if not self._is_ready(document):
            return None
        try:
            page = await self._renderer.plain(document.state, document.uuid, Asker(document.uuid))
        except Stale:
            return None  # it has been read anew, and the snapshot that says so follows
        except Exception:
            log.exception("the plain page of document %s cannot be read", document.uuid)
            page = encode({"error": "this page cannot be read", "code": "error"})
        table = document.state.table
        return Frame(document.uuid, (table.id if table else None, page), text_frame(page))

    def _is_ready(self, document: Document) -> bool:
        ready = self._renderer.is_ready(document.state)
        if not ready:
            self._owe(document)
        return ready

    def _owe(self, document: Document) -> None:
        read = partial(self._renderer.shared, document.state, Asker(document.uuid))
        self._owe_page(document, read)
