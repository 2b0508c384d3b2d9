"""The calls that need no connection kept: a new document, an upload, a download.

All of them block the calling thread.  ``timeout`` is how many seconds the relay may stay silent,
not how long the whole call may take.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import msgspec

from tsvshare_widget.errors import (
    TimedOut,
    TooLarge,
    TSVShareError,
    Unavailable,
    UploadBroken,
    from_code,
)
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.protocol.shown_text import clean_text
from tsvshare_widget.query import Query
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions, json_values

from .link import Link, authorization, base_of, check_base
from .peeking import has_answered
from .proxies import http_connection
from .trust import untrusted

CHUNK_BYTES = 1 << 20
"""Bytes read from a source and sent at a time."""

Uploadable = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[Any] | Iterable[bytes]

OnBytes = Callable[[int, int | None], None]
"""Called with the bytes sent so far and how many there will be (None: nobody knows)."""

AnswerT = TypeVar("AnswerT")

GUARDED = (301, 302, 303, 307, 308, 401, 403, 407, 511)
"""What a proxy answers that wants a login: it says so, or leads to a page for it."""


class _Created(msgspec.Struct):
    uuid: str
    key: str | None
    view_url: str


def create_document(
    base: str,
    *,
    key: str | None = None,
    token: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    timeout: float | None = 30.0,
) -> Link:
    """Make a new, empty document on the relay at ``base`` and return its full link.

    ``key`` is the key it is to have, made at random; else the relay makes one.  ``token`` is what a
    server in front of the relay wants to hear, and ``headers`` what a proxy there does.

    Raises :class:`BadValue` for an address that cannot be one, :class:`Unavailable`,
    :class:`TimedOut`, or what the relay objects.
    """
    base = check_base(base)
    with one_request(base, timeout) as connection:
        sent = {"Content-Length": "0"} | authorization(token) | dict(headers)
        sent |= {"X-TSVShare-Key": key} if key else {}
        connection.request("POST", path_of(f"{base}/d"), headers=sent)
        created = decode_answer(base, connection.getresponse(), _Created)
    shown = base_of(created.view_url)
    if (
        shown.startswith("/") and token is None
    ):  # the way by which we asked is the best that is known
        shown = base
    return Link(
        base=base,
        uuid=created.uuid,
        key=created.key,
        shown=None if shown == base else shown,
        token=token,
        extra_headers=headers,
    )


def upload_whole(
    link: Link,
    source: Uploadable,
    *,
    name: str,
    options: ReadOptions = NO_OPTIONS,
    total: int | None = None,
    growing: bool = False,
    cid: str | None = None,
    on_progress: OnBytes | None = None,
    timeout: float | None = 30.0,
    cancelled: threading.Event | None = None,
) -> TableState:
    """Send ``source`` to the document in one request: see :func:`.uploading.upload`."""
    query = {"name": name} | query_fields(options)
    if cid is not None:
        query["cid"] = cid
    if growing:
        query["growing"] = "true"
    chunks, known = read_chunks(source)
    total = known if known is not None else total
    with one_request(link.base, timeout) as connection:
        connection.putrequest("PUT", path_of(f"{link.http_url}/table?{urlencode(query, True)}"))
        connection.putheader("Content-Type", "text/tab-separated-values")
        put_headers(connection, key_headers(link))
        if total is None:
            connection.putheader("Transfer-Encoding", "chunked")
        else:
            connection.putheader("Content-Length", str(total))
        connection.endheaders()
        response = send_body(connection, chunks, total, on_progress, cancelled)
        return decode_answer(link.base, response, TableState)


def put_headers(connection: http.client.HTTPConnection, headers: dict[str, str]) -> None:
    """Say these headers in a request that was begun."""
    for name, value in headers.items():
        connection.putheader(name, value)


def key_headers(link: Link) -> dict[str, str]:
    """The headers that carry the key of a link, if it has one, and its token."""
    return link.headers | ({"X-TSVShare-Key": link.key} if link.key else {})


def query_fields(options: ReadOptions) -> dict[str, Any]:
    """Read options as the query of an address; a list is a name given several times."""
    given = json_values(options)
    if given.get("comments") == []:
        given["comments"] = False
    for name in {"missing", "missing_in", "types"} & given.keys():
        given[name] = msgspec.json.encode(given[name]).decode()
    return {k: str(v).lower() if isinstance(v, bool) else v for k, v in given.items()}


def download(
    link: Link,
    *,
    view: Query | None = None,
    table: str | None = None,
    format: str = "tsv",
    timeout: float | None = 30.0,
) -> Generator[bytes, None, None]:
    """The uploaded file, verbatim, in pieces; with ``view`` the rows of this query instead.

    These are written in ``format``, such as ``"csv"``.

    ``table`` is the id of the table that is meant, by default the one that shows; with the key it
    may be that which an undo would bring back.

    Raises :class:`NotFound` if there is none, and :class:`Unavailable` if it breaks off.
    """
    query = (
        {}
        if view is None
        else {
            "view": "1",
            "query": encode(view).decode(),
            "format": format,
        }
    )
    if table is not None:
        query["id"] = table
    with one_request(link.base, timeout) as connection:
        target = path_of(f"{link.http_url}/table?{urlencode(query)}")
        connection.request("GET", target, headers=key_headers(link))
        response = connection.getresponse()
        if response.status != 200:
            read_answer(link.base, response)
        while piece := response.read(CHUNK_BYTES):
            yield piece


def read_chunks(source: Uploadable) -> tuple[Iterator[bytes], int | None]:
    """``source`` as pieces of bytes, and how many bytes there will be, if that is known."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return _read_path(path), path.stat().st_size
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source).cast("B")
        return (bytes(view[i : i + CHUNK_BYTES]) for i in range(0, len(view), CHUNK_BYTES)), len(
            view
        )
    if hasattr(source, "read"):
        return _read_file(cast(IO[Any], source)), None
    return iter(source), None


