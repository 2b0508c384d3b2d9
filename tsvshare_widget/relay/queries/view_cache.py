"""Views of tables: the rows that a question finds, found once and kept for all who look.

A view is kept as a file of row ids.  The files lie in a folder of the relay and take a limited
number of bytes: those not used for longest go first, and are found again when they are needed.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from tsvshare_widget.errors import BadValue, Stale, TSVShareError, Unavailable
from tsvshare_widget.protocol import (
    Find,
    TableState,
    encode,
)
from tsvshare_widget.query import EVERYTHING, Query, check_query
from tsvshare_widget.table import Table
from tsvshare_widget.table.worker.jobs import (
    FoundRows,
    Hit,
    HitJob,
    RowIds,
    ViewJob,
)

from .brought import Brought
from .pool import OnAdvance, WorkerPool
from .single_flight import SingleFlight
from .view import Key, View, view_key

MOST_VIEWS = 1_000
"""Views that are kept, however small they are."""


class Follower(Protocol):
    """What is made of views."""

    def end(self, which: Callable[[Key], bool], error: TSVShareError) -> None:
        """End the work on some views."""

    def forget(self, table_id: str) -> None:
        """Drop all that is of a table."""


class Views:
    """The views of all tables of one relay.  They belong to the event loop's thread."""

    def __init__(self, pool: WorkerPool, brought: Brought, folder: Path, budget: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._pool = pool
        self._brought = brought
        self._folder = folder
        self._budget = budget
        self._bytes = 0
        self._number = 0
        self._kept: OrderedDict[Key, View] = OrderedDict()
        self._in_use: Counter[str] = Counter()
        self._finding: SingleFlight[Key, View] = SingleFlight()
        self._followers: list[Follower] = []

    def follow(self, follower: Follower) -> None:
        """Have what is made of views end and be forgotten with them."""
        self._followers.append(follower)

    @property
    def running(self) -> int:
        """How many views are being worked on or wait for that."""
        return len(self._finding)

    def kept(self, table: TableState, query: Query, rows: int) -> View | None:
        """The view of ``query`` over the first ``rows`` rows, if it is there already."""
        key = view_key(table, query, rows)
        view = self._kept.get(key)
        if view is not None:
            self._kept.move_to_end(key)
        return view

    async def find(
        self,
        table: TableState,
        query: Query,
        rows: int | None = None,
        on_advance: OnAdvance = lambda _: None,
        data: Table | None = None,
    ) -> View:
        """The view of ``query`` over the first ``rows`` rows of ``table``.

        Without ``rows`` it is over all that are known, or over those that were known a moment ago.
        ``data`` is given by who uses the table and reads it in a way that does not show yet.
        If this is cancelled and nobody else waits for it, the work ends.  Raises
        :class:`BadValue`, :class:`NotFound`, :class:`Stale` and as :meth:`WorkerPool.run` does.
        """
        check_query(query, table.columns)
        key = view_key(table, query, table.rows if rows is None else rows)
        kept = self.kept(table, query, key.rows)
        if kept is None and rows is None:
            kept = self._recent(key, table)
        if kept is not None:
            return kept
        return await self._finding.get(
            key, lambda advance: self._find(key, table, data, advance), on_advance
        )

    async def hit(self, table: TableState, asked: Find, on_advance: OnAdvance) -> Hit:
        """A row of a view that holds a text, and which of how many it is.

        Raises as :meth:`find` does, :class:`BadValue` without a text, and :class:`Stale` if the
        rows that were found are not kept any more.
        """
        if not asked.text:
            raise BadValue("there is nothing to find in an empty text")
        view, over = await self.over(table, asked.query, on_advance)
        rows = Query(search=asked.text)
        found = await self.find(table, rows, rows=over.rows, on_advance=on_advance)
        on_advance = await self._brought.bring_for(table, rows, on_advance)
        with (
            self._brought.moment(over, table) as moment,
            self.using(view) as ids,
            self.using(found) as hits,
        ):
            assert hits is not None
            job = HitJob(
                moment=moment,
                text=asked.text,
                found=hits,
                place=max(-1, min(asked.place, over.rows)),
                back=asked.back,
                ids=ids,
            )
            answer = await self._pool.run(job, on_advance)
        assert isinstance(answer, Hit)
        return answer

    def end_work(self, table: TableState) -> None:
        """End all work on a table as it was: it was replaced, or read anew."""
        dialect = encode(table.dialect.rules)
        stale = Stale("the table was replaced or read anew in the meantime; ask again")
        self._end(lambda key: key.table == table.id and key.dialect == dialect, stale)

    def forget(self, table_id: str) -> None:
        """Drop everything of a table that is needed no more."""
        self._end(lambda key: key.table == table_id, Stale("the table is gone"))
        for key in [key for key in self._kept if key.table == table_id]:
            self._drop(key)
        for follower in self._followers:
            follower.forget(table_id)

    def stop(self) -> None:
        """End all work, because the relay goes."""
        self._end(lambda _: True, Unavailable("the relay is going away; ask again later"))
        self._kept.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- finding --------------------------------------------------------------------------------

    def _recent(self, known: Key, table: TableState) -> View | None:
        """The newest view of a table that has grown, unless it is time to find it again."""
        newest, now = self._newest(known), asyncio.get_running_loop().time()
        return newest if newest is not None and now < newest.good_until(table) else None

    def _newest(self, known: Key) -> View | None:
        """The view of the same question with most rows, at most those of ``known``."""
        same = (
            view
            for key, view in self._kept.items()
            if key._replace(rows=known.rows) == known and key.rows <= known.rows
        )
        return max(same, key=lambda view: view.key.rows, default=None)

    async def _find(
        self, key: Key, table: TableState, data: Table | None, on_advance: OnAdvance
    ) -> View:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        self._number += 1
        out = self._folder / f"{self._number}.ids"
        try:
            if data is None:
                on_advance = await self._brought.bring_for(table, key.query, on_advance)
            with (
                self._brought.moment(key, table, data) as moment,
                self._using_if_kept(self._newest(key)) as earlier,
            ):
                job = ViewJob(moment=moment, query=key.query, out=str(out), earlier=earlier)
                answer = await self._pool.run(job, on_advance)
                assert isinstance(answer, FoundRows)
            now = loop.time()
            early = table.status == "receiving"
            view = View(key, answer.ids, now, now - begun, early=early)
        except BaseException:
            with suppress(OSError):  # a process that was killed may hold it for a moment
                out.unlink(missing_ok=True)
            raise
        self._keep(view)
        return view

    async def over(
        self, table: TableState, query: Query, on_advance: OnAdvance
    ) -> tuple[View | None, Key]:
        """The view of ``query``, or None if that is the whole table; and what it depends on."""
        if query == EVERYTHING:
            return None, view_key(table, query, table.rows)
        view = await self.find(table, query, on_advance=on_advance)
        return view, view.key

    @contextmanager
    def using(self, view: View | None) -> Iterator[RowIds | None]:
        """The file of a view that a process reads, which stays while this is used; None: all rows.

        Raises :class:`Stale` for a view that is not kept any more: not all rows are meant then.
        """
        with self._using_if_kept(view) as ids:
            if view is not None and ids is None:
                raise Stale("the rows that were found are not kept any more; ask again")
            yield ids

    @contextmanager
    def _using_if_kept(self, view: View | None) -> Iterator[RowIds | None]:
        if view is None or self._kept.get(view.key) is not view:
            yield None
            return
        with self.hold(view):
            yield view.file

    @contextmanager
    def hold(self, view: View) -> Iterator[None]:
        """Keep the file of a view that was just found, within the block."""
        path = view.file.path
        self._in_use[path] += 1
        try:
            yield
        finally:
            self._in_use[path] -= 1
            if not self._in_use[path]:
                del self._in_use[path]
                if self._kept.get(view.key) is not view:
                    _unlink(path)

    # --- keeping --------------------------------------------------------------------------------

    def _keep(self, view: View) -> None:
        self._kept[view.key] = view
        self._bytes += view.bytes
        idle = [
            k for k, v in self._kept.items() if v.file.path not in self._in_use and v is not view
        ]
        for key in idle:
            if self._bytes <= self._budget and len(self._kept) <= MOST_VIEWS:
                return
            self._drop(key)

    def _drop(self, key: Key) -> None:
        view = self._kept.pop(key)
        self._bytes -= view.bytes
        if view.file.path not in self._in_use:
            _unlink(view.file.path)

    def _end(self, which: Callable[[Key], bool], error: TSVShareError) -> None:
        self._finding.end(which, error)
        for follower in self._followers:
            follower.end(which, error)


def _unlink(path: str) -> None:
    with suppress(OSError):  # on Windows, while somebody reads it
        Path(path).unlink(missing_ok=True)
