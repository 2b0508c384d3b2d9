"""The way to a login and back, on which the key in a link is kept.

It stands behind ``#``, which browsers send to nobody and which is lost at the form of a login.  So
who has to log in is led to the same address with ``?login``, whose page puts it away in the tab
before it goes on to the login; the login leads back there, and the page to the link as it was.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

MARK = "login"
"""The name in a query that says: on the way to a login, or back."""

SCRIPT = """
const way = document.getElementById("way");
const place = "tsvshare " + location.pathname;
const back = way.dataset.back !== undefined;
const kept = back ? sessionStorage.getItem(place) ?? "" : "";
if (back) sessionStorage.removeItem(place);
else sessionStorage.setItem(place, location.hash);
location.replace(way.href + kept);
"""

HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()

POLICY = f"default-src 'none'; script-src 'sha256-{HASH}'; base-uri 'none'; frame-ancestors 'self'"

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Log in to see this table</title>
<meta name="color-scheme" content="light dark">
<body><p><a id="way" href="{href}"{back}>{words}</a></p><script>{script}</script></body></html>
"""


def is_marked(request: HTTPServerRequest) -> bool:
    """Whether a browser is on the way to a login, or back."""
    return MARK in request.query_arguments


def address_with(request: HTTPServerRequest, *, mark: bool) -> str:
    """The address that was asked for, with the mark or without it; a token in it is left out."""
    parts = urlsplit(request.uri or "/")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    rest = [(name, value) for name, value in pairs if name not in ("token", MARK)]
    if mark:
        rest.append((MARK, ""))
    return parts.path + (f"?{urlencode(rest)}" if rest else "")


class LeadsToLogin(RequestHandler):
    """Leads people to the login of their host, and from there to the link that they opened."""

    def lead(self, *, is_known: bool) -> None:
        """Answer with the next step; ``is_known``: who asks has logged in."""
        if is_marked(self.request):
            self._show_way(is_known)
        else:
            self.redirect(address_with(self.request, mark=not is_known))

    def _show_way(self, is_known: bool) -> None:
        if is_known:
            href, words = address_with(self.request, mark=False), "Go on to the table"
        else:
            href, words = self._login_address(), "Log in to see this table"
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        back = " data-back" if is_known else ""
        self.finish(PAGE.format(href=escape(href), back=back, words=words, script=SCRIPT))

    def _login_address(self) -> str:
        address = self.get_login_url()
        if "?" in address:  # it says already where to lead back to
            return address
        return f"{address}?{urlencode({'next': self.request.uri or '/'})}"
