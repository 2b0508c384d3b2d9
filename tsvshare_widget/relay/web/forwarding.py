"""Who asks, where a proxy says so: believed of proxies that were named, and of nobody else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

ADDRESS = "X-Forwarded-For"
PROTOCOL = "X-Forwarded-Proto"

BELIEVED = (ADDRESS, PROTOCOL)
"""The headers of proxies that are read; others, such as X-Real-Ip, mean nothing to a relay."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """The proxies of these addresses and networks (``10.0.0.0/8``).

    ``behind_edges``: connections come from edges, which pass on nothing that a stranger claims to
    be a proxy's word; so what they pass on is believed, if any proxy was named.
    """

    def __init__(self, named: Iterable[str], *, behind_edges: bool = False) -> None:
        self._networks: list[Network] = [ipaddress.ip_network(each, False) for each in named]
        self._trusts_edges = behind_edges and bool(self._networks)

    @property
    def are_there(self) -> bool:
        """Whether any proxy was named."""
        return bool(self._networks)

    def has(self, peer: str | None) -> bool:
        """Whether ``peer`` is one of them: an address, None for an edge."""
        if peer is None:
            return self._trusts_edges
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)  # of a socket that speaks both versions
        return any((mapped or address) in network for network in self._networks)

    def client(self, peer: str, headers: Mapping[str, str]) -> str:
        """The address of who asked the outermost proxy, as the innermost says, which is believed.

        That is the last address in the list which is no proxy's: what stands before it was
        written by somebody who is not known.
        """
        said = [each.strip() for each in headers.get(ADDRESS, "").split(",")]
        for address in reversed(said):
            if not _is_address(address):
                break
            peer = address
            if not self.has(address):
                break
        return peer

    @contextmanager
    def speaking(self, connection: Any, headers: Mapping[str, str]) -> Iterator[None]:
        """Have what is asked within the block come from whom a proxy says it comes from.

        ``connection`` is what Tornado tells a request its address and protocol by.
        """
        context = connection.context
        own = context.remote_ip, context.protocol
        if self.has(peer_of(connection)):
            context.remote_ip = self.client(context.remote_ip, headers)
            protocol = headers.get(PROTOCOL, "").rpartition(",")[2].strip()
            if protocol in ("http", "https"):
                context.protocol = protocol
        try:
            yield
        finally:  # the next request of this connection may be somebody else's
            context.remote_ip, context.protocol = own


def peer_of(connection: Any) -> str | None:
    """The address at the other end of a connection; None if that is a process of this computer."""
    address = connection.context.address
    return str(address[0]) if isinstance(address, tuple) else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
