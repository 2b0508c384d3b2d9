"""A relay in this process, until a signal ends it."""

from __future__ import annotations

import argparse
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.own_process import End, collect_rarely, on_signals, switch_often
from tsvshare_widget.relay.settings import Settings as RelaySettings

if TYPE_CHECKING:
    from tsvshare_widget.relay.listening import TlsFiles
    from tsvshare_widget.relay.server import Guard, Running


class Listening(Protocol):
    """A relay that listens, in this process or others."""

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""

    @property
    def port(self) -> int:
        """Where."""


@contextlib.asynccontextmanager
async def running_relay(
    settings: RelaySettings,
    host: str,
    port: int,
    tls: TlsFiles | None = None,
    guard: Guard | None = None,
) -> AsyncIterator[tuple[Running, End]]:
    """A relay in this process, and its end, which SIGINT and SIGTERM bring."""
    from tsvshare_widget.relay.server import start
    from tsvshare_widget.relay.storage.descriptors import raise_file_limit

    raise_file_limit()  # this process is the relay's own, unlike a kernel
    switch_often()
    end = End()
    on_signals(end)
    relay = await start(settings, host, port, tls, guard)
    collect_rarely()
    try:
        yield relay, end
    finally:
        await relay.stop()


def tls_files(args: argparse.Namespace) -> TlsFiles | None:
    """The certificate and key among the arguments, if any.  Raises :class:`BadValue`."""
    from tsvshare_widget.relay.listening import TlsFiles

    if args.tls_cert is None:
        if args.tls_key is not None:
            raise BadValue("--tls-key goes with the certificate that it is of: --tls-cert")
        return None
    return TlsFiles(args.tls_cert, args.tls_key)


def local_url(url: str) -> str:
    """How this computer reaches the relay at ``url``."""
    return _with_host(url, "127.0.0.1")


def reachable_url(url: str) -> str:
    """How others reach the relay at ``url``, if it listens beyond this computer."""
    return _with_host(url, socket.gethostname())


def reachable_urls(url: str) -> list[str]:
    """All ways how others may reach it: by this computer's name, and by its addresses."""
    from tsvshare_widget.relay.listening import EVERYWHERE, network_hosts, with_host

    named = reachable_url(url)
    host = urlsplit(url).hostname or ""
    if host not in EVERYWHERE:
        return [named]
    return [named, *(with_host(url, address).rstrip("/") for address in network_hosts(host))]


def _with_host(url: str, host: str) -> str:
    """``url`` with ``host`` where it says "all addresses", without a ``/`` at its end."""
    parts = urlsplit(url)
    if parts.hostname in ("0.0.0.0", "::"):
        url = parts._replace(netloc=f"{host}:{parts.port}").geturl()
    return url.rstrip("/")
