"""A relay that listens: started, and stopped without losing anybody."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

from tsvshare_widget.errors import Unavailable

from .assembly import LAST_REQUESTS_SECONDS, Relay, assemble
from .settings import Settings
from .web.accepting import Acceptor
from .web.guard import GuardedServer
from .web.hosts import known_hosts, listens_beyond, machine_names

MAX_HEADERS = 64 * 1024
"""Bytes of the first line of a request and its headers."""

MAX_BODY = 1024 * 1024
"""Of all requests but uploads, which are a stream with a limit of their own."""

MAX_BUFFER = 4 * MAX_BODY
"""Bytes of a connection that may have come and wait to be read; all readers take small pieces."""

BACKLOG = 1024
"""Connections that may wait to be accepted: after a restart all viewers come back at once."""


@dataclass(kw_only=True)
class Running(Relay):
    """A relay that listens on ``port``; ``url`` is its address, without a slash at the end."""

    url: str
    port: int
    listener: int
    _server: GuardedServer
    _acceptor: Acceptor

    async def stop(self) -> None:
        """Say good-bye to all viewers, then stop listening and give back what was taken."""
        self._acceptor.stop()
        await super().stop()

    async def _disconnect(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.close_all_connections(), LAST_REQUESTS_SECONDS)


async def start(settings: Settings, host: str = "127.0.0.1", port: int = 0) -> Running:
    """Start a relay on ``host`` and ``port`` (0: any free one) in the running event loop.

    Raises :class:`Unavailable` if the address is taken or the data folder is in use.
    """
    try:
        listener = _listen(host, port)
    except OSError as error:
        raise Unavailable(f"cannot listen on {host} port {port}: {error.strerror}") from error
    try:
        relay = await assemble(settings)
    except BaseException:
        listener.close()
        raise
    server = GuardedServer(
        relay.app,
        xheaders=settings.xheaders,
        idle_connection_timeout=settings.header_seconds,
        max_header_size=MAX_HEADERS,
        max_body_size=MAX_BODY,
    )
    own_names = await asyncio.to_thread(machine_names) if listens_beyond(host) else set()
    server.guard_with(known_hosts(settings, host, own_names), settings.body_seconds)
    metrics = relay.hub.metrics
    acceptor = Acceptor(listener, server.handle_stream, metrics, max_buffer_size=MAX_BUFFER)
    acceptor.start()
    bound_port = listener.getsockname()[1]
    return Running(
        **vars(relay),
        url=_address(host, bound_port, settings.root),
        port=bound_port,
        listener=listener.fileno(),
        _server=server,
        _acceptor=acceptor,
    )


def _address(host: str, port: int, root: str) -> str:
    shown_host = f"[{host}]" if ":" in host else host
    return f"http://{shown_host}:{port}{root}".rstrip("/")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.setblocking(False)
    # Connections inherit this: so an upload whose sender has vanished without a word ends, too.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
    return listener
