"""What one viewer asks for: each request is answered by its id, and none waits for another kind."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from contextlib import AsyncExitStack, nullcontext
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET

from tsvshare_widget import document as docs
from tsvshare_widget.document import Document
from tsvshare_widget.errors import Cancelled, Forbidden, NotFound, Stale, TSVShareError
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
from tsvshare_widget.relay.budget import SMALL_BYTES
from tsvshare_widget.relay.changes.pending_query import is_about_query
from tsvshare_widget.relay.queries.progress import Progress
from tsvshare_widget.relay.rate import Rate
from tsvshare_widget.relay.rooms.page_window import window_of
from tsvshare_widget.relay.rooms.room import Room
from tsvshare_widget.relay.rooms.viewers import LiveViewer
from tsvshare_widget.relay.rooms.wire_frames import text_frame
from tsvshare_widget.relay.storage.disk import storage_error
from tsvshare_widget.relay.threads import Asker, FairThreads, Stop

if TYPE_CHECKING:
    from tsvshare_widget.relay.hub import Hub

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Requests of one kind that are worked on at a time for one viewer; others wait their turn."""

MOST_WAITING = 64
"""Requests of one kind that are not answered yet; then the oldest of them is given up."""

WAITING_BYTES = 256 * 1024
"""Of all messages of one viewer that are not answered yet; then the oldest is given up."""


_LONG = Look | GetProfile | GetDescription | GetGroups | GetPoints | Find
"""Requests that may take long, whose progress is told; of an op everyone sees it."""


