"""Groups of rows and points of two columns, for who asks; groups are kept, as views are."""

from __future__ import annotations

from typing import NamedTuple

from tsvshare_widget.errors import NotFound
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import Groups, Points, Query, check_grouping
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.table.groups.points import find_points
from tsvshare_widget.table.worker.jobs import Grouped, GroupJob

from .answers import Answers
from .brought import Brought
from .pool import OnAdvance, WorkerPool
from .spread_rows import SpreadRows
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

    def __init__(self, views: Views, brought: Brought, pool: WorkerPool, rows: SpreadRows) -> None:
        self._views = views
        self._brought = brought
        self._pool = pool
        self._rows = rows
        self.answers: Answers[_GroupKey, Groups] = Answers(views, MOST_GROUPINGS)

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
        groups = await self.answers.get(
            key, lambda advance: self._find(key, table, view, advance), on_advance
        )
        return over.rows, groups

    async def _find(
        self, key: _GroupKey, table: TableState, view: View | None, on_advance: OnAdvance
    ) -> Groups:
        on_advance = await self._brought.bring(table, on_advance)
        with self._brought.moment(key.view, table) as moment, self._views.using(view) as ids:
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
        return await self._rows.read(
            table, view, over, asker, lambda snapshot, rows: find_points(snapshot, *columns, rows)
        )
