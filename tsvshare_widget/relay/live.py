"""``WS /d/UUID/ws``: a viewer that speaks ``tsvshare.v1``."""

from __future__ import annotations

import asyncio
import logging
import time

import msgspec
from msgspec import UNSET

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document, role_for
from tsvshare_widget.errors import BadRequest, Forbidden, NotFound, Stale, TSVShareError, WrongKey
from tsvshare_widget.protocol import (
    CELL_ANSWER,
    MAX_CID,
    MAX_MESSAGE,
    NO_PAGE,
    PROTOCOL_VERSION,
    SUBPROTOCOL,
    Ack,
    Cancel,
    CellAnswer,
    Close,
    ErrorMessage,
    FindColumns,
    GetCell,
    GetProfile,
    Hello,
    Limits,
    Look,
    Me,
    Op,
    PageAnswer,
    Pong,
    TableState,
    ViewerMessage,
    Welcome,
    decode_viewer,
    encode,
    rejection,
)

from .presence import check_place, clean_name
from .render import window_of
from .room import Room, is_newer
from .sockets import ViewerSocket
from .viewers import LiveViewer

log = logging.getLogger(__name__)


class LiveSocket(ViewerSocket):
    """A viewer of one document, from its hello on."""

    viewer: LiveViewer
    uuid: str

    @property
    def max_message_size(self) -> int:
        """Above our own limit, which closes with a code that says not to come back."""
        return 16 * MAX_MESSAGE

    def check_origin(self, origin: str) -> bool:
        """Any page may connect: the link is what allows, and there is no cookie to misuse."""
        return True

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Our own protocol if it is offered; a client need not offer any."""
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    def open(self, uuid: str) -> None:
        """Wait for the viewer's hello."""
        self.uuid = uuid
        self.viewer = self.make_viewer(LiveViewer)
        self._readings: set[asyncio.Task[None]] = set()

    async def on_message(self, message: str | bytes) -> None:
        """Answer one message, whatever it is."""
        if len(message) > MAX_MESSAGE:
            self.viewer.close(Close.PROTOCOL, f"messages have up to {MAX_MESSAGE} bytes")
            return
        self.viewer.heard()
        try:
            if isinstance(message, bytes):
                raise BadRequest("messages are text; tables are uploaded by PUT")
            await self._take(decode_viewer(message))
        except TSVShareError as error:
            await self._complain(error)
        except Exception:
            log.exception("a message to document %s failed", self.uuid)
            await self._complain(TSVShareError("something went wrong on the relay"))

    async def _complain(self, error: TSVShareError) -> None:
        await self.viewer.answer(encode(ErrorMessage(code=error.code, message=error.message)))

    async def _take(self, message: ViewerMessage) -> None:
        room = self.viewer.room
        match message:
            case Hello() if room is None:
                await self._hello(message)
            case Pong():
                return
            case Cancel() | GetProfile() | FindColumns():
                raise BadRequest("this relay does not know this yet")
            case _ if room is None:
                await self._complain(BadRequest("the first message is a hello"))
                self.viewer.close(Close.PROTOCOL, "the first message is a hello")
            case Hello():
                raise BadRequest("a hello was said already")
            case Me():
                self.viewer.at = check_place(message.at)
                self.viewer.name = clean_name(message.name)
                room.attendance.changed()
            case Op() if message.set.reading is not UNSET:
                # It may take long, and what this viewer says meanwhile must be heard.
                reading = asyncio.create_task(self._request(room, message))
                self._readings.add(reading)
                reading.add_done_callback(self._readings.discard)
            case _:
                await self._request(room, message)

    # --- hello ----------------------------------------------------------------------------------

    async def _hello(self, hello: Hello) -> None:
        if len(hello.cid) > MAX_CID:
            raise BadRequest(f"the cid of a viewer has up to {MAX_CID} characters")
        try:
            room = await self.hub.enter(self.uuid, self.viewer)
        except NotFound as error:
            await self._complain(error)
            self.viewer.close(Close.GONE, "no such document")
            return
        self.viewer.cid = hello.cid
        self.viewer.name = clean_name(hello.name)
        role = role_for(room.document, hello.key)
        if role is None:
            wrong = "the key in this link is not right: you can look, not change"
            await self._complain(WrongKey(wrong))
        self.viewer.role = role or "look"
        await self._welcome(room, hello)

    async def _welcome(self, room: Room, hello: Hello) -> None:
        document = room.document
        unchanged = hello.have == document.position
        page = bytes(NO_PAGE) if unchanged else await room.shared_page(document)
        if self.viewer not in self.hub.connections:
            return  # gone while the page was read
        room.live.join(self.viewer)
        room.attendance.changed()
        welcome = Welcome(
            v=PROTOCOL_VERSION,
            epoch=document.epoch,
            seq=document.seq,
            role=self.viewer.role,
            viewers=room.n_viewers,
            heartbeat=self.hub.settings.heartbeat,
            limits=Limits(upload=self.hub.settings.max_upload),
            unchanged=unchanged,
            state=None if unchanged else document.state,
            page=msgspec.Raw(page),
        )
        missed = is_newer(room.told, document.position)
        await self.viewer.answer(encode(welcome))
        if missed:
            self.viewer.show(await room.live_frame(room.document))

    # --- requests -------------------------------------------------------------------------------

    async def _request(self, room: Room, message: Op | Look | GetCell) -> None:
        try:
            match message:
                case Op():
                    answer = await self._op(room, message)
                case Look():
                    answer = await self._look(room.document, message)
                case GetCell():
                    answer = await self._cell(room.document, message)
        except TSVShareError as error:
            answer = encode(rejection(message.id, error))
        except Exception:
            log.exception("a request to document %s failed", self.uuid)
            failed = TSVShareError("something went wrong on the relay; nothing was changed")
            answer = encode(rejection(message.id, failed))
        await self.viewer.answer(answer)

    async def _op(self, room: Room, op: Op) -> bytes:
        try:
            document = await self._apply(op)
        except TSVShareError as error:
            self.hub.metrics.count("ops", f'result="{error.code}"')
            raise
        self.hub.metrics.count("ops", 'result="ok"')
        seq = docs.known_op(document, op.id)
        return encode(Ack(id=op.id, epoch=document.epoch, seq=document.seq if seq is None else seq))

    async def _apply(self, op: Op) -> Document:
        if self.viewer.role != "edit":
            raise Forbidden(
                "this link allows looking only; to turn the page for everyone, use the full link"
            )

        if op.set.reading is not UNSET:
            return await self.hub.readings.read_anew(self.uuid, op, by=self.viewer.cid)
        if op.set.undo is not UNSET:
            return await self.hub.undo(self.uuid, op, by=self.viewer.cid)

        def step(document: Document) -> Document:
            return docs.apply(
                document, op.set, table=op.table, op_id=op.id, by=self.viewer.cid, now=time.time()
            )

        return await self.hub.change(self.uuid, step)

    async def _look(self, document: Document, look: Look) -> bytes:
        table = _current(document, look.table)
        window = window_of(table, look.page, look.page_size, look.columns)
        page = await self.hub.renderer.page(table, window)
        return encode(PageAnswer(id=look.id, page=msgspec.Raw(page)))

    async def _cell(self, document: Document, asked: GetCell) -> bytes:
        table = _current(document, asked.table)
        if not (0 <= asked.row < table.rows and asked.column >= 0):
            raise NotFound(f"there is no cell in row {asked.row}, column {asked.column}")
        with self.hub.store.use(table.id, name=table.name) as data:
            cell = await asyncio.to_thread(data.cell, asked.row, asked.column, CELL_ANSWER)
        return encode(CellAnswer(id=asked.id, text=cell.text, bytes=cell.bytes, cut=cell.cut))


def _current(document: Document, table_id: str) -> TableState:
    table = document.state.table
    if table is None or table.id != table_id:
        raise Stale("the table was replaced in the meantime; look again")
    return table
