"""Files on the web that a relay fetches for somebody: only from hosts that its administrator named.

A host is looked up once, and what is connected to is an address that was found then and checked:
a name that leads into the relay's own network leads nowhere, also after a redirect, and also if it
leads elsewhere the next time it is looked up.  Everything here blocks; it is for threads.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import unquote, urljoin

from tsvshare_widget._version import __version__
from tsvshare_widget.errors import Forbidden, NotFound, TimedOut, TooLarge, Unavailable
from tsvshare_widget.protocol.shown_text import clean_text

from .fetch_rules import PORTS, FetchRules, Target, is_public

MOST_REDIRECTS = 5

SILENT_SECONDS = 15.0
"""Seconds that a server may be silent."""

PIECE_BYTES = 1 << 16
REDIRECTS = (301, 302, 303, 307, 308)

WEB_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.I | re.S
)

Lookup = Callable[[str, int], list[str]]
"""Addresses of a host, in numbers."""


def is_web_page(first: bytes) -> bool:
    """Whether a file that begins so is a page for people."""
    return WEB_PAGE.match(first) is not None


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host.  Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass
class Fetched:
    """A file that has begun to come: its name, its size if that is said, and its pieces."""

    name: str
    total: int | None
    pieces: Iterator[bytes]
    close: Callable[[], None]


@dataclass
class Fetcher:
    """Fetches files by the ``rules``, of up to ``limit`` bytes, each within ``seconds``."""

    rules: FetchRules
    limit: int
    seconds: float
    lookup: Lookup = look_up
    context: ssl.SSLContext | None = None
    clock: Callable[[], float] = field(default=time.monotonic)

    def open(self, url: str) -> Fetched:
        """Begin to fetch a file, wherever it leads to.

        Raises as :meth:`FetchRules.target`, :class:`Unavailable` for a server that does not give
        it, :class:`NotFound`, :class:`TooLarge` and :class:`TimedOut`.
        """
        until = self.clock() + self.seconds
        target = self.rules.target(url)
        for _ in range(MOST_REDIRECTS + 1):
            connection, answer = self._ask(target, until)
            location = answer.getheader("Location")
            if answer.status not in REDIRECTS or not location:
                return self._take(target, connection, answer, until)
            answer.close()
            connection.end()
            target = self.rules.target(urljoin(target.url, location))
        raise Unavailable(f"{target.shown} leads from one address to the next")

    def _ask(self, target: Target, until: float) -> tuple[_Pinned, http.client.HTTPResponse]:
        address = self._find(target)
        left = self._left(target, until)
        connection = _Pinned(target, address, min(left, SILENT_SECONDS), self.context)
        connection.end_after(left)
        try:
            connection.request(
                "GET",
                target.path,
                headers={
                    "User-Agent": f"tsvshare/{__version__}",
                    "Accept": "*/*",
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                },
            )
            return connection, connection.getresponse()
        except TimeoutError as error:
            connection.end()
            raise TimedOut(f"{target.shown} is silent") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            connection.end()
            self._left(target, until)  # it may have been ended because of that
            raise Unavailable(
                f"{target.shown} cannot be reached: {clean_text(str(error))}"
            ) from error

    def _find(self, target: Target) -> str:
        """The address to connect to.  Raises :class:`Forbidden` for one that is not public."""
        try:
            found = self.lookup(target.host, target.port)
        except OSError as error:
            raise Unavailable(f"there is no host {target.host}: {error}") from error
        refused = [each for each in found if not is_public(each)]
        if refused and not target.is_named_address:
            raise Forbidden(
                f"{target.host} leads into a network that this relay fetches nothing of"
            )
        if not found:
            raise Unavailable(f"there is no host {target.host}")
        return found[0]

    def _left(self, target: Target, until: float) -> float:
        left = until - self.clock()
        if left <= 0:
            raise TimedOut(f"{target.shown} did not come within {self.seconds:g} s")
        return left

    def _take(
        self,
        target: Target,
        connection: _Pinned,
        answer: http.client.HTTPResponse,
        until: float,
    ) -> Fetched:
        total = answer.getheader("Content-Length", "")
        size = int(total) if total.isdecimal() else None
        try:
            if answer.status != 200:
                kind = NotFound if answer.status in (404, 410) else Unavailable
                raise kind(f"{target.shown} answers {answer.status}, and no file")
            if size is not None and size > self.limit:
                raise self._too_large(target)
        except BaseException:
            answer.close()
            connection.end()
            raise
        pieces = self._pieces(target, connection, answer, until, size)
        return Fetched(_name(target), size, pieces, partial(_end, connection, answer))

    def _pieces(
        self,
        target: Target,
        connection: _Pinned,
        answer: http.client.HTTPResponse,
        until: float,
        total: int | None,
    ) -> Iterator[bytes]:
        received = 0
        try:
            while True:
                connection.wait_at_most(min(self._left(target, until), SILENT_SECONDS))
                piece = answer.read1(PIECE_BYTES)
                if not piece:
                    break
                received += len(piece)
                if received > self.limit:
                    raise self._too_large(target)
                yield piece
        except TimeoutError as error:
            if isinstance(error, TimedOut):
                raise
            raise TimedOut(f"{target.shown} is silent, after {received:,} bytes") from error
        except (OSError, http.client.HTTPException) as error:
            self._left(target, until)
            raise Unavailable(f"{target.shown} ended early, after {received:,} bytes") from error
        finally:
            answer.close()
            connection.end()
        self._left(target, until)
        if total is not None and received < total:
            raise Unavailable(f"{target.shown} ended early, after {received:,} of {total:,} bytes")

    def _too_large(self, target: Target) -> TooLarge:
        return TooLarge(f"{target.shown} is larger than the {self.limit:,} bytes taken here")


class _Pinned(http.client.HTTPConnection):
    """A connection to one address that was checked, whatever the host is called."""

    held: socket.socket | None = None
    _timer: threading.Timer | None = None

    def __init__(
        self, target: Target, address: str, timeout: float, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.default_port = PORTS[target.scheme]
        self._target, self._address, self._context = target, address, context

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self._target.port), self.timeout)
        self.held = self.sock
        if self._target.scheme == "https":
            context = self._context or ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self._target.host)
        self.held = self.sock  # http.client lets go of it once it knows how the answer ends

    def wait_at_most(self, seconds: float) -> None:
        """Wait so long for what comes next."""
        if self.held is not None and self.held.fileno() >= 0:  # http.client may have closed it
            self.held.settimeout(seconds)

    def end_after(self, seconds: float) -> None:
        """End it then, whatever it waits for: a server may send a byte now and then for ever."""
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True
        self._timer.start()

    def cut(self) -> None:
        """End it, also while another thread waits for it."""
        if self.held is not None:
            with contextlib.suppress(OSError):
                self.held.shutdown(socket.SHUT_RDWR)

    def end(self) -> None:
        """Close it, and have nothing end it any more; ``close`` is what http.client calls, too."""
        if self._timer is not None:
            self._timer.cancel()
        self.close()


def _end(connection: _Pinned, answer: http.client.HTTPResponse) -> None:
    """End a connection, also one that another thread waits for."""
    connection.cut()
    answer.close()
    connection.end()


def _name(target: Target) -> str:
    last = unquote(target.path.partition("?")[0]).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return clean_text(last)[:200] or target.host
