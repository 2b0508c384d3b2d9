"""``WS /d/UUID/ws``: a viewer that speaks ``tsvshare.v1``."""

from __future__ import annotations

import msgspec

from tsvshare_widget.document import Document, look_key_for
from tsvshare_widget.protocol import (
    NO_PAGE,
    Hello,
    encode,
)
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.rooms.room import Room, is_newer
from tsvshare_widget.relay.rooms.viewers import LiveViewer

from .conversation import Conversation
from .inbox import Inbox
from .live_rules import TSVShareSocket


class LiveSocket(TSVShareSocket[Hub], Conversation):
    """A viewer of one document, from its hello on."""

    def open(self, uuid: str) -> None:
        """Wait for the viewer's hello."""
        self.uuid = uuid
        self.viewer = self.make_viewer(LiveViewer)
        self.inbox = Inbox()

    def on_close(self) -> None:
        """Leave the room; nothing that was asked for is wanted any more."""
        self.end_conversation()
        super().on_close()

    async def on_message(self, message: str | bytes) -> None:
        """Answer one message, whatever it is."""
        await self.take(message)

    async def _welcome(self, room: Room, hello: Hello) -> None:
        document = room.document
        unchanged = hello.have == document.position
        page = bytes(NO_PAGE) if unchanged else await room.frames.shared_page(document)
        # Each viewer has a welcome of its own, which holds the page twice while it is made.
        async with self.hub.answers.hold(Asker(self.uuid, self.viewer), 2 * len(page)):
            if self.viewer not in self.hub.connections or not self._may_stay(room, hello):
                return  # gone meanwhile
            had = "unchanged" if unchanged else "nothing" if hello.have is None else "another"
            self.hub.metrics.count("joins", f'had="{had}"')
            look_key = look_key_for(document, hello.key)
            await self._join(room, document, page, unchanged=unchanged, look_key=look_key)

    async def _join(
        self, room: Room, document: Document, page: bytes, *, unchanged: bool, look_key: str | None
    ) -> None:
        room.join_live(self.viewer)
        welcome = msgspec.structs.replace(
            self.welcome_without_page(room, document, look_key),
            unchanged=unchanged,
            state=None if unchanged else document.state,
            page=msgspec.Raw(page),
        )
        missed = is_newer(room.announced, document.position)
        await self.viewer.answer(encode(welcome))
        if missed:
            self.viewer.show_frame(await room.frames.live(room.document))
        room.remind(self.viewer)
