"""Which relay of the cluster has a document, and the way there."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tornado.web import Application

from tsvshare_widget.errors import BadValue, EngineDown, Unavailable
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.listening import EVERYWHERE, TlsFiles, listen, network_hosts
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.storage.copies import Copies
from tsvshare_widget.relay.storage.documents_redis import RedisDocumentStore
from tsvshare_widget.relay.storage.engine import USUAL_PACE, Pace

from .handshake import certificate_in
from .peer import Peer
from .peer_port import PeerPort
from .places import Places

T = TypeVar("T")

NO_TABLES = (
    "--redis needs a place for tables that all relays share: --store URL, or --data-dir FOLDER "
    "with a folder that is the same for all of them"
)


class Cluster:
    """One relay among several; made by :meth:`join`."""

    def __init__(
        self,
        store: RedisDocumentStore,
        listener: socket.socket,
        tls: ssl.SSLContext | None,
        certificate: bytes,
    ) -> None:
        self.store = store
        self._listener = listener
        self._tls = tls
        self._certificate = certificate
        self._places = Places()
        self._peers: dict[str, Peer] = {}
        self._port: PeerPort | None = None
        self._hub: Hub | None = None

    @classmethod
    async def join(
        cls, settings: Settings, host: str, tls: TlsFiles | None, pace: Pace = USUAL_PACE
    ) -> Cluster:
        """Be one of the relays on the Redis that the settings name.

        ``host`` is where this relay listens for people.  Raises :class:`BadValue`, and
        :class:`Unavailable` with what is wrong.
        """
        if settings.redis is None or settings.store is None:
            raise BadValue(NO_TABLES)
        own_host, port = _parted("peers", settings.peers) if settings.peers else (host, 0)
        told = _parted("advertise", settings.advertised) if settings.advertised else None
        listener = listen(own_host, port)
        try:
            context = tls.context() if tls is not None else None
            certificate = certificate_in(tls.cert) if tls is not None else b""
            scheme = "tls" if tls is not None else "tcp"
            reached = told or (own_host, listener.getsockname()[1])
            address = await _address(scheme, *reached)
            copies = Copies(settings.store)
            store = await RedisDocumentStore.open(
                settings.redis, pace, address=address, copies=copies
            )
        except BaseException:
            listener.close()
            raise
        return cls(store, listener, context, certificate)

    def begin(self, hub: Hub, app: Application) -> None:
        """Take in other relays from now on."""
        self._hub = hub
        self._port = PeerPort(hub, app, self._listener, self.secret, self._tls, self._certificate)

    async def stop(self) -> None:
        """Speak with no other relay any more."""
        if self._port is not None:
            await self._port.stop()
        else:
            self._listener.close()
        await asyncio.gather(*(peer.stop() for peer in list(self._peers.values())))

    async def leave(self) -> None:
        """Be none of the cluster: nothing has begun."""
        await self.stop()
        await self.store.close()

    async def tick(self) -> None:
        """Show viewers of other relays' documents what they missed."""
        for peer in list(self._peers.values()):
            await peer.speaker.remind_all()

    async def secret(self, is_anew: bool) -> str:
        """What all relays of this cluster know."""
        return await self.store.alive.secret(is_anew=is_anew)

    async def find(self, uuid: str) -> Peer | None:
        """The relay that has a document; None: this one, or none.

        Raises :class:`EngineDown` if that was never known.
        """
        if self.store.has(uuid):
            return None
        now = asyncio.get_running_loop().time()
        address = self._places.newest(uuid, now)
        if address is None:
            try:
                address = await self.store.address_of_owner(uuid)
                self._places.take(uuid, address, now)
            except EngineDown:
                address = self._places.last(uuid)
                if address is None:
                    raise
        return self._peer(address) if address is not None else None

    async def reach(self, uuid: str, reach: Callable[[Peer], Awaitable[T]]) -> T | None:
        """What comes of reaching the relay that has a document; None: this one has it, or none.

        Once more if it is not where it was.  Raises :class:`Unavailable`.
        """
        was_known = uuid in self._places
        peer = await self.find(uuid)
        if peer is None:
            return None
        try:
            return await reach(peer)
        except Unavailable:
            self.forget(uuid)
            if not was_known:
                raise
        return await self.reach(uuid, reach)

    def forget(self, uuid: str) -> None:
        """A document is not where it was."""
        self._places.forget(uuid)

    def _peer(self, address: str) -> Peer:
        peer = self._peers.get(address)
        if peer is None:
            assert self._hub is not None
            peer = self._peers[address] = Peer(
                address, self.secret, self._hub, sent_away=self.forget, ended=self._lost
            )
        return peer

    def _lost(self, peer: Peer) -> None:
        if self._peers.get(peer.address) is peer:
            del self._peers[peer.address]
        self._places.forget_all_at(peer.address)


def _parted(option: str, said: str) -> tuple[str, int]:
    host, _, port = said.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise BadValue(f"--{option} {said}: write HOST:PORT, as the other relays reach this one")
    return host.strip("[]"), int(port)


async def _address(scheme: str, host: str, port: int) -> str:
    """Where the other relays reach this one, which listens there."""
    if host in EVERYWHERE:
        hosts = await asyncio.to_thread(network_hosts, host)
        if not hosts:
            raise Unavailable("no address of this computer leads here: name one with --peers")
        host = hosts[0]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
