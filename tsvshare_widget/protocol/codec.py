"""Messages <-> the bytes of their JSON text."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from tsvshare_widget.errors import BadRequest, TooLarge, TSVShareError, WrongVersion

from .limits import MAX_ID, MAX_MESSAGE
from .messages import (
    PROTOCOL_VERSION,
    SUBPROTOCOL,
)
from .relay_messages import (
    Reject,
    RelayMessage,
    Welcome,
)
from .state import Page
from .viewer_messages import (
    Hello,
    ViewerMessage,
)

encode = msgspec.json.Encoder().encode
"""Any message (or part of one) as the bytes of its JSON text."""


_viewer_decoder: msgspec.json.Decoder[ViewerMessage] = msgspec.json.Decoder(ViewerMessage)


_relay_decoder: msgspec.json.Decoder[RelayMessage] = msgspec.json.Decoder(RelayMessage)


decode_page = msgspec.json.Decoder(Page).decode
"""The bytes of a page's JSON text as a :class:`Page`."""


class _Head(msgspec.Struct):
    """What messages of every version have in common."""

    type: str = ""
    v: int = PROTOCOL_VERSION
    id: str | None = None


_head_decoder = msgspec.json.Decoder(_Head)

MessageT = TypeVar("MessageT", ViewerMessage, RelayMessage)


def decode_viewer(text: str | bytes) -> ViewerMessage:
    """Read what a viewer sent.  Raises :class:`BadRequest` that says what was wrong, and where.

    That is :class:`WrongVersion` if it is the hello of another major version.
    """
    return _decode(_viewer_decoder, text)


def decode_relay(text: str | bytes) -> RelayMessage:
    """Read what a relay sent.  Raises :class:`BadRequest` that says what was wrong, and where.

    That is :class:`WrongVersion` if it is the welcome of another major version.
    """
    return _decode(_relay_decoder, text)


def _decode(decoder: msgspec.json.Decoder[MessageT], text: str | bytes) -> MessageT:
    try:
        message = decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        head = _head(text)
        if head.type in ("hello", "welcome"):
            _check_version(head.v)  # of another version, everything else may differ too
        raise BadRequest(f"not a message of {SUBPROTOCOL}: {error}") from error
    except RecursionError as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: it is nested too deep") from error
    if isinstance(message, Hello | Welcome):
        _check_version(message.v)
    return message


def _head(text: str | bytes) -> _Head:
    try:
        return _head_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Head()


def _check_version(version: int) -> None:
    if version != PROTOCOL_VERSION:
        raise WrongVersion(
            f"one side speaks version {version} of the protocol and the other version "
            f"{PROTOCOL_VERSION}: reload the page, or bring tsvshare up to date where it is older"
        )


def check_size(n_bytes: int) -> None:
    """Raise :class:`TooLarge` for a message of a viewer that no relay takes."""
    if n_bytes > MAX_MESSAGE:
        raise TooLarge(
            f"what was asked for takes {n_bytes:,} bytes to say, and a relay takes up to "
            f"{MAX_MESSAGE:,} at a time; tables are uploaded otherwise"
        )


def request_id(text: str | bytes) -> str | None:
    """The id of a message, if it has one, even of a message that is not understood.

    An id that is too long is none: it is never repeated.
    """
    found = _head(text).id
    return found if found is not None and len(found) <= MAX_ID else None


def rejection(id: str, error: TSVShareError) -> Reject:
    """The ``reject`` that tells a viewer of ``error``."""
    return Reject(id=id, code=error.code, message=error.message)
