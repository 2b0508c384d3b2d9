"""``WS /d/UUID/ws`` at an edge: it is heard here, and answered by the relay."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol import (
    MAX_MESSAGE,
    Close,
    Hello,
    Pong,
    ViewerMessage,
    check_size,
    decode_viewer,
)
from tsvshare_widget.relay.rooms.viewers import LiveViewer
from tsvshare_widget.relay.web.live_rules import TSVShareSocket

from .edge import Edge


class EdgeSocket(TSVShareSocket[Edge]):
    """A viewer of one document; ``hello`` is what it has said, until it is welcomed."""

    uuid: str
    hello: Hello | None = None
    taken: asyncio.Future[None] | None = None

    def open(self, uuid: str) -> None:
        """Wait for the viewer's hello."""
        self.uuid = uuid
        self.number = self.hub.speaker.new_number()
        self.viewer = self.make_viewer(LiveViewer)

    def on_close(self) -> None:
        """Leave, for good."""
        self.hub.speaker.gone(self.number)
        super().on_close()

    async def on_message(self, message: str | bytes) -> None:
        """Pass on one message, whatever it is, unless it is for the edge alone."""
        if len(message) > MAX_MESSAGE and not self.viewer.greeted:
            self.viewer.close(Close.PROTOCOL, f"messages have up to {MAX_MESSAGE} bytes")
            return
        self.viewer.heard()
        decoded = _understood(message)
        if isinstance(decoded, Pong):
            return
        if isinstance(decoded, Hello) and not self.viewer.greeted:
            self.viewer.greeted = True
            self.hello = decoded
        await self.hub.speaker.say(self.number, self, message)


def _understood(message: str | bytes) -> ViewerMessage | None:
    """The message; None for one of which the relay says what is wrong with it."""
    with suppress(TSVShareError):
        check_size(len(message))
        return decode_viewer(message)
    return None
