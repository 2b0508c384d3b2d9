"""What the relay answers to each request of a viewer."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from tsvshare_widget.document import Document, known_op
from tsvshare_widget.errors import Forbidden, NotFound, Stale, TSVShareError
from tsvshare_widget.protocol import (
    CELL_ANSWER,
    MAX_FOUND,
    AccessAnswer,
    Ack,
    CellAnswer,
    ColumnsAnswer,
    DescriptionAnswer,
    Find,
    FindColumns,
    GetCell,
    GetDescription,
    GetGroups,
    GetPoints,
    GetProfile,
    GetViews,
    GroupsAnswer,
    HitAnswer,
    Look,
    Op,
    PageAnswer,
    PointsAnswer,
    ProfileAnswer,
    Request,
    SetAccess,
    TableState,
    ViewsAnswer,
    encode,
    look_key_of,
    rejection,
)
from tsvshare_widget.protocol import Progress as ProgressMessage
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.budget import SMALL_BYTES
from tsvshare_widget.relay.queries.progress import Progress
from tsvshare_widget.relay.rooms.page_window import window_of
from tsvshare_widget.relay.rooms.room import Room
from tsvshare_widget.relay.rooms.viewers import LiveViewer
from tsvshare_widget.relay.rooms.wire_frames import text_frame
from tsvshare_widget.relay.storage.disk import storage_error
from tsvshare_widget.relay.threads import FairThreads, Stop

if TYPE_CHECKING:
    from tsvshare_widget.relay.hub import Hub

log = logging.getLogger(__name__)

Long = Look | GetProfile | GetDescription | GetGroups | GetPoints | Find
"""Requests for which the whole table may have to be read: who asks is told how far that is."""


class Answers:
    """Makes the answers to one viewer."""

    def __init__(self, hub: Hub, viewer: LiveViewer) -> None:
        self._hub = hub
        self._viewer = viewer

    async def answer(self, room: Room, request: Request, held: AsyncExitStack) -> bytes:
        """The answer to a request, as the bytes of its JSON; whatever is wrong is a ``reject``.

        A large answer has to wait until there is memory for it, which ``held`` gives back: it is to
        be closed once the answer has gone out.
        """
        try:
            return await self._answer(room, request, held)
        except TSVShareError as error:
            return encode(rejection(request.id, error))
        except OSError as error:
            log.warning("a request to document %s failed: %s", room.document.uuid, error)
            return encode(rejection(request.id, storage_error(error)))
        except Exception:
            log.exception("a request to document %s failed", room.document.uuid)
            failed = TSVShareError("something went wrong on the relay; nothing was changed")
            return encode(rejection(request.id, failed))

    async def _answer(self, room: Room, request: Request, held: AsyncExitStack) -> bytes:
        match request:
            case Op():
                return await self._op(room, request)
            case SetAccess():
                return await self._access(room, request)
            case GetViews():
                return encode(ViewsAnswer(id=request.id, views=room.document.saved))
            case FindColumns():
                return await self._columns(room.document, request)
            case GetCell():
                return await self._cell(room.document, request, held)
            case _:
                progress = Progress()
                with progress.telling(lambda done: self._tell(request, done)):
                    return await self._long(room.document, request, progress, held)

    async def _long(
        self, document: Document, request: Long, progress: Progress, held: AsyncExitStack
    ) -> bytes:
        match request:
            case Look():
                return await self._look(document, request, progress, held)
            case GetProfile():
                return await self._profile(document, request, progress)
            case GetDescription():
                return await self._describe(document, request, progress)
            case Find():
                return await self._find(document, request, progress)
            case GetGroups():
                return await self._groups(document, request, progress)
            case GetPoints():
                return await self._points(document, request, progress)

    def _tell(self, request: Long, done: float) -> None:
        if not self._viewer.busy:
            self._viewer.write(text_frame(encode(ProgressMessage(id=request.id, done=done))))

    # --- for everyone ---------------------------------------------------------------------------

    async def _op(self, room: Room, op: Op) -> bytes:
        try:
            room.count_change()
            if self._viewer.role != "edit":
                raise Forbidden(
                    "this link allows looking only; to turn the page for everyone, use the full "
                    "link"
                )
            document = await self._hub.ops.apply(room.document.uuid, op, by=self._viewer.cid)
        except TSVShareError as error:
            self._hub.metrics.count("ops", f'result="{error.code}"')
            raise
        self._hub.metrics.count("ops", 'result="ok"')
        seq = known_op(document, op.id)
        return encode(Ack(id=op.id, epoch=document.epoch, seq=document.seq if seq is None else seq))

    async def _access(self, room: Room, asked: SetAccess) -> bytes:
        if self._viewer.role != "edit" or room.document.key_hash is None:
            raise Forbidden("only who has the full link can say who may open this table")
        room.count_change()
        after = await self._hub.links.change(room.document.uuid, asked, by=self._viewer.cid)
        look_key = None
        if asked.key is not None and after.look == "key":
            look_key = look_key_of(asked.key)
        return encode(AccessAnswer(id=asked.id, access=after.access, look_key=look_key))

    # --- for this viewer alone ------------------------------------------------------------------

    async def _look(
        self, document: Document, look: Look, progress: Progress, held: AsyncExitStack
    ) -> bytes:
        table = _current(document, look.table)
        found = None
        if look.query != EVERYTHING:
            advance = progress.advance
            found = (await self._hub.views.find(table, look.query, on_advance=advance)).found
        window = window_of(table, look.page, look.page_size, look.columns, found)
        await self._hold(held, document, await self._hub.renderer.size(table, window))
        page = await self._hub.renderer.page(table, window, self._asker(document))
        return encode(PageAnswer(id=look.id, page=msgspec.Raw(page)))

    async def _profile(self, document: Document, asked: GetProfile, progress: Progress) -> bytes:
        table = _current(document, asked.table)
        of_rows, profile = await self._hub.profiles.profile(
            table, asked.column, asked.query, progress.advance
        )
        return encode(ProfileAnswer(id=asked.id, of_rows=of_rows, profile=profile))

    async def _describe(
        self, document: Document, asked: GetDescription, progress: Progress
    ) -> bytes:
        table = _current(document, asked.table)
        if asked.sample is True:
            of_rows, sampled, profiles = await self._hub.samples.describe(
                table, asked.columns, asked.query, self._asker(document), progress.advance
            )
            return encode(
                DescriptionAnswer(id=asked.id, of_rows=of_rows, profiles=profiles, sampled=sampled)
            )
        of_rows, profiles = await self._hub.profiles.describe(
            table, asked.columns, asked.query, progress.advance
        )
        return encode(DescriptionAnswer(id=asked.id, of_rows=of_rows, profiles=profiles))

    async def _find(self, document: Document, asked: Find, progress: Progress) -> bytes:
        table = _current(document, asked.table)
        hit = await self._hub.views.hit(table, asked, progress.advance)
        return encode(HitAnswer(id=asked.id, **msgspec.structs.asdict(hit)))

    async def _groups(self, document: Document, asked: GetGroups, progress: Progress) -> bytes:
        table = _current(document, asked.table)
        of_rows, groups = await self._hub.grouping.group(
            table, asked.by, asked.value, asked.query, progress.advance
        )
        return encode(GroupsAnswer(id=asked.id, of_rows=of_rows, groups=groups))

    async def _points(self, document: Document, asked: GetPoints, progress: Progress) -> bytes:
        table = _current(document, asked.table)
        of_rows, points = await self._hub.grouping.points(
            table, asked.columns, asked.query, self._asker(document), progress.advance
        )
        return encode(PointsAnswer(id=asked.id, of_rows=of_rows, points=points))

    async def _columns(self, document: Document, asked: FindColumns) -> bytes:
        table = _current(document, asked.table)
        threads = await self._threads_for(table, document)
        with self._hub.tables.use(table) as data:

            def find(_: Stop) -> bytes:
                if asked.names is not UNSET:
                    found = data.columns_named(asked.names)
                    total = len(found)
                else:
                    total, found = data.find_columns(asked.text, MAX_FOUND)
                return encode(ColumnsAnswer(id=asked.id, total=total, found=found))

            return await threads.run(self._asker(document), find)

    async def _cell(self, document: Document, asked: GetCell, held: AsyncExitStack) -> bytes:
        table = _current(document, asked.table)
        if not (0 <= asked.row < table.rows and asked.column >= 0):
            raise NotFound(f"there is no cell in row {asked.row}, column {asked.column}")
        reading = await self._threads_for(table, document)
        with self._hub.tables.use(table) as data:

            def read(most: int) -> tuple[int, bytes]:
                cell = data.cell(asked.row, asked.column, most)
                answer = CellAnswer(id=asked.id, text=cell.text, bytes=cell.bytes, cut=cell.cut)
                return cell.bytes, encode(answer)

            asker = self._asker(document)
            # The first time to see how large it is: what is large has to wait for memory.
            size, answer = await reading.run(asker, lambda _: read(SMALL_BYTES))
            if size > SMALL_BYTES:
                await self._hold(held, document, 2 * min(size, 4 * CELL_ANSWER))
                _, answer = await reading.run(asker, lambda _: read(CELL_ANSWER))
        return answer

    async def _hold(self, held: AsyncExitStack, document: Document, size: int) -> None:
        budget = self._hub.answers
        await held.enter_async_context(budget.hold(self._asker(document), size))

    async def _threads_for(self, table: TableState, document: Document) -> FairThreads:
        """The threads to read a table in, which can be opened at once then."""
        await self._hub.tables.prepare(table.id, asker=self._asker(document))
        return self._hub.tables.threads_for(table.id, self._hub.reading)

    def _asker(self, document: Document) -> Asker:
        return Asker(document.uuid, self._viewer)


def _current(document: Document, table_id: str) -> TableState:
    table = document.state.table
    if table is None or table.id != table_id:
        raise Stale("the table was replaced in the meantime; look again")
    return table
