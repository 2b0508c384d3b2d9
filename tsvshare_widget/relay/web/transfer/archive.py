"""``/d/UUID/archive``: a document with all that is its, for whoever runs the relay."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import cast

from tornado.web import stream_request_body

from tsvshare_widget.document import Over
from tsvshare_widget.errors import BadValue, TSVShareError
from tsvshare_widget.protocol import TableState, encode
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.changes.handing_over import TakingIn
from tsvshare_widget.relay.storage.archive import Outline
from tsvshare_widget.relay.web.administrator import check_administrator
from tsvshare_widget.relay.web.desk_handler import PIECE_BYTES

from .body import IncomingBody

log = logging.getLogger(__name__)

PART_BYTES = 2 << 20
"""About what a part takes while it is read and sent."""


HELD_SECONDS = 5.0
"""Seconds that a document may not be changed, at most, for the last round of a move."""


@stream_request_body
class DocumentArchive(IncomingBody):
    """``GET`` gives a document as :mod:`.storage.archive` has it, and ``PUT`` takes it in.

    ``?outline=1``: what is said of it alone; with ``&hold=1`` it does not change for a moment.
    ``?have=ID&have=ID``: without these tables.
    ``?over=`` is what a document that is here already may be; see :data:`Over`.
    """

    async def prepare(self) -> None:
        """Refuse whoever does not run the relay; begin to take in what comes."""
        if self.request.method == "PUT":
            await self.take_body()
        else:
            check_administrator(self.hub.settings, self.request)

    async def get(self, uuid: str) -> None:
        """Answer with the document, or with what is said of it."""
        self.set_header("Cache-Control", "no-store")
        if self.get_query_argument("outline", "0") == "1":
            hold = HELD_SECONDS if self.get_query_argument("hold", "0") == "1" else 0.0
            head = await self.hub.handing_over.head(uuid, hold)
            self.finish_json(encode(Outline(head=head, url=self.hub.settings.public_url)))
            return
        asker = Asker(uuid, self)
        have = frozenset(self.get_query_arguments("have"))
        pieces = await self.while_connected(self.hub.handing_over.pieces(asker, have))
        self.set_header("Content-Type", "application/x-tar")
        with closing(pieces):
            await self._send(asker, pieces)

    async def _send(self, asker: Asker, pieces: Iterator[bytes]) -> None:
        try:
            while True:
                async with self.hub.answers.hold(asker, PART_BYTES):
                    part = await self.hub.reading.run(asker, lambda _: next(pieces, b""))
                    for start in range(0, len(part), PIECE_BYTES):
                        if not await self.send_piece(part[start : start + PIECE_BYTES]):
                            return
                if not part:
                    return
        except (TSVShareError, OSError) as error:
            # Without its end it is seen to be incomplete.
            log.warning("document %s was not given as a whole: %s", asker.document, error)
            with suppress(AttributeError):
                self.request.connection.stream.close()  # type: ignore[union-attr]

    async def begin(self, path: list[str]) -> TakingIn:
        """What takes a document in.  Raises why it is refused."""
        check_administrator(self.hub.settings, self.request)
        over = self.get_query_argument("over", "older")
        if over not in ("older", "led_here", "newer"):
            raise BadValue("over is one of older, led_here and newer")
        self._taking = await self.hub.handing_over.take_in(path[0], cast(Over, over))
        self._taking.when_failed = self.refuse
        return self._taking

    async def put(self, uuid: str) -> None:
        """Take in the end of it, and answer what was here before."""
        await self.end_body()

    def answer(self, state: TableState | None) -> None:
        """Answer that all is here."""
        self.finish_json(encode({"there_was": self._taking.became}))
