"""Files on the web, fetched by who asks for them: streamed from where they are to the relay."""

from __future__ import annotations

import base64
import http.client
import re
import string
from collections.abc import Iterator
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from tsvshare_widget._version import __version__
from tsvshare_widget.client.link import Link
from tsvshare_widget.client.proxies import http_connection
from tsvshare_widget.errors import (
    BadTable,
    BadValue,
    NotFound,
    TimedOut,
    TSVShareError,
    Unavailable,
)
from tsvshare_widget.protocol.shown_text import clean_text
from tsvshare_widget.read_options import ReadOptions

from .files import read_pieces
from .source import Source

CHUNK_BYTES = 1 << 18

MOST_REDIRECTS = 8

REDIRECTS = (301, 302, 303, 307, 308)

NOT_THERE = (404, 410)

PAGE_HEAD_BYTES = 1024

WEB_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.I | re.S)


def is_address(source: object) -> bool:
    """Whether ``source`` is text that is the address of a file, or the link of a document."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def is_link(source: object) -> bool:
    """Whether ``source`` is text that must be the link of a document."""
    if not isinstance(source, str) or not is_address(source):
        return False
    try:
        Link.parse(source)
    except BadValue:
        return "#k=" in source  # a link that is broken, and no file
    return True


def open_address(
    url: str,
    *,
    name: str | None,
    options: ReadOptions,
    member: str | None,
    timeout: float | None = 30.0,
) -> Source:
    """A file at an ``http(s)`` address, ready to be streamed; ``timeout``: seconds of silence.

    It is called what the server calls it, or else as its address ends.  Proxies count as on the way
    to a relay.  Raises :class:`NotFound`, :class:`Unavailable` for whatever else the server
    answers, :class:`BadTable` for a web page, and later for a file that ends early.
    """
    url, inside = _split_member(url)
    answer, url = _follow(url, timeout)
    total = _number(answer.getheader("Content-Length"))
    pieces = _pieces(answer, url, total, timeout)
    first = next(pieces, b"")
    while len(first) < PAGE_HEAD_BYTES and (more := next(pieces, b"")):
        first += more
    _check_no_page(answer, first, url)
    source = read_pieces(
        _from(first, pieces),
        name=_name(answer, url),
        options=options,
        member=member or inside,
        total=total,
    )
    return source.renamed(name)


def _split_member(url: str) -> tuple[str, str | None]:
    """An address, and what is meant of the archive there, if something is."""
    found = re.fullmatch(r"([^!]+\.(?:zip|xlsx))!(.+)", url, re.I)
    return (found[1], unquote(found[2])) if found else (url, None)


def shown(url: str) -> str:
    """An address as errors name it: without a password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return clean_text(urlunsplit((parts.scheme, host, parts.path, "", "")))


# --- asking ------------------------------------------------------------------------------------


def _follow(url: str, timeout: float | None) -> tuple[http.client.HTTPResponse, str]:
    """The answer at an address, or where it leads to; and where that is."""
    for _ in range(MOST_REDIRECTS):
        answer = _ask(url, timeout)
        location = answer.getheader("Location")
        if answer.status not in REDIRECTS or not location:
            _check_status(answer, url)
            return answer, url
        answer.close()
        there = urljoin(url, location)
        if not is_address(there):
            raise Unavailable(f"{shown(url)} leads to {shown(there)}, which is no web address")
        url = there
    raise Unavailable(f"{shown(url)} leads from one address to the next for ever")


def _ask(url: str, timeout: float | None) -> http.client.HTTPResponse:
    parts = urlsplit(url)
    if not parts.hostname:
        raise BadValue(f"{url!r} is no address: one looks like https://host/genes.tsv")
    headers = {
        "User-Agent": f"tsvshare/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if parts.username:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    target = urlunsplit(("", "", _quoted(parts.path) or "/", _quoted(parts.query), ""))
    host = parts.netloc.rpartition("@")[2]
    try:
        connection = http_connection(f"{parts.scheme.lower()}://{host}", timeout)
        connection.request("GET", target, headers=headers)
        return connection.getresponse()
    except TSVShareError:
        raise
    except TimeoutError as error:
        raise TimedOut(f"{shown(url)} was silent for {timeout:g} s") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{shown(url)} cannot be reached: {error}") from error


def _quoted(text: str) -> str:
    """A part of an address without signs that cannot stand in a request."""
    return quote(text, safe=string.punctuation)


def _check_status(answer: http.client.HTTPResponse, url: str) -> None:
    if answer.status == 200:
        return
    said = f"{shown(url)} answers {answer.status} {clean_text(answer.reason)}".rstrip()
    answer.close()
    if answer.status in NOT_THERE:
        raise NotFound(f"{said}: there is no such file")
    if answer.status in (401, 403, 407):
        raise Unavailable(f"{said}: it is for who is let in; download it, and give its path")
    raise Unavailable(f"{said}, and no file")


# --- what comes --------------------------------------------------------------------------------


def _pieces(
    answer: http.client.HTTPResponse, url: str, total: int | None, timeout: float | None
) -> Iterator[bytes]:
    received = 0
    try:
        while piece := answer.read(CHUNK_BYTES):
            received += len(piece)
            yield piece
    except TimeoutError as error:
        raise TimedOut(f"{shown(url)} was silent for {timeout:g} s") from error
    except (OSError, http.client.HTTPException) as error:
        raise BadTable(f"{shown(url)} ended early, after {received:,} bytes: {error}") from error
    finally:
        answer.close()
    if total is not None and received < total:
        raise BadTable(f"{shown(url)} ended early, after {received:,} of {total:,} bytes")


def _from(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _check_no_page(answer: http.client.HTTPResponse, first: bytes, url: str) -> None:
    """Raise :class:`BadTable` for a web page; what only calls itself one may be a table."""
    if WEB_PAGE.match(first.removeprefix(b"\xef\xbb\xbf")) is None:
        return
    answer.close()
    raise BadTable(
        f"{shown(url)} is a web page, not a table: give the address of the file itself, such as "
        "that of its button Raw or Download; a page that wants a login shows so, too"
    )


def _name(answer: http.client.HTTPResponse, url: str) -> str:
    said = Message()
    said["Content-Disposition"] = answer.getheader("Content-Disposition") or "inline"
    found = said.get_filename() or unquote(urlsplit(url).path)
    name = PurePosixPath(found.replace("\\", "/")).name
    return clean_text(name) or urlsplit(url).hostname or "table.tsv"


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
