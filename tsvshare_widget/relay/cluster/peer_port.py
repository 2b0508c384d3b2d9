"""Where the other relays of the cluster reach this one."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from contextlib import suppress
from typing import Any

from tornado.iostream import IOStream
from tornado.web import Application

from tsvshare_widget.relay.edges.channel import Channel
from tsvshare_widget.relay.edges.relay_side import Lines
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.settings import EVERYBODY
from tsvshare_widget.relay.web.accepting import Acceptor
from tsvshare_widget.relay.web.forwarding import Proxies
from tsvshare_widget.relay.web.guard import GuardedServer
from tsvshare_widget.relay.web.hosts import AnyName
from tsvshare_widget.relay.web.serving import http_limits

from .handshake import Secret, answer
from .peer import WORD, StreamPipe

log = logging.getLogger(__name__)

LAST_SECONDS = 1.0
"""So long a relay that stops waits for answers that are on their way."""

MAX_BUFFER = 100 * 1024 * 1024
"""Bytes of one message of another relay."""


class PeerPort:
    """Takes in other relays: channels for their viewers, and requests that they pass on."""

    def __init__(
        self,
        hub: Hub,
        app: Application,
        listener: socket.socket,
        secret: Secret,
        tls: ssl.SSLContext | None,
        certificate: bytes,
    ) -> None:
        self._secret = secret
        self._certificate = certificate
        self._lines = Lines(hub)
        self._server = GuardedServer(app, **http_limits(hub.settings))
        # The other relay has looked at the name, and says who asks.
        self._server.guard_with(
            AnyName(), Proxies(EVERYBODY), hub.turnstile, hub.settings.body_seconds
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._acceptor = Acceptor(
            listener,
            self._take,
            hub.metrics,
            max_buffer_size=MAX_BUFFER,
            make_room=hub.make_room,
            tls=tls,
        )
        self._acceptor.start()

    async def stop(self) -> None:
        """Let all go; what was said to them goes out first."""
        self._acceptor.stop()
        await self._lines.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._server.close_all_connections(), LAST_SECONDS)

    def _take(self, stream: IOStream, address: Any) -> None:
        task = asyncio.create_task(self._begin(stream, address))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _begin(self, stream: IOStream, address: Any) -> None:
        try:
            stream.set_nodelay(True)
            kind = await answer(stream, self._certificate, self._secret)
        except (OSError, TimeoutError) as error:
            log.info("who comes from %s is no relay of this cluster: %s", address[0], error)
            kind = None
        except BaseException:
            stream.close()
            raise
        if kind == "request":
            self._server.handle_stream(stream, address)
        elif kind == "viewers":
            await self._speak(Channel(StreamPipe(stream)))
        else:
            stream.close()

    async def _speak(self, channel: Channel) -> None:
        working = self._lines.take(channel)
        beating = asyncio.create_task(channel.end_with_silence(WORD))
        try:
            await asyncio.wait([working])
        finally:
            beating.cancel()
