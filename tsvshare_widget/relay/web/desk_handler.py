"""What all HTTP handlers have in common, also where there is no relay behind them."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Coroutine
from http.client import responses
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from tsvshare_widget.errors import (
    Cancelled,
    Forbidden,
    NotFound,
    TSVShareError,
    Unavailable,
)
from tsvshare_widget.protocol.shown_text import clean_text
from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.storage.disk import OUT_OF_DESCRIPTORS, storage_error

from .error_page import HTML_TYPE, POLICY, error_page, wants_page, way_to_root
from .guard import JSON_TYPE, error_body
from .tickets import Tickets

T = TypeVar("T")
D = TypeVar("D", bound=Desk)

log = logging.getLogger(__name__)

KEY_HEADER = "X-TSVShare-Key"

PIECE_BYTES = 256 * 1024
"""Bytes of an answer that go out at a time, each within the time that slow readers have."""


def is_from_elsewhere(request: HTTPServerRequest, trusted: frozenset[str]) -> bool:
    """Whether a page of another origin, not a trusted one, made the browser send ``request``.

    Programs that are no browsers send neither header and are not from elsewhere.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin in trusted:
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    return origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()


def foreign_page(request: HTTPServerRequest, what: str) -> Forbidden:
    """The error for a page from elsewhere: ``what`` is for others only.

    Behind a proxy that changes the name, the relay's own pages look like that.
    """
    origin = clean_text(request.headers.get("Origin", "another site"))[:100]
    return Forbidden(
        f"{what}; this page is from {origin}, and the relay was asked as "
        f"{clean_text(request.host)[:100]}. If these are one and the same, seen through a proxy, "
        "the relay is to be started with --public-url and the address that people use"
    )


def frame_ancestors(origins: tuple[str, ...]) -> str:
    """The policy that lets only pages of the relay, and of these origins, show this one inside."""
    return " ".join(["frame-ancestors 'self'", *origins])


def as_error(error: BaseException | None, status: int) -> TSVShareError:
    """What is answered for an exception that ended a request, or of a bare HTTP ``status``."""
    if isinstance(error, TSVShareError):
        return error
    if isinstance(error, OSError) and error.errno in OUT_OF_DESCRIPTORS:
        return storage_error(error)
    if status == 404:
        return NotFound("there is nothing at this address")
    if isinstance(error, HTTPError) and status < 500:
        return TSVShareError(f"this request is refused: {responses[status]}")
    return TSVShareError("something went wrong on the relay; its log says what")


