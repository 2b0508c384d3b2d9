"""A new document, its key, and what a key allows."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from tsvshare_widget.protocol import Role, look_key_of

from .state import Document


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
    """What ``key`` allows: ``edit``, ``look``, or None if it is wrong or one is needed."""
    if document.key_hash is None:
        return "edit"
    if not key:
        return "look" if document.look == "open" else None
    if hmac.compare_digest(hash_key(key), document.key_hash):
        return "edit"
    if document.look == "key" and document.look_hash is not None:
        return "look" if hmac.compare_digest(hash_key(key), document.look_hash) else None
    return None


def may_look(document: Document, key: str | None) -> bool:
    """Whether somebody with ``key``, even a wrong one, may look at a document."""
    return document.look == "open" or role_for(document, key) is not None


def look_key_for(document: Document, key: str | None) -> str | None:
    """The key of the look-only link, for who has ``key``; None where that link needs none."""
    if document.look != "key" or key is None:
        return None
    return look_key_of(key) if role_for(document, key) == "edit" else key
