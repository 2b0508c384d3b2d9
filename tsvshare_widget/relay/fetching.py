"""Files on the web that a relay fetches for somebody: only from hosts that its administrator named.

A host is looked up once, and what is connected to is an address that was found then and checked:
a name that leads into the relay's own network leads nowhere, also after a redirect, and also if it
leads elsewhere the next time it is looked up.  Everything here blocks; it is for threads.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote, unquote, urljoin, urlsplit

from tsvshare_widget._version import __version__
from tsvshare_widget.errors import BadValue, Forbidden, NotFound, TimedOut, TooLarge, Unavailable
from tsvshare_widget.protocol.shown_text import clean_text

MOST_REDIRECTS = 5
MOST_URL = 2_000
"""Characters of an address."""

SILENT_SECONDS = 15.0
"""Seconds that a server may be silent."""

PIECE_BYTES = 1 << 16
REDIRECTS = (301, 302, 303, 307, 308)
PORTS = {"http": 80, "https": 443}

NAT64 = ipaddress.ip_network("64:ff9b::/96")

WEB_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.I | re.S
)

Lookup = Callable[[str, int], list[str]]
"""Addresses of a host, in numbers."""


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
