"""Finding the relay that a new document is made on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tsvshare_widget.client.jupyter_server import ServerRelay, known_relays, token_for
from tsvshare_widget.client.link import check_base
from tsvshare_widget.errors import BadValue
from tsvshare_widget.widget.kernel import is_live_kernel

from .defaults import default

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay


class FoundRelay(NamedTuple):
    """A relay by its base URL, and the relay itself where it is embedded in this process.

    ``token`` is what a server in front of it wants to hear.
    """

    base: str
    embedded: EmbeddedRelay | None = None
    token: str | None = None


class TlsPaths(NamedTuple):
    """A certificate and its key, for a relay in here that listens on the network."""

    cert: str | Path | None = None
    key: str | Path | None = None


NO_TLS = TlsPaths()


def find_relay(named: str | None, host: str | None = None, tls: TlsPaths = NO_TLS) -> FoundRelay:
    """The relay to use: the one named, the default one, the hub's, the server's, or one in here.

    ``host`` asks for the last of them, listening there too.  Raises :class:`BadValue` for what
    cannot be an address, and :class:`Unavailable`.
    """
    if named and host:
        raise BadValue("host= is where the relay in this kernel listens; relay= names another one")
    if tls != NO_TLS and not host:
        raise BadValue(
            "tls_cert= is for the relay in this kernel, where it listens on the network: say "
            "host= too, such as host='0.0.0.0'"
        )
    address = named or (None if host else default("relay"))
    if address:
        base = check_base(address)
        return FoundRelay(base, token=token_for(base))
    host = host or default("host")
    for server in () if host else known_relays():
        if server.answers():
            return FoundRelay(check_base(server.base), token=server.token)
    found = _embedded_relay()
    if host and found.embedded is not None:
        share_on_network(found.embedded, host, tls=tls)
    return found


def servers_relay(base: str) -> ServerRelay | None:
    """The relay of the own hub or Jupyter Server, if it answers; None if ``base`` is one of them.

    Blocks while it is asked.
    """
    known = known_relays()
    if any(relay.base == base for relay in known):
        return None
    return next((relay for relay in known if relay.answers()), None)


def share_on_network(
    embedded: EmbeddedRelay,
    host: str | None,
    port: int = 0,
    tls: TlsPaths = NO_TLS,
) -> None:
    """Have the relay of this process listen on the network, with what is the default of the rest.

    Raises :class:`Unavailable` if the address is taken, and :class:`BadValue` for TLS files.
    """
    if tls == NO_TLS:
        tls = TlsPaths(default("tls_cert"), default("tls_key"))
    cert, key = tls
    if key and not cert:
        raise BadValue("a key for TLS goes with its certificate: tls_cert=, TSVSHARE_TLS_CERT")
    files = (Path(cert), Path(key) if key else None) if cert else None
    embedded.share_on_network(host or default("host") or "0.0.0.0", port, files)


def _embedded_relay() -> FoundRelay:
    from tsvshare_widget.relay.embedded import get_relay

    # A script asks at once, and nobody waits for the page to be drawn.
    embedded = get_relay(asked_soon=not is_live_kernel())
    return FoundRelay(check_base(embedded.url), embedded)
