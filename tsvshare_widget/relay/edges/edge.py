"""An edge: it holds the connections of viewers, and speaks with the relay for them."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol

import msgspec

from tsvshare_widget.protocol import Close as CloseCode
from tsvshare_widget.protocol import Hello, Welcome, encode
from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.rooms.broadcast import for_each_viewer
from tsvshare_widget.relay.rooms.farewells import come_back_ms
from tsvshare_widget.relay.rooms.viewers import LiveViewer, Viewer
from tsvshare_widget.relay.settings import Settings
from tsvshare_widget.relay.threads import Asker

from .channel import Channel
from .edge_room import EdgeRoom
from .messages import (
    Abort,
    Answer,
    Close,
    Counted,
    FromRelay,
    Gone,
    Joined,
    Pointed,
    Presence,
    Said,
    Snapshot,
    Taken,
    WentOut,
    Work,
    Write,
    from_relay,
    pack,
)

log = logging.getLogger(__name__)

GOODBYE_SECONDS = 0.5
"""How long an edge that goes waits for its viewers to close."""

_welcome = msgspec.json.Decoder(Welcome)


class Talker(Protocol):
    """What an edge needs of the connection of a viewer that has said something."""

    viewer: LiveViewer
    uuid: str
    hello: Hello | None
    taken: asyncio.Future[None] | None


class Edge(Desk):
    """The viewers of one process; all that is asked is answered by the relay at ``address``."""

    def __init__(self, settings: Settings, address: str) -> None:
        super().__init__(settings)
        self.stopping = False
        self._address = address
        self._channel: Channel | None = None
        self._numbers = itertools.count()
        self._viewers: dict[Viewer, None] = {}
        self._talkers: dict[int, Talker] = {}
        self._rooms: dict[str, EdgeRoom] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._empty = asyncio.Event()

    # --- connections ----------------------------------------------------------------------------

    def new_number(self) -> int:
        """A number for a viewer, that no other has or had."""
        return next(self._numbers)

    def connect(self, viewer: Viewer) -> None:
        """See :class:`Desk`."""
        self._viewers[viewer] = None

    async def leave(self, viewer: Viewer) -> None:
        """See :class:`Desk`."""
        self._viewers.pop(viewer, None)
        if not self._viewers:
            self._empty.set()

    async def say(self, number: int, talker: Talker, message: str | bytes) -> None:
        """Tell the relay what a viewer says, and wait until it may say more."""
        if self._channel is None:
            talker.viewer.say_bye(random.randint(*come_back_ms(len(self._viewers))))
            return
        if number not in self._talkers:
            self._talkers[number] = talker
            self._room(talker.uuid).users += 1
        talker.taken = asyncio.get_running_loop().create_future()
        is_text = isinstance(message, str)
        data = message.encode() if isinstance(message, str) else message
        self._channel.send(pack(Said(number, talker.uuid, data, is_text)))
        try:
            await talker.taken
        finally:
            talker.taken = None

    def gone(self, number: int) -> None:
        """Forget a viewer, which may have said nothing."""
        talker = self._talkers.pop(number, None)
        if talker is None:
            return
        if self._channel is not None:
            self._channel.send(pack(Gone(number)))
        if talker.taken is not None and not talker.taken.done():
            talker.taken.set_result(None)
        room = self._rooms[talker.uuid]
        room.leave(talker.viewer)
        room.users -= 1
        if not room.users:
            del self._rooms[talker.uuid]

    def _room(self, uuid: str) -> EdgeRoom:
        room = self._rooms.get(uuid)
        if room is None:
            room = self._rooms[uuid] = EdgeRoom(uuid, self.metrics)
        return room

    # --- what the relay says --------------------------------------------------------------------

    async def work(self) -> None:
        """Speak with the relay, and with the next one that listens there if it ends.

        Raises OSError if nobody listens there any more.
        """
        while not self.stopping:
            self._channel = channel = await Channel.connect(self._address)
            try:
                async for message in channel.messages():
                    self._take(channel, from_relay.decode(message))
            finally:
                self._channel = None
                channel.abort()
            await self._lose_all()

    async def _lose_all(self) -> None:
        """Have everyone come back: what the relay knew of them is gone."""
        for number in list(self._talkers):
            self.gone(number)
        await self.say_bye()

    def _take(self, channel: Channel, message: FromRelay) -> None:
        match message:
            case Snapshot() | Presence() | Work() | Pointed():
                room = self._rooms.get(message.uuid)
                if room is not None:
                    self._show(room, message)
            case _:
                talker = self._talkers.get(message.viewer)
                if talker is not None:
                    self._tell(channel, talker, message)

    def _show(self, room: EdgeRoom, message: Snapshot | Presence | Work | Pointed) -> None:
        match message:
            case Snapshot():
                room.show(message.frame)
            case Presence():
                room.take_presence(message.frame)
                self._begin(room.remind_all())
            case Work():
                self._begin(room.show_work(message.frame))
            case Pointed():
                self._begin(room.show_pointing(message.frame, message.alone))

    def _tell(
        self,
        channel: Channel,
        talker: Talker,
        message: Taken | Joined | Answer | Write | Close | Abort,
    ) -> None:
        viewer = talker.viewer
        match message:
            case Taken():
                if talker.taken is not None and not talker.taken.done():
                    talker.taken.set_result(None)
            case Joined():
                if not message.knows_all:
                    self._rooms[talker.uuid].expect_presence()
                self._begin(self._welcome(talker, message))
            case Answer():
                self._begin(self._answer(channel, viewer, message))
            case Write():
                viewer.write(message.frame)
            case Close():
                viewer.close(message.code, message.reason)
            case Abort():
                viewer.abort()

    async def _welcome(self, talker: Talker, joined: Joined) -> None:
        hello = talker.hello
        if self._talkers.get(joined.viewer) is not talker or hello is None:
            return  # gone meanwhile
        viewer, room = talker.viewer, self._rooms[talker.uuid]
        # Each viewer has a welcome of its own, which holds the page twice while it is made.
        async with self.answers.hold(Asker(talker.uuid, viewer), 2 * room.size):
            if self._talkers.get(joined.viewer) is not talker:
                return
            welcome = room.welcome(_welcome.decode(joined.welcome), hello)
            viewer.cid = welcome.you
            talker.hello = None
            room.join(viewer)
            await viewer.answer(encode(welcome))
            room.remind(viewer)

    async def _answer(self, channel: Channel, viewer: LiveViewer, message: Answer) -> None:
        await viewer.answer(message.message)
        channel.send(pack(WentOut(message.viewer, message.answer)))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- upkeep ---------------------------------------------------------------------------------

    async def look_after(self, now: float) -> None:
        """Look after every connection: heartbeats, and those that are to be dropped."""

        def look(viewer: Viewer) -> None:
            viewer.tick(now, self.settings)
            if isinstance(viewer, LiveViewer) and not viewer.greeted:
                self._drop_if_silent(viewer, now)

        await for_each_viewer(self._viewers, look)
        for room in list(self._rooms.values()):
            await room.remind_all()

    def _drop_if_silent(self, viewer: LiveViewer, now: float) -> None:
        if now - viewer.opened > self.settings.hello_seconds:
            viewer.close(CloseCode.NO_HELLO, "no hello came")

    async def keep_order(self, seconds: float) -> None:
        """Do what is due every so many seconds, and tell the relay what was counted."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + seconds
            await asyncio.sleep(seconds)
            self.metrics.observe("loop_lag_seconds", max(0.0, loop.time() - due))
            try:
                await self.look_after(loop.time())
                self._report()
            except Exception:
                log.exception("a regular task of an edge failed; it will be tried again")

    def _report(self) -> None:
        if self._channel is None:
            return
        gauges = {
            "slow_viewers": sum(viewer.busy for viewer in self._viewers),
            "waiting_bytes": self.held_frames.used,
            "answer_bytes": self.answers.used,
        }
        report = pack(Counted(self.metrics.counted(), gauges))
        self._channel.send_newest(Counted, report)

    async def say_bye(self) -> None:
        """Ask everyone to come back soon, not all at the same time."""
        between = come_back_ms(len(self._viewers))
        await for_each_viewer(
            self._viewers, lambda viewer: viewer.say_bye(random.randint(*between))
        )

    async def stop(self) -> None:
        """Say good-bye to everyone, and cut off who has not gone soon."""
        self.stopping = True
        await self.say_bye()
        await self._wait_until_empty()
        for viewer in list(self._viewers):
            viewer.abort()
        await self._wait_until_empty()
        if self._channel is not None:
            self._report()
            await self._channel.close()

    async def _wait_until_empty(self) -> None:
        if self._viewers:
            self._empty.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), GOODBYE_SECONDS)
