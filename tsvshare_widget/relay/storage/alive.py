"""That a relay is alive, as the others see it: a key in Redis that it renews.

Whoever does not renew its key in time is dead for the others, for ever: they may take what it had.
It finds out by itself, and goes on under another number.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from typing import Literal

from tsvshare_widget.errors import EngineDown

from .engine import Engine
from .redis_keys import SECRET, relay_key_of

log = logging.getLogger(__name__)


class Alive:
    """The number of this relay, ``node``, and all it had before; ``address`` is where it is."""

    def __init__(self, engine: Engine, address: str) -> None:
        self._engine = engine
        self.address = address
        self._past: set[str] = set()
        self._secret: str | None = None
        self.node = secrets.token_hex(8)

    async def begin(self) -> None:
        """Be alive from now on.  Raises :class:`EngineDown`."""
        await self._set("nx")
        await self.secret()
        await self._engine.age()

    async def renew(self) -> bool:
        """Go on being alive; whether it was so all the time.  Raises :class:`EngineDown`.

        If it was not, this relay has another number from now on.
        """
        if await self._set("xx"):
            return True
        log.warning("Redis had given up this relay; it goes on under another number")
        self._past.add(self.node)
        self.node = secrets.token_hex(8)
        await self.begin()
        return False

    async def end(self) -> None:
        """Be dead: the others may take all at once."""
        with contextlib.suppress(EngineDown):
            await self._engine.ask(lambda: self._engine.client.delete(relay_key_of(self.node)))

    async def address_of(self, node: str) -> str | None:
        """Where another relay is reached; None if it is dead.  Raises :class:`EngineDown`.

        One that was where this one is now has ended, though its key may be there for a while.
        """
        if node in self._past:
            return None
        found = await self._engine.ask(lambda: self._engine.client.get(relay_key_of(node)))
        address = found.decode() if found is not None else None
        return None if self.address and address == self.address else address

    async def secret(self, *, is_anew: bool = True) -> str:
        """What all relays on this Redis know, and nobody else; as it was known, or asked for anew.

        Raises :class:`EngineDown`.
        """
        if self._secret is not None and not is_anew:
            return self._secret
        client, own = self._engine.client, self._secret or secrets.token_hex(32)
        await self._engine.ask(lambda: client.set(SECRET, own, nx=True))
        found = await self._engine.ask(lambda: client.get(SECRET))
        self._secret = found.decode() if found else own  # it may have been emptied just now
        return self._secret

    async def _set(self, only: Literal["nx", "xx"]) -> bool:
        client, key = self._engine.client, relay_key_of(self.node)
        milliseconds = int(1000 * self._engine.pace.expire)
        done = await self._engine.ask(
            lambda: client.set(key, self.address, px=milliseconds, nx=only == "nx", xx=only == "xx")
        )
        return bool(done)
