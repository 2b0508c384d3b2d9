"""From which hosts a relay fetches files, and what an address asks for; pure."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from tsvshare_widget.errors import BadValue, Forbidden
from tsvshare_widget.protocol.shown_text import clean_text

MOST_URL = 2_000
"""Characters of an address."""

PORTS = {"http": 80, "https": 443}

NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Target:
    """What is asked for: a file at a host."""

    scheme: str
    host: str
    port: int
    path: str
    is_named_address: bool = False

    @property
    def url(self) -> str:
        """The address in full."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    @property
    def shown(self) -> str:
        """The address for people, without what may be secret in it."""
        return clean_text(f"{self.scheme}://{self.host}{self.path.partition('?')[0]}")[:200]


@dataclass(frozen=True)
class FetchRules:
    """From which hosts a relay fetches: names, ``*.names``, addresses in numbers, each also with a
    port; ``*`` is every public host.  Without a port those of http and https are meant.
    """

    hosts: tuple[str, ...] = ()

    def target(self, url: str) -> Target:
        """What an address asks for.

        Raises :class:`BadValue` for what is no address of a file, and :class:`Forbidden` for a host
        that was not named.
        """
        if not self.hosts:
            raise Forbidden(
                "this relay fetches nothing from the web: download the file and drop it here; "
                "whoever runs the relay can name hosts by --fetch-from"
            )
        target = _read_url(url)
        named = next((named for named in self.hosts if _is_meant(named, target)), None)
        if named is None:
            where = f"{target.host}:{target.port}"
            raise Forbidden(
                f"this relay does not fetch from {clean_text(where)[:200]}: whoever runs it can "
                "name that host by --fetch-from; or download the file and drop it here"
            )
        is_address = _address(target.host) is not None and named != "*"
        return Target(target.scheme, target.host, target.port, target.path, is_address)


def _read_url(url: str) -> Target:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError) as error:
        raise BadValue(f"{clean_text(url)[:100]!r} is no address of a file: {error}") from error
    if parts.scheme not in PORTS or not host or len(url) > MOST_URL or not url.isprintable():
        raise BadValue(
            f"{clean_text(url)[:100]!r} is no address of a file: one looks like "
            "https://host/genes.tsv"
        )
    if parts.username is not None or parts.password is not None:
        raise BadValue("a name and a password are not taken in an address")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    whole = f"{path}?{query}" if query else path
    return Target(parts.scheme, host, PORTS[parts.scheme] if port is None else port, whole)


def _is_meant(named: str, target: Target) -> bool:
    host, port = named.lower(), ""
    if host.count(":") == 1 or host.startswith("["):
        head, _, last = host.rpartition(":")
        host, port = (head, last) if last.isdecimal() else (host, "")
    host = host.strip("[]")
    if target.port != (int(port) if port else PORTS[target.scheme]):
        return False
    if host == "*":
        return _address(target.host) is None
    return target.host == host or (host.startswith("*.") and target.host.endswith(host[1:]))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_public(text: str) -> bool:
    """Whether an address in numbers is one of the public internet, whichever way it is written."""
    address = _address(text.partition("%")[0])
    if address is None:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address.sixtofour is not None or address.teredo is not None or int(address) < 1 << 96:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
