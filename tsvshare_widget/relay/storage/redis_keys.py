"""What is where in Redis, and the scripts by which it changes; pure.

A document is a hash: ``e`` and ``r`` its epoch and revision, ``d`` all of it as JSON, and ``n`` a
word of the relay that stored it, by which a repeated request is known.  Another key says which
relay has it, by a number that is given out once: nobody but that relay changes it.  Of one that was
deleted a third key tells for a while.  All keys of one document have its UUID in braces, so that a
cluster keeps them on one server.  A relay is alive as long as its own key is there.
"""

from __future__ import annotations

PREFIX = "tsvshare:"

KEYS = f"{PREFIX}{{*}}"
"""Matches the keys of all documents, and no others."""

TRIAL = f"{PREFIX}trial"
"""Written to find out whether anything can be."""

SECRET = f"{PREFIX}secret"
"""What relays of one cluster know each other by."""

BEGAN = f"{PREFIX}began"
"""When this Redis was first used since it was empty, in its own seconds."""

SWEEPING = f"{PREFIX}sweeping"
"""There as long as no other relay is to look for tables that are left over."""

GONE_SECONDS = 24 * 3600
"""How long it is remembered that a document was deleted: nobody who knows it brings it back."""

STORED, OLD, NOT_OURS = 1, 0, -1

SAVE = """
local owner = redis.call('GET', KEYS[3])
if owner ~= ARGV[7] and (owner or ARGV[1] ~= '') then return -1 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local have = redis.call('HMGET', KEYS[1], 'e', 'r', 'n')
if have[3] == ARGV[6] then return 1 end
if (have[1] or '') ~= ARGV[1] or (have[2] or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'e', ARGV[3], 'r', ARGV[4], 'd', ARGV[5], 'n', ARGV[6])
if not owner then redis.call('SET', KEYS[3], ARGV[7]) end
return 1
"""
"""Store a document if it is this relay's, or new, and the stored one has a version.

Returns one of :data:`STORED`, :data:`OLD` and :data:`NOT_OURS`.
"""

CLAIM = """
local owner = redis.call('GET', KEYS[3]) or ''
local gone = redis.call('EXISTS', KEYS[2])
local data = redis.call('HGET', KEYS[1], 'd') or ''
if gone == 0 and owner == ARGV[2] and owner ~= ARGV[1] and (data ~= '' or ARGV[3] == '1') then
  redis.call('SET', KEYS[3], ARGV[1])
  owner = ARGV[1]
end
return {owner, gone, data}
"""
"""Make a document this relay's if it is that of the one named; also one that is not stored, if
that is said.  Returns whose it is then, whether it was deleted, and the document.
"""

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
"""Let go of a document that is this relay's."""

DELETE = """
local owner = redis.call('GET', KEYS[3])
if owner and owner ~= ARGV[2] then return -1 end
redis.call('SET', KEYS[2], '', 'EX', ARGV[1])
redis.call('DEL', KEYS[3])
return redis.call('DEL', KEYS[1])
"""
"""Forget a document of this relay; whether there was one, or :data:`NOT_OURS`."""

AGE = """
local now = redis.call('TIME')[1]
redis.call('SET', KEYS[1], now, 'NX')
return now - redis.call('GET', KEYS[1])
"""
"""For how many seconds this Redis has been in use since it was empty."""


def key_of(uuid: str) -> str:
    """Where a document is."""
    return f"{PREFIX}{{{uuid}}}"


def gone_key_of(uuid: str) -> str:
    """Where it is remembered that a document was deleted."""
    return f"{PREFIX}gone:{{{uuid}}}"


def owner_key_of(uuid: str) -> str:
    """Where it says which relay has a document."""
    return f"{PREFIX}owner:{{{uuid}}}"


def keys_of(uuid: str) -> list[str]:
    """All keys of a document, as the scripts take them."""
    return [key_of(uuid), gone_key_of(uuid), owner_key_of(uuid)]


def uuid_of(key: bytes) -> str:
    """Whose key this is."""
    return key.decode().removeprefix(f"{PREFIX}{{").removesuffix("}")


def relay_key_of(node: str) -> str:
    """What is there as long as a relay is alive: where the others reach it."""
    return f"{PREFIX}relay:{node}"
