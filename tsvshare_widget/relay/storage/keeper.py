"""What a relay does in the background for its documents in Redis: it stays alive, and looks whether
all are there as it knows them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable

from tsvshare_widget.errors import Elsewhere, EngineDown, TSVShareError

from .alive import Alive
from .documents import version_of
from .engine import Engine
from .owned import Owned
from .survey import SLICE, owners

log = logging.getLogger(__name__)

AGAIN_SECONDS = (0.1, 0.5)
"""Between how many seconds it is tried again whether Redis is there, at random."""


class Keeper:
    """Keeps a relay alive, and finds out in time what was lost; then ``look_at`` mends it."""

    def __init__(
        self,
        engine: Engine,
        alive: Alive,
        owned: Owned,
        look_at: Callable[[str], Awaitable[None]],
    ) -> None:
        self._engine = engine
        self._alive = alive
        self._owned = owned
        self._look_at = look_at
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Work from now on."""
        self._working = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Do nothing more; the relay is dead for the others after a while."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def _work(self) -> None:
        due = 0.0
        while True:
            await self._pause()
            is_back, loop = self._engine.is_away, asyncio.get_running_loop()
            self._engine.failed.clear()
            try:
                is_due = not await self._alive.renew() or is_back or loop.time() >= due
                self._engine.set_away(False)
                if is_due:
                    due = loop.time() + random.uniform(0.8, 1.0) * self._engine.pace.check
                    await self._check_all()
            except EngineDown:
                due = 0.0
            except Exception:
                log.exception("documents in Redis could not be looked at; it will be tried again")

    async def _pause(self) -> None:
        if self._engine.is_away:
            await asyncio.sleep(random.uniform(*AGAIN_SECONDS))
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._engine.pace.renew):
                await self._engine.failed.wait()

    async def _check_all(self) -> None:
        uuids = list(self._owned.uuids())
        for start in range(0, len(uuids), SLICE):
            await self.check(uuids[start : start + SLICE])

    async def check(self, uuids: list[str]) -> None:
        """Find out whether some documents are this relay's, and stored as it knows them.

        Raises :class:`EngineDown`.
        """
        known = [version_of(self._owned.newest(uuid)) for uuid in uuids]
        answers = await owners(self._engine, uuids, "e", "r")
        for uuid, version, (owner, (epoch, revision)) in zip(uuids, known, answers, strict=True):
            stored = (epoch.decode(), int(revision)) if epoch and revision else None
            if version is not None and (owner, stored) != (self._alive.node, version):
                await self._mend(uuid)

    async def _mend(self, uuid: str) -> None:
        try:
            await self._look_at(uuid)
        except EngineDown:
            raise
        except Elsewhere:
            log.warning("document %s is another relay's now", uuid)
        except TSVShareError as error:
            log.error("%s", error)
