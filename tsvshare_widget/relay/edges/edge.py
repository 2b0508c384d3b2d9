"""An edge: it holds the connections of viewers, and speaks with the relay for them."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import suppress

from tsvshare_widget.protocol import Close as CloseCode
from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.rooms.broadcast import for_each_viewer
from tsvshare_widget.relay.rooms.farewells import come_back_ms
from tsvshare_widget.relay.rooms.viewers import LiveViewer, Viewer
from tsvshare_widget.relay.settings import Settings

from .channel import Channel
from .messages import Counted
from .speaker import Speaker

log = logging.getLogger(__name__)

GOODBYE_SECONDS = 0.5
"""How long an edge that goes waits for its viewers to close."""


class Edge(Desk):
    """The viewers of one process; all that is asked is answered by the relay at ``address``."""

    def __init__(self, settings: Settings, address: str) -> None:
        super().__init__(settings)
        self.stopping = False
        self._address = address
        self._viewers: dict[Viewer, None] = {}
        self.speaker = Speaker(self, lambda: len(self._viewers))
        self._empty = asyncio.Event()

    # --- connections ----------------------------------------------------------------------------

    def connect(self, viewer: Viewer) -> None:
        """See :class:`Desk`."""
        self._viewers[viewer] = None

    async def leave(self, viewer: Viewer) -> None:
        """See :class:`Desk`."""
        self._viewers.pop(viewer, None)
        if not self._viewers:
            self._empty.set()

    async def work(self) -> None:
        """Speak with the relay, and with the next one that listens there if it ends.

        Raises OSError if nobody listens there any more.
        """
        while not self.stopping:
            await self.speaker.speak(await Channel.connect(self._address))
            await self.say_bye()  # to all: what the relay knew of them is gone

    # --- upkeep ---------------------------------------------------------------------------------

    async def look_after(self, now: float) -> None:
        """Look after every connection: heartbeats, and those that are to be dropped."""

        def look(viewer: Viewer) -> None:
            viewer.tick(now, self.settings)
            if isinstance(viewer, LiveViewer) and not viewer.greeted:
                self._drop_if_silent(viewer, now)

        await for_each_viewer(self._viewers, look)
        await self.speaker.remind_all()

    def _drop_if_silent(self, viewer: LiveViewer, now: float) -> None:
        if now - viewer.opened > self.settings.hello_seconds:
            viewer.close(CloseCode.NO_HELLO, "no hello came")

    async def keep_order(self, seconds: float) -> None:
        """Do what is due every so many seconds, and tell the relay what was counted."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + seconds
            await asyncio.sleep(seconds)
            self.metrics.observe("loop_lag_seconds", max(0.0, loop.time() - due))
            try:
                await self.look_after(loop.time())
                self._report()
            except Exception:
                log.exception("a regular task of an edge failed; it will be tried again")

    def _report(self) -> None:
        gauges = {
            "slow_viewers": sum(viewer.busy for viewer in self._viewers),
            "waiting_bytes": self.held_frames.used,
            "answer_bytes": self.answers.used,
        }
        self.speaker.report(Counted(self.metrics.counted(), gauges))

    async def say_bye(self) -> None:
        """Ask everyone to come back soon, not all at the same time."""
        between = come_back_ms(len(self._viewers))
        await for_each_viewer(
            self._viewers, lambda viewer: viewer.say_bye(random.randint(*between))
        )

    async def stop(self) -> None:
        """Say good-bye to everyone, and cut off who has not gone soon."""
        self.stopping = True
        await self.say_bye()
        await self._wait_until_empty()
        for viewer in list(self._viewers):
            viewer.abort()
        await self._wait_until_empty()
        self._report()
        await self.speaker.stop()

    async def _wait_until_empty(self) -> None:
        if self._viewers:
            self._empty.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), GOODBYE_SECONDS)
