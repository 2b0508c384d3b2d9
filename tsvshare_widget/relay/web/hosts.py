"""The names that a relay answers to.

A page of another site can have its own name lead to this computer (DNS rebinding); its browser
then takes the relay for a part of that site.  It has to ask by that name: so a relay answers only
to names that nobody else can hold, and to those it was told.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from tsvshare_widget.errors import WrongHost
from tsvshare_widget.relay.settings import Settings

HUB_ADDRESSES = ("JUPYTERHUB_PUBLIC_URL", "JUPYTERHUB_PUBLIC_HUB_URL", "JUPYTERHUB_HOST")


class Hosts:
    """Those names; addresses written as numbers and names of this computer alone always count."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(map(host_name, names))

    def check(self, header: str) -> None:
        """Raise :class:`WrongHost` unless the ``Host`` of a request is one of them."""
        name = host_name(header)
        if is_number(name) or is_loopback_name(name) or name in self._names:
            return
        raise WrongHost(
            f"this relay does not answer to the name {name[:100]!r}; whoever runs it can say "
            f"--allowed-host {name[:100]}, or --public-url with the address that people use"
        )


class AnyName:
    """All names, where a login guards what is behind them: it is given for one name alone."""

    def check(self, header: str) -> None:
        """Raise nothing."""


def known_hosts(settings: Settings, listening: str, own: Iterable[str] = ()) -> Hosts:
    """The names for a relay that listens on ``listening``; ``own`` are those of its machine."""
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    beyond = [listening, *own] if listens_beyond(listening) else []
    return Hosts([*settings.allowed_hosts, *filter(None, [public]), *beyond])


def hub_hosts(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which a JupyterHub says that its users reach what runs here.

    Its proxy, and jupyter-server-proxy, pass on the name that a browser asked for.
    """
    found = (urlsplit(environ.get(name, "")).hostname for name in HUB_ADDRESSES)
    return tuple(filter(None, found))


def listens_beyond(listening: str) -> bool:
    """Whether other computers reach a relay that listens on ``listening``."""
    name = host_name(f"[{listening}]" if ":" in listening else listening)
    if is_number(name):
        return not ipaddress.ip_address(name).is_loopback
    return not is_loopback_name(name)


def machine_names() -> set[str]:
    """The names of this machine, also in its local network; may ask the network."""
    name = socket.gethostname()
    first = name.partition(".")[0]
    return {name, first, f"{first}.local", socket.getfqdn()}


def host_name(header: str) -> str:
    """The name or number in a ``Host`` header, without a port, in lower case."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0].partition("%")[0]
    if header.count(":") > 1:  # an IPv6 address, as the command line takes it
        return header.partition("%")[0]
    return header.partition(":")[0].rstrip(".")


def is_number(name: str) -> bool:
    """Whether this is an address written as a number: no site can have that lead elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback_name(name: str) -> bool:
    """Whether this name is this computer, wherever it is said (RFC 6761)."""
    return name == "localhost" or name.endswith(".localhost")
