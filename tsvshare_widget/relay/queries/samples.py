"""What columns are like by a spread sample of the rows: at once, in a thread of the relay.

No process has to be waited for, and what is read is bounded whatever the table.  Samples are kept
and shared by all who look on, as views are.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from tsvshare_widget.protocol import DESCRIBED_CHARACTERS, TableState
from tsvshare_widget.query import Profile, Query
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import Asker, FairThreads, Stop
from tsvshare_widget.table.profile.sample import profile_sample, spread

from .pool import OnAdvance
from .single_flight import SingleFlight
from .view import ProfileKey, View
from .view_cache import Views, check_described

MOST_SAMPLES = 200
"""Groups of columns whose samples are kept."""

Sample = tuple[int, list[Profile]]
"""Of how many rows, and what the columns are like in these."""


class Samples:
    """The samples of all tables of one relay.  It belongs to the event loop's thread."""

    def __init__(self, views: Views, tables: TableStore, reading: FairThreads) -> None:
        self._views = views
        self._tables = tables
        self._reading = reading
        self._kept: OrderedDict[ProfileKey, Sample] = OrderedDict()
        self._finding: SingleFlight[ProfileKey, Sample] = SingleFlight()

    async def describe(
        self,
        table: TableState,
        columns: tuple[int, int],
        query: Query,
        asker: Asker,
        on_advance: OnAdvance,
    ) -> tuple[int, int, list[Profile]]:
        """Of how many rows of the table, of how many in the sample, and the profiles of columns.

        Raises as :meth:`Views.describe` does.
        """
        check_described(table, columns)
        view, over = await self._views.over(table, query, on_advance)
        key = ProfileKey(over, *columns, DESCRIBED_CHARACTERS)
        if key not in self._kept:
            self._kept[key] = await self._finding.get(
                key, lambda _: self._find(key, table, view, asker), on_advance
            )
            if len(self._kept) > MOST_SAMPLES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return over.rows, *self._kept[key]

    async def _find(
        self, key: ProfileKey, table: TableState, view: View | None, asker: Asker
    ) -> Sample:
        columns = range(key.start, key.stop)
        with self._tables.use(table) as data:

            def find(_: Stop) -> Sample:
                snapshot = data.snapshot()
                total = min(key.view.rows, snapshot.facts.rows) if view is None else view.count
                rows = spread(total)
                if view is not None:
                    rows = np.sort(view.ids_at(rows))
                return profile_sample(snapshot, columns, rows, key.most)

            if view is None:
                return await self._reading.run(asker, find)
            with self._views.hold(view):
                return await self._reading.run(asker, find)
