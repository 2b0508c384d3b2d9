"""What both kinds of WebSocket have in common: a viewer for each, and leaving."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from tsvshare_widget.relay.rooms.viewers import Viewer

from .handler import Handler

V = TypeVar("V", bound=Viewer)


class ViewerSocket(Handler, WebSocketHandler):
    """One connection.  Tornado hands over one message after the other: each is answered first."""

    viewer: Viewer

    def make_viewer(self, kind: type[V]) -> V:
        """The relay's side of this connection, which the hub looks after from now on."""
        stream = self.ws_connection.stream if self.ws_connection else None
        if stream is None:
            raise WebSocketClosedError
        self.set_nodelay(True)
        now = asyncio.get_running_loop().time()
        viewer = kind(self, stream, self.hub.metrics, now)
        self.hub.rooms.connect(viewer)
        return viewer

    def on_close(self) -> None:
        """Leave the room."""
        self._leaving = asyncio.ensure_future(self.hub.rooms.leave(self.viewer))
