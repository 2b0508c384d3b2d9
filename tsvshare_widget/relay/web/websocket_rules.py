"""RFC 6455 to the letter, around Tornado.

Tornado (6.6) takes frames that no client may send (unmasked ones), sends invalid close codes back,
ends connections without a close frame where the standard asks for one, and reads a frame whole,
however large it is said to be.  Here frames are read in pieces that are counted as they come, and
what breaks the rules ends the connection with the code that says so (section 7.4.1).
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from contextlib import suppress
from typing import Any, NamedTuple

from tornado.iostream import StreamClosedError
from tornado.util import _websocket_mask
from tornado.websocket import WebSocketProtocol13

from tsvshare_widget.protocol import Close
from tsvshare_widget.relay.turnstile import Turnstile
from tsvshare_widget.relay.unfinished import Unfinished, UnfinishedBytes

from .deflate import Inflater, TooLong
from .guard import READ_BYTES, linger

PROTOCOL_ERROR = 1002
NOT_UTF8 = 1007
TOO_BIG = 1009
TRY_AGAIN_LATER = 1013

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MAX_CONTROL_BYTES = 125

SLICE_BYTES = 64 * 1024
"""Bytes that are read of one connection before other work on the event loop has its turn."""

READ_COST = 1024
"""Bytes that each read counts as beside those it brings: many small frames are work, too."""


class Violation(Exception):
    """What ends a connection: a close code, and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class FrameHead(NamedTuple):
    """The first bytes of a frame."""

    final: bool
    opcode: int
    size: int
    deflated: bool = False

    @property
    def is_control(self) -> bool:
        """Whether it stands for itself, also between the frames of a message."""
        return bool(self.opcode & 0x8)


