"""A relay that listens: started, and stopped without losing anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tornado.routing import Router

from .assembly import LAST_REQUESTS_SECONDS, Relay, assemble
from .hub import Hub
from .listening import TlsFiles, address, listen
from .settings import Settings, placed
from .stopped import stopped
from .storage.engine import USUAL_PACE, Pace
from .web.accepting import Acceptor
from .web.forwarding import Proxies
from .web.guard import GuardedServer, Names
from .web.hosts import AnyName, listens_beyond
from .web.routes import PublicRoot
from .web.serving import accept_for, http_limits, names_of

if TYPE_CHECKING:
    from .cluster.cluster import Cluster
    from .cluster.routing import DocumentRouter


@dataclass(kw_only=True)
class Running(Relay):
    """A relay that listens on ``port``; ``url`` is its address, without a slash at the end.

    ``listeners`` are the file descriptors of the sockets it listens on.
    """

    url: str
    port: int
    listeners: list[int]
    _server: GuardedServer
    _acceptors: list[Acceptor]
    _router: DocumentRouter | None = None

    async def listen_also(self, host: str, port: int = 0, tls: TlsFiles | None = None) -> str:
        """Listen on another address as well; returns its URL, with ``host`` as it is.

        Raises :class:`Unavailable` if it is taken, and :class:`BadValue` for TLS files.
        """
        if self.stopping:
            raise stopped()
        context = tls.context() if tls is not None else None
        listener = listen(host, port)
        if listens_beyond(host):
            hosts = await names_of(self.hub.settings, host)
            _guard(self._server, hosts, self.hub)
        self._acceptors.append(accept_for(listener, self._server, self.hub, context))
        self.listeners.append(listener.fileno())
        bound = listener.getsockname()[1]
        return address(host, bound, self.hub.settings.root, is_secure=tls is not None)

    async def stop(self) -> None:
        """Say good-bye to all viewers, then stop listening and give back what was taken."""
        for acceptor in self._acceptors:
            acceptor.stop()
        await super().stop()

    async def _disconnect(self) -> None:
        if self._router is not None:
            await self._router.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.close_all_connections(), LAST_REQUESTS_SECONDS)


def _router(relay: Relay, cluster: Cluster | None) -> DocumentRouter | None:
    if cluster is None:
        return None
    from .cluster.routing import DocumentRouter

    return DocumentRouter(relay.app, cluster, relay.hub.settings.root)


def _guard(server: GuardedServer, hosts: Names, hub: Hub) -> None:
    proxies = Proxies(hub.settings.trusted_proxies)
    server.guard_with(hosts, proxies, hub.turnstile, hub.settings.body_seconds)


@dataclass(frozen=True)
class Guard:
    """Who stands before a relay: ``gate`` makes what requests pass first.

    It looks after the names that are answered to, and ``root_for`` says how people reach the relay.
    """

    gate: Callable[[Relay], Router]
    root_for: PublicRoot


async def start(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: TlsFiles | None = None,
    guard: Guard | None = None,
    pace: Pace = USUAL_PACE,
) -> Running:
    """Start a relay on ``host`` and ``port`` (0: any free one) in the running event loop.

    ``pace`` is for one of several on a Redis.  Raises :class:`Unavailable` if the address is taken
    or the data folder is in use, and :class:`BadValue` for TLS files that cannot be used.
    """
    settings = placed(settings)
    context = tls.context() if tls is not None else None
    listener, cluster = listen(host, port), None
    try:
        if settings.redis:
            from .cluster.cluster import Cluster  # only here: most relays are in none

            cluster = await Cluster.join(settings, host, tls, pace)
        relay = await assemble(settings, guard.root_for if guard else None, cluster=cluster)
    except BaseException:
        listener.close()
        if cluster is not None:
            await cluster.leave()
        raise
    router = _router(relay, cluster)
    inner = guard.gate(relay) if guard else router or relay.app
    server = GuardedServer(inner, **http_limits(settings))
    hosts = AnyName() if guard else await names_of(settings, host)
    _guard(server, hosts, relay.hub)
    bound_port = listener.getsockname()[1]
    return Running(
        **vars(relay),
        url=address(host, bound_port, settings.root, is_secure=tls is not None),
        port=bound_port,
        listeners=[listener.fileno()],
        _server=server,
        _router=router,
        _acceptors=[accept_for(listener, server, relay.hub, context)],
    )
