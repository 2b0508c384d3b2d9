"""What columns are like by a spread sample of the rows: at once."""

from __future__ import annotations

import numpy as np

from tsvshare_widget.protocol import DESCRIBED_CHARACTERS, TableState
from tsvshare_widget.query import Profile, Query
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile.sample import profile_sample
from tsvshare_widget.table.state import Snapshot

from .answers import Answers
from .pool import OnAdvance
from .profiles import check_described
from .spread_rows import SpreadRows
from .view import ProfileKey, View
from .view_cache import Views

MOST_SAMPLES = 200
"""Groups of columns whose samples are kept."""

Sample = tuple[int, list[Profile]]
"""Of how many rows, and what the columns are like in these."""


class Samples:
    """The samples of all tables of one relay.  It belongs to the event loop's thread."""

    def __init__(self, views: Views, rows: SpreadRows) -> None:
        self._views = views
        self._rows = rows
        self.answers: Answers[ProfileKey, Sample] = Answers(views, MOST_SAMPLES)

    async def describe(
        self,
        table: TableState,
        columns: tuple[int, int],
        query: Query,
        asker: Asker,
        on_advance: OnAdvance,
    ) -> tuple[int, int, list[Profile]]:
        """Of how many rows of the table, of how many in the sample, and the profiles of columns.

        Raises as :meth:`Profiles.describe` does.
        """
        check_described(table, columns)
        view, over = await self._views.over(table, query, on_advance)
        key = ProfileKey(over, *columns, DESCRIBED_CHARACTERS)
        sampled, profiles = await self.answers.get(
            key, lambda _: self._find(key, table, view, asker), on_advance
        )
        return over.rows, sampled, profiles

    async def _find(
        self, key: ProfileKey, table: TableState, view: View | None, asker: Asker
    ) -> Sample:
        columns = range(key.start, key.stop)

        def look(snapshot: Snapshot, rows: Positions) -> Sample:
            return profile_sample(snapshot, columns, np.sort(rows), key.most)

        _, sample = await self._rows.read(table, view, key.view, asker, look)
        return sample
