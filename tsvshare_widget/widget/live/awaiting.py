"""Calls that block, awaited: each in a thread of its own, which the end of a loop waits not for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def in_thread(function: Callable[[], ResultT]) -> ResultT:
    """What a function returns, or raises, that blocks; a thread that nobody waits for goes on."""
    outcome: Future[ResultT] = Future()

    def work() -> None:
        if not outcome.set_running_or_notify_cancel():
            return
        try:
            outcome.set_result(function())
        except BaseException as error:  # it is for who awaits it
            outcome.set_exception(error)

    threading.Thread(target=work, name="tsvshare-call", daemon=True).start()
    return await asyncio.wrap_future(outcome)
