"""What both kinds of WebSocket have in common: a viewer for each, and leaving."""

from __future__ import annotations

import asyncio
import socket
from typing import TypeVar

from tornado.httputil import HTTPHeaders
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.rooms.viewers import Viewer

from .deflate import ACCEPTED, Inflater, accept
from .desk_handler import KEY_HEADER, D, DeskHandler
from .parsing import check_handshake
from .websocket_rules import StrictProtocol

V = TypeVar("V", bound=Viewer)


SEND_BUFFER = 64 * 1024
"""Bytes that the system may hold for one viewer (it takes twice that): a page, compressed."""


class ViewerSocket(DeskHandler[D], WebSocketHandler):
    """One connection.  Tornado hands over one message after the other: each is answered first."""

    viewer: Viewer
    may_deflate = False
    """Whether messages may be compressed, if the other side offers it."""

    async def get(self, *args: str, **kwargs: str) -> None:
        """Begin a WebSocket; what is none is refused in words."""
        check_handshake(self.request.headers)
        again = self.hub.joins.take(asyncio.get_running_loop().time())
        if again:
            self.retry_after = again
            raise Unavailable("many viewers come at this moment; come back soon")
        self._headers = HTTPHeaders()  # those of a page say nothing of a WebSocket
        await super().get(*args, **kwargs)

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Tornado's protocol, made strict; None for other versions than 13."""
        usual = super().get_websocket_protocol()
        if usual is None:
            return None
        strict = StrictProtocol(self, False, usual.params)  # type: ignore[attr-defined]
        hub = self.hub
        strict.guard_with(hub.incoming, hub.turnstile, hub.settings.slow_seconds)
        if self.may_deflate and accept(self.request.headers, self.request.remote_ip or ""):
            self.set_header("Sec-WebSocket-Extensions", ACCEPTED)
            strict.inflater = Inflater(self.max_message_size)
        return strict

    def fail(self, code: int, reason: str) -> None:
        """Begin to close the connection because of what came on it."""
        if hasattr(self, "viewer"):
            self.viewer.close(code, reason)
        else:
            self.close(code, reason)

    def make_viewer(self, kind: type[V]) -> V:
        """The relay's side of this connection, which the hub looks after from now on."""
        stream = self.ws_connection.stream if self.ws_connection else None
        if stream is None:
            raise WebSocketClosedError
        self.set_nodelay(True)
        if stream.socket is not None:  # who takes nothing is not to fill the system's memory
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._forget_request()
        now = asyncio.get_running_loop().time()
        viewer = kind(self, stream, self.hub.metrics, self.hub.held_frames, now)
        viewer.takes_deflated = getattr(self.ws_connection, "inflater", None) is not None
        self.hub.connections.add(viewer)
        return viewer

    def _forget_request(self) -> None:
        """Let go of what a connection needs no more once it is a WebSocket: half of its memory."""
        request = self.request
        kept = {name: request.headers[name] for name in (KEY_HEADER,) if name in request.headers}
        request.headers = HTTPHeaders(kept)
        request.connection = request.server_connection = None
        self._headers = HTTPHeaders()
        self.ui = None  # type: ignore[assignment]

    def on_close(self) -> None:
        """Leave the room."""
        self._leaving = asyncio.ensure_future(self.hub.leave(self.viewer))
        self.viewer.end()
