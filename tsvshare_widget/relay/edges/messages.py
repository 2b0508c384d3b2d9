"""What a relay and its edges say to each other; both are of the same version, always.

Between relays of a cluster :data:`VERSION` says so, which is raised with any change of this.

Viewers have numbers, which the edge gives them.  Frames are whole WebSocket frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from tsvshare_widget.relay.metrics import Counts

VERSION = 1


class Beat(msgspec.Struct, frozen=True, tag="beat", array_like=True):
    """Nothing, but that one is there."""


# --- from an edge --------------------------------------------------------------------------------


class Said(msgspec.Struct, frozen=True, tag="said", array_like=True):
    """A message of a viewer of document ``uuid``; there is no other before that was taken."""

    viewer: int
    uuid: str
    message: bytes
    is_text: bool


class Gone(msgspec.Struct, frozen=True, tag="gone", array_like=True):
    """A viewer that has said something is not connected any more."""

    viewer: int


class WentOut(msgspec.Struct, frozen=True, tag="out", array_like=True):
    """The answer with this number has gone out to a viewer."""

    viewer: int
    answer: int


class Counted(msgspec.Struct, frozen=True, tag="counted", array_like=True):
    """What this edge has counted since it began, and what it holds now."""

    counts: Counts
    gauges: dict[str, int]


# --- from the relay ------------------------------------------------------------------------------


class Taken(msgspec.Struct, frozen=True, tag="taken", array_like=True):
    """The message of a viewer was taken: it may say the next one."""

    viewer: int


class Joined(msgspec.Struct, frozen=True, tag="joined", array_like=True):
    """A viewer is to be welcomed with this, the state and the page, and shown all that follows.

    The :class:`Snapshot` of its document came before.  ``knows_all``: so did the newest of who is
    there, this viewer included; else that follows.
    """

    viewer: int
    welcome: bytes
    knows_all: bool


class Answer(msgspec.Struct, frozen=True, tag="answer", array_like=True):
    """A message for one viewer; its going out is to be told."""

    viewer: int
    answer: int
    message: bytes


class Write(msgspec.Struct, frozen=True, tag="write", array_like=True):
    """A frame for one viewer."""

    viewer: int
    frame: bytes


class Close(msgspec.Struct, frozen=True, tag="close", array_like=True):
    """A viewer is to be closed with this code."""

    viewer: int
    code: int
    reason: str


class Abort(msgspec.Struct, frozen=True, tag="abort", array_like=True):
    """A viewer is to be cut off."""

    viewer: int


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot", array_like=True):
    """The newest ``state`` of a document, for all its viewers."""

    uuid: str
    frame: bytes


class Presence(msgspec.Struct, frozen=True, tag="presence", array_like=True):
    """Who looks at a document, for all its viewers."""

    uuid: str
    frame: bytes


class Work(msgspec.Struct, frozen=True, tag="work", array_like=True):
    """What is under way, for all viewers of a document."""

    uuid: str
    frame: bytes


class Pointed(msgspec.Struct, frozen=True, tag="pointed", array_like=True):
    """Where people point, for all viewers of a document but ``alone``."""

    uuid: str
    frame: bytes
    alone: str | None


FromEdge: TypeAlias = Said | Gone | WentOut | Counted | Beat
FromRelay: TypeAlias = (
    Taken | Joined | Answer | Write | Close | Abort | Snapshot | Presence | Work | Pointed | Beat
)

pack: Callable[[FromEdge | FromRelay], bytes] = msgspec.msgpack.Encoder().encode
from_edge: msgspec.msgpack.Decoder[FromEdge] = msgspec.msgpack.Decoder(FromEdge)
from_relay: msgspec.msgpack.Decoder[FromRelay] = msgspec.msgpack.Decoder(FromRelay)
