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
from .speaker import Speaker


class Telling:
    """What a connection has whose viewer speaks with a relay elsewhere, by a ``speaker``.

    ``hello`` is what the viewer has said, until it is welcomed.
    """

    viewer: LiveViewer
    uuid: str
    speaker: Speaker | None = None
    number: int = -1
    hello: Hello | None = None
    taken: asyncio.Future[None] | None = None

    def begin_telling(self, speaker: Speaker) -> None:
        """Speak with this relay from now on."""
        self.speaker, self.number = speaker, speaker.new_number()

    def end_telling(self) -> None:
        """The viewer has gone."""
        if self.speaker is not None:
            self.speaker.gone(self.number)

    async def tell(self, message: str | bytes) -> None:
        """Pass on one message, whatever it is, unless it is for this process alone."""
        if len(message) > MAX_MESSAGE and not self.viewer.greeted:
            self.viewer.close(Close.PROTOCOL, f"messages have up to {MAX_MESSAGE} bytes")
            return
        self.viewer.heard()
        decoded = understood(message)
        if isinstance(decoded, Pong):
            return
        if isinstance(decoded, Hello) and not self.viewer.greeted:
            self.viewer.greeted = True
            self.hello = decoded
        assert self.speaker is not None
        await self.speaker.say(self.number, self, message)


class EdgeSocket(TSVShareSocket[Edge], Telling):
    """A viewer of one document at an edge."""

    def open(self, uuid: str) -> None:
        """Wait for the viewer's hello."""
        self.uuid = uuid
        self.viewer = self.make_viewer(LiveViewer)
        self.begin_telling(self.hub.speaker)

    def on_close(self) -> None:
        """Leave, for good."""
        self.end_telling()
        super().on_close()

    async def on_message(self, message: str | bytes) -> None:
        """Pass on one message, whatever it is, unless it is for the edge alone."""
        await self.tell(message)


def understood(message: str | bytes) -> ViewerMessage | None:
    """The message; None for one of which the relay says what is wrong with it."""
    with suppress(TSVShareError):
        check_size(len(message))
        return decode_viewer(message)
    return None
