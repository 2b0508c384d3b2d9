"""What every request passes before anybody reads it, and the watch over its body.

Tornado hands over requests as they come; here those are refused, in words and with a code, that are
malformed, ask by a name that is not the relay's, or whose body has stopped coming.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from http.client import responses
from typing import Any, NamedTuple, Protocol, cast

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream, StreamClosedError

from tsvshare_widget.errors import BadRequest, TSVShareError, UploadBroken
from tsvshare_widget.protocol import encode
from tsvshare_widget.relay.streams import PlainStream
from tsvshare_widget.relay.turnstile import Turnstile

from .error_page import HTML_TYPE, POLICY, error_page, wants_page
from .forwarding import Proxies
from .parsing import check_request

JSON_TYPE = "application/json; charset=utf-8"

LINGER_SECONDS = 5.0
"""Seconds for which what comes after a refusal is thrown away, so that the refusal is read."""

READ_BYTES = 64 * 1024


def error_body(error: TSVShareError) -> bytes:
    """The JSON body of every HTTP error."""
    return encode({"error": {"code": error.code, "message": error.message}})


class Names(Protocol):
    """The names that are answered to."""

    def check(self, header: str) -> None:
        """Raise :class:`WrongHost` unless the ``Host`` of a request is one of them."""
        raise NotImplementedError


class Guard(NamedTuple):
    """What requests have to pass: ``hosts`` are the names that are answered to, ``proxies`` those
    that are believed who asks, ``body_seconds`` how long a body may pause.
    """

    hosts: Names
    proxies: Proxies
    turnstile: Turnstile
    body_seconds: float


class GuardedServer(HTTPServer):
    """An HTTP server whose requests have been looked through.  Set :meth:`guard_with` first."""

    def guard_with(
        self, hosts: Names, proxies: Proxies, turnstile: Turnstile, body_seconds: float
    ) -> None:
        """Answer to these names; give up a body of which nothing comes for so long.

        ``proxies`` are believed who asks.  Requests and pieces of bodies pass the turnstile.
        """
        self._guard = Guard(hosts, proxies, turnstile, body_seconds)

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """Take one request of a connection."""
        inner = super().start_request(server_conn, request_conn)
        return Guarded(inner, cast(HTTP1Connection, request_conn), self._guard)


class Guarded(HTTPMessageDelegate):
    """One request on ``connection``, which ``inner`` answers once it has passed the guard."""

    def __init__(
        self, inner: HTTPMessageDelegate, connection: HTTP1Connection, guard: Guard
    ) -> None:
        self._inner = inner
        self._connection = connection
        self._guard = guard
        self._is_passed_on = False
        self._clock = BodyClock(guard.body_seconds, self._body_has_stopped)

    async def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        """Pass the request on, or refuse it."""
        assert isinstance(start_line, RequestStartLine)
        setattr(self._connection, _CLOCK, self._clock)
        await self._guard.turnstile.rest()
        try:
            check_request(start_line.path, headers)
            if "Host" in headers:
                self._guard.hosts.check(headers["Host"])
            self._is_passed_on = True
            with self._guard.proxies.speaking(self._connection, headers):
                begun = self._inner.headers_received(start_line, headers)
        except HTTPInputError as error:
            await refuse(self._connection, BadRequest(f"this request is malformed: {error}"))
            return
        except TSVShareError as error:
            page = wants_page(start_line.method, headers)
            await refuse(self._connection, error, is_head=start_line.method == "HEAD", page=page)
            return
        if begun is not None:
            await begun
        if "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0":
            self._clock.wait()

    async def data_received(self, chunk: bytes) -> None:
        """Pass on bytes of the body; who takes them may take their time."""
        self._clock.stop()
        await self._guard.turnstile.rest()
        taken = self._inner.data_received(chunk)
        if taken is not None:
            await taken
        self._clock.wait()

    def finish(self) -> None:
        """All of the body has come."""
        self._clock.end()
        self._inner.finish()

    def on_connection_close(self) -> None:
        """No more of it will come."""
        self._clock.end()
        if self._is_passed_on:
            self._inner.on_connection_close()

    def _body_has_stopped(self, seconds: float) -> None:
        stream: IOStream | None = self._connection.stream
        if stream is None or stream.closed():
            return
        if self._connection._response_start_line is None:  # nothing has been answered yet
            stopped = UploadBroken(f"none of the body of this request came for {seconds:g} seconds")
            with suppress(StreamClosedError):
                stream.write(b"".join(_answer(stopped, 408)))
        stream.close()


class BodyClock:
    """Calls ``stopped`` if nothing comes for so many seconds while somebody waits for it."""

    def __init__(self, seconds: float, stopped: Callable[[float], None]) -> None:
        self._seconds = seconds
        self._stopped: Callable[[float], None] | None = stopped
        self._timer: asyncio.TimerHandle | None = None

    def wait(self) -> None:
        """Begin to wait."""
        self.stop()
        if self._stopped is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds, self._stopped, self._seconds)

    def stop(self) -> None:
        """Wait no longer, for now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """Never wait again; and let go of the request, which holds this clock."""
        self._stopped = None
        self.stop()


_CLOCK = "_tsvshare_body_clock"


def let_body_rest(request: HTTPServerRequest) -> None:
    """Let the body of this request take what time it wants."""
    clock: Any = getattr(request.connection, _CLOCK, None)
    if clock is not None:
        clock.end()


def let_body_come_fast(request: HTTPServerRequest, *, wanted: bool) -> None:
    """Read the body of this request in large pieces, if that is ``wanted`` and it comes fast."""
    stream = getattr(request.connection, "stream", None)
    if isinstance(stream, PlainStream):
        stream.may_bring_much = wanted


async def refuse(
    connection: HTTP1Connection,
    error: TSVShareError,
    *,
    is_head: bool = False,
    page: bool = False,
) -> None:
    """Answer with an error before anything is read of the body, and end the connection.

    ``page``: a browser is to show it.
    """
    stream = connection.detach()
    head, body = _answer(error, error.status, page=page)
    with suppress(StreamClosedError):
        await stream.write(head if is_head else head + body)
        await linger(stream)
    stream.close()


async def linger(stream: IOStream, coming: asyncio.Future[bytes] | None = None) -> None:
    """Say that nothing follows, and throw away what still comes, for a short while.

    Closing at once, with bytes on their way to us, would reset the connection: the other side would
    never read what was said last.  ``coming`` is a read that was begun already.
    """
    if stream.socket is not None:
        with suppress(OSError):
            stream.socket.shutdown(socket.SHUT_WR)
    with suppress(StreamClosedError, TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            if coming is not None:
                await coming
            while True:
                await stream.read_bytes(READ_BYTES, partial=True)


def _answer(error: TSVShareError, status: int, *, page: bool = False) -> tuple[bytes, bytes]:
    body = error_page(error, status, None) if page else error_body(error)
    head = (
        f"HTTP/1.1 {status} {responses.get(status, 'Refused')}\r\n"
        f"Content-Type: {HTML_TYPE if page else JSON_TYPE}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Security-Policy: {POLICY}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1"), body
