"""Who may change a document."""

from __future__ import annotations

from tsvshare_widget.document import Document, role_for
from tsvshare_widget.errors import Forbidden, WrongKey


def check_editor(document: Document, key: str | None) -> None:
    """Raise :class:`Forbidden` or :class:`WrongKey` unless ``key`` allows changing ``document``."""
    role = role_for(document, key)
    if role is None:
        raise WrongKey("the key is not the one of this document")
    if role != "edit":
        raise Forbidden("this link allows looking only; changing needs the full link")
