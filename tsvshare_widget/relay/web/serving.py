"""What HTTP servers of a relay have in common, whatever they answer."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.streams import LARGE_BYTES

from .accepting import Acceptor
from .guard import GuardedServer
from .hosts import Hosts, known_hosts, listens_beyond, machine_names

MAX_HEADERS = 64 * 1024
"""Bytes of the first line of a request and its headers."""

MAX_BODY = 16 * 1024
"""Of all requests but uploads, which are a stream with a limit of their own; no other has one."""

MAX_BUFFER = LARGE_BYTES
"""Bytes of a connection that may have come and wait to be read; no reader takes more at once."""


def http_limits(settings: Settings) -> dict[str, Any]:
    """What every HTTP server of a relay is made with."""
    return {
        "idle_connection_timeout": settings.header_seconds,
        "max_header_size": MAX_HEADERS,
        "max_body_size": MAX_BODY,
        "chunk_size": LARGE_BYTES,
    }


async def names_of(settings: Settings, host: str) -> Hosts:
    """The names that a relay answers to which listens on ``host``."""
    own = await asyncio.to_thread(machine_names) if listens_beyond(host) else set()
    return known_hosts(settings, host, own)


def accept_for(
    listener: socket.socket,
    server: GuardedServer,
    desk: Desk,
    tls: ssl.SSLContext | None = None,
) -> Acceptor:
    """Take in connections for ``server`` from now on."""
    acceptor = Acceptor(
        listener,
        server.handle_stream,
        desk.metrics,
        max_buffer_size=MAX_BUFFER,
        make_room=desk.make_room,
        tls=tls,
    )
    acceptor.start()
    return acceptor
