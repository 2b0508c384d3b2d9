"""A request whose body is a stream: passed on as it comes, and refused in words."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

from tornado.iostream import StreamClosedError

from tsvshare_widget.errors import TSVShareError, UploadBroken
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.web.guard import JSON_TYPE, error_body, let_body_come_fast
from tsvshare_widget.relay.web.handler import Handler

REFUSED_BYTES = 8 * 1024 * 1024
"""So much more of a refused upload is read, so that its sender gets to read the refusal."""

REFUSED_SECONDS = 5.0

BODY_LIMIT = 1 << 62
"""More than any body: the limit that counts is ours, which answers with a message."""


class Incoming(Protocol):
    """What takes in the bytes of a body."""

    takes_much: bool
    """Whether what comes fast may come in large pieces, in memory that is used again."""

    async def receive(self, chunk: bytes) -> None:
        """Take in the next bytes."""

    async def complete(self) -> TableState | None:
        """Take in that there are no more; returns what became of the table, if that is known."""

    async def cancel(self, error: TSVShareError) -> None:
        """Give up, because of ``error``."""

    async def break_off(self, error: TSVShareError) -> None:
        """Take in that its sender has gone before its end."""


class IncomingBody(Handler):
    """One body, taken in by what :meth:`begin` returns."""

    def initialize(self, hub: Hub) -> None:
        """Take the relay this request was made to."""
        super().initialize(hub)
        self._incoming: Incoming | None = None
        self._refusal: asyncio.Task[None] | None = None
        self._received = 0
        self._received_until_refused = 0
        self._complete = False

    async def take_body(self) -> None:
        """Begin to take the body in, or refuse it before a byte of it is read."""
        self.request.connection.set_max_body_size(BODY_LIMIT)  # type: ignore[union-attr]
        try:
            self._incoming = await self.begin(self.path_args)
        except TSVShareError as error:
            await self.refuse(error)
        else:
            let_body_come_fast(self.request, wanted=self._incoming.takes_much)

    async def begin(self, path: list[str]) -> Incoming:
        """What takes in the body.  Raises why nothing does."""
        raise NotImplementedError

    def answer(self, state: TableState | None) -> None:
        """Answer that all has come."""
        self.finish_json(encode(state))

    async def data_received(self, chunk: bytes) -> None:
        """Pass on the next bytes; the network waits until this is done."""
        self._received += len(chunk)
        if self._refusal is None and self._incoming is not None:
            with suppress(TSVShareError):  # when_failed has been called with it
                await self._incoming.receive(chunk)
        elif self._refusal is not None and self._has_read_enough and not self._finished:
            await self._refusal  # bytes that lie here already are read without giving it its turn
            self.finish()

    @property
    def _has_read_enough(self) -> bool:
        """Whether a sender who was refused has gone on for long without reading why."""
        return self._received - self._received_until_refused > REFUSED_BYTES

    async def end_body(self) -> None:
        """Take in the end of the body, and answer."""
        self._complete = True
        if self._refusal is None and self._incoming is not None:
            try:
                state = await self._incoming.complete()
            except TSVShareError as error:
                self.refuse(error)
            else:
                self.answer(state)
        if self._refusal is not None:
            await self._refusal

    def on_connection_close(self) -> None:
        """Take in that its sender has gone before its end."""
        super().on_connection_close()  # ends the wait for the rest of the body
        if self._incoming is not None and not self._complete and self._refusal is None:
            lost = UploadBroken("the connection was lost before the upload was complete")
            self._refusal = asyncio.create_task(self._incoming.break_off(lost))

    def refuse(self, error: TSVShareError) -> asyncio.Task[None]:
        """Answer why the rest of the body is not wanted; what has come is given up."""
        if self._refusal is None:
            self._received_until_refused = self._received
            self._refusal = asyncio.create_task(self._give_up(error))
            refusals: set[asyncio.Task[None]] = self.settings["refusals"]
            refusals.add(self._refusal)
            self._refusal.add_done_callback(refusals.discard)
        return self._refusal

    async def _give_up(self, error: TSVShareError) -> None:
        if self._incoming is not None:
            await self._incoming.cancel(error)
        if self._finished:
            return
        if self.request.headers.get("Expect") == "100-continue" and not self._received:
            self.finish_json(error_body(error), error.status)
            return
        with suppress(StreamClosedError):
            await self._answer_early(error_body(error), error.status)

    async def _answer_early(self, body: bytes, status: int) -> None:
        # Closing at once, with bytes on their way to us, would reset the connection, and the sender
        # would never read why.  So the whole answer goes out first, and for a short while what
        # still comes is thrown away.
        self.request.connection.set_body_timeout(REFUSED_SECONDS)  # type: ignore[union-attr]
        self.set_header("Content-Length", str(len(body)))
        self.set_header("Connection", "close")
        self.set_header("Content-Type", JSON_TYPE)
        self.set_status(status)
        self.write(body)
        await self.flush()
