"""Connections that the relay answers itself: an edge passes on their bytes, both ways.

All of a connection is passed on from its first request that is not a viewer's, so whatever is asked
on it afterwards is answered as well; the relay knows every address.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, StreamClosedError

from tsvshare_widget.relay.streams import LARGE_BYTES, PlainStream
from tsvshare_widget.relay.web.forwarding import BELIEVED, Proxies, peer_of
from tsvshare_widget.relay.web.guard import LINGER_SECONDS, GuardedServer
from tsvshare_widget.relay.web.live_rules import UUID

log = logging.getLogger(__name__)

PIECE = 64 * 1024


class EdgeServer(GuardedServer):
    """Answers viewers, and passes on all other connections to the relay at ``address``."""

    def set_relay(self, address: str, root: str, proxies: Proxies) -> None:
        """Before the first connection comes; ``root`` is the path below which the relay is.

        The relay believes what is passed on of ``proxies``, and knows no addresses: so what others
        say in their place is not passed on.
        """
        self._address = address
        self._proxies = proxies
        self._viewers = re.compile(re.escape(root) + rf"d/{UUID}/ws(?:\?.*)?")
        self.passing: set[asyncio.Task[None]] = set()

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """Take one request of a connection."""
        inner = super().start_request(server_conn, request_conn)
        return _Request(inner, cast(HTTP1Connection, request_conn), self._is_ours, self._pass_on)

    def _is_ours(self, line: RequestStartLine, headers: HTTPHeaders) -> bool:
        asks = headers.get("Upgrade", "").lower() == "websocket"
        return asks and line.method == "GET" and bool(self._viewers.fullmatch(line.path))

    def _pass_on(
        self, connection: HTTP1Connection, line: RequestStartLine, headers: HTTPHeaders
    ) -> None:
        if self._proxies.are_there and not self._proxies.has(peer_of(connection)):
            _take_word_away(headers)
        head = head_of(line, headers)
        task = asyncio.create_task(pass_on(connection.detach(), head, self._address))
        self.passing.add(task)
        task.add_done_callback(self.passing.discard)


class PassedOn(HTTPMessageDelegate):
    """One request, which ``inner`` answers until it is passed on: then that is None."""

    def __init__(self, inner: HTTPMessageDelegate, connection: HTTP1Connection) -> None:
        self._inner: HTTPMessageDelegate | None = inner
        self._connection = connection

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Take bytes of a body."""
        return self._inner.data_received(chunk) if self._inner is not None else None

    def finish(self) -> None:
        """All of the request has come."""
        if self._inner is not None:
            self._inner.finish()

    def on_connection_close(self) -> None:
        """No more of it will come."""
        if self._inner is not None:
            self._inner.on_connection_close()


class _Request(PassedOn):
    """One request, which is answered if it is a viewer's."""

    def __init__(
        self,
        inner: HTTPMessageDelegate,
        connection: HTTP1Connection,
        is_ours: Callable[[RequestStartLine, HTTPHeaders], bool],
        pass_on: Callable[[HTTP1Connection, RequestStartLine, HTTPHeaders], None],
    ) -> None:
        super().__init__(inner, connection)
        self._is_ours = is_ours
        self._pass_on = pass_on

    async def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        """Answer the request, or pass its connection on."""
        assert isinstance(start_line, RequestStartLine)
        assert self._inner is not None
        if self._is_ours(start_line, headers):
            begun = self._inner.headers_received(start_line, headers)
            if begun is not None:
                await begun
            return
        self._inner = None
        self._pass_on(self._connection, start_line, headers)


def _take_word_away(headers: HTTPHeaders) -> None:
    """Leave out what a proxy would say, and have this be the last request of its connection.

    What follows on it would not be seen here.
    """
    for name in BELIEVED:
        headers.pop(name, None)
    if "Upgrade" not in headers:
        headers["Connection"] = "close"


def head_of(line: RequestStartLine, headers: HTTPHeaders) -> bytes:
    """A request as it came, but for its body: nothing is added and nothing left out."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.get_all())
    return f"{line.method} {line.path} {line.version}\r\n{fields}\r\n".encode("latin-1")


async def pass_on(client: IOStream, head: bytes, address: str) -> None:
    """Pass on the bytes of a connection to the relay, and its answers, until one side closes."""
    try:
        with socket.socket(socket.AF_UNIX) as relay:
            await _begin(relay, head, address)
            loop = asyncio.get_running_loop()
            await exchange(
                client,
                bring=lambda piece: loop.sock_sendall(relay, piece),
                fetch=lambda: loop.sock_recv(relay, PIECE),
            )
    except OSError as error:  # there is no relay to say so in its words
        log.warning("a connection cannot be passed on: %s", error)
    finally:
        client.close()


async def _begin(relay: socket.socket, head: bytes, address: str) -> None:
    relay.setblocking(False)
    relay.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LARGE_BYTES)  # as far as it may be
    loop = asyncio.get_running_loop()
    await loop.sock_connect(relay, address)
    await loop.sock_sendall(relay, head)


async def exchange(
    client: IOStream,
    bring: Callable[[bytes], Awaitable[None]],
    fetch: Callable[[], Awaitable[bytes]],
) -> None:
    """Pass on what comes from ``client`` and what is fetched for it, until one side closes."""
    up = asyncio.create_task(_bring(client, bring))
    down = asyncio.create_task(_take_back(fetch, client))
    try:
        await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
        if not up.done():
            await _end(client, up)
    finally:
        client.close()
        for task in (up, down):
            task.cancel()
        await asyncio.gather(up, down, return_exceptions=True)


async def _bring(client: IOStream, bring: Callable[[bytes], Awaitable[None]]) -> None:
    """Bring the relay what comes; what it does not take any more is thrown away.

    It may have said why, and that is to be read: so this is not the end of the other direction.
    """
    if isinstance(client, PlainStream):
        client.may_bring_much = True
    with suppress(StreamClosedError):
        while True:
            piece = await client.read_bytes(LARGE_BYTES, partial=True)
            with suppress(OSError):
                await bring(piece)


async def _take_back(fetch: Callable[[], Awaitable[bytes]], client: IOStream) -> None:
    with suppress(OSError, StreamClosedError):
        while piece := await fetch():
            await client.write(piece)


async def _end(client: IOStream, coming: asyncio.Task[None]) -> None:
    """Say that nothing follows, and let the client read the last of it.

    See :func:`tsvshare_widget.relay.web.guard.linger`: here somebody reads already.
    """
    if not client.closed():
        with suppress(OSError):
            client.socket.shutdown(socket.SHUT_WR)
        await asyncio.wait([coming], timeout=LINGER_SECONDS)
