"""A viewer whose connection is at an edge, as the relay sees it."""

from __future__ import annotations

from typing import Protocol

from tsvshare_widget.protocol import Position
from tsvshare_widget.relay.rooms.room import is_newer
from tsvshare_widget.relay.rooms.viewers import LiveViewer, Viewer
from tsvshare_widget.relay.rooms.wire_frames import NO_WORK_FRAME, Frame
from tsvshare_widget.relay.settings import Settings

from .channel import Channel
from .messages import Abort, Close, Pointed, Presence, Snapshot, Work, Write, pack


class Answering(Protocol):
    """Tells an edge, and knows what has gone out there."""

    channel: Channel

    async def answer(self, viewer: int, message: bytes) -> None:
        """Have a message written to a viewer, and wait until it has gone out."""


class FarViewer(LiveViewer):
    """A viewer with a number at an edge.  What everyone is shown reaches it by its ``outlet``.

    Its edge looks after the connection: here is only what the others may know of it.
    """

    def __init__(self, line: Answering, number: int, outlet: Outlet, now: float) -> None:
        # Not what a connection needs: there are many of these.
        self.cid = None
        self.role = "look"
        self.name = None
        self.at = None
        self.greeted = False
        self.opened = now
        self.number = number
        self.outlet = outlet
        self._line = line
        self._closing = False

    @property
    def busy(self) -> bool:
        """Whether much waits for its edge: then what can be left out is left out."""
        return self._line.channel.has_much

    def write(self, data: bytes | memoryview) -> None:
        """Have a frame written, if nothing was closed."""
        if not self._closing:
            self._line.channel.send(pack(Write(self.number, bytes(data))))

    async def answer(self, payload: bytes) -> None:
        """Have a message written, and wait until it has gone out."""
        if not self._closing:
            await self._line.answer(self.number, payload)

    def close(self, code: int, reason: str) -> None:
        """Have the connection closed."""
        if not self._closing:
            self._closing = True
            self._line.channel.send(pack(Close(self.number, code, reason)))

    def drop(self) -> None:
        """Have it cut off."""
        self.abort()

    def abort(self) -> None:
        """Have it cut off."""
        self._line.channel.send(pack(Abort(self.number)))

    def end(self) -> None:
        """The connection has ended."""
        self._closing = True

    def heard(self) -> None:
        """Nothing: its edge listens for signs of life."""

    def tick(self, now: float, settings: Settings) -> None:
        """Nothing: its edge does that."""

    def show_frame(self, frame: Frame, taken: int = 0) -> None:
        """Nothing: its outlet is shown it."""

    def show_presence(self, frame: bytes) -> None:
        """Nothing: its outlet is shown it."""

    def show_work(self, frame: bytes) -> None:
        """Nothing: its outlet is shown it."""

    def show_missed_work(self, frame: bytes) -> None:
        """Nothing: its outlet is shown it."""

    def show_pointing(self, frame: bytes, alone: str | None) -> None:
        """Nothing: its outlet is shown it."""


class Outlet(Viewer):
    """All viewers of one document at one edge: what it is shown goes there once, for all of them.

    ``users`` are those who have said anything; the edge counts them as well, and forgets what it
    was shown when the last one has gone.
    """

    def __init__(self, channel: Channel, uuid: str) -> None:
        self.cid = None
        self.role = "look"
        self.name = None
        self.at = None
        self.opened = float("inf")  # it is nobody, so it comes after everybody
        self.users = 0
        self._channel = channel
        self._uuid = uuid
        self._position: Position | None = None
        self._presence = b""
        self._work = NO_WORK_FRAME

    @property
    def busy(self) -> bool:
        """Whether much waits for the edge."""
        return self._channel.has_much

    def show_frame(self, frame: Frame, taken: int = 0) -> None:
        """Have a snapshot shown, unless the edge knows a newer one."""
        position = frame.version
        assert isinstance(position, Position)
        if self._position is None or is_newer(position, self._position):
            self._position = position
            message = pack(Snapshot(self._uuid, frame.data))
            self._channel.send_newest((self._uuid, Snapshot), message)

    def show_presence(self, frame: bytes) -> None:
        """Have it shown who is there."""
        if frame != self._presence:
            self._presence = frame
            self._channel.send_newest((self._uuid, Presence), pack(Presence(self._uuid, frame)))

    def show_work(self, frame: bytes) -> None:
        """Have it shown what is under way."""
        self._work = frame
        if self.busy:
            self._channel.send_newest((self._uuid, Work), pack(Work(self._uuid, frame)))
        else:
            self._channel.send(pack(Work(self._uuid, frame)))

    def show_missed_work(self, frame: bytes) -> None:
        """The same, unless it is known there."""
        if frame != self._work:
            self.show_work(frame)

    def show_pointing(self, frame: bytes, alone: str | None) -> None:
        """Have it shown where people point."""
        if not self.busy:
            self._channel.send(pack(Pointed(self._uuid, frame, alone)))