class DeskHandler(RequestHandler, Generic[D]):
    """A request.  Errors become JSON; nothing lands in a notebook's output."""

    retry_after = 0.0
    """Seconds after which what was refused may be tried again, if that is known."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def initialize(self, hub: D) -> None:
        """Take what this request was made to."""
        self.hub = hub
        self.working: asyncio.Future[Any] | None = None

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        self.clear_header("Server")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-cache")
        self._say_who_may_embed()

    def _say_who_may_embed(self) -> None:
        origins = self.settings["embedding_origins"]  # Tornado asks before there is a hub
        self.set_header("Content-Security-Policy", frame_ancestors(origins))
        if not origins:  # this header, for old browsers, knows no other origins
            self.set_header("X-Frame-Options", "SAMEORIGIN")

    @property
    def key(self) -> str | None:
        """The key that came with the request, if any."""
        return self.request.headers.get(KEY_HEADER) or None

    @property
    def tickets(self) -> Tickets:
        """The passes for downloads from this relay."""
        tickets: Tickets = self.settings["tickets"]
        return tickets

    def body_text(self) -> str:
        """The body of a small request as text."""
        return self.request.body.decode("utf-8", "replace")

    def check_xsrf_cookie(self) -> None:
        """Nothing: the relay knows no cookies, so there is nothing to forge."""

    async def head(self, *args: Any, **kwargs: Any) -> None:
        """Answer as to a ``GET``; Tornado leaves the body out (RFC 9110, 9.3.2)."""
        answer = self.get(*args, **kwargs)
        if answer is not None:
            await answer

    def finish_json(self, body: bytes, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", JSON_TYPE)
        self.finish(body)

    async def send_piece(self, piece: bytes) -> bool:
        """Write a piece of an answer and wait until it has gone out; whether more can follow."""
        self.write(piece)
        try:
            await self.flush()
        except StreamClosedError:
            return False
        return True

    def flush(self, include_footers: bool = False) -> asyncio.Future[None]:
        """Hand what was written to the network; the connection is closed if that takes too long."""
        flushed = super().flush(include_footers)
        if not flushed.done():
            loop, seconds = asyncio.get_running_loop(), self.hub.settings.slow_seconds
            timer = loop.call_later(seconds, self._close_slow, flushed)
            flushed.add_done_callback(lambda _: timer.cancel())
        return flushed

    def _close_slow(self, flushed: asyncio.Future[None]) -> None:
        if not flushed.done() and self.cut_off():
            self.hub.metrics.count("closed", 'code="slow"')

    def cut_off(self) -> bool:
        """Close the connection, if there is one: an answer without its end is seen to have none."""
        stream = getattr(self.request.connection, "stream", None)
        if stream is not None:
            stream.close()
        return stream is not None

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer that this has failed; what was answered in part is cut off."""
        if not self._headers_written:
            super().send_error(status_code, **kwargs)
        elif not self._finished:
            self.cut_off()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with ``{"error": {"code", "message"}}``, or a page, and the exception's status."""
        exception = kwargs.get("exc_info", (None, None, None))[1]
        error = as_error(exception, status_code)
        is_known = isinstance(exception, TSVShareError) or isinstance(error, Unavailable)
        status = error.status if is_known else status_code
        self.hub.metrics.count("refused", f'code="{error.code}"')
        if self.retry_after:
            self.set_header("Retry-After", str(math.ceil(self.retry_after)))
        if status == 401:
            self.set_header("WWW-Authenticate", "Bearer")
        if wants_page(self.request.method, self.request.headers):
            self._finish_error_page(error, status)
        else:
            self.finish_json(error_body(error), status)

    def _finish_error_page(self, error: TSVShareError, status: int) -> None:
        policy = f"{POLICY}; {frame_ancestors(self.settings['embedding_origins'])}"
        self.set_status(status)
        self.set_header("Content-Type", HTML_TYPE)
        self.set_header("Content-Security-Policy", policy)
        self.set_header("Vary", "Accept")
        root = way_to_root(self.request.path, self.hub.settings.root)
        self.finish(error_page(error, status, root))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Log what was not foreseen, under the package's own name."""
        if isinstance(value, asyncio.CancelledError):
            return  # the relay goes
        if not isinstance(as_error(value, 500), Unavailable) and not isinstance(
            value, TSVShareError | HTTPError
        ):
            log.error("%s %s", self.request.method, self.request.path, exc_info=value)

    def on_connection_close(self) -> None:
        """End what the answer needs: who asked for it has gone."""
        super().on_connection_close()
        if self.working is not None:
            self.working.cancel()

    async def while_connected(self, work: Coroutine[Any, Any, T]) -> T:
        """The outcome of ``work``, which ends if who asked for it has gone: :class:`Cancelled`."""
        self.working = working = asyncio.ensure_future(work)
        try:
            return await working
        except asyncio.CancelledError:
            raise Cancelled("who asked for this has gone") from None

    def allow_any_origin(self) -> None:
        """Let pages of any origin read the answer: the link is what allows, and no cookie is."""
        self.set_header("Access-Control-Allow-Origin", "*")

    def public_root(self) -> str:
        """The address of this relay for people, with a slash at its end."""
        root: str = self.settings["public_root"](self.request)
        return root


def log_request(handler: RequestHandler) -> None:
    """Log a request, for ``log_function`` of the application."""
    request = handler.request
    took = 1000 * request.request_time()
    log.debug("%d %s %s %.1f ms", handler.get_status(), request.method, request.path, took)
