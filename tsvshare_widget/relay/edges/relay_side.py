"""The edges that are connected to a relay, and what their viewers say."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
from collections.abc import Coroutine
from typing import Any

from tsvshare_widget.document import look_key_for
from tsvshare_widget.protocol import Hello, encode
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.metrics import Counts
from tsvshare_widget.relay.rooms.room import Room
from tsvshare_widget.relay.web.conversation import Conversation
from tsvshare_widget.relay.web.inbox import Inbox

from .channel import Channel
from .far_viewer import FarViewer, Outlet
from .messages import (
    Answer,
    Beat,
    Counted,
    FromEdge,
    Gone,
    Joined,
    Said,
    Taken,
    WentOut,
    from_edge,
    pack,
)

log = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0
"""Seconds until an edge is taken in after all, if there was no descriptor left for it."""


class FarConversation(Conversation):
    """With a viewer at an edge."""

    viewer: FarViewer

    def __init__(self, hub: Hub, viewer: FarViewer, channel: Channel, uuid: str) -> None:
        self.hub, self.viewer, self.uuid = hub, viewer, uuid
        self.inbox = Inbox()
        self._channel = channel

    async def _welcome(self, room: Room, hello: Hello) -> None:
        outlet = self.viewer.outlet
        assert outlet is not None
        if not self._is_here(room, hello):
            return
        # It is in before the page is there: what is shown to all meanwhile is not to miss its edge.
        room.join_live(self.viewer)
        outlet.show_frame(await room.frames.live(room.document))
        room.remind(outlet)
        if not self._is_here(room, hello):
            return  # gone meanwhile
        document = room.document
        had = "nothing" if hello.have is None else "unchanged"
        if hello.have not in (None, document.position):
            had = "another"
        self.hub.metrics.count("joins", f'had="{had}"')
        welcome = self.welcome_without_page(room, document, look_key_for(document, hello.key))
        knows_all = not room.presence.has_news
        self._channel.send(pack(Joined(self.viewer.number, encode(welcome), knows_all)))

    def _is_here(self, room: Room, hello: Hello) -> bool:
        return self.viewer in self.hub.connections and self._may_stay(room, hello)


class Line:
    """One edge: its viewers, and what it is to be told."""

    def __init__(self, hub: Hub, channel: Channel) -> None:
        self.channel = channel
        self.counted: Counted | None = None
        self._hub = hub
        self._talks: dict[int, FarConversation] = {}
        self._outlets: dict[str, Outlet] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count()
        self._going_out: dict[int, dict[int, asyncio.Future[None]]] = {}

    async def work(self) -> None:
        """Take what the edge says, until it is gone; then nobody is there any more."""
        try:
            async for message in self.channel.messages():
                self._take(from_edge.decode(message))
        finally:
            self.channel.abort()
            for viewer in list(self._talks):
                self._forget(viewer)
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def answer(self, viewer: int, message: bytes) -> None:
        """Have a message written to a viewer, and wait until it has gone out, or the viewer."""
        if viewer not in self._talks:
            return
        number = next(self._numbers)
        gone_out = asyncio.get_running_loop().create_future()
        going_out = self._going_out.setdefault(viewer, {})
        going_out[number] = gone_out
        self.channel.send(pack(Answer(viewer, number, message)))
        try:
            await gone_out
        finally:
            del going_out[number]
            if not going_out:
                self._going_out.pop(viewer, None)

    def _take(self, message: FromEdge) -> None:
        match message:
            case Said():
                talk = self._talks.get(message.viewer)
                if talk is None:
                    talk = self._talks[message.viewer] = self._new_talk(message)
                self._begin(self._hear(talk, message))
            case WentOut():
                self._went_out(self._going_out.get(message.viewer, {}).get(message.answer))
            case Gone():
                self._forget(message.viewer)
            case Counted():
                self.counted = message
            case Beat():
                pass

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear(self, talk: FarConversation, said: Said) -> None:
        await talk.take(said.message.decode() if said.is_text else said.message)
        self.channel.send(pack(Taken(said.viewer)))

    def _new_talk(self, said: Said) -> FarConversation:
        outlet = self._outlets.get(said.uuid)
        if outlet is None:
            outlet = self._outlets[said.uuid] = Outlet(self.channel, said.uuid)
        outlet.users += 1
        now = asyncio.get_running_loop().time()
        viewer = FarViewer(self, said.viewer, outlet, now)
        self._hub.connections.add(viewer)
        return FarConversation(self._hub, viewer, self.channel, said.uuid)

    def _forget(self, number: int) -> None:
        talk = self._talks.pop(number, None)
        if talk is None:
            return
        talk.end_conversation()
        talk.viewer.end()
        for gone_out in self._going_out.get(number, {}).values():
            self._went_out(gone_out)
        outlet = self._outlets[talk.uuid]
        outlet.users -= 1
        if not outlet.users:
            del self._outlets[talk.uuid]
        self._begin(self._hub.leave(talk.viewer))

    def _went_out(self, gone_out: asyncio.Future[None] | None) -> None:
        if gone_out is not None and not gone_out.done():
            gone_out.set_result(None)


class Lines:
    """All edges that are connected now, and what they and earlier ones have counted."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lines: dict[Line, asyncio.Task[None]] = {}
        self._listening: asyncio.Task[None] | None = None
        hub.more_counts = self._counts
        hub.more_gauges = self._gauges

    def listen(self, listener: socket.socket) -> None:
        """Take in edges that come."""
        self._listening = asyncio.create_task(self._accept(listener))
        self._listening.add_done_callback(lambda _: listener.close())

    def take(self, channel: Channel) -> asyncio.Task[None]:
        """Take in an edge; the task ends with it."""
        line = Line(self._hub, channel)
        self._lines[line] = working = asyncio.create_task(self._work(line))
        return working

    async def stop(self) -> None:
        """Let all edges go; what was said to them goes out first."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        lines = dict(self._lines)
        await asyncio.gather(*(line.channel.close() for line in lines))
        await asyncio.gather(*lines.values(), return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
                channel = await Channel.of(connection)
            except OSError as error:
                log.warning("an edge cannot be taken in: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self.take(channel)

    async def _work(self, line: Line) -> None:
        try:
            await line.work()
        except Exception:
            log.exception("an edge said what is not understood, and is let go")
        finally:
            del self._lines[line]
            if line.counted is not None:  # counters never go back
                self._hub.metrics.add(line.counted.counts)

    def _counts(self) -> list[Counts]:
        return [line.counted.counts for line in self._lines if line.counted is not None]

    def _gauges(self) -> dict[str, int]:
        gauges = {"edges": len(self._lines)}
        for line in self._lines:
            for name, number in line.counted.gauges.items() if line.counted else ():
                gauges[name] = gauges.get(name, 0) + number
        return gauges
