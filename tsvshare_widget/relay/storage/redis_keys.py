"""What is where in Redis, and the steps that happen there as one.

A document is one hash: ``e`` and ``r`` are its version (epoch and revision), ``d`` the document as
JSON, ``n`` a word of the relay that stored it, by which a repeated request is known.  Of one that
was deleted another key tells for a while.  All keys of one document have its UUID in braces, so
that a cluster keeps them on one server.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document

PREFIX = "tsvshare:"

KEYS = f"{PREFIX}{{*}}"
"""Matches the keys of all documents, and no others."""

TRIAL = f"{PREFIX}trial"
"""Written to find out whether anything can be."""

GONE_SECONDS = 24 * 3600
"""How long it is remembered that a document was deleted: nobody who knows it brings it back."""

MOST_TOLD = 4096
"""Bytes of a document that are sent along with the word that it has changed."""

SAVE = """
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local have = redis.call('HMGET', KEYS[1], 'e', 'r', 'n')
if have[3] == ARGV[6] then return 1 end
if (have[1] or '') ~= ARGV[1] or (have[2] or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'e', ARGV[3], 'r', ARGV[4], 'd', ARGV[5], 'n', ARGV[6])
redis.call('PUBLISH', ARGV[7], ARGV[8])
return 1
"""
"""Store a document if the stored one has a version, and tell everyone; whether that was done."""

DELETE = """
redis.call('SET', KEYS[2], '', 'EX', ARGV[1])
if redis.call('DEL', KEYS[1]) == 0 then return 0 end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
"""
"""Forget a document, and tell everyone; whether there was one."""

DELETED = b"-"


class Told(msgspec.Struct, frozen=True):
    """Word of a change: the version, and the document unless that is large."""

    epoch: str
    revision: int
    document: Document | None = None


def key_of(uuid: str) -> str:
    """Where a document is."""
    return f"{PREFIX}{{{uuid}}}"


def gone_key_of(uuid: str) -> str:
    """Where it is remembered that a document was deleted."""
    return f"{PREFIX}gone:{{{uuid}}}"


def uuid_of(key: bytes) -> str:
    """Whose key this is."""
    return key.decode().removeprefix(f"{PREFIX}{{").removesuffix("}")


def channel_of(uuid: str) -> str:
    """Where the changes of a document are told."""
    return f"{PREFIX}changes:{{{uuid}}}"


def uuid_of_channel(channel: str) -> str:
    """Whose changes are told there."""
    return channel.removeprefix(f"{PREFIX}changes:{{").removesuffix("}")


def probe_of(node: str) -> str:
    """Where a relay talks to itself, to know whether it hears anything."""
    return f"{PREFIX}probe:{node}"


def told(document: Document, data: bytes) -> bytes:
    """What is told of a document that was stored as ``data``."""
    sent = msgspec.Raw(data if len(data) <= MOST_TOLD else b"null")
    return msgspec.json.encode((document.epoch, document.revision, sent))


def read_told(message: bytes) -> Told | Literal["deleted"] | None:
    """What was told; None for what a later version may have to say."""
    if message == DELETED:
        return "deleted"
    try:
        epoch, revision, sent = msgspec.json.decode(message, type=tuple[str, int, msgspec.Raw])
        if bytes(sent) == b"null":
            return Told(epoch, revision)
        return Told(epoch, revision, docs.from_json(bytes(sent)))
    except msgspec.DecodeError:
        return None
