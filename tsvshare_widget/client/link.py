"""Where a document lives, and the links that lead to it; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tsvshare_widget.errors import BadValue

# What mail programs and people leave behind a link; nothing that ends in these is meant.
_BEHIND = " \t\r\n.,;:!?()[]{}<>'\"«»“”\u2018\u2019"
_ENCODED_BEHIND = re.compile(r"(?:%(?:3E|22|20|29|5D|7D))+$", re.IGNORECASE)
_ENCODED_HASH = re.compile("%23", re.IGNORECASE)

_DOCUMENT_PATH = re.compile(r"(?P<base>.*)/(?:d|parser/share)/(?P<uuid>[0-9A-Za-z_-]+)/?")


def check_base(url: str) -> str:
    """The base URL of a relay, without a ``/`` at its end.

    Raises :class:`BadValue` if it is not ``http(s)://host…``.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadValue(f"{url!r} is not the address of a relay; one looks like https://host:port")
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def base_of(view_url: str) -> str:
    """The relay's base URL out of a document's; its path alone if that is all there is."""
    return view_url.rpartition("/d/")[0]


def key_in(fragment: str) -> str | None:
    """The key in what stands behind ``#`` in a link."""
    return parse_qs(fragment).get("k", [""])[0].rstrip(_BEHIND) or None


def authorization(token: str | None) -> dict[str, str]:
    """The header that a server in front of a relay wants, as Jupyter has it; often none."""
    return {} if token is None else {"Authorization": f"token {token}"}


OWN_HEADERS = {
    *("host", "connection", "upgrade", "expect", "te", "trailer", "content-length", "content-type"),
    *("transfer-encoding", "x-tsvshare-key", "sec-websocket-key", "sec-websocket-protocol"),
}
"""Headers that a client of a relay sets itself."""


def check_headers(
    headers: Mapping[Any, Any] | None, token: str | None = None
) -> tuple[tuple[str, str], ...]:
    """What is to be sent to a guarded proxy: these headers, and a bearer token.

    Raises :class:`BadValue` for what cannot be a header, or is one that the client sets itself;
    values are not repeated, for they may be secrets.
    """
    given = dict(headers or {})
    if token is not None:
        given["Authorization"] = f"Bearer {token}"
    for name, value in given.items():
        if not isinstance(name, str) or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise BadValue(f"{name!r} is not the name of a header")
        if name.lower() in OWN_HEADERS:
            raise BadValue(f"the header {name} is set by the client itself")
        if not isinstance(value, str) or not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value):
            raise BadValue(f"the value of the header {name} is no text of one line")
    return tuple(given.items())


def _mend(url: str) -> str:
    """A link as it was meant, from what became of it on its way."""
    url = url.strip(_BEHIND).replace("&amp;", "&")
    before, _, fragment = _ENCODED_HASH.sub("#", url, count=1).partition("#")
    path = _ENCODED_BEHIND.sub("", before).rstrip(_BEHIND)
    return f"{path}#{fragment}" if fragment else path


@dataclass(frozen=True)
class Link:
    """One document on one relay.

    ``base`` is the relay's URL without a ``/`` at its end; without ``key`` the link only lets you
    look (unless the document is open).  ``shown`` is the base that other people are given, where
    the relay is known to them by another name; one that begins with ``/`` is on the server that
    the browser of whoever reads it came from.  ``look_key`` is the key of the look-only link, where
    that needs one.  ``token`` is what a server in front of the relay wants to hear from this
    process, and ``extra_headers`` what a proxy there does.  Keys, token and headers are kept out of
    ``repr``, and go to no other relay.
    """

    base: str
    uuid: str
    key: str | None = field(default=None, repr=False)
    shown: str | None = None
    look_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    extra_headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, url: str) -> Link:
        """Read a full or look-only link; a view that it leads to is left out.

        What mail programs make of a link is understood: ``%23`` for its ``#``, ``&amp;``, and
        punctuation around it.

        Raises :class:`BadValue` if ``url`` is neither.
        """
        parts = urlsplit(_mend(url))
        match = _DOCUMENT_PATH.fullmatch(parts.path)
        if parts.scheme not in ("http", "https") or not parts.hostname or match is None:
            shown = url.partition("#")[0]
            raise BadValue(
                f"{shown!r} is not the link of a document; one looks like https://host/d/UUID#k=KEY"
            )
        key = key_in(parts.fragment)
        base = f"{parts.scheme}://{parts.netloc}{match['base']}"
        return cls(base=base, uuid=match["uuid"], key=key)

    @property
    def page_url(self) -> str:
        """The address of the document's page, without a key."""
        return f"{self.shown or self.base}/d/{self.uuid}"

    @property
    def view_url(self) -> str:
        """The link that lets people look."""
        return f"{self.page_url}#k={self.look_key}" if self.look_key else self.page_url

    @property
    def url(self) -> str:
        """The fullest link there is: with the key, if we have it."""
        return f"{self.page_url}#k={self.key}" if self.key else self.view_url

    @property
    def headers(self) -> dict[str, str]:
        """What goes with every request to the relay."""
        return authorization(self.token) | dict(self.extra_headers)

    @property
    def server_path(self) -> str | None:
        """The path of the relay on the server that notebooks come from, if it is there."""
        return None if self.token is None else urlsplit(self.base).path

    @property
    def ws_url(self) -> str:
        """Where the WebSocket of this document is."""
        return f"{self.http_url.replace('http', 'ws', 1)}/ws"

    @property
    def http_url(self) -> str:
        """Where this document's HTTP resources are."""
        return f"{self.base}/d/{self.uuid}"

    @property
    def path(self) -> str:
        """The path of :attr:`http_url` on its host."""
        return urlsplit(self.http_url).path
