"""Requests of a Jupyter Server's web application, passed on to the relay.

The relay has an application of its own, with its own settings and its own errors.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import cast

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import PathMatches, Rule
from tornado.web import Application

from tsvshare_widget.relay.assembly import Relay
from tsvshare_widget.relay.web.forwarding import Proxies
from tsvshare_widget.relay.web.guard import Guard, Guarded
from tsvshare_widget.relay.web.hosts import AnyName

from .admission import Admission, LoginFirst
from .gate import Gate


class Mount(Gate):
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

    async def receiver(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        """Who answers a request.  Raises why nobody does."""
        if not await self._admission.admits(request):
            return self._web_app.get_handler_delegate(request, LoginFirst)
        relay = await self._get_relay()
        inner = relay.app.find_handler(request)
        connection = cast(HTTP1Connection, request.connection)
        nobody = Proxies(())  # Jupyter has made up its mind already who asks
        hub = relay.hub
        guard = Guard(AnyName(), nobody, hub.turnstile, hub.settings.body_seconds)
        return Guarded(inner, connection, guard)
