"""Bytes on their way into a table, and what everyone sees meanwhile.

An upload knows nothing of how its bytes arrive (``PUT``, a message, a file that is opened here).
Its carrier calls :meth:`Upload.feed` until there are no more bytes, then :meth:`Upload.finish`; or
:meth:`Upload.cancel` when it breaks off.  The document shows the new table as soon as its first
bytes have been read, and returns to the old one if the upload fails.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tsvshare_widget.document import Moved
from tsvshare_widget.errors import TooLarge, TSVShareError, Unavailable
from tsvshare_widget.protocol import TableState
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.table_states import clean_name, describe_size, table_state
from tsvshare_widget.table import Facts, Table

from .new_reading import moved

if TYPE_CHECKING:
    from .uploads import UploadDesk

log = logging.getLogger(__name__)

BUFFERED_BYTES = 1024 * 1024
"""The carrier waits when so much has come that has not been written yet."""

GROWTH_SECONDS = 0.2
"""Between two announcements that a table has grown."""


class Upload:
    """One table on its way in.  All methods belong to the event loop's thread.

    ``table`` may be filled in another thread if its carrier does so itself and calls
    :meth:`announce`; ``stop`` is set when there is no use in going on, and ``error`` says why.
    A carrier that waits for its sender sets ``when_failed`` to hear of an error at once.  Of one
    that is ``growing``, what has come stays when it breaks off.
    """

    def __init__(
        self,
        desk: UploadDesk,
        uuid: str,
        table_id: str,
        table: Table,
        *,
        name: str,
        total: int | None,
        options: ReadOptions,
        by: str | None,
        growing: bool,
    ) -> None:
        self.uuid = uuid
        self.table_id = table_id
        self.table = table
        self.name = clean_name(name)
        self.by = by
        self.number = next(desk.numbers)
        self.error: TSVShareError | None = None
        self.stop = threading.Event()
        self.when_failed: Callable[[TSVShareError], object] | None = None
        self.quiet = False
        self._desk = desk
        self._total = total
        self._options = options
        self._growing = growing
        self._broken_off: TSVShareError | None = None
        self._received = 0
        self._pieces: list[bytes] = []
        self._waiting_bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._shown: Table | None = None

    # --- the carrier's side ---------------------------------------------------------------------

    async def feed(self, chunk: bytes) -> None:
        """Take in the next bytes; returns when there is room for more.

        Raises :class:`BadTable`, :class:`TooLarge`, :class:`Superseded`, :class:`Unavailable`.
        """
        if self._broken_off is not None:
            raise self._broken_off
        self._received += len(chunk)
        if self._received > self._desk.limit:
            self.fail(too_large(self._desk.limit))
        self._raise_if_failed()
        self._pieces.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if self._waiting_bytes >= BUFFERED_BYTES:
            await self._writing
            self._raise_if_failed()

    async def finish(self) -> TableState:
        """Take in that there are no more bytes; returns what became of the table.

        Raises as :meth:`feed` does.
        """
        try:
            return await self._finish()
        except Exception as error:
            raise as_upload_error(error) from error

    async def _finish(self) -> TableState:
        await self._wait_for_writes()
        # First, so that all that the end of the table brings is told as one change.
        await self._stop_telling()
        self._raise_if_failed()
        await asyncio.to_thread(self.table.finish_input)
        self._raise_if_failed()
        last = self.table.frozen()
        state = self._state(last.facts, finished=True)
        moved, found, first = await self._moved(last), None, self._shown is None
        if moved is not None:
            found = await self._desk.ask_again(self, state, last)
        await self._desk.show_last(self, state, moved, found, first=first)
        self._desk.show(self, last)
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
            await self.finish()
        except TSVShareError as failed:
            await self.cancel(failed)
        else:
            self.fail(error)

    async def cancel(self, error: TSVShareError) -> None:
        """Give up, because of ``error``: everyone sees again what was there before."""
        if not self._desk.is_running(self):
            return
        self.fail(error)
        await self._wait_for_writes()
        await self._stop_telling()
        if not self._desk.is_running(self):
            return
        self._end(error.code)
        await self._desk.revert(self)

    def fail(self, error: TSVShareError) -> None:
        """Take in that this upload cannot succeed; its carrier is told, and is to cancel it."""
        if self.error is not None:
            return
        self.error = error
        self.stop.set()
        if self.when_failed is not None:
            self.when_failed(error)

    # --- writing and telling --------------------------------------------------------------------

    async def _write(self) -> None:
        try:
            while self._pieces and self.error is None:
                data = b"".join(self._pieces)
                self._pieces.clear()
                self._waiting_bytes = 0
                await asyncio.to_thread(self.table.feed_bytes, data)
                self.announce()
        except Exception as error:
            self.fail(as_upload_error(error))
        finally:
            self._writing = None

    async def _wait_for_writes(self) -> None:
        while self._writing is not None:
            await self._writing

    def announce(self) -> None:
        """Tell everyone soon how far the table has come."""
        if not self.quiet and not self._hurry.is_set() and self._telling is None:
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        try:
            while self.error is None and self._has_news():
                if self._shown is not None:
                    await self._pause()
                now = self.table.frozen()
                if self._shown is None:
                    await self._desk.show_first(self, self._state(now.facts))
                else:
                    await self._desk.grow(self, self._state(now.facts), await self._moved(now))
                # Nothing is awaited in between: pages are read of what the state speaks of.
                self._desk.show(self, now)
                self._shown = now
        except Exception as error:
            self.fail(as_upload_error(error))
        finally:
            self._telling = None

    def _has_news(self) -> bool:
        # Without a byte that could be read there is nothing to show in place of the old table.
        facts = self.table.facts
        return facts.bytes > 0 and (self._shown is None or facts != self._shown.facts)

    async def _moved(self, now: Table) -> Moved | None:
        """Where the rows shown are now, if late evidence had them read anew."""
        if self._shown is None or now.facts.reread == self._shown.facts.reread:
            return None
        where = moved(self._shown, now)
        await self._desk.find_top_row(self, where)
        return where

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._hurry.wait(), GROWTH_SECONDS)
        except TimeoutError:
            return

    async def _stop_telling(self) -> None:
        self._hurry.set()
        while self._telling is not None:
            await self._telling

    def _state(self, facts: Facts, *, finished: bool = False) -> TableState:
        return table_state(
            self.table_id, self.name, facts, self._options, total=self._total, finished=finished
        )

    def _raise_if_failed(self) -> None:
        if self.error is not None:
            raise self.error

    def _end(self, result: str) -> None:
        self.stop.set()
        self._desk.forget(self, result)


def too_large(limit: int, declared: int | None = None) -> TooLarge:
    """The error that names the limit."""
    size = f"this upload has {describe_size(declared)}" if declared else "this upload is larger"
    return TooLarge(f"{size}: the relay accepts up to {describe_size(limit)}")


def as_upload_error(error: Exception) -> TSVShareError:
    """What people are told of an exception that ended an upload."""
    if isinstance(error, TSVShareError):
        return error
    if isinstance(error, OSError):
        return Unavailable(f"the relay cannot store this upload: {error.strerror or error}")
    log.error("an upload could not be read", exc_info=error)
    return TSVShareError("the relay could not read this upload; its log says why")
