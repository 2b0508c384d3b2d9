"""A gate before a relay: for each request it is found who answers it, before any of it is read.

Tornado lets one application hand over to another by the path.  So the handlers of whoever knows the
people, Jupyter or a JupyterHub, and those of the relay never meet.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.routing import Router
from tornado.web import Application, HTTPError

from tsvshare_widget.errors import Forbidden, NotFound, TSVShareError
from tsvshare_widget.relay.web.error_page import wants_page
from tsvshare_widget.relay.web.guard import refuse

log = logging.getLogger(__name__)

UNSAFE = frozenset({"POST", "PUT", "DELETE", "PATCH"})

FOR_LINKS = re.compile(r"d/[0-9A-Za-z-]{1,64}(/.*)?|static/.*|favicon\.ico|livez")
"""What is needed by who has the link of a document, below the relay's address."""

WITH_KEY = re.compile(r"d/[^/]+(/.*)?")
"""What is changed only by who knows a key: no page elsewhere can make a browser send that."""

PAGES = re.compile(r"|d/[^/]+(/table)?")
"""What people open in a browser: it leads those to log in who have not."""


def is_opened_by_browser(request: HTTPServerRequest, path: str) -> bool:
    """Whether somebody opens a page of the relay, who can be led to a login."""
    is_page = request.method == "GET" and PAGES.fullmatch(path) is not None
    return is_page and "text/html" in request.headers.get("Accept", "")


class KnownByLink:
    """Handlers of which a reader need not come from a page that the server has given out.

    Whoever serves people of one origin wants that of reads by a script, too.  What a link leads to
    is known to nobody else, and needs no such proof.  Stands before the handler that checks.
    """

    def __init__(self, application: Application, request: HTTPServerRequest, path: str) -> None:
        self._is_of_link = FOR_LINKS.fullmatch(path) is not None
        super().__init__(application, request)  # type: ignore[call-arg]

    def check_xsrf_cookie(self) -> None:
        """Raise ``HTTPError`` unless the page that sent this knows the browser's secret."""
        if not self._is_of_link:
            super().check_xsrf_cookie()  # type: ignore[misc]


class Gate(Router):
    """Passes requests on to whom :meth:`receiver` names."""

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate:
        """Take one request."""
        return _Passed(self, request)

    async def receiver(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        """Who answers a request.  Raises why nobody does."""
        raise NotImplementedError


class _Passed(HTTPMessageDelegate):
    """One request, whose receiver is found when its headers are there."""

    def __init__(self, gate: Gate, request: HTTPServerRequest) -> None:
        self._gate = gate
        self._request = request
        self._receiver: HTTPMessageDelegate | None = None

    async def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> None:
        """Pass the request on, or refuse it."""
        try:
            self._receiver = await self._gate.receiver(self._request)
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
        request = self._request
        connection = cast(HTTP1Connection, request.connection)
        page = wants_page(request.method or "", request.headers)
        await refuse(connection, error, is_head=request.method == "HEAD", page=page)

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


def as_refusal(error: HTTPError) -> TSVShareError:
    """What Jupyter objects to a request, as an error of ours."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return NotFound(error.log_message or "there is no such file on this Jupyter server")
    return Forbidden(error.log_message or "this Jupyter server does not allow that")
