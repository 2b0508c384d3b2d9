"""An edge: it holds the connections of viewers, and speaks with the relay for them."""

from __future__ import annotations

import asyncio
import logging

from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.rooms.viewers import Viewer
from tsvshare_widget.relay.settings import Settings

from .channel import Channel
from .messages import Counted
from .speaker import Speaker

log = logging.getLogger(__name__)


class Edge(Desk):
    """The viewers of one process; all that is asked is answered by the relay at ``address``."""

    def __init__(self, settings: Settings, address: str) -> None:
        super().__init__(settings)
        self.stopping = False
        self._address = address
        self.speaker = Speaker(self, lambda: len(self.connections))

    async def leave(self, viewer: Viewer) -> None:
        """See :class:`Desk`."""
        self.connections.remove(viewer)

    async def work(self) -> None:
        """Speak with the relay, and with the next one that listens there if it ends.

        Raises OSError if nobody listens there any more.
        """
        while not self.stopping:
            await self.speaker.speak(await Channel.connect(self._address))
            await self.connections.say_bye()  # to all: what the relay knew of them is gone

    async def look_after(self, now: float) -> None:
        """Do what is due for all connections; ``now`` is the event loop's clock."""
        await self.connections.look_after(now)
        await self.speaker.remind_all()

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
            "slow_viewers": sum(viewer.busy for viewer in self.connections),
            "waiting_bytes": self.held_frames.used,
            "answer_bytes": self.answers.used,
        }
        self.speaker.report(Counted(self.metrics.counted(), gauges))

    async def stop(self) -> None:
        """Say good-bye to everyone, and cut off who has not gone soon."""
        self.stopping = True
        await self.connections.say_bye()
        await self.connections.close()
        self._report()
        await self.speaker.stop()
