"""The right of whoever runs a relay: a token, in a header of requests that no proxy has passed on.

With it one may what who has the key of a document may, of any document, and ask what there is.
"""

from __future__ import annotations

import hmac

from tornado.httputil import HTTPServerRequest

from tsvshare_widget.errors import Forbidden, TokenNeeded
from tsvshare_widget.relay.settings import Settings

from .deflate import FORWARDED

ADMIN_HEADER = "X-TSVShare-Admin"


def is_administrator(settings: Settings, request: HTTPServerRequest) -> bool:
    """Whether a request comes from whoever runs the relay.

    Raises :class:`Forbidden` if it only says so.
    """
    said = request.headers.get(ADMIN_HEADER)
    if said is None:
        return False
    if any(name in request.headers for name in FORWARDED):
        raise Forbidden("nobody administers a relay through a proxy: ask it by its own address")
    if not settings.admin_token:
        raise Forbidden(
            "this relay is not administered from outside; whoever runs it can say --admin-token, "
            "or give it a data folder"
        )
    if not hmac.compare_digest(said.encode(), settings.admin_token.encode()):
        raise Forbidden("this is not the token of the administrator of this relay")
    return True


def check_administrator(settings: Settings, request: HTTPServerRequest) -> None:
    """Raise :class:`TokenNeeded` or :class:`Forbidden` unless whoever runs the relay asks."""
    if not is_administrator(settings, request):
        raise TokenNeeded(f"this is for the administrator, with the token in {ADMIN_HEADER}")
