"""The keys in links: made at random, the look-only one made out of the full one; pure.

A relay keeps only hashes.  Who holds the key of the full link can work out that of the look-only
link, and not the other way round; so whoever has the full link can hand on both.
"""

from __future__ import annotations

import hashlib
import re
import secrets

from tsvshare_widget.errors import BadValue

KEY = re.compile(r"[0-9A-Za-z_-]{22,64}")
"""A key that somebody else made: at least 128 bits in what an address can hold."""


def new_key() -> str:
    """A fresh key: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def check_key(key: str) -> str:
    """The key.  Raises :class:`BadValue` for what is too short for one, or cannot be in a link."""
    if not KEY.fullmatch(key):
        raise BadValue("a key has 22 to 64 letters, digits, - and _, made at random")
    return key


def look_key_of(key: str) -> str:
    """The key of the look-only link, where that needs one, of a document with this key."""
    return hashlib.sha256(f"tsvshare look-only link of {key}".encode()).hexdigest()[:32]
