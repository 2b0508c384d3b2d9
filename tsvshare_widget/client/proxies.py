"""Ways through a company's proxy: ``HTTPS_PROXY``, ``HTTP_PROXY`` and ``NO_PROXY``.

Requests to ``https`` and all WebSockets go through a tunnel (``CONNECT``); requests to ``http`` are
handed to the proxy whole.  This computer itself is never reached through a proxy.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import ssl
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from tornado.iostream import IOStream
from tornado.tcpclient import TCPClient

from tsvshare_widget.errors import BadValue, Unavailable

from .trust import context_for

MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True)
class Proxy:
    """A proxy, by its host and port; ``authorization`` is what it asks for, if it does."""

    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """What is said to the proxy alone."""
        return {"Proxy-Authorization": self.authorization} if self.authorization else {}


def proxy_for(base: str) -> Proxy | None:
    """The proxy on the way to the relay at ``base``, if there is one.

    Raises :class:`BadValue` for an address of a proxy that cannot be used.
    """
    parts = urlsplit(base)
    host = parts.hostname or ""
    if is_loopback(host):
        return None
    import urllib.request  # only here: most kernels reach no relay but their own

    said = urllib.request.getproxies().get(parts.scheme)
    if not said or urllib.request.proxy_bypass(f"{host}:{parts.port}" if parts.port else host):
        return None
    return parse_proxy(said)


def parse_proxy(url: str) -> Proxy:
    """A proxy by its address, such as ``http://user:password@proxy.example.org:3128``."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    shown = f"{parts.scheme}://{parts.hostname}"
    if parts.scheme != "http" or not parts.hostname:
        raise BadValue(f"the proxy {shown} cannot be used: its address begins with http://")
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = "Basic " + base64.b64encode(pair.encode()).decode()
    return Proxy(parts.hostname, parts.port or 80, authorization)


def is_loopback(host: str) -> bool:
    """Whether a host is this computer."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def http_connection(base: str, timeout: float | None) -> http.client.HTTPConnection:
    """A connection for requests to the relay at ``base``, not made yet."""
    parts = urlsplit(base)
    assert parts.hostname is not None
    proxy = proxy_for(base)
    context = context_for(base)
    if context is None and proxy is not None:
        return _ThroughProxy(proxy, f"http://{parts.netloc}", timeout)
    if context is None:
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    made = partial(http.client.HTTPSConnection, timeout=timeout, context=context)
    if proxy is None:
        return made(parts.hostname, parts.port)
    connection = made(proxy.host, proxy.port)
    connection.set_tunnel(parts.hostname, parts.port, proxy.headers)
    return connection


class _ThroughProxy(http.client.HTTPConnection):
    """Requests in which the whole address stands, as proxies want them."""

    def __init__(self, proxy: Proxy, origin: str, timeout: float | None) -> None:
        super().__init__(proxy.host, proxy.port, timeout=timeout)
        self._proxy = proxy
        self._origin = origin

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Begin a request."""
        super().putrequest(method, self._origin + url, *args, **kwargs)
        for name, value in self._proxy.headers.items():
            self.putheader(name, value)


class TunnelClient(TCPClient):
    """Makes TCP connections through a proxy, for Tornado."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__()
        self._proxy = proxy

    async def connect(
        self,
        host: str,
        port: int,
        *args: Any,
        ssl_options: dict[str, Any] | ssl.SSLContext | None = None,
        **kwargs: Any,
    ) -> IOStream:
        """A connection to ``host``, with TLS if ``ssl_options`` are given."""
        stream = await super().connect(self._proxy.host, self._proxy.port, *args, **kwargs)
        try:
            await self._tunnel(stream, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        except BaseException:
            stream.close()
            raise
        if ssl_options is None:
            return stream
        # It hands its socket over to the stream with TLS, which closes that if it fails.
        return await stream.start_tls(False, ssl_options, server_hostname=host)

    async def _tunnel(self, stream: IOStream, target: str) -> None:
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        lines += [f"{name}: {value}" for name, value in self._proxy.headers.items()]
        await stream.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        answer = await stream.read_until(b"\r\n\r\n", max_bytes=MAX_ANSWER_BYTES)
        status = answer.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        if len(status) < 2 or status[1] != "200":
            raise Unavailable(
                f"the proxy {self._proxy.host}:{self._proxy.port} lets nobody through to {target}: "
                f"{' '.join(status[1:]) or 'no answer'}"
            )
