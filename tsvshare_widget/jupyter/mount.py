"""Requests of a Jupyter Server's web application, passed on to the relay.

The relay has an application of its own, with its own settings and its own errors: Tornado lets one
application hand over to another by the path.  So Jupyter's handlers and the relay's never meet.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.routing import PathMatches, Router, Rule
from tornado.web import Application, HTTPError

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.relay.assembly import Relay
from tsvshare_widget.relay.web.guard import Guarded, refuse

from .admission import Admission, LoginFirst, as_refusal

log = logging.getLogger(__name__)


class _CheckedByJupyter:
    """The names that Jupyter answers to, which admission has looked at."""

    def check(self, header: str) -> None:
        """Raise nothing."""


class Mount(Router):
    """Hands requests below the relay's address to the relay that ``get_relay`` gives."""

    def __init__(
        self,
        web_app: Application,
        admission: Admission,
        get_relay: Callable[[], Awaitable[Relay]],
    ) -> None:
        self._web_app = web_app
        self._admission = admission
        self._get_relay = get_relay

    def put_at(self, root: str) -> None:
        """Answer what is below ``root``, which begins and ends with a slash."""
        rule = Rule(PathMatches(f"{re.escape(root[:-1])}(?:/.*)?"), self)
        # Jupyter's own method takes classes of handlers only.
        Application.add_handlers(self._web_app, ".*$", [rule])

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate:
        """Take one request."""
        return _Passed(self, request)

    async def receiver(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        """Who answers a request.  Raises why nobody does."""
        if not await self._admission.admits(request):
            return self._web_app.get_handler_delegate(request, LoginFirst)
        relay = await self._get_relay()
        inner = relay.app.find_handler(request)
        connection = cast(HTTP1Connection, request.connection)
        seconds = relay.hub.settings.body_seconds
        return Guarded(inner, connection, _CheckedByJupyter(), relay.hub.turnstile, seconds)


class _Passed(HTTPMessageDelegate):
    """One request, whose receiver is found when its headers are there."""

    def __init__(self, mount: Mount, request: HTTPServerRequest) -> None:
        self._mount = mount
        self._request = request
        self._receiver: HTTPMessageDelegate | None = None

    async def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        """Pass the request on, or refuse it."""
        try:
            self._receiver = await self._mount.receiver(self._request)
        except HTTPError as error:
            await self._refuse(as_refusal(error))
        except TSVShareError as error:
            await self._refuse(error)
        except Exception:
            log.exception("a request was not let in, for a reason nobody thought of")
            await self._refuse(TSVShareError("something went wrong; the server's log says what"))
        else:
            begun = self._receiver.headers_received(start_line, headers)
            if begun is not None:
                await begun

    async def _refuse(self, error: TSVShareError) -> None:
        connection = cast(HTTP1Connection, self._request.connection)
        await refuse(connection, error, is_head=self._request.method == "HEAD")

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Pass on bytes of the body."""
        return self._receiver.data_received(chunk) if self._receiver is not None else None

    def finish(self) -> None:
        """All of it has come."""
        if self._receiver is not None:
            self._receiver.finish()

    def on_connection_close(self) -> None:
        """No more of it will come."""
        if self._receiver is not None:
            self._receiver.on_connection_close()
