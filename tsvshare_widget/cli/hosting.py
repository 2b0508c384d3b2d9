"""A relay in this process, until a signal ends it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tsvshare_widget.errors import BadValue
from tsvshare_widget.relay.settings import Settings as RelaySettings

from .report import DONE, INTERRUPTED

if TYPE_CHECKING:
    from tsvshare_widget.relay.listening import TlsFiles
    from tsvshare_widget.relay.server import Guard, Running


SWITCH_SECONDS = 0.0005
"""How long a thread that reads pages or takes in bytes runs while the event loop waits; a tenth of
what is usual, for the loop waits several times at each page turn."""


YOUNG_OBJECTS = 50_000
"""That are made before the garbage collector looks at them: those of some thousand messages."""


class End:
    """The end of a command that runs until a signal comes; ``code`` is its exit code then."""

    def __init__(self) -> None:
        self.code = DONE
        self._has_come = asyncio.Event()

    def come(self, code: int) -> None:
        """Let it end."""
        self.code = code
        self._has_come.set()

    async def wait(self) -> int:
        """Wait for it; the exit code."""
        await self._has_come.wait()
        return self.code


SIGNALS = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: DONE}
"""What ends a relay, and the exit codes: Ctrl-C interrupts, a service manager has it stop."""


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
    sys.setswitchinterval(SWITCH_SECONDS)
    end = End()
    for number, code in SIGNALS.items():
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            asyncio.get_running_loop().add_signal_handler(number, end.come, code)
    relay = await start(settings, host, port, tls, guard)
    collect_rarely()
    try:
        yield relay, end
    finally:
        await relay.stop()


def collect_rarely() -> None:
    """Have the garbage collector look at everything as seldom as it may.

    It holds up everyone while it looks: 0.5 s for 10,000 viewers.  What a connection holds goes
    without it (``tests/relay/web/test_connections.py``), and what is loaded stays.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)


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
