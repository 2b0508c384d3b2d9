"""Whole WebSocket frames, made once and written to every viewer."""

from __future__ import annotations

import zlib
from typing import NamedTuple

from tsvshare_widget.protocol import Heartbeat, Working, encode

WORTH_DEFLATING = 1024
"""Bytes of a message that is compressed: a shorter one is one packet in any case."""

LEVEL = 1
"""The quickest level of deflate, for all viewers wait for it.

It leaves a third of the bytes of a page, in a fifth of the time of the usual level 6.
"""


def text_frame(payload: bytes, first: int = 0x81) -> bytes:
    """One whole unmasked WebSocket text frame (RFC 6455, section 5.2).

    Built once and written to every viewer, instead of being framed once for each of them.
    """
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2, "big") + payload
    return bytes((first, 127)) + size.to_bytes(8, "big") + payload


def text_of(frame: bytes) -> memoryview:
    """The payload of a frame that :func:`text_frame` has made."""
    return memoryview(frame)[{126: 4, 127: 10}.get(frame[1], 2) :]


def deflated_frame(frame: bytes) -> bytes:
    """The same text frame with its message compressed (RFC 7692), as it is if that is short.

    Nothing of an earlier message is needed to read it, so it is the same for everyone.
    """
    text = text_of(frame)
    if len(text) < WORTH_DEFLATING:
        return frame
    deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflater.compress(text) + deflater.flush(zlib.Z_SYNC_FLUSH)
    return text_frame(data[:-4], 0xC1)


HEARTBEAT_FRAME = text_frame(encode(Heartbeat()))


NO_WORK_FRAME = text_frame(encode(Working()))
"""What is under way where nothing is."""


PING_FRAME = b"\x89\x00"
"""A WebSocket ping without content (RFC 6455, section 5.5.2)."""


class Frame(NamedTuple):
    """The newest snapshot of a document, ready to be written.

    Two of the same ``version`` look the same.
    """

    document: str
    version: object
    data: bytes
