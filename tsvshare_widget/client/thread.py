"""The one background thread that all connections of a process share."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from tsvshare_widget.process_wide import process_wide

log = logging.getLogger("tsvshare_widget.client")
log.addHandler(logging.NullHandler())


class ClientThread:
    """A daemon thread with an event loop; ends with the process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="tsvshare-client", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    @property
    def is_usable(self) -> bool:
        """False after the end, and in a forked child, which has no copy of the thread."""
        return self.pid == os.getpid() and self._thread.is_alive()

    def call(self, function: Callable[..., object], *args: Any) -> bool:
        """Run ``function`` on the thread, soon; from any thread.  False if there is none left."""
        if not self.is_usable:
            return False
        self.loop.call_soon_threadsafe(function, *args)
        return True

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on this thread, and so must not wait for it."""
        return threading.current_thread() is self._thread

    def stop(self) -> None:
        """End all connections and the thread; idempotent."""
        if self.is_usable:
            atexit.unregister(self.stop)
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(2)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self._end_tasks())
            self.loop.close()

    async def _end_tasks(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1) if tasks else None


def get_client_thread() -> ClientThread:
    """The process's client thread, started when first asked for; a forked child gets its own."""
    return process_wide("client_thread", ClientThread, lambda thread: thread.is_usable)
