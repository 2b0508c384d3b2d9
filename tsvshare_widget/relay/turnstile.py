"""One after the other for those who bring much: in each round of the event loop one goes on.

Bytes that have come already are read without anything else having its turn.  Whoever has read so
much of them, or begins something that others may begin in large numbers, passes here: however many
connections bring however much, between two of them everybody else is served.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Turnstile:
    """Lets one through in each round of the event loop, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_turning = False

    async def rest(self) -> None:
        """Wait for a round in which nobody else goes on."""
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting.append(turn)
        if not self._is_turning:
            self._is_turning = True
            loop.call_soon(self._turn)
        await turn

    def _turn(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # who has gone does not take up a round
                turn.set_result(None)
                break
        self._is_turning = bool(self._waiting)
        if self._is_turning:
            asyncio.get_running_loop().call_soon(self._turn)
