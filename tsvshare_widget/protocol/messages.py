"""The messages of ``tsvshare.v1``: what a viewer and a relay say to each other.

Every message is one JSON text frame with a ``type``.  A message about state is a complete
snapshot with its position ``(epoch, seq)``: the newest one wins and nothing has to be replayed.
Positions are compared only within one epoch; a new epoch replaces whatever was known.

    viewer -> relay   hello · op · look · cell · profile · describe · groups · points · columns ·
                      find · views · access · cancel · me · point · pong
    relay -> viewer   welcome · state · ack · reject · page · cell · profile · describe · groups ·
                      points · columns · find · views · access · progress · working ·
                      presence · pointing · hb · error · over · moved · bye

Pages are counted from 1, rows and columns of cells from 0.  ``tests/golden/protocol.json`` holds
one example of each message; the Python and the TypeScript tests both read it; ``docs/protocol.md``
explains them.  Those of viewers are in ``viewer_messages``, those of relays in
``relay_messages``; none of these modules knows sockets or clocks.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Raw, Struct

from .limits import MAX_ID

PROTOCOL_VERSION = 1
"""The major version: both sides say theirs first, and part for good if they differ.

What is only added (a field, a type of message, an event) does not raise it.
"""

SUBPROTOCOL = "tsvshare.v1"


NO_PAGE = Raw(b"null")
"""Stands where a page would: the document has no table, or the viewer has the page already.

Pages travel between the parts of the relay as the bytes of their JSON text, encoded once.
"""


class Close:
    """WebSocket close codes: below 4500 the viewer reconnects, from 4500 on it does not."""

    GOING_AWAY = 4001
    SLOW = 4008
    NO_PONG = 4012
    NO_HELLO = 4013
    FULL = 4014
    REVOKED = 4503
    GONE = 4504
    MOVED = 4505
    PROTOCOL = 4509
    VERSION = 4510

    @staticmethod
    def is_final(code: int | None) -> bool:
        """Whether reconnecting after this close code is of no use."""
        return code is not None and 4500 <= code < 5000


class Message(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages; fields we do not know are ignored, so that versions can meet."""


RequestId = Annotated[str, msgspec.Meta(max_length=MAX_ID)]
