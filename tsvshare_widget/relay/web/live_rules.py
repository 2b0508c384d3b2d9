"""What connections of ``tsvshare.v1`` have in common, wherever their viewers are looked after."""

from __future__ import annotations

from tsvshare_widget.protocol import MAX_MESSAGE, SUBPROTOCOL
from tsvshare_widget.relay.rooms.viewers import LiveViewer

from .desk_handler import D
from .socket import ViewerSocket

UUID = r"([0-9A-Za-z-]{1,64})"
"""The name of a document in an address."""

ANY_VERSION = "tsvshare.v"


class TSVShareSocket(ViewerSocket[D]):
    """A viewer that speaks ``tsvshare.v1``."""

    viewer: LiveViewer
    may_deflate = True

    @property
    def max_message_size(self) -> int:
        """Above our own limit, so that who sends more than that is told so."""
        return 16 * MAX_MESSAGE

    def check_origin(self, origin: str) -> bool:
        """Any page may connect: the link is what allows, and there is no cookie to misuse."""
        return True

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Our own protocol if it is offered; a client need not offer any.

        Else another version of it: its hello is answered with what is wrong, where a browser whose
        offer is not taken would only learn that it cannot connect.
        """
        versions = [name for name in subprotocols if name.startswith(ANY_VERSION)]
        return SUBPROTOCOL if SUBPROTOCOL in versions else next(iter(versions), None)
