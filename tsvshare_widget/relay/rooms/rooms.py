"""Which document each viewer of one relay looks at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set

from tsvshare_widget.document import Document
from tsvshare_widget.errors import Deleted, TooMany, Unavailable
from tsvshare_widget.protocol import ErrorMessage, Over, Working, encode
from tsvshare_widget.relay.metrics import Metrics
from tsvshare_widget.relay.rate import Rate
from tsvshare_widget.relay.settings import Settings

from . import farewells
from .broadcast import for_each_viewer
from .connections import Connections
from .farewells import Farewell, come_back_ms
from .frames import Frames
from .room import Room
from .viewers import LiveViewer, PlainViewer, Viewer
from .wire_frames import text_frame

Load = Callable[[str], Awaitable[Document]]


class Rooms:
    """The rooms of one relay: each of its connections is in one of them, or in none yet.

    ``load`` gives a document as it is stored and raises :class:`NotFound`; ``touch`` is called when
    somebody comes to a document, and when the last one leaves.
    """

    def __init__(
        self,
        connections: Connections,
        frames: Frames,
        metrics: Metrics,
        settings: Settings,
        *,
        load: Load,
        touch: Callable[[Document], Awaitable[None]],
    ) -> None:
        self._connections = connections
        self._frames = frames
        self._metrics = metrics
        self._settings = settings
        self._load = load
        self._touch = touch
        self._rooms: dict[str, Room] = {}
        self._room_of: dict[Viewer, Room] = {}
        self._is_over = False

    # --- what others want to know ---------------------------------------------------------------

    def n_viewers(self) -> int:
        """How many look at documents."""
        return sum(room.n_viewers for room in self._rooms.values())

    def n_looking_at(self, uuid: str) -> int:
        """How many look at one document."""
        room = self._rooms.get(uuid)
        return room.n_viewers if room is not None else 0

    def n_rooms(self) -> int:
        """How many documents are looked at."""
        return len(self._rooms)

    def document(self, uuid: str) -> Document | None:
        """The newest snapshot of a document that somebody looks at, once that is known."""
        room = self._rooms.get(uuid)
        return room.document if room is not None and room.is_current else None

    def is_watched(self, uuid: str) -> bool:
        """Whether anybody looks at a document."""
        return uuid in self._rooms

    def was_shared(self, uuid: str, own: Set[str] = frozenset()) -> bool:
        """Whether more than one viewer has come while somebody was there, which is now.

        Those whose ids are ``own`` count as one.
        """
        room = self._rooms.get(uuid)
        return room is None or room.was_shared(own)

    def is_open(self, room: Room) -> bool:
        """Whether a room is the one of its document: not if that was deleted, or has moved."""
        return self._rooms.get(room.document.uuid) is room

    # --- coming and going -----------------------------------------------------------------------

    async def enter(self, uuid: str, viewer: Viewer) -> Room:
        """Bring ``viewer`` into the room of a document, where it may join to be sent frames.

        Raises :class:`NotFound`, :class:`TooMany` if it is full, and :class:`Unavailable` once all
        were told that the relay goes: who came in would have to leave again at once.
        """
        if self._is_over:
            words = self._settings.last_words
            raise Deleted(words) if words else Unavailable("this relay is going away; come back")
        room = self._rooms.get(uuid)
        if room is None:
            document = await self._load(uuid)
            room = self._rooms.get(uuid) or self._make_room(document)
        if room.occupants >= self._settings.max_viewers:
            most = self._settings.max_viewers
            raise TooMany(f"{most:,} people look at this table, and no more may at a time")
        if viewer not in self._connections:
            return room  # it went while the document was loaded
        self._rooms[uuid] = self._room_of[viewer] = room
        room.occupants += 1
        if not room.is_current:  # a change may have been stored before the room could hear of it
            room.update_document(await self._load(uuid))
            room.is_current = True
        await self._touch(room.document)
        return room

    def _make_room(self, document: Document) -> Room:
        changes = Rate(self._settings.changes_per_second)
        return Room(document, self._frames, self._metrics, changes)

    async def leave(self, viewer: Viewer) -> None:
        """Forget a viewer; an empty room is closed, its document stays."""
        room = self._room_of.pop(viewer, None)
        if room is None:
            return
        room.leave(viewer)
        room.occupants -= 1
        if not room.occupants and self._rooms.get(room.document.uuid) is room:
            del self._rooms[room.document.uuid]
            await self._touch(room.document)

    # --- for all --------------------------------------------------------------------------------

    def document_changed(self, document: Document) -> None:
        """Show a snapshot to those who look at it."""
        room = self._rooms.get(document.uuid)
        if room is not None:
            room.update_document(document)

    async def put_out(self, uuid: str, farewell: Farewell) -> None:
        """Tell viewers of a document why they must not stay, and end their connections."""
        room = self._rooms.get(uuid)
        if room is None:
            return
        if farewell.is_for_good:
            del self._rooms[uuid]  # who comes now finds the document as it is stored, if it is
        await for_each_viewer(
            [viewer for viewer in room.viewers if farewell.concerns(viewer)],
            lambda viewer: viewer.put_out(
                (farewell.plain,) if isinstance(viewer, PlainViewer) else farewell.live,
                farewell.code,
                farewell.reason,
            ),
        )

    async def tell_all(self, message: ErrorMessage | Over) -> None:
        """Tell all who look at documents, but those who are told pages alone."""
        frame = text_frame(encode(message))

        def tell(viewer: Viewer) -> None:
            if isinstance(viewer, LiveViewer):
                viewer.write(frame)

        for room in list(self._rooms.values()):
            await for_each_viewer(room.viewers, tell)

    async def let_go(self, uuid: str) -> None:
        """Have all who look at a document come back: it is not here any more."""
        room = self._rooms.pop(uuid, None)
        if room is None:
            return
        room.is_elsewhere = True
        crowd = room.n_viewers
        await for_each_viewer(room.viewers, lambda viewer: viewer.say_bye(come_back_ms(crowd)))

    async def announce_work(self, uuid: str, message: Working) -> None:
        """Show everyone who looks at a document what is under way."""
        room = self._rooms.get(uuid)
        if room is not None:
            await room.announce_work(text_frame(encode(message)))

    async def remind_all(self) -> None:
        """Show everyone who was busy what they missed."""
        for room in list(self._rooms.values()):
            await room.remind_all()

    async def end(self) -> None:
        """Let nobody in any more; tell viewers of a relay that never comes back that it ends."""
        self._is_over = True
        if self._settings.last_words:
            farewell = farewells.deleted(Deleted(self._settings.last_words))
            for uuid in list(self._rooms):
                await self.put_out(uuid, farewell)
