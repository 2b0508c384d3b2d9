"""The line on which a relay hears from Redis what others change, and how it knows that it does.

redis-py connects anew by itself and says nothing of what was missed meanwhile.  So here a line that
breaks is given up, and another one is begun; whoever listens is told, reads again all that he
follows, and so has missed nothing.  A line on which nothing was said for a while is tried by a
word to ourselves: one that is deaf (a server that was replaced, a network that swallows) is given
up too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import EngineDown

from .redis_client import ANSWER_SECONDS, answering
from .redis_keys import channel_of, probe_of, uuid_of_channel

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

log = logging.getLogger(__name__)

PROBE_SECONDS = 5.0
"""So long nothing may be heard, before it is tried whether anything would be."""

AGAIN_SECONDS = (0.05, 1.0)
"""Before another line is begun: at first, and at most."""


class Link:
    """Hears the changes of the documents that are followed.

    ``heard`` gets each message with the UUID it is for.  ``is_up`` is called with True whenever a
    line has begun on which nothing will be missed, and with False when it is lost.
    """

    def __init__(
        self,
        client: Redis,
        node: str,
        *,
        heard: Callable[[str, bytes], None],
        is_up: Callable[[bool], None],
        probe_seconds: float = PROBE_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._client = client
        self._probe = probe_of(node)
        self._heard = heard
        self._is_up = is_up
        self._probe_seconds = probe_seconds
        self._answer_seconds = answer_seconds
        self._followed: set[str] = set()
        self._acks: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._last_heard = 0.0
        self._up = asyncio.Event()
        self._was_up = False
        self._task = asyncio.create_task(self._keep_up())

    @property
    def followed(self) -> list[str]:
        """The documents whose changes are heard."""
        return list(self._followed)

    async def follow(self, uuid: str) -> None:
        """Hear of all changes of a document from when this returns.  Raises :class:`EngineDown`."""
        self._followed.add(uuid)
        channel = channel_of(uuid)
        async with answering(self._answer_seconds):
            while True:
                await self._up.wait()
                line = self._pubsub
                if channel not in self._acks:
                    self._acks[channel] = asyncio.Event()
                    await self._send("subscribe", channel)
                await self._acks[channel].wait()
                if line is not None and line is self._pubsub:
                    return

    async def wait_until_up(self) -> None:
        """Wait for a line on which nothing will be missed.  Raises :class:`EngineDown`."""
        async with answering(self._answer_seconds):
            await self._up.wait()

    async def forget(self, uuid: str) -> None:
        """Hear no more of a document."""
        self._followed.discard(uuid)
        if self._acks.pop(channel_of(uuid), None) is not None:
            with contextlib.suppress(EngineDown):
                async with answering(self._answer_seconds):
                    await self._send("unsubscribe", channel_of(uuid))

    async def close(self) -> None:
        """Hang up."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _send(self, command: str, *channels: str) -> None:
        if self._pubsub is not None:
            await getattr(self._pubsub, command)(*channels)

    async def _keep_up(self) -> None:
        first, most = AGAIN_SECONDS
        pause = first
        while True:
            try:
                await self._listen()
            except* Exception as errors:
                log.info("the line to Redis is lost: %s", errors.exceptions[0])
            pause = first if self._was_up else min(2 * pause, most)
            self._was_up = False
            self._is_up(False)
            await asyncio.sleep(random.uniform(pause / 2, pause))

    async def _listen(self) -> None:
        """Be on one line until it is lost; raises whatever that is."""
        self._pubsub = pubsub = self._client.pubsub()
        channels = [self._probe, *map(channel_of, self._followed)]
        self._acks = {channel: asyncio.Event() for channel in channels}
        try:
            async with answering(self._answer_seconds):
                await pubsub.subscribe(*channels)
            self._took_note()
            async with asyncio.TaskGroup() as both:
                both.create_task(self._read(pubsub))
                both.create_task(self._watch(list(self._acks.values())))
        finally:
            self._pubsub = None
            self._up.clear()
            for ack in self._acks.values():  # whoever waits for one waits for the next line
                ack.set()
            with contextlib.suppress(Exception):
                await pubsub.aclose()  # type: ignore[no-untyped-call]

    async def _read(self, pubsub: PubSub) -> None:
        while True:
            message: dict[str, Any] | None = await pubsub.get_message(timeout=None)
            self._took_note()
            if message is None:
                continue
            channel = message["channel"].decode()
            if message["type"] == "subscribe" and channel in self._acks:
                self._acks[channel].set()
            elif message["type"] == "message" and channel != self._probe:
                self._heard(uuid_of_channel(channel), message["data"])

    async def _watch(self, wanted: list[asyncio.Event]) -> None:
        """See to it that the line takes up all channels, and then that it is not deaf."""
        async with answering(self._answer_seconds):
            for ack in wanted:
                await ack.wait()
        self._up.set()
        self._was_up = True
        self._is_up(True)
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._last_heard + self._probe_seconds - loop.time())
            if loop.time() - self._last_heard >= self._probe_seconds:
                await self._try_line()

    async def _try_line(self) -> None:
        before = self._last_heard
        async with answering(self._answer_seconds):
            await self._client.publish(self._probe, b"")
        loop = asyncio.get_running_loop()
        until = loop.time() + self._answer_seconds
        while self._last_heard == before:
            if loop.time() > until:
                raise ConnectionError("it is deaf: a word to ourselves was not heard")
            await asyncio.sleep(self._answer_seconds / 20)

    def _took_note(self) -> None:
        self._last_heard = asyncio.get_running_loop().time()
