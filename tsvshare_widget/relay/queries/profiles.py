"""What columns are like, over all rows of a table or over those that a query finds."""

from __future__ import annotations

from tsvshare_widget.errors import BadValue, NotFound
from tsvshare_widget.protocol import DESCRIBED_CHARACTERS, MAX_DESCRIBED, TableState
from tsvshare_widget.query import EVERYTHING, Profile, Query
from tsvshare_widget.table.worker.jobs import ProfileJob, Summary

from .answers import Answers
from .brought import Brought
from .pool import OnAdvance, WorkerPool
from .view import ProfileKey, View
from .view_cache import Views

MOST_PROFILES = 1_000
"""Profiles of single columns that are kept."""

GROUP_COLUMNS = 16
"""Columns whose profiles are kept together: those of the headers of a screen."""

MOST_GROUPS = 100
"""Groups of columns whose profiles are kept."""


class Profiles:
    """The profiles of all tables of one relay.  They belong to the event loop's thread."""

    def __init__(self, views: Views, brought: Brought, pool: WorkerPool) -> None:
        self._views = views
        self._brought = brought
        self._pool = pool
        self._single: Answers[ProfileKey, list[Profile]] = Answers(views, MOST_PROFILES)
        self._groups: Answers[ProfileKey, list[Profile]] = Answers(views, MOST_GROUPS)

    @property
    def running(self) -> int:
        """How many are being worked on or wait for that."""
        return self._single.running + self._groups.running

    async def profile(
        self, table: TableState, column: int, query: Query, on_advance: OnAdvance
    ) -> tuple[int, Profile]:
        """Of how many rows of the table, and what a column is like over the rows of ``query``.

        Raises :class:`NotFound`, and as :meth:`Views.find` does.
        """
        if not 0 <= column < table.columns:
            raise NotFound(f"there is no column {column + 1:,}: this table has {table.columns:,}")
        view, over = await self._views.over(table, query, on_advance)
        key = ProfileKey(over, column, column + 1)
        found = await self._single.get(
            key, lambda advance: self._find(key, table, view, advance), on_advance
        )
        return over.rows, found[0]

    async def describe(
        self, table: TableState, columns: tuple[int, int], query: Query, on_advance: OnAdvance
    ) -> tuple[int, list[Profile]]:
        """The same of several columns, half-open, with shorter cells.

        Of a few columns it is kept, for others who look at the same.  Raises :class:`BadValue` for
        columns that are not there, and as :meth:`Views.find` does.
        """
        check_described(table, columns)
        view, over = await self._views.over(table, query, on_advance)
        key = ProfileKey(over, *columns, DESCRIBED_CHARACTERS)
        found = await self._groups.get(
            key,
            lambda advance: self._find(key, table, view, advance),
            on_advance,
            is_kept=columns[1] - columns[0] <= GROUP_COLUMNS,
        )
        return over.rows, found

    async def _find(
        self, key: ProfileKey, table: TableState, view: View | None, on_advance: OnAdvance
    ) -> list[Profile]:
        on_advance = await self._brought.bring_for(table, EVERYTHING, on_advance)
        with self._brought.moment(key.view, table) as moment, self._views.using(view) as ids:
            job = ProfileJob(moment=moment, start=key.start, stop=key.stop, most=key.most, ids=ids)
            answer = await self._pool.run(job, on_advance)
        assert isinstance(answer, Summary)
        return answer.profiles


def check_described(table: TableState, columns: tuple[int, int]) -> None:
    """Raise :class:`BadValue` for columns, half-open, that cannot be described at once."""
    start, stop = columns
    if not 0 <= start < stop <= table.columns or stop - start > MAX_DESCRIBED:
        raise BadValue(
            f"up to {MAX_DESCRIBED} of the {table.columns:,} columns can be described at once, "
            f"not those from {start:,} to before {stop:,}"
        )
