"""Whether a server has said something before it was asked to, also over TLS.

What lies in a TLS connection need not be an answer: it may be what TLS has to say for itself.  So a
byte is read, and put back.
"""

from __future__ import annotations

import http.client
import io
import selectors
import ssl
from typing import Any


def has_answered(connection: http.client.HTTPConnection) -> bool:
    """Whether the relay has said something already, or hung up."""
    sock: Any = connection.sock
    if isinstance(sock, _PutBack):
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        is_readable = bool(selector.select(0))
    if not isinstance(sock, ssl.SSLSocket):
        return is_readable
    return (is_readable or sock.pending() > 0) and _peek(connection, sock)


def _peek(connection: http.client.HTTPConnection, sock: ssl.SSLSocket) -> bool:
    patience = sock.gettimeout()
    sock.settimeout(0.0)
    try:
        first = sock.recv(1)
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        return False
    except OSError:  # hung up: who reads next hears of it
        return True
    finally:
        sock.settimeout(patience)
    connection.sock = _PutBack(sock, first)
    return True


class _PutBack:
    """A socket of which the first byte of what comes was read already."""

    def __init__(self, sock: ssl.SSLSocket, first: bytes) -> None:
        self._sock = sock
        self._first = first

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """What comes, from that byte on."""
        return io.BufferedReader(_Rest(self._first, self._sock.makefile("rb", buffering=0)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class _Rest(io.RawIOBase):
    def __init__(self, first: bytes, rest: Any) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._first:
            buffer[:1], self._first = self._first, b""
            return 1
        read: int | None = self._rest.readinto(buffer)
        return read

    def close(self) -> None:
        self._rest.close()
        super().close()
