"""Relays that this process is told of: that of its JupyterHub, and that of its Jupyter Server.

Both want to hear a token, which is sent to them alone.
"""

from __future__ import annotations

import http.client
import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from tsvshare_widget.errors import Unavailable

from .http import connect
from .link import Link, authorization
from .trust import KERNELS_URL

KERNELS_TOKEN = "TSVSHARE_JUPYTER_TOKEN"
"""The environment variable in which a Jupyter Server with a relay lets its kernels in."""

KERNELS_DEFAULTS = {"relay": "TSVSHARE_JUPYTER_RELAY", "publish": "TSVSHARE_JUPYTER_PUBLISH"}
"""Those in which it tells them which relays they use where nobody says otherwise."""

HUB_URL = "TSVSHARE_HUB_URL"
"""The one in which a JupyterHub's administrator names the relay that is a service of the hub."""

HUB_TOKEN = "JUPYTERHUB_API_TOKEN"
"""The one in which the hub itself gives a user's server its token."""

PROBE_SECONDS = 2.0
"""Seconds that the server may take to answer: a kernel elsewhere may not reach it at all."""


class ServerRelay(NamedTuple):
    """The relay's base URL as this process reaches it, and what it says to be let in.

    ``place`` is what it is in: a ``"Jupyter server"`` or a ``"JupyterHub"``.
    """

    base: str
    token: str
    place: str = "Jupyter server"

    def answers(self, path: str = "/") -> bool:
        """Whether the server can be reached, lets us in, and has something there."""
        try:
            with closing(connect(self.base, PROBE_SECONDS)) as connection:
                target = urlsplit(self.base).path + path
                connection.request("HEAD", target, headers=authorization(self.token))
                return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException, Unavailable):
            return False


def named_relay(environ: Mapping[str, str] = os.environ) -> ServerRelay | None:
    """The relay that a Jupyter Server told this process of; it may be out of reach."""
    return _told(environ, KERNELS_URL, KERNELS_TOKEN)


def known_relays(environ: Mapping[str, str] = os.environ) -> list[ServerRelay]:
    """The relays that this process was told of: that of everyone on the hub first."""
    hub, server = _told(environ, HUB_URL, HUB_TOKEN), named_relay(environ)
    told = (hub and hub._replace(place="JupyterHub"), server)
    return [relay for relay in told if relay is not None]


def _told(environ: Mapping[str, str], url: str, token: str) -> ServerRelay | None:
    base, secret = environ.get(url), environ.get(token)
    return ServerRelay(base.rstrip("/"), secret) if base and secret else None


def token_for(base: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """What is to be said to the relay at ``base``, if this process was told of it."""
    return next((relay.token for relay in known_relays(environ) if relay.base == base), None)


def complete_url(url: str, environ: Mapping[str, str] = os.environ) -> str:
    """A link that is a path on the own Jupyter server or hub, with that; every other one as it is.

    It is then by the way that is open to this process.
    """
    for relay in known_relays(environ):
        if url.startswith(f"{urlsplit(relay.base).path}/d/"):
            return urlsplit(relay.base)._replace(path="").geturl() + url
    return url


def through_server(link: Link, environ: Mapping[str, str] = os.environ) -> Link:
    """``link`` by the way that is open to this process, if its document is on the own server.

    Browsers reach that by another address, or only after a login.
    """
    for relay in known_relays(environ):
        is_there = urlsplit(relay.base).path == urlsplit(link.base).path
        if is_there and relay.answers(f"/d/{link.uuid}"):
            shown = urlsplit(link.base).path if link.base == relay.base else link.base
            return replace(link, base=relay.base, shown=shown, token=relay.token)
    return link


def parse_link(url: str, environ: Mapping[str, str] = os.environ) -> Link:
    """A link as this process opens it.  Raises :class:`BadValue` for what is none."""
    return through_server(Link.parse(complete_url(url, environ)), environ)
