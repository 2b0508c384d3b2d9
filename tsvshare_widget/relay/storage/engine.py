"""Asking Redis, and whether it answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import EngineDown
from tsvshare_widget.relay.metrics import Counts, Times

from .redis_client import (
    ANSWER_SECONDS,
    CONNECTIONS,
    answering,
    away,
    check,
    connect,
    hang_up,
)
from .redis_keys import AGE, BEGAN, CLAIM, DELETE, RELEASE, SAVE

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)


AT_ONCE = CONNECTIONS - 4
"""Questions to Redis at a time; the other connections are for what listens."""


@dataclass(frozen=True)
class Pace:
    """How often what is done, and how long what is waited for, in seconds.

    Redis has ``answer`` for each answer, all in all.  A relay says every ``renew`` that it is
    alive, and counts as dead when it has not done so for ``expire``.  What it has is looked at
    every ``check``.  For ``grace`` after Redis came back empty, relays that know a document bring
    it back before a copy of it does.  A copy is at most ``copy`` old.
    """

    answer: float = ANSWER_SECONDS
    renew: float = 2.0
    expire: float = 6.0
    check: float = 30.0
    grace: float = 5.0
    copy: float = 20.0


USUAL_PACE = Pace()


class Engine:
    """One relay's way to Redis.  ``is_away``: it did not answer the last time it was asked.

    ``when_away`` are called when that changes; ``failed`` is set whenever it has not answered.
    """

    def __init__(self, client: Redis, pace: Pace) -> None:
        self.client = client
        self.pace = pace
        self.is_away = False
        self.failed = asyncio.Event()
        self._requests = self._failures = 0
        # They take turns in the order in which they came.  The library's pool gives a connection to
        # whoever asks at that moment, so that others would wait for as long as many ask.
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._latency = Times()
        self.when_away: list[Callable[[bool], object]] = []
        scripts = {"save": SAVE, "claim": CLAIM, "release": RELEASE, "delete": DELETE, "age": AGE}
        self._scripts = {name: client.register_script(text) for name, text in scripts.items()}

    @classmethod
    async def open(cls, url: str, pace: Pace = USUAL_PACE) -> Engine:
        """A way to the Redis at ``url``.

        Raises :class:`BadValue` for a wrong address, and :class:`Unavailable` with what is wrong.
        """
        client = connect(url)
        try:
            await check(client, url)
        except BaseException:
            await hang_up(client)
            raise
        return cls(client, pace)

    async def ask(self, ask: Callable[[], Any]) -> Any:
        """What Redis answers; once more if a connection had ended that nobody used meanwhile.

        Who has to wait until others were answered waits for them, and not for Redis.  Raises
        :class:`EngineDown`: what was asked for may have been done or not.
        """
        self._requests += 1
        failures = self._failures
        async with self._turns:
            if self._failures > failures:  # those before were not answered
                raise away()
            return await self._ask_now(ask)

    async def _ask_now(self, ask: Callable[[], Any]) -> Any:
        began = time.monotonic()
        try:
            return await self.answered(ask)
        except EngineDown:
            self._failures += 1
            self.set_away(True)
            self.failed.set()
            raise
        finally:
            self._latency.add(time.monotonic() - began)

    async def answered(self, ask: Callable[[], Any]) -> Any:
        """What Redis answers within the time that it has."""
        from redis.exceptions import ConnectionError as Ended

        async with answering(self.pace.answer):
            try:
                return await ask()
            except Ended:
                return await ask()

    def counted(self) -> Counts:
        """What Redis was asked, and how long it took."""
        counts = [
            ("redis_requests_total", "", self._requests),
            ("redis_failures_total", "", self._failures),
            ("redis_away", "", int(self.is_away)),
        ]
        return Counts(counts=counts, times={"redis_seconds": self._latency.counted()})

    async def run(self, script: str, keys: list[str], *words: str | int | bytes) -> Any:
        """What comes of a script of :mod:`.redis_keys`.  Raises :class:`EngineDown`."""
        return await self.ask(lambda: self._scripts[script](keys=keys, args=list(words)))

    async def age(self) -> int:
        """For how many seconds Redis has been in use since it was empty; begins to count."""
        return int(await self.run("age", [BEGAN]))

    def set_away(self, is_away: bool) -> None:
        """Take note of whether Redis answers."""
        if is_away != self.is_away:
            self.is_away = is_away
            log.warning("Redis: %s", "away" if is_away else "there again")
            for tell in self.when_away:
                tell(is_away)

    async def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(EngineDown):
            async with answering(self.pace.answer):
                await hang_up(self.client)
