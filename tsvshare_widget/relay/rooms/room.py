"""One document while somebody looks at it: its newest snapshot, and telling everyone of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import msgspec

from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, Stale
from tsvshare_widget.protocol import NO_PAGE, Position, State, encode
from tsvshare_widget.relay.metrics import Metrics

from .broadcast import Audience
from .pages import Renderer
from .presence import Attendance
from .viewers import LiveViewer, Viewer
from .wire_frames import NO_WORK_FRAME, Frame, text_frame

log = logging.getLogger(__name__)

COALESCE_SECONDS = 0.02
"""Between two broadcasts of one document; the first change after a pause goes at once."""

GROWTH_SECONDS = 0.1
"""Between two broadcasts if a table has grown and nothing else has happened."""


def is_newer(position: Position, than: Position) -> bool:
    """Whether ``position`` replaces ``than``: another epoch always does."""
    return position.epoch != than.epoch or position.seq > than.seq


class Room:
    """The viewers of one document, of both kinds, and the newest snapshot they are to see.

    ``everyone`` holds also those who have come in and have not been shown anything yet.
    ``find_rows`` is called if the rows of a view have to be found before its page can be shown; a
    newer snapshot then follows.
    """

    def __init__(
        self,
        document: Document,
        renderer: Renderer,
        metrics: Metrics,
        find_rows: Callable[[Document], None],
    ) -> None:
        self.document = document
        self.everyone: set[Viewer] = set()
        self.live = Audience(self.live_frame)
        self.plain = Audience(self.plain_frame)
        self.attendance = Attendance(self.live, lambda: self.n_viewers)
        self.announced = document.position
        self._work = NO_WORK_FRAME
        self._renderer = renderer
        self._metrics = metrics
        self._find_rows = find_rows
        self._telling: asyncio.Task[None] | None = None
        self._announced_more = asyncio.Condition()
        self._hurry = asyncio.Event()

    @property
    def n_viewers(self) -> int:
        """How many look on."""
        return len(self.live.viewers) + len(self.plain.viewers)

    def leave(self, viewer: Viewer) -> None:
        """Send ``viewer`` nothing any more."""
        self.everyone.discard(viewer)
        self.live.viewers.pop(viewer, None)
        self.plain.viewers.pop(viewer, None)
        self.attendance.changed()

    async def tell_work(self, frame: bytes) -> None:
        """Tell all live viewers what is under way: busy ones later, as far as it is true then."""
        self._work = frame
        await self.live.each(lambda viewer: viewer.know_work(frame))

    def remind(self, viewer: LiveViewer) -> None:
        """Tell one who has just come, or was busy, what the others know."""
        self.attendance.remind(viewer)
        viewer.remind_of_work(self._work)

    def take(self, document: Document) -> None:
        """Take in a snapshot; if it is newer than what is known, everyone will be told."""
        newer = is_newer(document.position, self.document.position)
        if newer or document.position == self.document.position:
            self.document = document
        if newer and document.event != "growth":
            self._hurry.set()
        if newer and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell())

    async def wait_until_told(self, position: Position) -> None:
        """Wait until everyone has been sent the snapshot at ``position`` or a newer one."""
        async with self._announced_more:
            await self._announced_more.wait_for(lambda: not is_newer(position, self.announced))

    async def _tell(self) -> None:
        while is_newer(self.document.position, self.announced):
            self._hurry.clear()
            document = self.document
            for audience in (self.live, self.plain):
                await audience.tell(document)
            self._metrics.count("broadcasts")
            self.announced = document.position
            async with self._announced_more:
                self._announced_more.notify_all()
            await self._pause()

    async def _pause(self) -> None:
        """Let changes gather before everyone is told again: longer those that can wait."""
        await asyncio.sleep(COALESCE_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), GROWTH_SECONDS - COALESCE_SECONDS)

    async def shared_page(self, document: Document) -> bytes:
        """The page everyone is on; ``null`` if its rows are yet to be found.

        Also, with a word in the log, if it cannot be read.
        """
        if not self._is_ready(document):
            return bytes(NO_PAGE)
        try:
            return await self._renderer.shared(document.state)
        except (NotFound, Stale):
            # Its upload failed or it was read anew: the snapshot that says so follows this one.
            return bytes(NO_PAGE)
        except Exception:
            # The fan-out goes on whatever is wrong with one page: the state is true without it.
            log.exception("the shared page of document %s cannot be read", document.uuid)
            return bytes(NO_PAGE)

    def _is_ready(self, document: Document) -> bool:
        ready = self._renderer.is_ready(document.state)
        if not ready:
            self._find_rows(document)
        return ready

    async def live_frame(self, document: Document) -> Frame:
        """The snapshot as a ``state`` message."""
        page = await self.shared_page(document)
        message = State(
            epoch=document.epoch,
            seq=document.seq,
            by=document.by,
            event=document.event,
            state=document.state,
            page=msgspec.Raw(page),
        )
        return Frame(document.position, text_frame(encode(message)))

    async def plain_frame(self, document: Document) -> Frame | None:
        """The snapshot as a message of the plain protocol; None if its rows are yet to be found."""
        if not self._is_ready(document):
            return None
        try:
            page = await self._renderer.plain(document.state, document.uuid)
        except Stale:
            return await self.plain_frame(self.document)  # newer: it has been read anew
        except Exception:
            log.exception("the plain page of document %s cannot be read", document.uuid)
            page = encode({"error": "this page cannot be read", "code": "error"})
        table = document.state.table
        return Frame((table.id if table else None, page), text_frame(page))
