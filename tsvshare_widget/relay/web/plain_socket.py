"""``WS /parser/ws[/UUID]``: the plain protocol.

A binary message is a file, a text message is the number of the page everyone turns to, and every
change comes back as ``{"uuid", "page_no", "total_number", "columns", "data"}``: one message for a
change and nothing else.  Whatever is wrong is answered with ``{"error", "code"}``.
"""

from __future__ import annotations

import logging
import time
from functools import partial

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import (
    Elsewhere,
    Moved,
    NoSuchPage,
    NotFound,
    Revoked,
    TooMany,
    TSVShareError,
    Unavailable,
)
from tsvshare_widget.protocol import Close, Settings, encode
from tsvshare_widget.read_options import ReadOptions
from tsvshare_widget.relay.changes.access import check_editor, check_viewer
from tsvshare_widget.relay.changes.incoming import as_upload_error
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.rooms.room import Room
from tsvshare_widget.relay.rooms.viewers import PlainViewer

from .creating import check_creator
from .desk_handler import KEY_HEADER, foreign_page, is_from_elsewhere
from .parsing import parse_number
from .socket import ViewerSocket

log = logging.getLogger(__name__)

FILE_NAME = "upload.tsv"


class PlainSocket(ViewerSocket[Hub]):
    """A viewer of one document, or of none if the one it asked for does not exist."""

    viewer: PlainViewer
    room: Room | None = None

    @property
    def max_message_size(self) -> int:
        """A larger file ends the connection with code 1009."""
        return self.hub.settings.parser_max_message

    def check_origin(self, origin: str) -> bool:
        """An open document asks for no key, so pages from elsewhere are kept out."""
        if is_from_elsewhere(self.request, self.hub.settings.origins):
            what = "open documents are for this relay's own pages and for programs"
            raise foreign_page(self.request, what)
        return True

    async def get(self, *args: str, **kwargs: str) -> None:
        """Begin a WebSocket; who asks for a new document is to be one who may make it."""
        if not args:
            check_creator(self.hub.settings, self.request)
        await super().get(*args, **kwargs)

    async def open(self, uuid: str | None = None) -> None:
        """Join a document, or a new one, and show its page if it has any."""
        self.viewer = self.make_viewer(PlainViewer)
        try:
            await self._join(uuid)
        except (NotFound, Moved) as error:
            await self._complain(error)
        except TooMany as error:
            await self._complain(error)
            self.viewer.close(Close.FULL, error.code)
        except Revoked as error:
            await self._complain(error)
            self.viewer.close(Close.REVOKED, error.code)
        except Unavailable as error:
            await self._complain(error)
            self.viewer.close(Close.GOING_AWAY, error.code)

    async def _join(self, uuid: str | None) -> None:
        if uuid is None:
            made, _ = await self.hub.documents.create(is_open=True)
            uuid = made.uuid
        await self.hub.documents.admit(uuid, partial(check_viewer, key=self.key))
        room = await self.hub.rooms.enter(uuid, self.viewer)
        if room.is_elsewhere:
            raise Elsewhere("another relay has this table now; come back soon")
        if self.viewer not in self.hub.connections:
            return  # gone while the document was read
        self.room = room
        room.join_plain(self.viewer)
        if room.document.state.table is not None:
            await self._show_page(room, room.document)

    async def _show_page(self, room: Room, document: Document) -> None:
        frame = await room.frames.plain(document)
        if frame is not None:
            self.viewer.show_frame(frame)

    async def on_message(self, message: str | bytes) -> None:
        """Take in one message, whatever it is."""
        try:
            room = self._joined_room()
            if isinstance(message, bytes):
                await self._upload(room, message)
            else:
                await self._turn(room, message)
        except TSVShareError as error:
            await self._complain(error)
        except Exception:
            log.exception("a message of the plain protocol failed")
            await self._complain(TSVShareError("something went wrong on the relay"))

    async def _complain(self, error: TSVShareError) -> None:
        self.hub.metrics.count("refused", f'code="{error.code}"')
        await self.viewer.answer(encode({"error": error.message, "code": error.code}))

    def _joined_room(self) -> Room:
        if self.room is None:
            raise NotFound(
                "there is no such document on this relay: connect to /parser/ws for a new one"
            )
        return self.room

    def _check_editor(self, document: Document) -> None:
        check_editor(document, self.request.headers.get(KEY_HEADER))

    async def _turn(self, room: Room, text: str) -> None:
        self._check_editor(room.document)
        room.count_change()
        page = parse_number(text, "a page")
        if page < 1:
            raise NoSuchPage(f"there is no page {page}: pages are counted from 1")
        before = room.document

        def step(document: Document) -> Document:
            nonlocal before
            before = document
            table = document.state.table.id if document.state.table else None
            now, page_only = time.time(), Settings(page=page)
            return docs.apply(document, page_only, table=table, op_id=None, by=None, now=now)

        after = await self.hub.documents.change(before.uuid, step)
        if after.state.view.page == before.state.view.page:
            await self._show_page(room, after)
        else:
            await room.wait_until_announced(after.position)

    async def _upload(self, room: Room, data: bytes) -> None:
        self._check_editor(room.document)
        options = ReadOptions(header=False, comments=False, delimiter="\t")
        try:
            upload = await self.hub.uploads.begin(
                room.document.uuid,
                name=FILE_NAME,
                total=len(data),
                options=options,
                by=None,
                keep_view=False,
            )
        except OSError as error:
            raise as_upload_error(error) from error
        upload.quiet = True  # all of it is here: one change, so one message
        try:
            await upload.receive(data)
            await upload.complete()
        except TSVShareError as error:
            await upload.cancel(error)
            raise
        await room.wait_until_announced(room.document.position)
