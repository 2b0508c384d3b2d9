"""A relay that is a service of a JupyterHub: what the hub has said to it, and the hub's login.

Users of the hub are let in by its login, their kernels by the token that the hub has given their
server, if the hub's administrator lets both in to this service.  With ``allow_links`` whoever has
the link of a document is let in to that document without a login.

Needs the package ``jupyterhub``: the extra ``hub``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.web import Application, RequestHandler

from tsvshare_widget.errors import BadValue, Forbidden, LoginNeeded
from tsvshare_widget.relay.assembly import Relay

from .gate import FOR_LINKS, Gate, KnownByLink, is_opened_by_browser
from .login import LeadsToLogin, is_marked

try:
    from jupyterhub.services.auth import (
        HubOAuth,
        HubOAuthCallbackHandler,
        HubOAuthenticated,
        UserNotAllowed,
    )
except ImportError as error:
    raise BadValue(
        "the login of a JupyterHub needs its package: pip install 'tsvshare-widget[hub]'"
    ) from error

CALLBACK = "oauth_callback"
"""Where the hub leads people back to, below the relay's address."""

ALIVE = "livez"

NEEDED = (
    "JUPYTERHUB_SERVICE_PREFIX",
    "JUPYTERHUB_API_TOKEN",
    "JUPYTERHUB_API_URL",
    "JUPYTERHUB_CLIENT_ID",
)

SECRET_FILE = "cookie-secret"


@dataclass(frozen=True)
class SaidByHub:
    """Where the hub wants its service: its path, the address it listens on, and its public one."""

    root: str
    host: str | None
    port: int | None
    public_url: str | None

    @classmethod
    def read(
        cls, environ: Mapping[str, str] = os.environ, *, public_url: str | None = None
    ) -> SaidByHub:
        """Read it from the environment, and take ``public_url`` where that says none.

        Raises :class:`BadValue` if no hub has started this as a service.
        """
        missing = [name for name in NEEDED if not environ.get(name)]
        if missing:
            raise BadValue(
                f"no JupyterHub has started this as its service: there is no {missing[0]} in the "
                "environment"
            )
        listen = urlsplit(environ.get("JUPYTERHUB_SERVICE_URL", ""))
        return cls(
            root=environ["JUPYTERHUB_SERVICE_PREFIX"],
            host=listen.hostname,
            port=listen.port,
            public_url=public_url or environ.get("JUPYTERHUB_PUBLIC_URL") or None,
        )

    def root_for(self, request: HTTPServerRequest) -> str:
        """The address of the relay for people, with a slash at its end.

        Programs inside the hub ask by an address of their own: where the public one is not known
        they are told the path on the hub, which a browser that is there completes.
        """
        if self.public_url:
            return self.public_url.rstrip("/") + "/"
        if "Authorization" in request.headers:
            return self.root
        return f"{request.protocol}://{request.host}{self.root}"


def cookie_secret(folder: Path | None) -> bytes:
    """What the cookies of those who have logged in are signed with.

    It is kept with the documents, so that pages come back by themselves after a restart.
    """
    if folder is None:
        return secrets.token_bytes(32)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / SECRET_FILE
    if not file.exists():
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(secrets.token_bytes(32))
        new.replace(file)
    return file.read_bytes()


class _Asker(KnownByLink, HubOAuthenticated, RequestHandler):  # type: ignore[misc]
    """Who sent a request, as the hub knows people."""


class _Login(HubOAuthenticated, LeadsToLogin):  # type: ignore[misc]
    """Leads people to the hub's login, and from there back."""

    def initialize(self, is_known: bool) -> None:
        """Take whether who asks has logged in."""
        self._is_known = is_known

    def get(self, *_: str) -> None:
        """Lead on."""
        self.lead(is_known=self._is_known)


class HubGate(Gate):
    """Lets users of the hub, and whoever has a link if ``allow_links``, through to ``relay``."""

    def __init__(self, relay: Relay, root: str, secret: bytes, *, allow_links: bool) -> None:
        self._relay = relay
        self._root = root
        self._allow_links = allow_links
        self._auth = HubOAuth.instance()
        self._login = Application(
            [(root + CALLBACK, HubOAuthCallbackHandler), (".*", _Login)],
            cookie_secret=secret,
            log_function=lambda _: None,
        )

    async def receiver(self, request: HTTPServerRequest) -> HTTPMessageDelegate:
        """Who answers a request.  Raises :class:`LoginNeeded` and :class:`Forbidden`."""
        path = request.path.removeprefix(self._root)
        if path == CALLBACK:
            return self._login.find_handler(request)
        if not self._needs_login(request, path):
            return self._relay.app.find_handler(request)
        user = await self._user(request, path)
        is_page = is_opened_by_browser(request, path)
        if is_page and (user is None or is_marked(request)):
            is_known = {"is_known": user is not None}
            return self._login.get_handler_delegate(request, _Login, is_known)
        if user is None:
            raise LoginNeeded("this is for users of this JupyterHub; log in to it")
        return self._relay.app.find_handler(request)

    def _needs_login(self, request: HTTPServerRequest, path: str) -> bool:
        if request.method == "OPTIONS" or path == ALIVE:
            return False
        return not (self._allow_links and FOR_LINKS.fullmatch(path))

    async def _user(self, request: HTTPServerRequest, path: str) -> Any:
        """Who asks; None if that is not known.  Raises :class:`Forbidden` for who has no right."""
        asker = _Asker(self._login, request, path)
        user: dict[str, Any] | None = await self._auth.get_user(asker, sync=False)
        if user is None:
            return None
        try:
            return asker.check_hub_user(user)
        except UserNotAllowed:
            raise Forbidden("this JupyterHub does not let you in to live tables") from None
