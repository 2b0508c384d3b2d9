"""``/admin``: what whoever runs a relay asks of it; see :mod:`.administrator`.

All that concerns one document is asked at its own address, as by who has its key.
"""

from __future__ import annotations

import msgspec

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import encode

from .administrator import check_administrator
from .handler import Handler
from .parsing import decode_json

LATE_WORDS = "this table was not used for long, and whoever runs the relay has ended it"


class AdminHandler(Handler):
    """A request by whoever runs the relay; any other is refused."""

    def prepare(self) -> None:
        """Refuse others."""
        check_administrator(self.hub.settings, self.request)


class ListDocuments(AdminHandler):
    """``GET /admin/documents``: what documents there are."""

    async def get(self) -> None:
        """Answer with one JSON object a line, as :class:`.changes.inventory.Listed` has them."""
        self.set_header("Content-Type", "application/x-ndjson; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        async for listed in self.hub.inventory.listed():
            if not await self.send_piece(encode(listed) + b"\n"):
                return


class Expiring(msgspec.Struct, forbid_unknown_fields=True):
    """What ``POST /admin/expire`` is told: seconds without use."""

    idle: float


class ExpireDocuments(AdminHandler):
    """``POST /admin/expire``: documents that nobody has used for so long end now."""

    async def post(self) -> None:
        """Answer with the UUIDs of those that were ended."""
        said = decode_json(self.body_text(), Expiring, "how long without use")
        if not said.idle >= 0:
            raise BadValue(f"a number of seconds is not below 0, as {said.idle:g} is")
        ended = await self.hub.inventory.expire(said.idle, LATE_WORDS)
        self.finish_json(encode({"ended": ended}))
