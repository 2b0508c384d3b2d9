"""The relay of the Jupyter Server that started this process, if it has one and can be reached."""

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

KERNELS_URL = "TSVSHARE_JUPYTER_URL"
KERNELS_TOKEN = "TSVSHARE_JUPYTER_TOKEN"
"""The environment variables that a Jupyter Server with a relay gives its kernels."""

PROBE_SECONDS = 2.0
"""Seconds that the server may take to answer: a kernel elsewhere may not reach it at all."""


class ServerRelay(NamedTuple):
    """The relay's base URL as this process reaches it, and what it says to be let in."""

    base: str
    token: str

    def answers(self, path: str = "/livez") -> bool:
        """Whether the server can be reached, and has something there."""
        try:
            with closing(connect(self.base, PROBE_SECONDS)) as connection:
                target = urlsplit(self.base).path + path
                connection.request("HEAD", target, headers=authorization(self.token))
                return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException, Unavailable):
            return False


def named_relay(environ: Mapping[str, str] = os.environ) -> ServerRelay | None:
    """The relay that a Jupyter Server told this process of; it may be out of reach."""
    base, token = environ.get(KERNELS_URL), environ.get(KERNELS_TOKEN)
    return ServerRelay(base.rstrip("/"), token) if base and token else None


def complete_url(url: str, environ: Mapping[str, str] = os.environ) -> str:
    """A link that is a path on the Jupyter Server, with the server; every other one as it is."""
    relay = named_relay(environ)
    if relay is None or not url.startswith(f"{urlsplit(relay.base).path}/d/"):
        return url
    return urlsplit(relay.base)._replace(path="").geturl() + url


def through_server(link: Link, environ: Mapping[str, str] = os.environ) -> Link:
    """``link`` by the way that is open to this process, if its document is on the own server.

    Browsers reach that by another address, or only after a login.
    """
    relay = named_relay(environ)
    if relay is None or urlsplit(relay.base).path != urlsplit(link.base).path:
        return link
    if not relay.answers(f"/d/{link.uuid}"):
        return link
    shown = urlsplit(link.base).path if link.base == relay.base else link.base
    return replace(link, base=relay.base, shown=shown, token=relay.token)
