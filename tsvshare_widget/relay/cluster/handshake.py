"""How relays of one cluster know each other: both prove that they know what is kept in Redis.

The proof is of this one connection, also of its TLS: of the certificate that both sides see
(RFC 5929, tls-server-end-point), so it matters not who vouches for that.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import ssl
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from tornado.iostream import IOStream

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.relay.edges.messages import VERSION

T = TypeVar("T")

Kind = Literal["viewers", "request"]
"""What a connection is for: a channel for viewers, or one request that is passed on."""

Secret = Callable[[bool], Awaitable[str]]
"""What both know, as it was known last, or asked for anew."""

SECONDS = 3.0
"""Seconds that a handshake may take."""

MOST_BYTES = 4096
"""Of a message of this, from who is not known yet."""

LENGTH = struct.Struct("!I")


class Greeting(msgspec.Struct, array_like=True):
    """The first word of who was called."""

    version: int
    nonce: bytes


class Opening(msgspec.Struct, array_like=True):
    """What the caller wants, and the proof."""

    version: int
    kind: Kind
    nonce: bytes
    proof: bytes


class Verdict(msgspec.Struct, array_like=True):
    """The proof of who was called, or what is wrong: ``version`` or ``secret``."""

    proof: bytes
    wrong: str = ""


async def call(stream: IOStream, kind: Kind, secret: str) -> str:
    """Begin to speak with another relay; what it finds wrong, if anything.

    Raises :class:`Unavailable` if it does not know the secret, and OSError.
    """
    async with asyncio.timeout(SECONDS):
        greeting = await _read(stream, Greeting)
        if greeting.version != VERSION:
            return "version"
        nonce = secrets.token_bytes(16)
        seen = (kind.encode(), greeting.nonce, nonce, _certificate_of(stream))
        await _write(stream, Opening(VERSION, kind, nonce, _proof(secret, b"caller", *seen)))
        verdict = await _read(stream, Verdict)
        if verdict.wrong:
            return verdict.wrong
        if not hmac.compare_digest(verdict.proof, _proof(secret, b"called", *seen)):
            raise Unavailable("who answers there is not a relay of this cluster")
    return ""


async def answer(stream: IOStream, certificate: bytes, secret: Secret) -> Kind | None:
    """Let another relay begin to speak; None if it is none of this cluster, or of another version.

    ``certificate`` is what TLS shows of this side.  Raises OSError.
    """
    async with asyncio.timeout(SECONDS):
        nonce = secrets.token_bytes(16)
        await _write(stream, Greeting(VERSION, nonce))
        opening = await _read(stream, Opening)
        if opening.version != VERSION:
            await _write(stream, Verdict(b"", "version"))
            return None
        seen = (opening.kind.encode(), nonce, opening.nonce, certificate)
        for is_anew in (False, True):
            known = await secret(is_anew)
            if hmac.compare_digest(opening.proof, _proof(known, b"caller", *seen)):
                await _write(stream, Verdict(_proof(known, b"called", *seen)))
                return opening.kind
        await _write(stream, Verdict(b"", "secret"))
        return None


def certificate_in(file: Path) -> bytes:
    """What TLS shows of who uses this file, for :func:`answer`.  Raises OSError and ValueError."""
    end = "-----END CERTIFICATE-----"
    text = file.read_text("ascii", "replace")
    first = text[text.index("-----BEGIN CERTIFICATE-----") :].partition(end)[0] + end
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).digest()


def _certificate_of(stream: IOStream) -> bytes:
    shown = getattr(stream.socket, "getpeercert", lambda binary: None)(True)
    return hashlib.sha256(shown).digest() if shown else b""


def _proof(secret: str, who: bytes, *seen: bytes) -> bytes:
    said = msgspec.msgpack.encode((b"tsvshare peers", who, *seen))
    return hmac.digest(secret.encode(), said, "sha256")


async def _read(stream: IOStream, kind: type[T]) -> T:
    (size,) = LENGTH.unpack(await stream.read_bytes(LENGTH.size))
    if size > MOST_BYTES:
        raise ConnectionError("what is said there is not what relays say")
    try:
        return msgspec.msgpack.decode(await stream.read_bytes(size), type=kind)
    except msgspec.DecodeError as error:
        raise ConnectionError("what is said there is not what relays say") from error


async def _write(stream: IOStream, message: Greeting | Opening | Verdict) -> None:
    data = msgspec.msgpack.encode(message)
    await stream.write(LENGTH.pack(len(data)) + data)
