"""A time limit for others that this process is not late for itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HELD_UP_SECONDS = 0.05
"""So much later than it was due a timer is when the event loop was held up."""

MOST_TIMES = 4
"""The limit is put off no further: a relay that is held up all the time may as well say so."""


@asynccontextmanager
async def others_take(seconds: float) -> AsyncIterator[None]:
    """Raise TimeoutError if the block takes so long, but for what the event loop was held up.

    What others said meanwhile has come, and is not read yet when the time is over; so whoever looks
    at the clock alone takes them for silent.
    """
    loop = asyncio.get_running_loop()
    due, last = loop.time() + seconds, loop.time() + MOST_TIMES * seconds
    timer: asyncio.TimerHandle | None = None

    def look(limit: asyncio.Timeout) -> None:
        nonlocal due, timer
        late = loop.time() - due
        due = min(last, loop.time() + late)
        if late > HELD_UP_SECONDS and due > loop.time():
            timer = loop.call_at(due, look, limit)
        else:
            limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        timer = loop.call_at(due, look, limit)
        try:
            yield
        finally:
            timer.cancel()
