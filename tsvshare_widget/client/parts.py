"""Uploads in parts, which go on after a loss: each part by itself, as the relay's tus takes them.

All calls block.  They raise what the relay objects, :class:`Unavailable` and :class:`TimedOut`.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from tsvshare_widget.errors import BadRequest, NotFound

from .http import key_headers, one_request, path_of, read_answer
from .link import Link

BYTES_TYPE = "application/offset+octet-stream"


def begin_upload(
    link: Link, *, name: str, size: int, cid: str | None = None, timeout: float | None = 30.0
) -> str:
    """Begin to upload a table of ``size`` bytes to a document; the id of the upload."""
    encoded = base64.b64encode(name.encode()).decode()
    headers = {"Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}"}
    query = f"?{urlencode({'cid': cid})}" if cid else ""
    location = _ask("POST", link, query, headers, timeout=timeout)["location"]
    return location.rpartition("/")[2]


def send_part(
    link: Link, upload: str, offset: int, data: bytes, *, timeout: float | None = 30.0
) -> int:
    """Send the bytes from ``offset`` on; how many the relay has now."""
    headers = {"Upload-Offset": str(offset), "Content-Type": BYTES_TYPE}
    return _offset(_ask("PATCH", link, f"/{_checked(upload)}", headers, data, timeout=timeout))


def find_offset(link: Link, upload: str, *, timeout: float | None = 30.0) -> int:
    """How many bytes of an upload the relay has.  Raises :class:`NotFound`."""
    return _offset(_ask("HEAD", link, f"/{_checked(upload)}", {}, timeout=timeout))


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
        sent: dict[str, Any] = key_headers(link) | {"Tus-Resumable": "1.0.0"} | headers
        target = path_of(f"{link.http_url}/uploads{path}")
        connection.request(method, target, body=data, headers=sent)
        response = connection.getresponse()
        read_answer(link.base, response)
        return {name.lower(): value for name, value in response.getheaders()}