class Requests:
    """The requests of one viewer that are not answered yet."""

    def __init__(self, hub: Hub, viewer: LiveViewer) -> None:
        self._hub = hub
        self._viewer = viewer
        self._running: dict[asyncio.Task[None], Request] = {}
        self._sizes: dict[asyncio.Task[None], int] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._rate = Rate(hub.settings.requests_per_second)
        self._turns: defaultdict[type, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE)
        )

    async def start(self, room: Room, request: Request, size: int) -> None:
        """Answer a request: now if it changes the page, else as soon as that is possible.

        ``size`` is that of its message.  Who asks too often is heard later: its messages wait.
        """
        wait = self._rate.queue(asyncio.get_running_loop().time())
        if wait:
            await asyncio.sleep(wait)
        if isinstance(request, SetAccess) or (isinstance(request, Op) and not _takes_long(request)):
            await self._viewer.answer(await self._answer(room, request, AsyncExitStack()))
            return
        if isinstance(request, Look):
            self._give_up_other_looks(request)
        alike = [task for task, asked in self._running.items() if type(asked) is type(request)]
        if len(alike) >= MOST_WAITING:
            self._give_up(alike[0])
        while self._running and sum(self._sizes.values()) + size > WAITING_BYTES:
            self._give_up(next(iter(self._running)))
        if len(self._telling) >= MOST_WAITING:  # who does not read is not read for a while
            await asyncio.wait(self._telling, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._work(room, request))
        self._running[task], self._sizes[task] = request, size

    def cancel(self, uuid: str, request_id: str) -> None:
        """Give up a request; one that is answered already or not known changes nothing."""
        for task, request in list(self._running.items()):
            if request.id == request_id:
                self._give_up(task)
                if isinstance(request, Op):
                    self._hub.rereads.cancel(uuid, request_id)

    def stop(self) -> None:
        """Give up all requests of a viewer who has gone."""
        for task in self._running:
            task.cancel()
        self._running.clear()
        self._sizes.clear()

    def _give_up_other_looks(self, look: Look) -> None:
        for task, asked in list(self._running.items()):
            if isinstance(asked, Look) and asked.query != look.query and _is_by_same(asked, look):
                self._give_up(task)

    def _give_up(self, task: asyncio.Task[None]) -> None:
        request = self._forget(task)
        task.cancel()
        cancelled = rejection(request.id, Cancelled("this is not wanted any more"))
        telling = asyncio.create_task(self._viewer.answer(encode(cancelled)))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    def _forget(self, task: asyncio.Task[None]) -> Request:
        self._sizes.pop(task, None)
        return self._running.pop(task)

    async def _work(self, room: Room, request: Request) -> None:
        # The turn lasts until the answer has gone out: a few answers at most are held in memory.
        # What is asked for everyone has small answers, and the newest one is never to wait.
        turn = nullcontext() if isinstance(request, Op) else self._turns[type(request)]
        async with turn, AsyncExitStack() as held:
            answer = await self._answer(room, request, held)
            me = asyncio.current_task()
            assert me is not None
            self._forget(me)
            await self._viewer.answer(answer)

    async def _answer(self, room: Room, request: Request, held: AsyncExitStack) -> bytes:
        """The answer; ``held`` are the bytes in memory that it may take, until it has gone out."""
        progress = Progress()
        try:
            with progress.telling(lambda done: self._tell(request, done)):
                match request:
                    case Op():
                        return await self._op(room, request)
                    case Look():
                        return await self._look(room.document, request, progress, held)
                    case GetProfile():
                        return await self._profile(room.document, request, progress)
                    case GetDescription():
                        return await self._describe(room.document, request, progress)
                    case Find():
                        return await self._find(room.document, request, progress)
                    case GetGroups():
                        return await self._groups(room.document, request, progress)
                    case GetPoints():
                        return await self._points(room.document, request, progress)
                    case GetViews():
                        return encode(ViewsAnswer(id=request.id, views=room.document.saved))
                    case FindColumns():
                        return await self._columns(room.document, request)
                    case SetAccess():
                        return await self._access(room, request)
                    case GetCell():
                        return await self._cell(room.document, request, held)
        except TSVShareError as error:
            return encode(rejection(request.id, error))
        except OSError as error:
            log.warning("a request to document %s failed: %s", room.document.uuid, error)
            return encode(rejection(request.id, storage_error(error)))
        except Exception:
            log.exception("a request to document %s failed", room.document.uuid)
            failed = TSVShareError("something went wrong on the relay; nothing was changed")
            return encode(rejection(request.id, failed))

    def _tell(self, request: Request, done: float) -> None:
        if isinstance(request, _LONG) and not self._viewer.busy:
            self._viewer.write(text_frame(encode(ProgressMessage(id=request.id, done=done))))

    # --- for everyone ---------------------------------------------------------------------------

    async def _op(self, room: Room, op: Op) -> bytes:
        try:
            room.count_change()
            document = await self._apply(room.document.uuid, op)
        except TSVShareError as error:
            self._hub.metrics.count("ops", f'result="{error.code}"')
            raise
        self._hub.metrics.count("ops", 'result="ok"')
        seq = docs.known_op(document, op.id)
        return encode(Ack(id=op.id, epoch=document.epoch, seq=document.seq if seq is None else seq))

    async def _apply(self, uuid: str, op: Op) -> Document:
        by = self._viewer.cid
        if self._viewer.role != "edit":
            raise Forbidden(
                "this link allows looking only; to turn the page for everyone, use the full link"
            )
        if op.set.options is not UNSET:
            return await self._hub.rereads.reread(uuid, op, by=by)
        if op.set.undo is not UNSET:
            return await self._hub.documents.undo(uuid, op, by=by)
        if is_about_query(op.set):
            return await self._hub.shared_queries.ask_for_all(uuid, op, by=by)

        def step(document: Document) -> Document:
            if docs.is_about_saved_views(op.set):
                return docs.change_saved_views(
                    document, op.set, op_id=op.id, by=by, now=time.time()
                )
            return docs.apply(document, op.set, table=op.table, op_id=op.id, by=by, now=time.time())

        return await self._hub.documents.change(uuid, step)

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
        of_rows, profile = await self._hub.views.profile(
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
        of_rows, profiles = await self._hub.views.describe(
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


def _takes_long(op: Op) -> bool:
    return op.set.options is not UNSET or is_about_query(op.set)


def _current(document: Document, table_id: str) -> TableState:
    table = document.state.table
    if table is None or table.id != table_id:
        raise Stale("the table was replaced in the meantime; look again")
    return table


def _is_by_same(one: Look, other: Look) -> bool:
    """Whether two looks are by one view of a viewer: a notebook may have several outputs."""
    return one.id.partition(":")[0] == other.id.partition(":")[0]
