"""permessage-deflate (RFC 7692) where each message stands for itself; pure.

So one compressed frame is right for everyone, and no connection holds a window: neither side's
compressor remembers what came before (``no_context_takeover`` of both).  Some clients do remember
(Tornado's, which jupyter-server-proxy speaks to a relay with): :class:`Inflater` finds that out.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping
from ipaddress import ip_address

EXTENSION = "permessage-deflate"
ACCEPTED = f"{EXTENSION}; server_no_context_takeover; client_no_context_takeover"
"""What is answered to an offer that is taken (section 7.1)."""

FORWARDED = ("Forwarded", "X-Forwarded-For", "Via")
"""What proxies add (RFC 7239; RFC 9110, section 7.6.3): then who asks is on another computer."""

TAIL = b"\x00\x00\xff\xff"
"""What ends a piece of compressed data, and is left out of a message (section 7.2.1)."""


def accept(headers: Mapping[str, str], address: str) -> bool:
    """Whether compression is spoken on a connection: if it is offered in a way that suits.

    Not with a browser of this computer, for which bytes are cheaper than what they are saved by.
    """
    offers = headers.get("Sec-WebSocket-Extensions")
    if offers is None or not any(map(_suits, offers.split(","))):
        return False
    return any(name in headers for name in FORWARDED) or not _is_here(address)


def _is_here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True  # no address of the network: a socket of this computer


def _suits(offer: str) -> bool:
    name, *parameters = (part.strip() for part in offer.split(";"))
    if name.lower() != EXTENSION:
        return False
    asked = [
        (key.strip().lower(), value.strip().strip('"'))
        for key, _, value in (parameter.partition("=") for parameter in parameters)
    ]
    is_once = len(dict(asked)) == len(asked)
    return is_once and all(_is_known(key, value) for key, value in asked)


def _is_known(name: str, value: str) -> bool:
    """Whether a parameter of an offer is one that asks for nothing that is not done here."""
    match name:
        case "server_no_context_takeover" | "client_no_context_takeover":
            return not value
        case "client_max_window_bits":  # how much a client may use: it is free to use less
            return value in ("", *map(str, range(8, 16)))
        case "server_max_window_bits":
            return value == "15"
    return False


WINDOW_BYTES = 1 << zlib.MAX_WBITS
"""How far back a compressed message may point."""

CONVINCED = 4
"""Messages that stand for themselves until a client is believed to do as was agreed: all begin
alike, so that whoever remembers the first says so in the second."""


class TooLong(Exception):
    """A message would be longer than is allowed."""


def inflate(data: bytes, most: int, before: bytes = b"") -> bytes:
    """The message that was compressed, if it has up to ``most`` bytes.

    ``before`` is the end of what came compressed before it.
    Raises :class:`TooLong`, before more is made of it, and :class:`zlib.error`.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS, zdict=before)
    message = inflater.decompress(data + TAIL, most + 1)
    if len(message) > most:
        raise TooLong
    return message


class Inflater:
    """Understands the messages of one client, of up to ``most`` bytes.

    Who remembers what it has said shows that soon.  Of all others nothing is kept: there are many.
    """

    __slots__ = ("_alone", "_before", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self._before: bytes | None = b""
        self._alone = 0

    def inflate(self, data: bytes) -> bytes:
        """The next message.  Raises as :func:`inflate` does."""
        try:
            message = inflate(data, self.most)
            self._alone += 1
        except zlib.error:
            if not self._before:
                raise
            message = inflate(data, self.most, self._before)
            self._alone = -sys.maxsize
        if self._before is not None:
            self._before = (self._before + message)[-WINDOW_BYTES:]
        if self._alone >= CONVINCED:
            self._before = None
        return message