class StrictProtocol(WebSocketProtocol13):
    """The relay's side of one WebSocket.

    ``inflater`` understands compressed messages; None if compression is not spoken.
    """

    handler: Any
    """Has ``fail(code, reason)``, which begins to close the connection."""

    inflater: Inflater | None = None

    def guard_with(
        self, incoming: UnfinishedBytes, turnstile: Turnstile, slow_seconds: float
    ) -> None:
        """Count what comes in here; wait so long for the next byte of what has begun.

        Who brings much passes the turnstile again and again.
        """
        self._incoming, self._turnstile = incoming, turnstile
        self._slow_seconds = slow_seconds
        self._work = 0  # in bytes, since others had their turn
        self._pong: asyncio.Future[None] | None = None
        self._latest_ping: bytes | None = None
        # Of the message of which not all frames have come:
        self._opcode: int | None = None
        self._is_deflated = False
        self._data = bytearray()
        self._counted: Unfinished | None = None
        self._failed = False
        self._still_coming: asyncio.Future[bytes] | None = None

    async def _receive_frame_loop(self) -> None:
        # By a task of its own: so the request ends, and all that was needed for it can go.
        self._reading = asyncio.create_task(self._read_frames())

    async def _read_frames(self) -> None:
        try:
            while not self.client_terminated:
                # Most connections are here nearly always, so this is to hold little memory.
                first = await self.stream.read_bytes(1) if self._opcode is None else None
                await self._take_frame(first)
        except StreamClosedError:
            self._abort()
        finally:
            self._end()

    def _end(self) -> None:
        self._forget_message()
        self._release()
        if self.stream.error is not None:
            self.stream.error.__traceback__ = None  # which holds the stream
        self.handler.on_ws_connection_close(self.close_code, self.close_reason)

    async def _take_frame(self, first: bytes | None) -> None:
        try:
            head = await self._read_head((first or await self._read(1))[0])
            if head.is_control:
                payload = bytearray()
                await self._read_payload(head.size, payload)
                self._check_control(head.opcode, payload)
                await self._deliver(head.opcode, bytes(payload))
            else:
                await self._receive_part(head)
        except Violation as violation:
            await self._fail(violation.code, violation.reason)

    async def _receive_part(self, head: FrameHead) -> None:
        if self._opcode is None:
            self._opcode, self._is_deflated = head.opcode, head.deflated
            self._counted = Unfinished(self._give_up)
        await self._read_payload(head.size, self._data, self._counted)
        if not head.final or self._failed:
            return
        opcode, data = self._opcode, bytes(self._data)
        self._forget_message()
        if self._counted is not None:
            self._counted.complete = True
        try:
            if self._is_deflated and self.inflater is not None:
                data = self._inflate(self.inflater, data)
            if opcode == TEXT:
                check_utf8(data)
            await self._deliver(opcode, data)
        finally:
            self._release()

    def _inflate(self, inflater: Inflater, data: bytes) -> bytes:
        try:
            return inflater.inflate(data)
        except TooLong:
            raise Violation(TOO_BIG, f"messages have up to {inflater.most} bytes") from None
        except zlib.error:
            raise Violation(NOT_UTF8, "a message is not compressed as it says") from None

    def _release(self) -> None:
        counted, self._counted = self._counted, None
        if counted is not None:
            self._incoming.release(counted)

    def _handle_message(self, opcode: int, data: bytes) -> asyncio.Future[None] | None:
        if opcode != PING:
            return super()._handle_message(opcode, data)
        # Of pings that came while a pong was on its way, the latest is answered (section 5.5.3): so
        # who sends them and reads nothing fills no memory.
        self._latest_ping = data
        if self._pong is None or self._pong.done():
            self._answer_ping()
        return None

    def _answer_ping(self, *_: object) -> None:
        data, self._latest_ping = self._latest_ping, None
        if data is None or self.server_terminated or self.stream.closed():
            return
        with suppress(StreamClosedError):
            self._pong = self._write_frame(True, PONG, data)
            self._pong.add_done_callback(self._answer_ping)

    def _forget_message(self) -> None:
        self._opcode = None
        self._data.clear()

    async def _deliver(self, opcode: int, data: bytes) -> None:
        if self._failed and opcode != CLOSE:
            return
        handled = self._handle_message(opcode, data)
        if handled is not None:
            await handled

    # --- reading --------------------------------------------------------------------------------

    async def _read_head(self, first: int) -> FrameHead:
        second = (await self._read(1))[0]
        opcode = first & self.OPCODE_MASK
        deflated = bool(first & self.RSV1 and self.inflater and opcode in (TEXT, BINARY))
        head = FrameHead(bool(first & self.FIN), opcode, second & 0x7F, deflated)
        reserved = first & (self.RSV_MASK & ~self.RSV1 if deflated else self.RSV_MASK)
        check_head(head, reserved, bool(second & 0x80), self._opcode is not None)
        if head.size >= 126:
            size = int.from_bytes(await self._read(2 if head.size == 126 else 8), "big")
            head = head._replace(size=size)
        if not head.is_control and len(self._data) + head.size > self.params.max_message_size:
            most = self.params.max_message_size
            raise Violation(TOO_BIG, f"messages have up to {most} bytes")
        return head

    async def _read_payload(
        self, size: int, into: bytearray, counted: Unfinished | None = None
    ) -> None:
        mask = await self._read(4)
        while size > 0:
            piece = await self._read(min(size, READ_BYTES), partial=True)
            size -= len(piece)
            if counted is not None and not self._failed:
                await self._incoming.add(counted, len(piece))
            if self._failed:
                continue
            into += _websocket_mask(mask, piece)
            turn = len(piece) % 4
            mask = mask[turn:] + mask[:turn]

    async def _read(self, size: int, *, partial: bool = False) -> bytes:
        coming = asyncio.ensure_future(self.stream.read_bytes(size, partial=partial))
        if not coming.done():
            await asyncio.wait({coming}, timeout=self._slow_seconds)
            if not coming.done():
                self._still_coming = coming
                raise Violation(Close.SLOW, "the rest of a message has not come")
        try:
            data = await coming
        finally:
            del coming  # its error would hold this frame, and so all of the connection
        self._wire_bytes_in += len(data)
        self._work += len(data) + READ_COST
        if self._work >= SLICE_BYTES:
            self._work = 0
            await self._turnstile.rest()
        return data

    # --- ending ---------------------------------------------------------------------------------

    def _check_control(self, opcode: int, payload: bytearray) -> None:
        if opcode == CLOSE and payload:
            check_close(bytes(payload))

    def _give_up(self) -> None:
        """Drop what has come of a message, because all messages together are too large."""
        self._failed = True
        self._forget_message()
        self.handler.fail(TRY_AGAIN_LATER, "too many large messages at a time; try again later")

    async def _fail(self, code: int, reason: str) -> None:
        self._failed = True
        self._forget_message()
        self._release()
        self.handler.fail(code, reason)
        self.client_terminated = True
        if not self.stream.closed():
            with suppress(StreamClosedError):
                await self.stream.write(b"")
                await linger(self.stream, self._still_coming)
        self._abort()


def check_head(head: FrameHead, reserved: int, masked: bool, within_message: bool) -> None:
    """Raise :class:`Violation` for the first bytes of a frame that no client may send."""
    wrong = None
    if reserved:
        wrong = "reserved bits are 0 but for what an extension says"
    elif not masked:
        wrong = "frames of clients are masked"
    elif head.opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
        wrong = f"there is no opcode {head.opcode}"
    elif head.is_control and not (head.final and head.size <= MAX_CONTROL_BYTES):
        wrong = f"control frames come whole and have up to {MAX_CONTROL_BYTES} bytes"
    elif head.opcode == CONTINUATION and not within_message:
        wrong = "there is no message to go on with"
    elif head.opcode in (TEXT, BINARY) and within_message:
        wrong = "the message before is not complete"
    if wrong is not None:
        raise Violation(PROTOCOL_ERROR, wrong)


def check_close(payload: bytes) -> None:
    """Raise :class:`Violation` for what may not stand in a close frame."""
    if len(payload) < 2:
        raise Violation(PROTOCOL_ERROR, "a close code has two bytes")
    code = struct.unpack(">H", payload[:2])[0]
    if not (code in (1000, 1001, 1002, 1003) or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        raise Violation(PROTOCOL_ERROR, f"{code} is no close code that may be sent")
    check_utf8(payload[2:])


def check_utf8(data: bytes) -> None:
    """Raise :class:`Violation` for text that is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise Violation(NOT_UTF8, "text is not UTF-8") from None
