"""A relay whose viewers are at edges, in other processes."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .assembly import LAST_REQUESTS_SECONDS, Relay, assemble
from .edges.relay_side import Lines
from .settings import Settings
from .web.accepting import Acceptor
from .web.forwarding import Proxies
from .web.guard import GuardedServer
from .web.serving import accept_for, http_limits, names_of


@dataclass(kw_only=True)
class BehindEdges(Relay):
    """A relay that nobody reaches but its edges."""

    _server: GuardedServer
    _acceptor: Acceptor
    _lines: Lines

    async def stop(self) -> None:
        """Say good-bye to all viewers, and give back what was taken."""
        self._acceptor.stop()
        await super().stop()

    async def _disconnect(self) -> None:
        await self._lines.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.close_all_connections(), LAST_REQUESTS_SECONDS)


@dataclass(frozen=True)
class Doors:
    """Where edges come to: with the bytes of connections, and to speak for their viewers.

    ``host`` is where the edges listen, ``is_secure`` whether they speak TLS.
    """

    connections: socket.socket
    edges: socket.socket
    host: str
    is_secure: bool


async def start_behind_edges(
    settings: Settings, doors: Doors, *, scratch: Path | None = None
) -> BehindEdges:
    """Start a relay behind edges.  Raises as :func:`.assembly.assemble` does."""
    relay = await assemble(settings, scratch=scratch)
    protocol = "https" if doors.is_secure else None
    server = GuardedServer(relay.app, protocol=protocol, **http_limits(settings))
    hosts = await names_of(settings, doors.host)
    proxies = Proxies(settings.trusted_proxies, behind_edges=True)
    server.guard_with(hosts, proxies, relay.hub.turnstile, settings.body_seconds)
    lines = Lines(relay.hub)
    lines.listen(doors.edges)
    return BehindEdges(
        **vars(relay),
        _server=server,
        _acceptor=accept_for(doors.connections, server, relay.hub),
        _lines=lines,
    )
