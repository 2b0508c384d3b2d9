"""Messages <-> the bytes of their JSON text."""

from __future__ import annotations

import msgspec

from tsvshare_widget.errors import BadRequest, TSVShareError

from .messages import SUBPROTOCOL, Reject, RelayMessage, ViewerMessage
from .state import Page

encode = msgspec.json.Encoder().encode
"""Any message (or part of one) as the bytes of its JSON text."""


_viewer_decoder: msgspec.json.Decoder[ViewerMessage] = msgspec.json.Decoder(ViewerMessage)


_relay_decoder: msgspec.json.Decoder[RelayMessage] = msgspec.json.Decoder(RelayMessage)


decode_page = msgspec.json.Decoder(Page).decode
"""The bytes of a page's JSON text as a :class:`Page`."""


def decode_viewer(text: str | bytes) -> ViewerMessage:
    """Read what a viewer sent.  Raises :class:`BadRequest` that says what was wrong, and where."""
    try:
        return _viewer_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: {error}") from error
    except RecursionError as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: it is nested too deep") from error


def decode_relay(text: str | bytes) -> RelayMessage:
    """Read what a relay sent.  Raises :class:`BadRequest` that says what was wrong, and where."""
    try:
        return _relay_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: {error}") from error
    except RecursionError as error:
        raise BadRequest(f"not a message of {SUBPROTOCOL}: it is nested too deep") from error


def rejection(id: str, error: TSVShareError) -> Reject:
    """The ``reject`` that tells a viewer of ``error``."""
    return Reject(id=id, code=error.code, message=error.message)
