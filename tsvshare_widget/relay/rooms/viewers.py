"""The relay's side of each connection.

There is no task, timer or queue for a viewer.  A viewer is idle or busy: busy while bytes of an
earlier write wait for the network.  What a busy viewer misses is not kept but for the newest frame,
which it gets as soon as it has taken the earlier one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from tornado.iostream import IOStream, StreamClosedError

from tsvshare_widget.protocol import Bye, Close, Place, Role, encode
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.settings import Settings

from .held_frames import HeldFrames
from .wire_frames import HEARTBEAT_FRAME, NO_WORK_FRAME, PING_FRAME, Frame, text_frame

MISSED_BEATS = 2
"""Heartbeats that may go unanswered before a connection is closed."""

LONGEST_SLOW = 20
"""Who takes a byte now and then may take so many times longer than who takes none at all."""


class Socket(Protocol):
    """What a viewer needs of its WebSocket handler."""

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Begin to close the connection."""


class _Nothing:
    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """It is closed."""


NOTHING = _Nothing()


class Viewer:
    """One connection.  ``now`` is always the event loop's clock.

    ``cid``, ``role``, ``name`` and ``at`` are what the others may know of who is there;
    ``takes_deflated``: compressed messages.
    """

    takes_deflated = False
    outlet: Viewer | None = None
    """Of one connected to another process: what is sent there for all viewers of the document."""

    ready: IOStream | None = None
    """Where the next frame may be written at once; None while an earlier one is still going out."""

    def __init__(
        self, socket: Socket, stream: IOStream, metrics: Metrics, held: HeldFrames, now: float
    ) -> None:
        self.cid: str | None = None
        self.role: Role = "look"
        self.admitted_by: str | None = None  # hash of the document's key when it was greeted
        self.name: str | None = None
        self.at: Place | None = None
        self.opened = now
        self._beat = now
        self._closing = False
        self._socket = socket
        self._stream = self.ready = stream
        self._metrics = metrics
        self._held = held
        self._busy_since: float | None = None
        self._missed: Frame | None = None  # the newest one, while busy
        self._answering: dict[object, float] = {}  # answers that wait, and since when
        self._taken = 0  # bytes that the network had taken...
        self._taken_at = now  # ...when that last changed

    def show_frame(self, frame: Frame, taken: int = 0) -> None:
        """Write the newest frame, now or when the one before has gone out.

        The network has ``taken`` so many bytes of it already.
        """
        if self._busy_since is None and not self._closing:
            self._begin(frame, taken)
        elif not self._closing:
            self._held.hold(frame, self)
            self._forget_missed()
            self._missed = frame

    def write(self, data: bytes | memoryview) -> asyncio.Future[None] | None:
        """Write one whole WebSocket frame, whatever is still waiting.

        Returns what is done once it has gone out; None if it cannot go out.
        """
        if self._closing:
            return None  # nothing may follow a close frame
        try:
            future = self._stream.write(data)
        except StreamClosedError:
            return None
        self._metrics.count("bytes_sent", by=len(data))
        if not future.done() and self._busy_since is None:
            self._busy_since = asyncio.get_running_loop().time()
            self.ready = None
            future.add_done_callback(self._drained)
        return future

    def _begin(self, frame: Frame, taken: int = 0) -> None:
        going_out = self.write(memoryview(frame.data)[taken:] if taken else frame.data)
        if going_out is not None and not going_out.done():
            self._held.hold(frame, self)
            going_out.add_done_callback(lambda _: self._held.release(frame, self))

    def _forget_missed(self) -> Frame | None:
        missed, self._missed = self._missed, None
        if missed is not None:
            self._held.release(missed, self)
        return missed

    def drop(self) -> None:
        """End the connection at once: too much waits for those who are slow."""
        if not self._closing:
            self._begin_to_close()
            self._metrics.count("closed", f'code="{Close.SLOW}"')
            # Not in the middle of what others are doing with all viewers.
            asyncio.get_running_loop().call_soon(self.abort)

    async def answer(self, payload: bytes) -> None:
        """Write a message for this viewer alone and wait until it has gone out.

        Whoever answers one message before taking the next holds at most one answer in memory.
        """
        if self._closing:
            return
        frame = text_frame(payload)
        self._metrics.count("bytes_sent", by=len(frame))
        answering = object()
        self._answering[answering] = asyncio.get_running_loop().time()
        try:
            await self._stream.write(frame)
        except StreamClosedError:
            return
        finally:
            del self._answering[answering]

    def _drained(self, future: asyncio.Future[None]) -> None:
        self._busy_since = None
        self.ready = None if self._closing else self._stream
        missed = self._forget_missed()
        if missed is not None and not future.cancelled() and future.exception() is None:
            self._begin(missed)

    @property
    def busy(self) -> bool:
        """Whether bytes for this viewer wait for the network."""
        return self._busy_since is not None

    def close(self, code: int, reason: str) -> None:
        """Begin to close the connection."""
        if not self._closing:
            self._begin_to_close()
            self._metrics.count("closed", f'code="{code}"')
            self._socket.close(code, reason)

    def abort(self) -> None:
        """End the connection without waiting for the other side."""
        self._stream.close()

    def end(self) -> None:
        """The connection has ended: hold nothing of it."""
        self._begin_to_close()
        self._socket = NOTHING

    def _begin_to_close(self) -> None:
        self._closing, self.ready = True, None

    def put_out(self, messages: Iterable[bytes], code: int, reason: str) -> None:
        """Tell why this viewer must not stay, and close."""
        for message in messages:
            self.write(text_frame(message))
        self.close(code, reason)

    def say_bye(self, retry_ms: int) -> None:
        """Tell that the relay goes, and close."""
        self.close(Close.GOING_AWAY, "the relay is going away")

    def show_presence(self, frame: bytes) -> None:
        """Show who is there, to those who speak of that and unless they know."""

    def show_work(self, frame: bytes) -> None:
        """Show what is under way, to those who speak of that."""

    def show_missed_work(self, frame: bytes) -> None:
        """The same, unless they know."""

    def show_pointing(self, frame: bytes, alone: str | None) -> None:
        """Show where others point, to those who speak of that and are not busy.

        ``alone`` is who points, if it is one alone.
        """

    def tick(self, now: float, settings: Settings) -> None:
        """Do what is due whether or not anything happens on this connection."""
        if self._is_too_slow(now, settings.slow_seconds):
            self.close(Close.SLOW, "this connection takes the table too slowly")
        elif now - self._beat >= settings.heartbeat:
            self._beat = now
            self.beat()

    def _is_too_slow(self, now: float, seconds: float) -> bool:
        """Whether bytes have waited for so long and none was taken; or for very much longer."""
        taken = getattr(self._stream, "_total_write_done_index", 0)  # what Tornado has sent
        if taken != self._taken:
            self._taken, self._taken_at = taken, now
        waiting = [*self._answering.values()]
        if self._busy_since is not None:
            waiting.append(self._busy_since)
        if not waiting:
            return False
        since = min(waiting)
        return now - max(since, self._taken_at) > seconds or now - since > LONGEST_SLOW * seconds

    def beat(self) -> None:
        """Show that the relay is alive, and find out whether the other side is."""


