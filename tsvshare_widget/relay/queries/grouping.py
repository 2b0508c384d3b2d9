"""Groups of rows and points of two columns, for who asks; groups are kept, as views are."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from tsvshare_widget.errors import NotFound
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import Groups, Points, Query, check_grouping
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import Asker, FairThreads, Stop
from tsvshare_widget.table.groups.points import find_points
from tsvshare_widget.table.profile.sample import spread
from tsvshare_widget.table.worker.jobs import Grouped, GroupJob

from .pool import OnAdvance, WorkerPool
from .single_flight import SingleFlight
from .view import Key, View
from .view_cache import Views

MOST_GROUPINGS = 20
"""Answers that are kept: each may have a thousand groups."""


class _GroupKey(NamedTuple):
    view: Key
    by: tuple[int, ...]
    value: int | None


class Grouping:
    """The groups of all tables of one relay.  It belongs to the event loop's thread."""

    def __init__(
        self, views: Views, pool: WorkerPool, tables: TableStore, reading: FairThreads
    ) -> None:
        self._views = views
        self._pool = pool
        self._tables = tables
        self._reading = reading
        self._kept: OrderedDict[_GroupKey, Groups] = OrderedDict()
        self._finding: SingleFlight[_GroupKey, Groups] = SingleFlight()

    async def group(
        self,
        table: TableState,
        by: tuple[int, ...],
        value: int | None,
        query: Query,
        on_advance: OnAdvance,
    ) -> tuple[int, Groups]:
        """Of how many rows of the table, and the groups of those that a query finds.

        Raises :class:`BadValue`, and as :meth:`Views.find` does.
        """
        check_grouping(by, value, table.columns)
        view, over = await self._views.over(table, query, on_advance)
        key = _GroupKey(over, by, value)
        if key not in self._kept:
            self._kept[key] = await self._finding.get(
                key, lambda advance: self._find(key, table, view, advance), on_advance
            )
            if len(self._kept) > MOST_GROUPINGS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return over.rows, self._kept[key]

    async def _find(
        self, key: _GroupKey, table: TableState, view: View | None, on_advance: OnAdvance
    ) -> Groups:
        with self._views.moment(key.view, table) as moment, self._views.using(view) as ids:
            job = GroupJob(moment=moment, by=key.by, value=key.value, ids=ids)
            answer = await self._pool.run(job, on_advance)
        assert isinstance(answer, Grouped)
        return answer.groups

    async def points(
        self,
        table: TableState,
        columns: tuple[int, int],
        query: Query,
        asker: Asker,
        on_advance: OnAdvance,
    ) -> tuple[int, Points]:
        """How many rows a query finds, and the points of two columns in a spread sample of them.

        In the order of the view.  Raises :class:`NotFound`, and as :meth:`Views.find` does.
        """
        for column in columns:
            if not 0 <= column < table.columns:
                raise NotFound(f"there is no column {column + 1:,}: this has {table.columns:,}")
        view, over = await self._views.over(table, query, on_advance)
        with self._tables.use(table) as data:

            def find(_: Stop) -> tuple[int, Points]:
                snapshot = data.snapshot()
                total = min(over.rows, snapshot.facts.rows) if view is None else view.count
                rows = spread(total) if view is None else view.ids_at(spread(total))
                return total, find_points(snapshot, *columns, rows)

            if view is None:
                return await self._reading.run(asker, find)
            with self._views.hold(view):
                return await self._reading.run(asker, find)
