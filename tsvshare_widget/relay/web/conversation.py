"""What a viewer that speaks ``tsvshare.v1`` says to the relay that has its document."""

from __future__ import annotations

import logging
from functools import cached_property, partial

from msgspec import UNSET

from tsvshare_widget.document import Document, may_look, role_for
from tsvshare_widget.errors import (
    BadRequest,
    Deleted,
    EngineDown,
    Forbidden,
    Moved,
    NotFound,
    Revoked,
    TooMany,
    TSVShareError,
    Unavailable,
    WrongKey,
    WrongVersion,
)
from tsvshare_widget.protocol import (
    MAX_CID,
    MAX_MESSAGE,
    MAX_POINTED,
    PROTOCOL_VERSION,
    Cancel,
    Close,
    ErrorMessage,
    Hello,
    Limits,
    Me,
    Point,
    Pong,
    ViewerMessage,
    Welcome,
    check_size,
    decode_viewer,
    encode,
    rejection,
    request_id,
)
from tsvshare_widget.relay.changes.access import TAKEN_BACK
from tsvshare_widget.relay.changes.documents import moved_error
from tsvshare_widget.relay.changes.links import DELETED
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.rooms.farewells import come_back_ms, deleted, moved, taken_back
from tsvshare_widget.relay.rooms.frames import told_access
from tsvshare_widget.relay.rooms.pointing import spot_of
from tsvshare_widget.relay.rooms.presence import check_place, clean_name
from tsvshare_widget.relay.rooms.room import Room
from tsvshare_widget.relay.rooms.viewers import LiveViewer

from .inbox import Inbox
from .requests import Requests

log = logging.getLogger(__name__)


