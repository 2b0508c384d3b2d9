"""One document while somebody looks at it: its newest snapshot, and showing that to everyone."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Set
from contextlib import suppress

from tsvshare_widget.document import Document
from tsvshare_widget.errors import TooMany
from tsvshare_widget.protocol import Position
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.rate import Rate

from .broadcast import LastFrame, for_each_viewer
from .frames import Frames
from .identities import Identities
from .pointing import PointingBoard
from .presence import PresenceBoard
from .viewers import LiveViewer, PlainViewer, Viewer
from .wire_frames import NO_WORK_FRAME

COALESCE_SECONDS = 0.02
"""Seconds between two broadcasts of one document; the first change after a pause goes at once."""

GROWTH_SECONDS = 0.1
"""Seconds between two broadcasts if a table has grown and nothing else has happened."""


def is_newer(position: Position, than: Position) -> bool:
    """Whether ``position`` replaces ``than``: another epoch always does."""
    return position.epoch != than.epoch or position.seq > than.seq


class Room:
    """The viewers of one document, of both kinds, and the newest snapshot they are to see.

    ``announced`` is the position of the latest snapshot that all of them have been sent;
    ``occupants`` counts also those who have come in and have not been shown anything yet;
    ``changes`` is how often they may change it.  ``is_current`` is set once the document has been
    loaded again after the room was made: what was stored in between was announced to no room.
    ``is_elsewhere`` is set when another relay takes over the document.

    Some viewers are connected to other processes (edges, other relays).  For each document such a
    process has one outlet here, which is sent what all its viewers are to be shown.
    """

    def __init__(self, document: Document, frames: Frames, metrics: Metrics, changes: Rate) -> None:
        self.document = document
        self.frames = frames
        self.announced = document.position
        self.occupants = 0
        self.identities = Identities()
        self._live: dict[Viewer, None] = {}  # connected here, and the outlets
        self._far: dict[Viewer, Viewer] = {}  # connected elsewhere, with the outlet of each
        self._outlets: Counter[Viewer] = Counter()  # with how many viewers are behind each
        self._plain: dict[Viewer, None] = {}
        self._had_plain = False
        self.presence = PresenceBoard(self._live, self._far, lambda: self.n_viewers)
        self.pointing = PointingBoard(self._live, lambda: self.n_viewers)
        self._last_live, self._last_plain = LastFrame(metrics), LastFrame(metrics)
        self._work = NO_WORK_FRAME
        self._metrics = metrics
        self._changes = changes
        self._announcing: asyncio.Task[None] | None = None
        self._announced_more = asyncio.Condition()
        self.is_current = False
        self.is_elsewhere = False
        self._hurry = asyncio.Event()

    @property
    def n_viewers(self) -> int:
        """How many look on."""
        return len(self._live) - len(self._outlets) + len(self._far) + len(self._plain)

    def was_shared(self, own: Set[str]) -> bool:
        """Whether more than one viewer has come, those whose ids are ``own`` counted as one."""
        return self._had_plain or self.identities.count_without(own) + bool(own) > 1

    @property
    def viewers(self) -> list[Viewer]:
        """All who look on."""
        near = (viewer for viewer in self._live if viewer not in self._outlets)
        return [*near, *self._far, *self._plain]

    # --- viewers --------------------------------------------------------------------------------

    def join_live(self, viewer: LiveViewer) -> None:
        """Send ``viewer`` all that happens from now on."""
        outlet = viewer.outlet
        self._live[outlet or viewer] = None
        if outlet is not None:
            self._far[viewer] = outlet
            self._outlets[outlet] += 1
        self.presence.changed()

    def join_plain(self, viewer: PlainViewer) -> None:
        """Send ``viewer`` every page from now on."""
        self._plain[viewer] = None
        self._had_plain = True
        self.presence.changed()

    def leave(self, viewer: Viewer) -> None:
        """Send a viewer nothing any more; one that has not joined changes nothing."""
        before = self.n_viewers
        self._live.pop(viewer, None)
        self._plain.pop(viewer, None)
        outlet = self._far.pop(viewer, None)
        if outlet is not None:
            self._outlets[outlet] -= 1
            if not self._outlets[outlet]:
                del self._outlets[outlet], self._live[outlet]
        if self.n_viewers < before:
            self.presence.changed()

    def remind(self, viewer: Viewer) -> None:
        """Show one who has just come, or was busy, what the others know."""
        self.presence.remind(viewer)
        viewer.show_missed_work(self._work)

    async def remind_all(self) -> None:
        """Show all who were busy what they missed."""
        await for_each_viewer(self._live, self.remind)

    async def announce_work(self, frame: bytes) -> None:
        """Show all live viewers what is under way: busy ones later, as far as it is true then."""
        self._work = frame
        await for_each_viewer(self._live, lambda viewer: viewer.show_work(frame))

    # --- snapshots ------------------------------------------------------------------------------

    def update_document(self, document: Document) -> None:
        """Take in a snapshot; if it is newer than what is known, everyone will be shown it."""
        newer = is_newer(document.position, self.document.position)
        if newer or document.position == self.document.position:
            self.document = document
        if newer and document.event != "growth":
            self._hurry.set()
        if newer and (self._announcing is None or self._announcing.done()):
            self._announcing = asyncio.create_task(self._announce())

    def count_change(self) -> None:
        """Count a change that a viewer asks for.

        Raises :class:`TooMany` if there are more than there may be.
        """
        wait = self._changes.take(asyncio.get_running_loop().time())
        if wait:
            raise TooMany(
                "this table is being changed too often: nothing was changed; it can be tried "
                f"again in {wait:.2g} seconds"
            )

    async def wait_until_announced(self, position: Position) -> None:
        """Wait until everyone has been sent the snapshot at ``position`` or a newer one."""
        async with self._announced_more:
            await self._announced_more.wait_for(lambda: not is_newer(position, self.announced))

    async def _announce(self) -> None:
        while is_newer(self.document.position, self.announced):
            self._hurry.clear()
            document, began = self.document, asyncio.get_running_loop().time()
            await self._send_live(document)
            await self._send_plain(document)
            self._metrics.count("broadcasts")
            took = asyncio.get_running_loop().time() - began
            # Outlets alone are no measure: the processes behind them take the times of theirs.
            if self._plain or len(self._live) > len(self._outlets):
                self._metrics.observe("fanout_seconds", took)
            self.announced = document.position
            async with self._announced_more:
                self._announced_more.notify_all()
            await self._pause()

    async def _send_live(self, document: Document) -> None:
        if self._live:
            await self._last_live.send_frame(self._live, await self.frames.live(document))
        else:
            self._last_live.forget()

    async def _send_plain(self, document: Document) -> None:
        frame = await self.frames.plain(document) if self._plain else None
        if frame is not None:
            await self._last_plain.send_frame(self._plain, frame)
        elif not self._plain:
            self._last_plain.forget()

    async def _pause(self) -> None:
        """Let changes gather before everyone is shown them: longer those that can wait."""
        await asyncio.sleep(COALESCE_SECONDS)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), GROWTH_SECONDS - COALESCE_SECONDS)
