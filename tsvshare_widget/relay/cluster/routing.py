"""Requests for a document, each to the relay that has it: their bytes are passed on, both ways."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.web import Application

from tsvshare_widget.errors import EngineDown, TSVShareError
from tsvshare_widget.relay.edges.passing_on import PIECE, PassedOn, exchange, head_of
from tsvshare_widget.relay.web.administrator import ADMIN_HEADER
from tsvshare_widget.relay.web.error_page import wants_page
from tsvshare_widget.relay.web.forwarding import ADDRESS, PROTOCOL
from tsvshare_widget.relay.web.guard import refuse
from tsvshare_widget.relay.web.live_rules import UUID

from .cluster import Cluster

UNAVAILABLE = re.compile(rb"HTTP/1\.[01] 503 ")
"""How an answer begins that says that the document is somewhere else by now, or nothing works."""


class DocumentRouter(HTTPServerConnectionDelegate):
    """Has ``app`` answer what is asked of this relay, and passes on what is another's.

    Viewers that speak ``tsvshare.v1`` come to ``app``: see :mod:`.routed_socket`.
    """

    def __init__(self, app: Application, cluster: Cluster, root: str) -> None:
        self._app = app
        self.cluster = cluster
        self.passing: set[asyncio.Task[None]] = set()
        self._paths = re.compile(re.escape(root) + rf"(?:d|parser/ws)/{UUID}(/[^?]*)?(?:\?.*)?")

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> HTTPMessageDelegate:
        """Take one request of a connection."""
        inner = self._app.start_request(server_conn, request_conn)
        return _Request(inner, cast(HTTP1Connection, request_conn), self)

    def document_of(self, path: str) -> str | None:
        """The document that is asked for; None where any relay can answer."""
        found = self._paths.fullmatch(path)
        return found[1] if found is not None and found[2] != "/ws" else None

    def pass_on(self, uuid: str, client: IOStream, head: bytes, far: IOStream) -> None:
        """Pass on a request about a document, with all that follows, and its answer."""
        missed = partial(self.cluster.forget, uuid)
        task = asyncio.create_task(_pass_on(client, head, far, missed))
        self.passing.add(task)
        task.add_done_callback(self.passing.discard)

    async def stop(self) -> None:
        """Pass on nothing more."""
        for task in self.passing:
            task.cancel()
        await asyncio.gather(*self.passing, return_exceptions=True)


class _Request(PassedOn):
    """One request, which ``inner`` answers if it is for this relay."""

    def __init__(
        self, inner: HTTPMessageDelegate, connection: HTTP1Connection, router: DocumentRouter
    ) -> None:
        super().__init__(inner, connection)
        self._router = router

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """Answer the request, or pass it on."""
        assert isinstance(start_line, RequestStartLine)
        assert self._inner is not None
        uuid = self._router.document_of(start_line.path)
        if uuid is None or self._router.cluster.store.has(uuid):
            return self._inner.headers_received(start_line, headers)
        context: Any = self._connection.context
        asker = (context.remote_ip, context.protocol)  # true only while this is called
        return self._route(uuid, start_line, headers, asker)

    async def _route(
        self, uuid: str, line: RequestStartLine, headers: HTTPHeaders, asker: tuple[str, str]
    ) -> None:
        try:
            far = await self._reach(uuid)
        except TSVShareError as error:
            page = wants_page(line.method, headers)
            await refuse(self._connection, error, is_head=line.method == "HEAD", page=page)
            self._inner = None
            return
        if far is None:
            await self._answer_here(line, headers, asker)
            return
        self._inner = None
        if ADMIN_HEADER not in headers:  # nobody administers through a proxy, which this would be
            headers[ADDRESS], headers[PROTOCOL] = asker
        if "Upgrade" not in headers:
            headers["Connection"] = "close"  # the next request may be for another relay
        self._router.pass_on(uuid, self._connection.detach(), head_of(line, headers), far)

    async def _reach(self, uuid: str) -> IOStream | None:
        try:
            return await self._router.cluster.reach(uuid, lambda peer: peer.open("request"))
        except EngineDown:
            return None  # that is said here, in the words of whoever answers

    async def _answer_here(
        self, line: RequestStartLine, headers: HTTPHeaders, asker: tuple[str, str]
    ) -> None:
        assert self._inner is not None
        context: Any = self._connection.context
        own = context.remote_ip, context.protocol
        context.remote_ip, context.protocol = asker
        try:
            begun = self._inner.headers_received(line, headers)
        finally:
            context.remote_ip, context.protocol = own
        if begun is not None:
            await begun


async def _pass_on(
    client: IOStream, head: bytes, far: IOStream, missed: Callable[[], object]
) -> None:
    """Pass on a request; ``missed`` is called if it may have come to the wrong relay."""
    answered = False

    async def fetch() -> bytes:
        nonlocal answered
        piece = await far.read_bytes(PIECE, partial=True)
        if not answered and UNAVAILABLE.match(piece):
            missed()
        answered = True
        return piece

    try:
        await far.write(head)
        await exchange(client, bring=far.write, fetch=fetch)
    except OSError:
        client.close()
    finally:
        far.close()
