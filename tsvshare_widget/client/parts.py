"""Uploads in parts, which go on after a loss: each part by itself, as the relay's tus takes them.

All calls block.  They raise what the relay objects, :class:`Unavailable` and :class:`TimedOut`.
"""

from __future__ import annotations

import base64
import http.client
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tsvshare_widget.errors import BadRequest, NotFound, Superseded
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

from .access import fetch_state
from .http import (
    OnBytes,
    decode_answer,
    key_headers,
    one_request,
    path_of,
    put_headers,
    query_fields,
    read_answer,
    send_body,
)
from .link import Link

BYTES_TYPE = "application/offset+octet-stream"


TUS = {"Tus-Resumable": "1.0.0"}

REFUSED = (405, 501)
"""What answers who does not know a method: an older relay, or a proxy that lets none through."""


FORGOTTEN = (400, 404)


class NoParts(Exception):
    """Raised where uploads in parts are not known."""


def begin_upload(
    link: Link,
    *,
    name: str,
    size: int,
    options: ReadOptions = NO_OPTIONS,
    cid: str | None = None,
    timeout: float | None = 30.0,
) -> str:
    """Begin to upload a table of ``size`` bytes to a document; the id of the upload."""
    encoded = base64.b64encode(name.encode()).decode()
    headers = {"Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}"}
    fields = query_fields(options) | ({"cid": cid} if cid else {})
    query = f"?{urlencode(fields, True)}" if fields else ""
    location = _ask("POST", link, query, headers, timeout=timeout)["location"]
    return location.rpartition("/")[2]


def send_part(
    link: Link, upload: str, offset: int, data: bytes, *, timeout: float | None = 30.0
) -> int:
    """Send the bytes from ``offset`` on; how many the relay has now."""
    headers = {"Upload-Offset": str(offset), "Content-Type": BYTES_TYPE}
    return _offset(_ask("PATCH", link, f"/{_checked(upload)}", headers, data, timeout=timeout))


def send_rest(
    link: Link,
    upload: str,
    offset: int,
    pieces: Iterator[bytes],
    size: int,
    *,
    on_progress: OnBytes | None = None,
    timeout: float | None = 30.0,
    cancelled: threading.Event | None = None,
) -> TableState:
    """Send all bytes from ``offset`` on, to the ``size`` of the table; what became of it."""
    with one_request(link.base, timeout) as connection:
        connection.putrequest("PATCH", path_of(f"{link.http_url}/uploads/{_checked(upload)}"))
        headers = {
            "Upload-Offset": str(offset),
            "Content-Type": BYTES_TYPE,
            "Content-Length": str(size - offset),
            "Accept": "application/json",
        }
        put_headers(connection, key_headers(link) | TUS | headers)
        connection.endheaders()
        response = send_body(connection, pieces, size - offset, on_progress, cancelled)
        _check_known(response)
        if response.status == 200:
            return decode_answer(link.base, response, TableState)
        read_answer(link.base, response)
    table = fetch_state(link, timeout=timeout).state.table
    if table is None:
        raise NotFound("the table that was uploaded is not there any more")
    return table


def _check_known(response: http.client.HTTPResponse) -> None:
    if response.status in REFUSED:
        response.read()
        raise NoParts


def find_offset(link: Link, upload: str, *, timeout: float | None = 30.0) -> int:
    """How many bytes of an upload the relay has.

    Raises :class:`NotFound` for one that it does not know any more, and :class:`Superseded`.
    """
    with one_request(link.base, timeout) as connection:
        target = path_of(f"{link.http_url}/uploads/{_checked(upload)}")
        connection.request("HEAD", target, headers=key_headers(link) | TUS)
        response = connection.getresponse()
        if response.status in FORGOTTEN:  # such an answer has no body that says more
            raise NotFound("this upload is not known any more")
        if response.status == Superseded.status:
            raise Superseded("a newer upload took this one's place")
        read_answer(link.base, response)
        return _offset({"upload-offset": response.getheader("Upload-Offset") or ""})


def end_upload(link: Link, upload: str, *, timeout: float | None = 30.0) -> None:
    """Cancel an upload: what has come of it is deleted."""
    _ask("DELETE", link, f"/{_checked(upload)}", {}, timeout=timeout)


def _checked(upload: str) -> str:
    if not upload.isalnum():
        raise BadRequest(f"{upload[:40]!r} is not the id of an upload")
    return upload


def _offset(headers: dict[str, str]) -> int:
    said = headers.get("upload-offset", "")
    if not said.isdigit():
        raise NotFound("the relay does not say how far this upload is")
    return int(said)


def _ask(
    method: str,
    link: Link,
    path: str,
    headers: dict[str, str],
    data: bytes = b"",
    *,
    timeout: float | None,
) -> dict[str, str]:
    """The headers of the answer, by their names in lower case."""
    with one_request(link.base, timeout) as connection:
        sent: dict[str, Any] = key_headers(link) | TUS | headers
        target = path_of(f"{link.http_url}/uploads{path}")
        connection.request(method, target, body=data, headers=sent)
        response = connection.getresponse()
        _check_known(response)
        read_answer(link.base, response)
        return {name.lower(): value for name, value in response.getheaders()}