class Conversation:
    """With one viewer of one document, from its hello on; whoever carries it lets it begin and end.

    ``hub``, ``viewer``, ``uuid`` and ``inbox`` are set before the first message is taken.
    """

    hub: Hub
    viewer: LiveViewer
    uuid: str
    inbox: Inbox
    room: Room | None = None

    @cached_property
    def requests(self) -> Requests:
        """What it asks for alone; most viewers never do."""
        return Requests(self.hub, self.viewer)

    def end_conversation(self) -> None:
        """Nothing that was asked for is wanted any more."""
        self.inbox.close()
        if "requests" in self.__dict__:
            self.requests.stop()

    async def take(self, message: str | bytes) -> None:
        """Answer one message, whatever it is; returns when more may come."""
        if len(message) > MAX_MESSAGE and self.room is None:
            self.viewer.close(Close.PROTOCOL, f"messages have up to {MAX_MESSAGE} bytes")
            return
        self.viewer.heard()
        try:
            check_size(len(message))
            if isinstance(message, bytes):
                raise BadRequest("messages are text; tables are uploaded by PUT")
            decoded = decode_viewer(message)
        except TSVShareError as error:
            await self.inbox.put(partial(self._handle_wrong, message, error), len(message))
        else:
            if not isinstance(decoded, Pong):
                await self.inbox.put(partial(self._handle_safely, message, decoded), len(message))

    async def _handle_wrong(self, message: str | bytes, error: TSVShareError) -> None:
        if isinstance(error, WrongVersion):
            await self._complain(error)
            self.viewer.close(Close.VERSION, "another version of the protocol")
        else:
            await self._refuse(message, error)

    async def _handle_safely(self, message: str | bytes, decoded: ViewerMessage) -> None:
        try:
            await self._handle(decoded, len(message))
        except TSVShareError as error:
            await self._handle_wrong(message, error)
        except Exception:
            log.exception("a message to document %s failed", self.uuid)
            await self._complain(TSVShareError("something went wrong on the relay"))

    async def _refuse(self, message: str | bytes, error: TSVShareError) -> None:
        self.hub.metrics.count("refused", f'code="{error.code}"')
        # A request of a later version may be one we do not know: who sent it waits for an answer.
        asked = request_id(message) if self.room is not None else None
        if asked is None:
            await self._complain(error)
        else:
            await self.viewer.answer(encode(rejection(asked, error)))

    async def _complain(self, error: TSVShareError) -> None:
        await self.viewer.answer(encode(ErrorMessage(code=error.code, message=error.message)))

    async def _handle(self, message: ViewerMessage, size: int) -> None:
        room = self.room
        match message:
            case Hello() if room is None:
                await self._hello(message)
            case Pong():
                return  # that it came was heard already
            case _ if room is None:
                await self._complain(BadRequest("the first message is a hello"))
                self.viewer.close(Close.PROTOCOL, "the first message is a hello")
            case Hello():
                raise BadRequest("a hello was said already")
            case Me():
                self.viewer.at = check_place(message.at)
                self.viewer.name = clean_name(message.name)
                room.presence.changed()
            case Point():
                self._point(room, message)
            case Cancel():
                self.requests.cancel(self.uuid, message.id)
            case _:
                await self.requests.start(room, message, size)

    def _point(self, room: Room, message: Point) -> None:
        viewer, table = self.viewer, room.document.state.table
        if viewer.role != "edit" or viewer.cid is None:
            raise Forbidden("this link allows looking only; to point, use the full link")
        spot = spot_of(message, viewer.cid, table)
        if spot is not None:
            room.pointing.point(message.table, spot)

    # --- hello ----------------------------------------------------------------------------------

    async def _hello(self, hello: Hello) -> None:
        self.viewer.greeted = True
        if len(hello.cid) > MAX_CID:
            raise BadRequest(f"the cid of a viewer has up to {MAX_CID} characters")
        try:
            room = self.room = await self.hub.rooms.enter(self.uuid, self.viewer)
        except NotFound as error:
            await self._complain(error)
            self.viewer.close(Close.GONE, "no such document")
            return
        except TooMany as error:
            await self._complain(error)
            self.viewer.close(Close.FULL, error.code)
            return
        except Unavailable:  # soon this relay can tell, or another one
            self.viewer.say_bye(come_back_ms(1))
            return
        if not await self._is_sure(room, hello) or not self._may_stay(room, hello):
            return
        self.viewer.cid = room.identities.identify(hello.cid, hello.token)
        self.viewer.name = clean_name(hello.name)
        role = role_for(room.document, hello.key)
        if role is None:
            wrong = "the key in this link is not right: you can look, not change"
            await self._complain(WrongKey(wrong))
        self.viewer.role = role or "look"
        self.viewer.admitted_by = room.document.key_hash
        await self._welcome(room, hello)
        if self.hub.trouble is not None:
            await self._complain(self.hub.trouble)

    async def _is_sure(self, room: Room, hello: Hello) -> bool:
        """Whether it is this relay that is to say what the link of this viewer allows.

        Who is refused does not come back, so it is looked first whether another relay has the
        document by now.  If so, or if that is not known, the viewer is asked to come back.
        """
        document, key = room.document, hello.key
        if may_look(document, key) and role_for(document, key) is not None:
            return True
        try:
            await self.hub.documents.confirm(self.uuid)
        except EngineDown:
            if may_look(room.document, key):
                return True  # to look; once it is known it will be told
        except Unavailable:
            pass
        else:
            return True
        self.viewer.say_bye(come_back_ms(1))
        return False

    def _may_stay(self, room: Room, hello: Hello) -> bool:
        """Whether this viewer is where its link leads; else it is told so and put out."""
        farewell = None
        if room.document.moved is not None:
            to = room.document.moved
            error = moved_error(to)
            if not isinstance(error, Moved):
                self.viewer.say_bye(come_back_ms(1))
                return False
            farewell = moved(error, to.base, to.uuid)
        elif room.is_elsewhere:
            self.viewer.say_bye(come_back_ms(1))
            return False
        elif not self.hub.rooms.is_open(room):
            farewell = deleted(Deleted(DELETED))
        elif not may_look(room.document, hello.key):
            farewell = taken_back(Revoked(TAKEN_BACK), lambda _: True)
        if farewell is not None:
            self.viewer.put_out(farewell.live, farewell.code, farewell.reason)
        return farewell is None

    async def _welcome(self, room: Room, hello: Hello) -> None:
        """Answer the hello of a viewer who may stay, and let it join."""
        raise NotImplementedError

    def welcome_without_page(self, room: Room, document: Document, look_key: str | None) -> Welcome:
        """What this viewer is welcomed with, but for the state and the page."""
        return Welcome(
            v=PROTOCOL_VERSION,
            epoch=document.epoch,
            seq=document.seq,
            role=self.viewer.role,
            viewers=room.n_viewers,
            heartbeat=self.hub.settings.heartbeat,
            limits=Limits(
                upload=self.hub.settings.max_upload,
                formats=self.hub.formats,
                pointing=MAX_POINTED,
                # Who has last words never comes back, and its documents neither.
                idle=None if self.hub.settings.last_words else int(self.hub.settings.idle_seconds),
            ),
            you=self.viewer.cid,
            token=room.identities.token(self.viewer.cid or ""),
            access=told_access(document),
            look_key=look_key or UNSET,
        )
