"""An edge that listens."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

from tornado.web import Application

from tsvshare_widget.relay.listening import TlsFiles
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.web.accepting import Acceptor
from tsvshare_widget.relay.web.desk_handler import log_request
from tsvshare_widget.relay.web.forwarding import Proxies
from tsvshare_widget.relay.web.live_rules import UUID
from tsvshare_widget.relay.web.serving import accept_for, http_limits, names_of

from .edge import Edge
from .edge_socket import EdgeSocket
from .passing_on import EdgeServer

TICK_SECONDS = 1.0

PASSING_SECONDS = 5.0
"""How long an edge that goes waits for what it passes on to come to its end."""

LAST_REQUESTS_SECONDS = 1.0
"""So long it waits for answers that are on their way."""


class RunningEdge:
    """An edge that works."""

    def __init__(self, edge: Edge, server: EdgeServer, acceptor: Acceptor) -> None:
        self.edge = edge
        self._server = server
        self._acceptor = acceptor
        self._upkeep = asyncio.create_task(edge.keep_order(TICK_SECONDS))
        self.working = asyncio.create_task(edge.work())

    async def stop(self) -> None:
        """Say good-bye to all viewers, and let what is passed on come to its end."""
        self._acceptor.stop()
        self._upkeep.cancel()
        await self.edge.stop()
        if self._server.passing:
            await asyncio.wait(self._server.passing, timeout=PASSING_SECONDS)
        for task in (*self._server.passing, self.working):
            task.cancel()
        await asyncio.gather(*self._server.passing, self.working, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.close_all_connections(), LAST_REQUESTS_SECONDS)


async def start_edge(
    settings: Settings,
    host: str,
    listener: socket.socket,
    *,
    connections: str,
    edges: str,
    tls: TlsFiles | None = None,
) -> RunningEdge:
    """Start an edge on ``listener``; ``connections`` and ``edges`` are where its relay listens."""
    context = tls.context() if tls is not None else None
    edge = Edge(settings, edges)
    app = Application(
        [(rf"{settings.root}d/{UUID}/ws", EdgeSocket, {"hub": edge})],
        log_function=log_request,
        embedding_origins=settings.embedding_origins,
    )
    server = EdgeServer(app, **http_limits(settings))
    hosts, proxies = await names_of(settings, host), Proxies(settings.trusted_proxies)
    server.guard_with(hosts, proxies, edge.turnstile, settings.body_seconds)
    server.set_relay(connections, settings.root, proxies)
    return RunningEdge(edge, server, accept_for(listener, server, edge, context))
