"""Who may ask the relay in a Jupyter Server.

Jupyter's users are let in as Jupyter lets them in, its kernels by a token of their own.  With
``allow_links`` whoever has the link of a document is let in to that document, and to no more.  What
they may do there its key says, as on every relay.
"""

from __future__ import annotations

import hmac
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async
from tornado.httputil import HTTPServerRequest
from tornado.web import Application, HTTPError, authenticated

from tsvshare_widget.errors import Forbidden, NotFound, TSVShareError, WrongHost

UNSAFE = frozenset({"POST", "PUT", "DELETE", "PATCH"})

FOR_LINKS = re.compile(r"d/[0-9A-Za-z-]{1,64}(/.*)?|static/.*|favicon\.ico|livez")
"""What is needed by who has the link of a document, below the relay's address."""

WITH_KEY = re.compile(r"d/[^/]+(/.*)?")
"""What is changed only by who knows a key: no page elsewhere can make a browser send that."""

PAGES = re.compile(r"|d/[^/]+")
"""What people open in a browser: it leads those to log in who have not."""


class Admission:
    """Decides about requests to the relay at ``root`` of a Jupyter Server's ``web_app``.

    ``token`` is what kernels of this server say.  The last part of the address ``files`` names is
    about files of the server, which its authorizer is asked about.
    """

    def __init__(
        self, web_app: Application, *, root: str, token: str, allow_links: bool, files: str
    ) -> None:
        self._web_app = web_app
        self._root = root
        self._token = token
        self._allow_links = allow_links
        self._files = files

    async def admits(self, request: HTTPServerRequest) -> bool:
        """Whether a request is let in; False if who sent it is to log in first.

        Raises :class:`Forbidden`, and :class:`WrongHost` as Jupyter itself would.
        """
        path = request.path.removeprefix(self._root)
        if self._is_kernel(request) or request.method == "OPTIONS":
            return True
        asker = JupyterHandler(self._web_app, request)
        if not asker.check_host():
            raise WrongHost(
                f"this Jupyter server does not answer to the name {request.host[:100]!r}; whoever "
                "runs it can say ServerApp.allow_remote_access or ServerApp.local_hostnames"
            )
        by_link = self._allow_links and FOR_LINKS.fullmatch(path) is not None
        if by_link and "token" not in request.arguments:
            return True
        user = await ensure_async(asker.identity_provider.get_user(asker))
        asker.current_user = asker._jupyter_current_user = user
        if user is None or "token" in request.query_arguments:
            if _is_opened_by_browser(request, path):
                return False
            if user is None and not by_link:
                raise Forbidden("this is for users of this Jupyter server; log in to it")
        if user is not None:
            await self._check_user(asker, user, path)
        return True

    def _is_kernel(self, request: HTTPServerRequest) -> bool:
        said = request.headers.get("Authorization", "")
        return hmac.compare_digest(said.encode(), f"token {self._token}".encode())

    async def _check_user(self, asker: JupyterHandler, user: Any, path: str) -> None:
        unsafe = asker.request.method in UNSAFE
        resource = "contents" if path == self._files else "tsvshare"
        action = "write" if unsafe and resource == "tsvshare" else "read"
        allowed = asker.authorizer.is_authorized(asker, user, action, resource)
        if not await ensure_async(allowed):
            raise Forbidden(f"this Jupyter server does not let you {action} {resource}")
        if unsafe and not WITH_KEY.fullmatch(path):
            try:
                asker.check_xsrf_cookie()
            except HTTPError as error:
                why = error.log_message or HTTPStatus(error.status_code).phrase
                raise Forbidden(f"this request may come from another page: {why}") from None


def _is_opened_by_browser(request: HTTPServerRequest, path: str) -> bool:
    is_page = request.method == "GET" and PAGES.fullmatch(path) is not None
    return is_page and "text/html" in request.headers.get("Accept", "")


class LoginFirst(JupyterHandler):
    """Leads people to Jupyter's login, and from there back; takes a ``token`` out of the address.

    What is behind ``#`` in the address the browser keeps meanwhile.
    """

    @authenticated
    async def get(self, *_: str) -> None:
        """Lead to the same address, now that it is known who asks."""
        parts = urlsplit(self.request.uri or "/")
        rest = [(name, value) for name, value in parse_qsl(parts.query) if name != "token"]
        self.redirect(parts.path + (f"?{urlencode(rest)}" if rest else ""))


def as_refusal(error: HTTPError) -> TSVShareError:
    """What Jupyter objects to a request, as an error of ours."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        return NotFound(error.log_message or "there is no such file on this Jupyter server")
    return Forbidden(error.log_message or "this Jupyter server does not allow that")
