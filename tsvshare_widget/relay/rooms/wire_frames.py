"""Whole WebSocket frames, made once and written to every viewer."""

from __future__ import annotations

from typing import NamedTuple

from tsvshare_widget.protocol import Heartbeat, Working, encode


def text_frame(payload: bytes) -> bytes:
    """One whole unmasked, uncompressed WebSocket text frame (RFC 6455, section 5.2).

    Built once and written to every viewer, instead of being framed once for each of them.
    """
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


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
