"""Files that have to be made before they can be sent: a few at a time, each in limited time.

They are made in the threads that read pages, one step after the other, in turn with whatever else
is read; a step takes a fraction of a second.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from tsvshare_widget.errors import TooSlow, Unavailable
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.storage.disk import DiskGuard
from tsvshare_widget.relay.threads import FairThreads

AT_ONCE = 2
"""Files that a relay makes at a time; others wait."""


class Making:
    """Makes files for those who download them, up to ``seconds`` for each."""

    def __init__(self, threads: FairThreads, *, seconds: float, reserve: float) -> None:
        self._threads = threads
        self._seconds = seconds
        self._reserve = reserve
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.at_work = 0
        """Files that are being made."""

    @asynccontextmanager
    async def make(
        self, asker: Asker, write: Callable[[Path], Generator[None]]
    ) -> AsyncIterator[Path]:
        """The file that ``write`` has written, until it is not needed any more.

        Raises what ``write`` does, :class:`TooSlow`, and :class:`DiskFull`.
        """
        with ExitStack() as held:
            async with self._turns:
                made = tempfile.TemporaryDirectory(prefix="tsvshare-export-")
                folder = Path(held.enter_context(made))
                path = folder / "export"
                self.at_work += 1
                try:
                    await self._write(asker, write(path), DiskGuard(folder, self._reserve))
                finally:
                    self.at_work -= 1
            yield path

    async def _write(self, asker: Asker, steps: Generator[None], disk: DiskGuard) -> None:
        end = time.monotonic() + self._seconds
        at_work = threading.Lock()  # nobody waits for a step any more, and it goes on

        def step() -> bool:
            disk.check()
            with at_work:
                return next(steps, self) is not self

        def close() -> None:
            with at_work:
                steps.close()

        try:
            while await self._threads.run(asker, lambda _: step()):
                if time.monotonic() > end:
                    raise TooSlow(
                        f"making this file takes longer than {self._seconds:g} seconds, which is "
                        "what this relay allows: download the rows as TSV or CSV instead"
                    )
        finally:
            try:
                await self._threads.run(asker, lambda _: close())
            except Unavailable:  # the relay ends
                close()
