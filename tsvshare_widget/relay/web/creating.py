"""Who may make documents on a relay."""

from __future__ import annotations

import hmac
import re

from tornado.httputil import HTTPServerRequest

from tsvshare_widget.errors import Forbidden, TokenNeeded
from tsvshare_widget.relay.settings import Settings

BEARER = re.compile(r"(?:Bearer|token) +(\S+) *", re.IGNORECASE)
"""RFC 6750, section 2.1; and how Jupyter's programs say it."""


def check_creator(settings: Settings, request: HTTPServerRequest) -> None:
    """Raise :class:`TokenNeeded` or :class:`Forbidden` unless who asks may make a document."""
    if settings.create == "nobody":
        raise Forbidden("no new tables are shared on this relay; those that are there can be used")
    if settings.create == "token" and not _has_token(settings.create_token, request):
        raise TokenNeeded(
            "new tables are shared on this relay by those who have its token: its administrator "
            'gives it out. In Python it is TSVShare(..., token="..."), on the command line '
            '--http-header "Authorization: Bearer ..."'
        )


def _has_token(token: str, request: HTTPServerRequest) -> bool:
    said = BEARER.fullmatch(request.headers.get("Authorization", ""))
    return said is not None and hmac.compare_digest(said[1].encode(), token.encode())
