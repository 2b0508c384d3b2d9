"""``WS /d/UUID/ws`` in a cluster: a viewer of a document of this relay, or of another one."""

from __future__ import annotations

from tsvshare_widget.errors import Unavailable
from tsvshare_widget.protocol import Hello
from tsvshare_widget.relay.edges.edge_socket import Telling, understood
from tsvshare_widget.relay.hub import Hub
from tsvshare_widget.relay.rooms.farewells import come_back_ms
from tsvshare_widget.relay.web.live_socket import LiveSocket

from .cluster import Cluster


class RoutedSocket(LiveSocket, Telling):
    """A viewer, which is heard here, and answered here or by the relay that has its document."""

    def initialize(self, hub: Hub, cluster: Cluster) -> None:  # type: ignore[override]
        """Take what this request was made to."""
        super().initialize(hub)
        self._cluster = cluster

    def on_close(self) -> None:
        """Leave, for good."""
        self.end_telling()
        super().on_close()

    async def on_message(self, message: str | bytes) -> None:
        """Take one message, whatever it is."""
        is_first = self.speaker is None and self.room is None
        if is_first and isinstance(understood(message), Hello) and not await self._find():
            return
        if self.speaker is None:
            await self.take(message)
        else:
            await self.tell(message)

    async def _find(self) -> bool:
        """Find the relay that has the document; whether that has worked."""
        try:
            speaker = await self._cluster.reach(self.uuid, lambda peer: peer.connect())
        except Unavailable:
            self.viewer.say_bye(come_back_ms(1))
            return False
        if speaker is not None and self.viewer in self.hub.connections:
            self.begin_telling(speaker)
        return self.viewer in self.hub.connections
