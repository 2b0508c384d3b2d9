"""What viewers of this process and a relay elsewhere say to each other."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import msgspec

from tsvshare_widget.protocol import Close as CloseCode
from tsvshare_widget.protocol import Hello, Welcome, encode
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.desk import Desk
from tsvshare_widget.relay.rooms.farewells import come_back_ms
from tsvshare_widget.relay.rooms.viewers import LiveViewer

from .channel import Channel
from .edge_room import EdgeRoom
from .messages import (
    Abort,
    Answer,
    Beat,
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

_welcome = msgspec.json.Decoder(Welcome)


class Talker(Protocol):
    """What is needed of the connection of a viewer that has said something."""

    viewer: LiveViewer
    uuid: str
    hello: Hello | None
    taken: asyncio.Future[None] | None


class Speaker:
    """Speaks with one relay for viewers that are connected to ``desk``, ``crowd`` of them in all.

    ``sent_away`` is called with a document whose viewers are asked by the relay to come back.
    """

    def __init__(
        self,
        desk: Desk,
        crowd: Callable[[], int],
        sent_away: Callable[[str], object] = lambda uuid: None,
    ) -> None:
        self._desk = desk
        self._crowd = crowd
        self._sent_away = sent_away
        self.channel: Channel | None = None
        self._numbers = itertools.count()
        self._talkers: dict[int, Talker] = {}
        self._rooms: dict[str, EdgeRoom] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def n_talkers(self) -> int:
        """How many viewers have said anything, and are there."""
        return len(self._talkers)

    # --- what viewers say -----------------------------------------------------------------------

    def new_number(self) -> int:
        """A number for a viewer, that no other has or had."""
        return next(self._numbers)

    async def say(self, number: int, talker: Talker, message: str | bytes) -> None:
        """Tell the relay what a viewer says, and wait until it may say more."""
        if self.channel is None:
            talker.viewer.say_bye(come_back_ms(self._crowd()))
            return
        if number not in self._talkers:
            self._talkers[number] = talker
            self._room(talker.uuid).users += 1
        talker.taken = asyncio.get_running_loop().create_future()
        is_text = isinstance(message, str)
        data = message.encode() if isinstance(message, str) else message
        self.channel.send(pack(Said(number, talker.uuid, data, is_text)))
        try:
            await talker.taken
        finally:
            talker.taken = None

    def gone(self, number: int) -> None:
        """Forget a viewer, which may have said nothing."""
        talker = self._talkers.pop(number, None)
        if talker is None:
            return
        if self.channel is not None:
            self.channel.send(pack(Gone(number)))
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
            room = self._rooms[uuid] = EdgeRoom(uuid, self._desk.metrics)
        return room

    # --- what the relay says --------------------------------------------------------------------

    async def speak(self, channel: Channel) -> list[LiveViewer]:
        """Speak on a channel until it ends; who has lost all that the relay knew of them then."""
        self.channel = channel
        try:
            async for message in channel.messages():
                self._take(channel, from_relay.decode(message))
        finally:
            self.channel = None
            channel.abort()
        lost = [talker.viewer for talker in self._talkers.values()]
        for number in list(self._talkers):
            self.gone(number)
        return lost

    def _take(self, channel: Channel, message: FromRelay) -> None:
        match message:
            case Snapshot() | Presence() | Work() | Pointed():
                room = self._rooms.get(message.uuid)
                if room is not None:
                    self._show(room, message)
            case Beat():
                pass
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
                if message.code == CloseCode.GOING_AWAY:
                    self._sent_away(talker.uuid)
                viewer.close(message.code, message.reason)
            case Abort():
                viewer.abort()

    async def _welcome(self, talker: Talker, joined: Joined) -> None:
        hello = talker.hello
        if self._talkers.get(joined.viewer) is not talker or hello is None:
            return  # gone meanwhile
        viewer, room = talker.viewer, self._rooms[talker.uuid]
        # Each viewer has a welcome of its own, which holds the page twice while it is made.
        async with self._desk.answers.hold(Asker(talker.uuid, viewer), 2 * room.size):
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

    async def remind_all(self) -> None:
        """Show all who were busy what they missed."""
        for room in list(self._rooms.values()):
            await room.remind_all()

    def report(self, counted: Counted) -> None:
        """Tell the relay what was counted."""
        if self.channel is not None:
            self.channel.send_newest(Counted, pack(counted))

    async def stop(self) -> None:
        """Say nothing more; what was said goes out."""
        if self.channel is not None:
            await self.channel.close()
