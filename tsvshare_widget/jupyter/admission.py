"""Who may ask the relay in a Jupyter Server.

Jupyter's users are let in as Jupyter lets them in, its kernels by a token of their own.  With
``allow_links`` whoever has the link of a document is let in to that document, and to no more.  What
they may do there its key says, as on every relay.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import ensure_async
from tornado.httputil import HTTPServerRequest
from tornado.web import Application, HTTPError

from tsvshare_widget.errors import Forbidden, LoginNeeded, WrongHost

from .gate import FOR_LINKS, UNSAFE, WITH_KEY, KnownByLink, is_opened_by_browser
from .login import LeadsToLogin, is_marked


class _Asker(KnownByLink, JupyterHandler):
    """Who sent a request, as Jupyter knows people."""


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
        asker = _Asker(self._web_app, request, path)
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
        if user is None or "token" in request.query_arguments or is_marked(request):
            if is_opened_by_browser(request, path):
                return False
            if user is None and not by_link:
                raise LoginNeeded("this is for users of this Jupyter server; log in to it")
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


class LoginFirst(JupyterHandler, LeadsToLogin):
    """Leads people to the login of Jupyter, and from there back."""

    @allow_unauthenticated
    async def get(self, *_: str) -> None:
        """Lead on."""
        self.lead(is_known=self.current_user is not None)
