"""A new document, its key, and what a key allows."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from tsvshare_widget.protocol import Role

from .state import Document


def new_key() -> str:
    """A fresh key: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def hash_key(key: str) -> str:
    """What is kept of a key.  It is random and long, so one plain SHA-256 is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def create(uuid: str, *, key: str | None, now: float) -> Document:
    """A new, empty document; without ``key`` it is open."""
    return Document(
        uuid=uuid,
        epoch=secrets.token_hex(8),
        key_hash=hash_key(key) if key is not None else None,
        created=now,
        touched=now,
    )


def role_for(document: Document, key: str | None) -> Role | None:
    """What ``key`` allows: ``edit``, ``look`` (no key given), or None if the key is wrong."""
    if document.key_hash is None:
        return "edit"
    if not key:
        return "look"
    return "edit" if hmac.compare_digest(hash_key(key), document.key_hash) else None
