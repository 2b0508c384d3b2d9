"""What a process needs that takes in connections: limits for all of them, and what is counted."""

from __future__ import annotations

from .budget import ByteBudget
from .metrics import Metrics
from .rate import Rate
from .rooms.connections import Connections
from .rooms.held_frames import HeldFrames
from .rooms.viewers import Viewer
from .settings import Settings
from .turnstile import Turnstile
from .unfinished import UnfinishedBytes

DOCUMENT_BYTES = 64 * 1024 * 1024
"""Memory that answers to the viewers of one document may take at a time, in bytes.

Frames that wait for slow viewers of a document may take as much again.
"""

VIEWER_BYTES = 24 * 1024 * 1024
"""Memory that answers to one viewer may take at a time, in bytes."""


class Desk:
    """Where connections arrive: the hub of a relay, or an edge, which passes on what is said.

    It belongs to the event loop's thread.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.connections = Connections(settings)
        self.metrics = Metrics()
        self.joins = Rate(settings.joins_per_second)
        self.turnstile = Turnstile()
        self.answers = ByteBudget(settings.answer_bytes, DOCUMENT_BYTES, VIEWER_BYTES)
        self.held_frames = HeldFrames(settings.answer_bytes, DOCUMENT_BYTES)
        self.incoming = UnfinishedBytes(settings.incoming_bytes)

    def make_room(self) -> None:
        """Give up file descriptors that can be spared."""

    async def leave(self, viewer: Viewer) -> None:
        """Forget a connection, which has ended."""
        raise NotImplementedError
