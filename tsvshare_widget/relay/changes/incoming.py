"""Bytes on their way into a table, and when everyone sees how far it has come.

An upload knows nothing of how its bytes arrive (``PUT``, a message, a file that is opened here).
Its carrier calls :meth:`Upload.receive` until there are no more bytes, then
:meth:`Upload.complete`; or :meth:`Upload.cancel` when it breaks off.  The document shows the new
table as soon as its first bytes have been read, and returns to the old one if the upload fails.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

from tsvshare_widget.errors import TooLarge, TSVShareError
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.objects.ahead import Ahead
from tsvshare_widget.relay.storage.disk import DiskGuard, storage_error
from tsvshare_widget.relay.table_states import clean_name, describe_size, table_state
from tsvshare_widget.relay.threads import FairThreads, Stop
from tsvshare_widget.table import Facts, Table

from .publisher import Publisher

log = logging.getLogger(__name__)


TURN_SECONDS = 0.2
"""Seconds that an upload uses a thread before others have their turn."""

GROWTH_SECONDS = 0.2
"""Seconds between two times that everyone is shown how far a table has come, if few are coming."""


class Upload:
    """One table on its way in.  All methods belong to the event loop's thread.

    ``table`` may be filled in another thread if its carrier does so itself and calls
    :meth:`publish_soon`; ``stop`` is set when there is no use in going on, and ``error`` says why.
    A carrier that waits for its sender sets ``when_failed`` to hear of an error at once.  Of one
    that is ``growing``, what has come stays when it breaks off.  The carrier waits when as much as
    ``room()`` has come that has not been written yet, and how far the table has come is shown every
    ``rest()`` seconds.
    """

    takes_much = True

    def __init__(
        self,
        publisher: Publisher,
        table: Table,
        *,
        uuid: str,
        table_id: str,
        name: str,
        total: int | None,
        options: ReadOptions,
        growing: bool,
        limit: int,
        room: Callable[[], int],
        rest: Callable[[], float],
        disk: DiskGuard,
        threads: FairThreads,
        ahead: Ahead,
        when_ended: Callable[[str], None],
    ) -> None:
        self.table = table
        self.table_id = table_id
        self.error: TSVShareError | None = None
        self.stop = threading.Event()
        self.when_failed: Callable[[TSVShareError], object] | None = None
        self.quiet = False
        self._publisher = publisher
        self._name = clean_name(name)
        self._total = total
        self._options = options
        self._growing = growing
        self._limit = limit
        self._room = room
        self._rest = rest
        self._disk = disk
        self._threads = threads
        self._asker = Asker(uuid, self)
        self._ahead = ahead
        self._when_ended = when_ended
        self._ended = False
        self._ending = asyncio.Lock()
        self._broken_off: TSVShareError | None = None
        self._received = 0
        self._pieces: list[bytes | memoryview] = []
        self._waiting_bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    @property
    def received(self) -> int:
        """How many bytes have come."""
        return self._received

    # --- the carrier's side ---------------------------------------------------------------------

    async def receive(self, chunk: bytes | memoryview) -> None:
        """Take in the next bytes; returns when there is room for more, and, for a ``memoryview``,
        when it has been written: its memory may be used again.

        Raises :class:`BadTable`, :class:`TooLarge`, :class:`Superseded`, :class:`Unavailable`.
        """
        if self._broken_off is not None:
            raise self._broken_off
        self._received += len(chunk)
        if self._received > self._limit:
            self.fail(too_large(self._limit))
        self._raise_if_failed()
        self._pieces.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if isinstance(chunk, memoryview) or self._waiting_bytes >= self._room():
            await self._writing
            self._raise_if_failed()

    async def complete(self) -> TableState:
        """Take in that there are no more bytes; returns what became of the table.

        Raises as :meth:`receive` does.
        """
        try:
            async with self._ending:
                return await self._complete()
        except Exception as error:
            raise as_upload_error(error) from error

    async def _complete(self) -> TableState:
        await self._wait_for_writes()
        # First, so that all that the end of the table brings is shown as one change.
        await self._stop_publishing()
        self._raise_if_failed()
        await self._ahead.end()
        await self._threads.run(self._asker, lambda stop: self.table.finish_input(stop.check))
        self._raise_if_failed()
        last = self.table.frozen()
        state = self._state(last.facts, finished=True)
        await self._publisher.show_end(state, last)
        self._end("ok")
        return state

    async def break_off(self, error: TSVShareError) -> None:
        """Take in that nothing more will come, because of ``error``."""
        if self._broken_off is not None:
            return
        if not (self._growing and self._received) or self.error is not None:
            await self.cancel(error)
            return
        self._broken_off = error
        try:
            await self.complete()
        except TSVShareError as failed:
            await self.cancel(failed)
        else:
            self.fail(error)

    async def cancel(self, error: TSVShareError) -> None:
        """Give up, because of ``error``: everyone sees again what was there before."""
        self.fail(error)
        async with self._ending:  # one that is being completed may still succeed
            if self._ended:
                return
            await self._wait_for_writes()
            await self._stop_publishing()
            await self._ahead.stop()
            self._end(error.code)
            await self._publisher.revert()

    async def hide(self) -> None:
        """Let everyone see again what was there before, for now: what has come is kept."""
        async with self._ending:
            if self._ended or self.error is not None:
                return
            await self._wait_for_writes()
            await self._stop_publishing()
            await self._publisher.hide()

    def show_again(self) -> None:
        """Let everyone see how far it has come, from its first row on, if they do not."""
        self._hurry.clear()
        self.publish_soon()

    def fail(self, error: TSVShareError) -> None:
        """Take in that this upload cannot succeed; its carrier hears of it, and is to cancel it."""
        if self.error is not None:
            return
        self.error = error
        self.stop.set()
        if self.when_failed is not None:
            self.when_failed(error)

    # --- writing and publishing -----------------------------------------------------------------

    async def _write(self) -> None:
        try:
            while self._pieces and self.error is None:
                data = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
                self._pieces.clear()
                self._waiting_bytes = 0
                steps = self.table.feed_steps(data)
                self._disk.check(len(data))
                while await self._threads.run(self._asker, partial(self._take_in, steps)):
                    self.publish_soon()
                    await self._ahead.room()
                self.publish_soon()
                await self._ahead.room()
        except Exception as error:
            self.fail(as_upload_error(error))
        finally:
            self._writing = None

    def _take_in(self, steps: Iterator[None], stop: Stop) -> bool:
        """Take in a part of a chunk, whose text may be long; whether there is more of it."""
        end = time.monotonic() + TURN_SECONDS
        for _ in steps:
            stop.check()
            if self.stop.is_set() or time.monotonic() > end:
                self._disk.check()
                return not self.stop.is_set()
        return False

    async def _wait_for_writes(self) -> None:
        while self._writing is not None:
            await self._writing

    def publish_soon(self) -> None:
        """Let everyone see how far the table has come, at most a few times a second."""
        self._ahead.poke()
        if not self.quiet and not self._hurry.is_set() and self._publishing is None:
            self._publishing = asyncio.create_task(self._publish())

    async def _publish(self) -> None:
        try:
            while self.error is None and self._has_news():
                if self._publisher.shown is not None:
                    await self._pause()
                now = self.table.frozen()
                await self._publisher.show(self._state(now.facts), now)
        except Exception as error:
            self.fail(as_upload_error(error))
        finally:
            self._publishing = None

    def _has_news(self) -> bool:
        # Without a byte that could be read there is nothing to show in place of the old table.
        facts, shown = self.table.facts, self._publisher.shown
        return facts.bytes > 0 and (shown is None or facts != shown.facts)

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._hurry.wait(), self._rest())
        except TimeoutError:
            return

    async def _stop_publishing(self) -> None:
        self._hurry.set()
        while self._publishing is not None:
            await self._publishing

    def _state(self, facts: Facts, *, finished: bool = False) -> TableState:
        return table_state(
            self.table_id, self._name, facts, self._options, total=self._total, finished=finished
        )

    def _raise_if_failed(self) -> None:
        if self.error is not None:
            raise self.error

    def _end(self, result: str) -> None:
        self._ended = True
        self.stop.set()
        self._when_ended(result)


def too_large(limit: int, declared: int | None = None) -> TooLarge:
    """The error that names the limit."""
    size = f"this upload has {describe_size(declared)}" if declared else "this upload is larger"
    return TooLarge(f"{size}: the relay accepts up to {describe_size(limit)}")


def as_upload_error(error: Exception) -> TSVShareError:
    """The error that people see for an exception that ended an upload."""
    if isinstance(error, TSVShareError):
        return error
    if isinstance(error, OSError):
        return storage_error(error)
    log.error("an upload could not be read", exc_info=error)
    return TSVShareError("the relay could not read this upload; its log says why")
