"""The sockets a relay listens on, TLS on them, and the addresses by which others reach them."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tsvshare_widget.errors import BadValue, Unavailable

BACKLOG = 1024
"""Connections that may wait to be accepted: after a restart all viewers come back at once."""

EVERYWHERE = ("0.0.0.0", "::")
"""What listens on all addresses of a computer; none of them is a link."""

MISMATCH = (62, 64)
"""What OpenSSL says of a certificate that is for another name (X509_V_ERR_HOSTNAME_MISMATCH), or
for another address in numbers."""

FAR_AWAY = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses of nobody (RFC 5737, RFC 3849): no packet is sent to them."""

GET_ADDRESS = {"linux": 0x8915, "darwin": 0xC0206921}
"""SIOCGIFADDR of each system: asks for the address of a network interface."""


@dataclass(frozen=True)
class TlsFiles:
    """A certificate, with those that vouch for it, and its key, in PEM; both may be one file."""

    cert: Path
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """What TLS needs of them.  Raises :class:`BadValue` for files that cannot be used."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        for file in filter(None, (self.cert, self.key)):
            if not file.is_file():
                raise BadValue(f"TLS: there is no file {file}")
        try:
            context.load_cert_chain(self.cert, self.key, password=_no_password)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise BadValue(f"TLS: {self._what_is_wrong(error)}") from error
        return context

    def _what_is_wrong(self, error: Exception) -> str:
        """Why the files cannot be used; what OpenSSL says of most is "PEM lib"."""
        key = self.key or self.cert
        if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
            return f"the key in {key} is not that of the certificate in {self.cert}"
        for file, what in ((self.cert, "CERTIFICATE-----"), (key, "PRIVATE KEY-----")):
            with suppress(OSError):
                if what.encode() not in file.read_bytes():
                    return f"{file} has no {what.strip('-').lower()} in PEM (a text with {what})"
        files = " and ".join(str(file) for file in (self.cert, self.key) if file)
        return f"{files} cannot be used as a certificate and its key, in PEM: {error}"

    def is_for(self, host: str) -> bool:
        """Whether browsers find ``host`` in the certificate, whoever vouches for it.

        Raises :class:`BadValue` as :meth:`context` does, and if its time is over.
        """
        server = self.context()
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.load_verify_locations(self.cert)
        client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # it need not be one that signs itself
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        ends = (
            client.wrap_bio(to_client, to_server, server_hostname=host),
            server.wrap_bio(to_server, to_client, server_side=True),
        )
        for end in 2 * ends:  # each has its say twice until they agree
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLCertVerificationError as error:
                if error.verify_code in MISMATCH:
                    return False
                raise BadValue(f"TLS: {self.cert} is of no use: {error.verify_message}") from error
        return True


def _no_password() -> str:
    raise ValueError("the key is protected by a password, which nobody is there to type")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host`` and ``port`` (0: any free one).

    Raises :class:`Unavailable` if the address is taken, or not one of this computer.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = str(error.strerror or error).partition(" (while ")[0]  # where is said already
        raise Unavailable(f"cannot listen on {host} port {port}: {why}") from error
    listener.setblocking(False)
    # Connections inherit this: so an upload whose sender has vanished without a word ends, too.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
    return listener


def address(host: str, port: int, root: str, *, is_secure: bool = False) -> str:
    """The URL of a relay that listens on ``host``, without a slash at its end."""
    shown = f"[{host}]" if ":" in host else host
    return f"http{'s' if is_secure else ''}://{shown}:{port}{root}".rstrip("/")


def network_host(host: str) -> str:
    """By what other computers reach one that listens on ``host``: an address if there is one.

    Of several addresses it is the one by which this computer would reach the internet.
    """
    if host not in EVERYWHERE:
        return host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((FAR_AWAY[family], 9))  # sends nothing: it only chooses the way
            found = str(probe.getsockname()[0])
        except OSError:  # no way to the internet; perhaps to computers nearby
            found = host
    if found in EVERYWHERE:
        return next(iter(_addresses_nearby() if host == "0.0.0.0" else ()), socket.gethostname())
    return found


def network_names(host: str) -> list[str]:
    """By what others may reach one that listens on ``host``: addresses, then its whole name.

    May ask the network.
    """
    if host not in EVERYWHERE:
        return [host]
    name = socket.getfqdn()
    names = [] if name.startswith("localhost") else [name]
    return list(dict.fromkeys([network_host(host), *network_hosts(host), *names]))


def _addresses_nearby() -> list[str]:
    """The addresses of version 4 in the networks of this computer, where the system tells them."""
    asks_for = GET_ADDRESS.get(sys.platform)
    if sys.platform == "win32" or asks_for is None:
        return []
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # it has none
                told = fcntl.ioctl(asked, asks_for, struct.pack("40s", name.encode()))
                found.append(socket.inet_ntoa(told[20:24]))
    return [address for address in found if _is_for_others(address)]


def network_hosts(host: str) -> list[str]:
    """All addresses by which other computers may reach one that listens on ``host``.

    The one by which this computer would reach the internet comes first.  May ask the network.
    """
    if host not in EVERYWHERE:
        return [host]
    kinds = [socket.AF_INET] if host == "0.0.0.0" else [socket.AF_INET6, socket.AF_INET]
    found = [network_host("::" if kind is socket.AF_INET6 else "0.0.0.0") for kind in kinds]
    found += _addresses_nearby() if socket.AF_INET in kinds else []
    for kind in kinds:
        try:
            infos = socket.getaddrinfo(socket.gethostname(), None, kind, socket.SOCK_STREAM)
        except OSError:  # the name of this computer leads nowhere
            continue
        found += [str(info[4][0]) for info in infos]
    return [address for address in dict.fromkeys(found) if _is_for_others(address)]


def _is_for_others(address: str) -> bool:
    """Whether it is an address in numbers that is not this computer's own, or of one cable."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not (number.is_loopback or number.is_link_local or number.is_unspecified)


def with_host(url: str, host: str) -> str:
    """``url`` with another host, the port kept."""
    parts = urlsplit(url)
    shown = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=f"{shown}:{parts.port}").geturl()
