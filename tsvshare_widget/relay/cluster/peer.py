"""Another relay of the cluster, as this one reaches it."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from tornado.iostream import IOStream, SSLIOStream

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.edges.channel import Channel
from tsvshare_widget.relay.edges.messages import Beat, pack
from tsvshare_widget.relay.edges.speaker import Speaker
from tsvshare_widget.relay.rooms.farewells import come_back_ms

from .handshake import SECONDS, Kind, Secret, call

log = logging.getLogger(__name__)

WORD = pack(Beat())


class StreamPipe:
    """Bytes over a stream of Tornado's."""

    def __init__(self, stream: IOStream) -> None:
        self._stream = stream

    async def read(self, size: int) -> bytes:
        """See :class:`.channel.Pipe`."""
        return await self._stream.read_bytes(size)

    async def write(self, data: bytes) -> None:
        """See :class:`.channel.Pipe`."""
        await self._stream.write(data)

    def abort(self) -> None:
        """See :class:`.channel.Pipe`."""
        self._stream.close()


class Peer:
    """The relay at ``address``; ``ended`` is called with it when it speaks no more."""

    def __init__(
        self,
        address: str,
        secret: Secret,
        desk: Desk,
        *,
        sent_away: Callable[[str], object],
        ended: Callable[[Peer], object],
    ) -> None:
        self.address = address
        self.speaker = Speaker(desk, self._crowd, sent_away)
        self._secret = secret
        self._ended = ended
        self._speaking: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()

    async def connect(self) -> Speaker:
        """Have a channel for viewers.  Raises :class:`Unavailable`."""
        async with self._connecting:
            if self._speaking is None:
                channel = Channel(StreamPipe(await self.open("viewers")))
                self.speaker.channel = channel  # what is said before the task begins is not lost
                self._speaking = asyncio.create_task(self._speak(channel))
        return self.speaker

    async def open(self, kind: Kind) -> IOStream:
        """A connection for this.  Raises :class:`Unavailable`."""
        for is_anew in (False, True):
            stream = await self._reach()
            try:
                wrong = await call(stream, kind, await self._secret(is_anew))
            except (OSError, TimeoutError) as error:
                stream.close()
                raise self._cannot(str(error) or "it does not answer") from error
            except BaseException:
                stream.close()
                raise
            if not wrong:
                return stream
            stream.close()
            if wrong == "version":
                log.warning(
                    "the relay at %s is of another version: its tables cannot be shown by this one "
                    "until both are of the same",
                    self.address,
                )
                raise self._cannot("it is of another version")
        raise self._cannot("it does not know the secret that is kept in Redis")

    async def stop(self) -> None:
        """Speak with it no more."""
        if self._speaking is not None:
            await self.speaker.stop()
            self._speaking.cancel()
            await asyncio.gather(self._speaking, return_exceptions=True)

    async def _reach(self) -> IOStream:
        parts = urlsplit(self.address)
        host, port = parts.hostname or "", parts.port or 0
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        stream = (
            SSLIOStream(plain, ssl_options=_any_certificate())
            if parts.scheme == "tls"
            else (IOStream(plain))
        )
        try:
            async with asyncio.timeout(SECONDS):
                await stream.connect((host, port))
        except (OSError, TimeoutError) as error:
            stream.close()
            raise self._cannot(str(error) or "it does not answer") from error
        stream.set_nodelay(True)
        return stream

    def _cannot(self, why: str) -> Unavailable:
        log.info("the relay at %s cannot be reached: %s", self.address, why)
        if self._speaking is None:
            self._ended(self)
        return Unavailable("the relay that has this table cannot be reached; try again soon")

    async def _speak(self, channel: Channel) -> None:
        beating = asyncio.create_task(channel.end_with_silence(WORD))
        try:
            lost = await self.speaker.speak(channel)
        finally:
            beating.cancel()
            self._ended(self)
        for viewer in lost:
            viewer.say_bye(come_back_ms(len(lost)))

    def _crowd(self) -> int:
        return self.speaker.n_talkers


def _any_certificate() -> ssl.SSLContext:
    """TLS with whoever shows whatever: the handshake is about what was shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
