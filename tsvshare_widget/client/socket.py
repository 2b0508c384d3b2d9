"""The WebSocket to a relay: one after the other, each until it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from tornado.httpclient import HTTPError, HTTPRequest, _RequestProxy
from tornado.httputil import HTTPHeaders
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from tsvshare_widget.errors import BadRequest, TSVShareError, WrongVersion
from tsvshare_widget.protocol import (
    GRACE_SECONDS,
    HEARTBEAT_SECONDS,
    SUBPROTOCOL,
    Close,
    RelayMessage,
    ViewerMessage,
    decode_relay,
    encode,
    rejection,
    request_id,
)

from .http import proxy_error
from .link import Link
from .proxies import TunnelClient, proxy_for
from .thread import log
from .trust import context_for, untrusted

CONNECT_SECONDS = 10.0
"""Seconds that a connection may take to be made."""

MAX_FRAME_BYTES = 256 * 1024 * 1024
"""Bytes of the largest frame taken from a relay: a page of 1,000 rows of long cells fits."""


async def open_socket(link: Link) -> WebSocketClientConnection:
    """A WebSocket to a document.  Raises ``OSError``, ``HTTPError`` and :class:`Unavailable`."""
    proxy = proxy_for(link.base)
    request = HTTPRequest(
        link.ws_url,
        headers=HTTPHeaders(link.headers),
        connect_timeout=CONNECT_SECONDS,
        ssl_options=context_for(link.base),
    )
    if proxy is None:
        return await _connected(
            websocket_connect(request, max_message_size=MAX_FRAME_BYTES, subprotocols=[SUBPROTOCOL])
        )
    # As websocket_connect does it, which takes no other way to connect.
    socket = WebSocketClientConnection(
        cast(HTTPRequest, _RequestProxy(request, HTTPRequest._DEFAULTS)),
        max_message_size=MAX_FRAME_BYTES,
        subprotocols=[SUBPROTOCOL],
    )
    socket.tcp_client = TunnelClient(proxy)  # it begins to connect when this waits
    return await _connected(socket.connect_future)


async def _connected(connecting: Awaitable[WebSocketClientConnection]) -> WebSocketClientConnection:
    """A connection once it is made; closed if nobody waits for it any more."""
    making = asyncio.ensure_future(connecting)
    try:
        return await asyncio.shield(making)
    except asyncio.CancelledError:
        making.add_done_callback(_close_late)
        raise


def _close_late(made: asyncio.Future[WebSocketClientConnection]) -> None:
    if not made.cancelled() and made.exception() is None:
        made.result().close()


class RelaySocket:
    """At most one WebSocket to a document at a time; for the client's thread.

    ``on_message`` gets what the relay says, ``on_other_version`` that it speaks another version of
    the protocol, and coming back is of no use.  ``heartbeat`` gives the seconds between two signs
    of life of the relay, or None while it has not said so.
    """

    def __init__(
        self,
        link: Link,
        *,
        on_message: Callable[[RelayMessage], object],
        on_other_version: Callable[[WrongVersion], object],
        heartbeat: Callable[[], float | None],
    ) -> None:
        self.link = link
        self._on_message = on_message
        self._on_other_version = on_other_version
        self._heartbeat = heartbeat
        self._socket: WebSocketClientConnection | None = None

    def send_message(self, message: ViewerMessage) -> None:
        """Send it, if there is a connection."""
        if self._socket is None:
            return
        try:
            self._socket.write_message(encode(message))
        except WebSocketClosedError:
            log.debug("a message was not sent: the connection has just closed")

    def drop(self) -> None:
        """End the connection there is, if any."""
        if self._socket is not None:
            self._socket.close()

    async def connect_once(self, hello: Callable[[], ViewerMessage]) -> tuple[int | None, str]:
        """Connect, say ``hello`` and stay until it ends.

        Returns the close code, if there was one, and the reason in words.
        """
        base = self.link.base
        try:
            socket = await open_socket(self.link)
        except HTTPError as error:
            why = proxy_error(base, error.code, error.message or "", _server_of(error))
            return None, f"{why}; trying again"
        except (OSError, TSVShareError, StreamClosedError) as error:
            words = untrusted(error) or f"({error}); trying again"
            return None, f"cannot reach the relay at {base} {words}"
        self._socket = socket
        try:
            self.send_message(hello())
            await self._read_messages(socket)
        except TimeoutError:
            return None, f"the relay at {base} fell silent; trying again"
        except Exception as error:
            log.exception("a connection failed in a way nobody thought of")
            return None, f"the connection to {base} failed ({error}); trying again"
        finally:
            self._socket = None
            socket.close()
        return socket.close_code, f"the connection to {base} was lost; trying again"

    async def _read_messages(self, socket: WebSocketClientConnection) -> None:
        while True:
            async with asyncio.timeout((self._heartbeat() or HEARTBEAT_SECONDS) + GRACE_SECONDS):
                text: Any = await socket.read_message()
            if text is None:
                return
            try:
                message = decode_relay(text)
            except WrongVersion as error:
                self._on_other_version(error)
                socket.close(Close.VERSION, "another version of the protocol")
                return
            except BadRequest as error:
                log.warning("a message of the relay was not understood: %s", error)
                answered = request_id(text)
                if answered is None:
                    continue
                message = rejection(answered, error)
            self._on_message(message)


def _server_of(error: HTTPError) -> str | None:
    """What a server that refused the handshake calls itself."""
    return None if error.response is None else error.response.headers.get("Server")
