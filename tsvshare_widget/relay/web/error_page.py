"""Errors as people see them: a browser that asked for a page gets one, a program JSON."""

from __future__ import annotations

from html import escape
from importlib import resources

from tornado.httputil import HTTPHeaders

from tsvshare_widget.errors import TSVShareError
from tsvshare_widget.protocol.shown_text import clean_text

HTML_TYPE = "text/html; charset=utf-8"

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
"""What an error page may load: nothing but its own style."""

HEADINGS = {
    403: "This is not allowed",
    404: "There is nothing here",
    421: "This relay is not known by this name",
    429: "Too much at a time",
    503: "Not now",
}


def wants_page(method: str | None, headers: HTTPHeaders) -> bool:
    """Whether a request is one of a browser that is to show what comes."""
    if method not in ("GET", "HEAD"):
        return False
    kinds = (kind.partition(";")[0].strip() for kind in headers.get("Accept", "").split(","))
    return "text/html" in map(str.lower, kinds)


def error_page(error: TSVShareError, status: int, root: str | None) -> bytes:
    """A page that says what is wrong.

    ``root`` leads from its address to the relay's landing page; None: nothing there is of use.
    """
    style = way = ""
    if root is not None:
        style = f'<link rel="stylesheet" href="{escape(root)}static/widget.css">'
        way = f'<a class="tsv-button primary" href="{escape(root)}">Share a table of your own</a>'
    message = clean_text(error.message)
    page = resources.files(__package__).joinpath("html", "error.html").read_text("utf-8")
    return page.format(
        style=style,
        way=way,
        heading=HEADINGS.get(status, "This did not work"),
        message=escape(message[:1].upper() + message[1:]),
        code=escape(error.code),
    ).encode()


def way_to_root(path: str, root: str) -> str:
    """How a relative link leads from an address to ``root``, wherever a proxy has put both."""
    if not path.startswith(root):
        return root
    return "../" * path.removeprefix(root).count("/") or "./"