class LiveViewer(Viewer):
    """A viewer that speaks ``tsvshare.v1``: it is shown who is there, and must answer beats.

    ``greeted`` is whether its hello has come.
    """

    def __init__(
        self, socket: Socket, stream: IOStream, metrics: Metrics, held: HeldFrames, now: float
    ) -> None:
        super().__init__(socket, stream, metrics, held, now)
        self.greeted = False
        self._presence = b""
        self._work = NO_WORK_FRAME
        self._unanswered = 0

    def heard(self) -> None:
        """Take note that it is alive."""
        self._unanswered = 0

    def say_bye(self, retry_ms: int) -> None:
        """Tell that the relay goes and when to come back, and close."""
        self.write(text_frame(encode(Bye(code=Close.GOING_AWAY, retry_ms=retry_ms))))
        super().say_bye(retry_ms)

    def show_presence(self, frame: bytes) -> None:
        """Show who is there, unless it knows already or is busy."""
        if frame != self._presence and not self.busy:
            self._presence = frame
            self.write(frame)

    def show_work(self, frame: bytes) -> None:
        """Show what is under way, unless it is busy."""
        if not self.busy:
            self._work = frame
            self.write(frame)

    def show_missed_work(self, frame: bytes) -> None:
        """Show what is under way, unless it knows already or is busy."""
        if frame != self._work:
            self.show_work(frame)

    def show_pointing(self, frame: bytes, alone: str | None) -> None:
        """Show where others point, unless it is busy: later that would not be true any more."""
        if self.cid != alone and not self.busy:
            self.write(frame)

    def beat(self) -> None:
        """Send a heartbeat; close if the last ones were not answered."""
        if self._unanswered >= MISSED_BEATS:
            self.close(Close.NO_PONG, "no answer to the heartbeat")
            return
        self._unanswered += 1
        if not self.busy:
            self.write(HEARTBEAT_FRAME)


class PlainViewer(Viewer):
    """A viewer that speaks the plain protocol: nothing but pages is sent to it."""

    def beat(self) -> None:
        """Send a ping, which is no message: it only keeps proxies from closing the connection."""
        self.write(PING_FRAME)
