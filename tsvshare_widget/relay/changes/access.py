"""Who may change a document."""

from __future__ import annotations

from tsvshare_widget.document import Document, may_look, role_for
from tsvshare_widget.errors import Forbidden, Revoked, WrongKey

TAKEN_BACK = (
    "this link was taken back by somebody who has the full link; ask whoever sent it for another"
)


def check_editor(document: Document, key: str | None) -> None:
    """Raise :class:`Forbidden` or :class:`WrongKey` unless ``key`` allows changing ``document``."""
    check_viewer(document, key)
    role = role_for(document, key)
    if role is None:
        raise WrongKey("the key is not the one of this document")
    if role != "edit":
        raise Forbidden("this link allows looking only; changing needs the full link")


def check_viewer(document: Document, key: str | None) -> None:
    """Raise :class:`Revoked` unless somebody with ``key``, or with none, may look."""
    if not may_look(document, key):
        raise Revoked(TAKEN_BACK)


def check_owner(document: Document, key: str | None) -> None:
    """Raise unless ``key`` is the one of ``document``: nobody owns one that is open to everyone.

    Raises :class:`Forbidden`, :class:`WrongKey` and :class:`Revoked`.
    """
    check_editor(document, key)
    if document.key_hash is None:
        raise Forbidden("this document is open to everyone: it has no key, and nobody owns it")
