"""``GET /d/UUID/table``: the file byte for byte, or the current view as a new TSV."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import AsyncExitStack, closing, nullcontext
from functools import partial
from itertools import chain
from pathlib import Path, PurePath
from urllib.parse import quote

from tsvshare_widget.document import Document
from tsvshare_widget.errors import NotFound, Stale, TSVShareError
from tsvshare_widget.protocol import TableState, ViewState
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.changes.access import check_owner
from tsvshare_widget.relay.queries.view import View
from tsvshare_widget.relay.web.desk_handler import PIECE_BYTES
from tsvshare_widget.relay.web.handler import Handler
from tsvshare_widget.relay.web.parsing import decode_json
from tsvshare_widget.table.export.formats import find_format
from tsvshare_widget.table.export.tsv import BYTES_AT_A_TIME
from tsvshare_widget.table.storage.files import ReadFile

log = logging.getLogger(__name__)

TSV_TYPE = "text/tab-separated-values"

PART_BYTES = 2 * BYTES_AT_A_TIME
"""About what a part of a download takes, while it is made and sent."""

BOM = b"\xef\xbb\xbf"

TYPES = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "zstd": "application/zstd",
}
"""The type of a file that is compressed in one of these ways."""


class TableDownload(Handler):
    """One download; ``?view=1`` for the rows of the view as they are now.

    With ``?view=1&query=`` it is of a query of one's own, as JSON, and with ``&format=`` as
    ``csv``, ``xlsx`` or ``parquet`` instead of ``tsv``; with ``&bom=1`` a byte order mark comes
    before text, by which Excel knows UTF-8.  ``?id=`` is the id of the table that is meant;
    for who has the key it may be the one that an undo would bring back.
    """

    async def head(self, uuid: str) -> None:
        """Answer with the headers of a download."""
        await self.get(uuid)

    async def get(self, uuid: str) -> None:
        """Answer with the file, as it came (so far), or with the view."""
        if self.tickets.admits(self.get_query_argument("ticket", None), uuid):
            document = await self.hub.documents.load(uuid)
        else:
            document = await self.admit_viewer(uuid)
        document = await self.with_table(document)
        await self.hub.lifetimes.touch(document)
        shown = self._wanted(document)
        if self.get_query_argument("view", "0") == "1":
            await self._send_view(uuid, document.state.view, shown)
        else:
            await self._send_file(uuid, shown)

    def _wanted(self, document: Document) -> TableState:
        """The table that is meant."""
        shown, wanted = document.state.table, self.get_query_argument("id", None)
        for state in document.states[1:]:
            if state is not document.before and state.table and wanted == state.table.id:
                check_owner(document, self.key)
                return state.table
        if shown is None:
            raise NotFound("this document has no table yet")
        if wanted not in (None, shown.id):
            raise Stale("the table was replaced in the meantime")
        return shown

    async def _send_view(self, uuid: str, shared: ViewState, shown: TableState) -> None:
        wanted = self.get_query_argument("format", "tsv")
        format = find_format(wanted)
        view = await self._view(shared, shown)
        # What is made as a file goes through all of the table, and does not wait at each place.
        prepared = self.hub.tables.prepare(shown.id, whole=format.stream is None)
        await self.while_connected(prepared)
        with self.hub.tables.use(shown) as table:
            self._describe(format.type, view_name(shown.name, wanted))
            with self.hub.views.hold(view) if view is not None else nullcontext():
                if format.stream is not None:
                    mark = [BOM] if self.get_query_argument("bom", "0") == "1" else []
                    await self._send(uuid, chain(mark, format.stream(table, view)), shown)
                elif format.file is not None:
                    await self._send_made(uuid, partial(format.file, table, view))

    async def _send_made(self, uuid: str, write: Callable[[Path], Generator[None]]) -> None:
        """Have a file made, and send it; whoever has gone meanwhile ends that."""
        if self.request.method == "HEAD":
            return
        async with AsyncExitStack() as held:
            making = held.enter_async_context(self.hub.making.make(Asker(uuid, self), write))
            path = await self.while_connected(making)
            size = path.stat().st_size
            self.set_header("Content-Length", str(size))
            await self._send(uuid, read_file(path, size))

    async def _send_file(self, uuid: str, shown: TableState) -> None:
        await self.hub.tables.prepare(shown.id, asker=Asker(uuid, self))
        with self.hub.tables.use_newest(shown) as table:
            self._describe(TYPES.get(shown.dialect.compression, TSV_TYPE), shown.name)
            self.set_header("Content-Length", str(shown.bytes))
            with closing(table.open_raw()) as file:
                await self._send(uuid, read_open(file, shown.bytes), shown)

    async def _view(self, shared: ViewState, table: TableState) -> View | None:
        """The view to be written; None is the table as it is in the file."""
        own = self.get_query_argument("query", None)
        query, rows = (shared.query, shared.of_rows) if own is None else (as_query(own), None)
        if query == EVERYTHING:
            return None
        return await self.while_connected(self.hub.views.find(table, query, rows))

    def _describe(self, kind: str, name: str) -> None:
        self.set_header("Content-Type", kind)
        self.set_header("Content-Disposition", attachment(name))

    async def _send(
        self, uuid: str, pieces: Iterator[bytes], table: TableState | None = None
    ) -> None:
        """Send what is read piece by piece, of ``table`` if it is not a file of our own."""
        if self.request.method == "HEAD":
            return
        while await self._send_next(Asker(uuid, self), pieces, table):
            pass

    async def _send_next(
        self, asker: Asker, pieces: Iterator[bytes], table: TableState | None
    ) -> bool:
        """Send the next part, of which there are only so many in memory; whether more may come."""
        threads = self.hub.reading
        if table is not None:
            threads = self.hub.tables.threads_for(table.id, threads)
        async with self.hub.answers.hold(asker, PART_BYTES):
            try:
                part = await threads.run(asker, lambda _: next(pieces, b""))
            except TSVShareError as error:
                if not self._headers_written:
                    raise
                log.info("a download of %s ends early: %s", asker.document, error)
                self.cut_off()
                return False
            for start in range(0, len(part), PIECE_BYTES):
                if not await self.send_piece(part[start : start + PIECE_BYTES]):
                    return False
        return bool(part)


def read_file(path: Path, size: int) -> Iterator[bytes]:
    """The first ``size`` bytes of a file, piece by piece."""
    with path.open("rb") as file:
        while size > 0 and (piece := file.read(min(PIECE_BYTES, size))):
            size -= len(piece)
            yield piece


def read_open(file: ReadFile, size: int) -> Iterator[bytes]:
    """The same of a file that is open, and may come from elsewhere as it is read."""
    for start in range(0, size, PIECE_BYTES):
        yield file.read(start, min(PIECE_BYTES, size - start))


def as_query(text: str) -> Query:
    """A query out of its JSON text.  Raises :class:`BadValue`."""
    return decode_json(text, Query, "a query")


def view_name(name: str, ending: str = "tsv") -> str:
    """The file name of a view of the table in the file ``name``."""
    inner = PurePath(re.sub(r"(?i)\.(gz|bgz|bz2|xz|zst)$", "", name))
    return f"{inner.stem or 'table'}-view.{ending}"


def attachment(name: str) -> str:
    """The ``Content-Disposition`` of a download (RFC 6266), for names in any script."""
    plain = re.sub(r"[^ !#-\[\]-~]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
