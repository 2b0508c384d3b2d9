"""One document at an edge while somebody looks at it there: what its viewers are to see."""

from __future__ import annotations

import asyncio

import msgspec

from tsvshare_widget.protocol import NO_PAGE, Hello, Position, State, Welcome
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.rooms.broadcast import LastFrame, for_each_viewer
from tsvshare_widget.relay.rooms.viewers import LiveViewer
from tsvshare_widget.relay.rooms.wire_frames import NO_WORK_FRAME, Frame, text_of

_state = msgspec.json.Decoder(State)


class EdgeRoom:
    """The viewers of one document at this edge, and the newest frames for all of them.

    ``users`` are those who have said anything; the relay counts them as well.
    """

    def __init__(self, uuid: str, metrics: Metrics) -> None:
        self.users = 0
        self._uuid = uuid
        self._metrics = metrics
        self._viewers: dict[LiveViewer, None] = {}
        self._frame = b""
        self._state: State | None = None
        self._presence = b""
        self._is_old = True
        self._work = NO_WORK_FRAME
        self._numbers = 0
        self._last = LastFrame(metrics)
        self._announcing: asyncio.Task[None] | None = None

    @property
    def state(self) -> State:
        """What is shown now."""
        if self._state is None:
            self._state = _state.decode(text_of(self._frame))
        return self._state

    @property
    def size(self) -> int:
        """Bytes of that, about."""
        return len(self._frame)

    def welcome(self, welcome: Welcome, hello: Hello) -> Welcome:
        """The welcome with what is shown now, unless that is what the viewer has."""
        state = self.state
        unchanged = hello.have == Position(epoch=state.epoch, seq=state.seq)
        return msgspec.structs.replace(
            welcome,
            epoch=state.epoch,
            seq=state.seq,
            unchanged=unchanged,
            state=None if unchanged else state.state,
            page=NO_PAGE if unchanged else state.page,
        )

    def join(self, viewer: LiveViewer) -> None:
        """Show a viewer all that comes from now on."""
        self._viewers[viewer] = None

    def leave(self, viewer: LiveViewer) -> None:
        """Show a viewer nothing any more."""
        self._viewers.pop(viewer, None)

    def remind(self, viewer: LiveViewer) -> None:
        """Show one who has just come, or was busy, what the others know."""
        if not self._is_old:
            viewer.show_presence(self._presence)
        viewer.show_missed_work(self._work)

    async def remind_all(self) -> None:
        """Show all who were busy what they missed."""
        await for_each_viewer(self._viewers, self.remind)

    def show(self, frame: bytes) -> None:
        """Show a snapshot to all viewers; of several that come meanwhile, the newest."""
        self._frame, self._state = frame, None
        self._numbers += 1
        if self._announcing is None or self._announcing.done():
            self._announcing = asyncio.create_task(self._announce())

    def take_presence(self, frame: bytes) -> None:
        """Take in who is there; :meth:`remind_all` shows it."""
        self._presence, self._is_old = frame, False

    async def show_work(self, frame: bytes) -> None:
        """Show what is under way; of several that come meanwhile, the newest."""
        self._work = frame
        await for_each_viewer(self._viewers, lambda viewer: viewer.show_work(self._work))

    def expect_presence(self) -> None:
        """Take in that somebody has come whom the others will soon be told of."""
        self._is_old = True

    async def show_pointing(self, frame: bytes, alone: str | None) -> None:
        """Show where people point."""
        await for_each_viewer(self._viewers, lambda viewer: viewer.show_pointing(frame, alone))

    async def _announce(self) -> None:
        number = -1
        while number != self._numbers:
            number, began = self._numbers, asyncio.get_running_loop().time()
            if self._viewers:
                await self._last.send_frame(self._viewers, Frame(self._uuid, number, self._frame))
                took = asyncio.get_running_loop().time() - began
                self._metrics.observe("fanout_seconds", took)
