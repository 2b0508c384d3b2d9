"""What strangers write in addresses and headers: the one place where it is read."""

from __future__ import annotations

import re
from typing import TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

import msgspec
from tornado.httputil import HTTPHeaders

from tsvshare_widget.errors import BadRequest, BadValue
from tsvshare_widget.protocol import MAX_COLUMNS

T = TypeVar("T")


def parse_number(text: str, what: str) -> int:
    """A whole number out of an address or a message.  Raises :class:`BadValue`."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        shown = text if len(text) <= 40 else text[:40] + "..."
        raise BadValue(f"{what} is a whole number, not {shown!r}")
    return int(text)


def parse_columns(text: str | None) -> tuple[int, int]:
    """``A-B``, from 1 and inclusive, as a window from 0, half-open.  Raises :class:`BadValue`."""
    if text is None:
        return 0, MAX_COLUMNS
    match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise BadValue(f"columns are given as A-B, from 1 and inclusive, not {text[:40]!r}")
    return int(match[1]) - 1, int(match[2])


def check_request(uri: str, headers: HTTPHeaders) -> None:
    """Look through what every request has, before anybody reads it.  Raises :class:`BadRequest`.

    Afterwards its address is UTF-8 without control characters, and ``Content-Length`` one number.
    """
    path, _, query = uri.partition("?")
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in _unquoted(path, "the address")):
        raise BadRequest("there are control characters in the address")
    for pair in query.split("&"):
        name = pair.partition("=")[0][:40]
        _unquoted(pair.replace("+", " "), f"the value of {name!r} in the address")
    for origin in headers.get_list("Origin"):
        try:
            urlsplit(origin)
        except ValueError as error:
            raise BadRequest(f"{origin[:40]!r} is no origin") from error
    length = parse_content_length(headers)
    if length is not None:
        headers["Content-Length"] = str(length)


def parse_content_length(headers: HTTPHeaders) -> int | None:
    """How long the body is, if that is said.  Raises :class:`BadRequest`.

    Several equal lengths are one (RFC 9110, 8.6): some proxies say it twice.
    """
    if "Content-Length" not in headers:
        return None
    found = {text.strip(" \t") for text in headers["Content-Length"].split(",")}
    if len(found) > 1 or not re.fullmatch(r"[0-9]{1,18}", text := found.pop()):
        shown = headers["Content-Length"][:40]
        raise BadRequest(f"Content-Length is one whole number of up to 18 digits, not {shown!r}")
    return int(text)


def check_handshake(headers: HTTPHeaders) -> None:
    """Raise :class:`BadRequest` unless a WebSocket is asked for (RFC 6455, 4.2.1)."""
    asked = {word.strip().lower() for word in headers.get("Connection", "").split(",")}
    if headers.get("Upgrade", "").lower() != "websocket" or "upgrade" not in asked:
        raise BadRequest("this address is for WebSockets: connect to it by ws:// or wss://")
    if not re.fullmatch("[A-Za-z0-9+/]{22}==", headers.get("Sec-WebSocket-Key", "")):
        raise BadRequest("Sec-WebSocket-Key is 16 bytes in base64")


def decode_json(text: str | bytes, kind: type[T], what: str) -> T:
    """A value of this type out of JSON text.  Raises :class:`BadValue`."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadValue(f"this is not {what}: {error}") from error
    except RecursionError as error:
        raise BadValue(f"this is not {what}: it is nested too deep") from error


def _unquoted(text: str, what: str) -> str:
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        raise BadRequest(f"in {what} a % is written as %25")
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode("utf-8")
    except UnicodeError as error:
        raise BadRequest(f"{what} is not UTF-8 text, percent-encoded") from error
