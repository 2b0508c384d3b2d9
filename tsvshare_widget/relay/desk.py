"""What takes in connections, in whichever process: limits for all of them, and what is counted."""

from __future__ import annotations

from .budget import ByteBudget
from .metrics import Metrics
from .rate import Rate
from .rooms.held_frames import HeldFrames
from .rooms.viewers import Viewer
from .settings import Settings
from .turnstile import Turnstile
from .unfinished import UnfinishedBytes

DOCUMENT_BYTES = 64 * 1024 * 1024
"""Bytes of answers to the viewers of one document that are in memory at a time, and of frames that
wait for them..."""

VIEWER_BYTES = 24 * 1024 * 1024
"""...and to one of them."""


class Desk:
    """Where connections arrive.  It belongs to the event loop's thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.joins = Rate(settings.joins_per_second)
        self.turnstile = Turnstile()
        self.answers = ByteBudget(settings.answer_bytes, DOCUMENT_BYTES, VIEWER_BYTES)
        self.held_frames = HeldFrames(settings.answer_bytes, DOCUMENT_BYTES)
        self.incoming = UnfinishedBytes(settings.incoming_bytes)

    def make_room(self) -> None:
        """Give up file descriptors that can be spared."""

    def connect(self, viewer: Viewer) -> None:
        """Take in a new connection, and look after it from now on."""
        raise NotImplementedError

    async def leave(self, viewer: Viewer) -> None:
        """Forget a connection, which has ended."""
        raise NotImplementedError