def _read_path(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        yield from _read_file(file)


def _read_file(file: IO[Any]) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece.encode() if isinstance(piece, str) else piece


def path_of(url: str) -> str:
    """What stands behind the host in an address, the query included."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def connect(base: str, timeout: float | None) -> http.client.HTTPConnection:
    """A new connection to the relay.  Raises :class:`Unavailable`."""
    connection = http_connection(base, timeout)
    try:
        connection.connect()
    except OSError as error:
        raise Unavailable(
            f"cannot reach the relay at {base}: {untrusted(error) or error}"
        ) from error
    return connection


def check_reached(link: Link, timeout: float | None) -> None:
    """Raise :class:`Unavailable` at once if nothing listens where a link leads to."""
    with own_errors(link.base, timeout), contextlib.closing(connect(link.base, timeout)):
        pass


@contextlib.contextmanager
def own_errors(base: str, timeout: float | None) -> Iterator[None]:
    """Failures of a connection to the relay come out as our own errors."""
    try:
        yield
    except TSVShareError:
        raise
    except TimeoutError as error:
        raise TimedOut(f"the relay at {base} was silent for {timeout:g} s") from error
    except (ConnectionError, http.client.HTTPException) as error:
        raise Unavailable(f"the connection to {base} was lost: {error}") from error


@contextlib.contextmanager
def one_request(base: str, timeout: float | None) -> Iterator[http.client.HTTPConnection]:
    """A connection to the relay for one request."""
    with (
        own_errors(base, timeout),
        contextlib.closing(connect(base, timeout)) as connection,
    ):
        yield connection


def send_body(
    connection: http.client.HTTPConnection,
    chunks: Iterator[bytes],
    total: int | None,
    on_progress: OnBytes | None,
    cancelled: threading.Event | None,
) -> http.client.HTTPResponse:
    """Send the body until its end, or until the relay has answered before that."""
    sent = 0
    try:
        for chunk in chunks:
            if cancelled is not None and cancelled.is_set():
                raise UploadBroken(f"the upload was cancelled after {sent:,} bytes")
            if not chunk:
                continue
            connection.send(chunk if total is not None else b"%x\r\n%b\r\n" % (len(chunk), chunk))
            sent += len(chunk)
            if on_progress is not None:
                on_progress(sent, total)
            if has_answered(connection):
                return connection.getresponse()
        if total is None:
            connection.send(b"0\r\n\r\n")
        return connection.getresponse()
    except TSVShareError:
        raise
    except (ConnectionError, http.client.HTTPException) as error:
        return _late_answer(connection, sent, error)


def _late_answer(
    connection: http.client.HTTPConnection, sent: int, error: Exception
) -> http.client.HTTPResponse:
    """A relay that refuses answers and hangs up; the answer may still lie in our buffer."""
    try:
        return connection.getresponse()
    except (ConnectionError, http.client.HTTPException):
        raise UploadBroken(f"the connection was lost after {sent:,} bytes: {error}") from error


def read_answer(base: str, response: http.client.HTTPResponse) -> bytes:
    """The body of what the relay answers.  Raises what it objects."""
    body = response.read()
    if 200 <= response.status < 300:
        return body
    try:
        error = msgspec.json.decode(body)["error"]
        raise from_code(error["code"], error["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        raise proxy_error(
            base, response.status, response.reason, response.getheader("Server")
        ) from None


def proxy_error(base: str, status: int, reason: str, server: str | None = None) -> TSVShareError:
    """The error for an answer that no relay gives: somebody stands in front of it."""
    by = f" ({clean_text(server)[:40]})" if server else ""
    who = f"something in front of the relay at {base}{by}"
    said = f"answered {status} {reason}".rstrip()
    if status == 413:
        return TooLarge(
            f"{who} {said}: it takes no upload as large as this, whatever the relay allows. Who "
            "runs it can raise its limit (of nginx: client_max_body_size 0;), or send the file "
            "compressed, as .gz"
        )
    if status in GUARDED:
        return Unavailable(
            f"{who} {said}: it wants to know who asks. TSVShare(..., token=...) or headers={{...}} "
            "tell it, tsvshare push takes --http-header"
        )
    if status in (502, 503, 504):
        return Unavailable(f"{who} {said}: it does not reach the relay")
    return Unavailable(f"{base} {said}, not as a relay does")


def decode_answer(base: str, response: http.client.HTTPResponse, kind: type[AnswerT]) -> AnswerT:
    """What the relay answers.  Raises what it objects."""
    body = read_answer(base, response)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise Unavailable(f"{base} does not answer as a relay does: {error}") from error
