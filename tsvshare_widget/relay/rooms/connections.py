"""The connections of one process, whichever documents their viewers look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from tsvshare_widget.protocol import Close
from tsvshare_widget.relay.settings import Settings

from .broadcast import for_each_viewer
from .farewells import come_back_ms
from .viewers import LiveViewer, Viewer

GOODBYE_SECONDS = 0.5
"""How long a process that ends waits for its viewers to close."""


class Connections:
    """All connections of a relay or an edge, from the first moment to the last.

    To go through them is to go through those that there are at that moment.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._viewers: dict[Viewer, None] = {}
        self._nobody_left = asyncio.Event()

    def __len__(self) -> int:
        return len(self._viewers)

    def __contains__(self, viewer: Viewer) -> bool:
        return viewer in self._viewers

    def __iter__(self) -> Iterator[Viewer]:
        return iter(list(self._viewers))

    def add(self, viewer: Viewer) -> None:
        """Look after a new connection from now on."""
        self._viewers[viewer] = None

    def remove(self, viewer: Viewer) -> None:
        """Forget a connection, which has ended."""
        self._viewers.pop(viewer, None)
        if not self._viewers:
            self._nobody_left.set()

    async def look_after(self, now: float) -> None:
        """Do what is due: send heartbeats, close what does not answer, says no hello, is too slow.

        ``now`` is the event loop's clock.
        """

        def look(viewer: Viewer) -> None:
            viewer.tick(now, self._settings)
            if isinstance(viewer, LiveViewer) and not viewer.greeted:
                self._close_if_silent(viewer, now)

        await for_each_viewer(self, look)

    def _close_if_silent(self, viewer: LiveViewer, now: float) -> None:
        if now - viewer.opened > self._settings.hello_seconds:
            viewer.close(Close.NO_HELLO, "no hello came")

    async def say_bye(self) -> None:
        """Tell all that this process ends, and when each is to come back.

        The more there are the longer it takes until the last one does, so that whoever takes them
        in next is not asked by all of them at once.
        """
        crowd = len(self)
        await for_each_viewer(self, lambda viewer: viewer.say_bye(come_back_ms(crowd)))

    async def close(self) -> None:
        """Wait a moment until all have closed, and cut off who has not."""
        await self._wait_until_empty()
        for viewer in self:
            viewer.abort()
        await self._wait_until_empty()

    async def _wait_until_empty(self) -> None:
        if self._viewers:
            self._nobody_left.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nobody_left.wait(), GOODBYE_SECONDS)
