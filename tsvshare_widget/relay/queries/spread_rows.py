"""A spread sample of the rows of a view, read in a thread of the relay.

No process has to be waited for, and what is read is bounded, whatever the table.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TypeVar

from tsvshare_widget.protocol import TableState
from tsvshare_widget.relay.asker import Asker
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import FairThreads, Stop
from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.profile.sample import spread
from tsvshare_widget.table.state import Snapshot

from .view import Key, View
from .view_cache import Views

T = TypeVar("T")


class SpreadRows:
    """Reads samples of the tables of one relay."""

    def __init__(self, views: Views, tables: TableStore, reading: FairThreads) -> None:
        self._views = views
        self._tables = tables
        self._reading = reading

    async def read(
        self,
        table: TableState,
        view: View | None,
        over: Key,
        asker: Asker,
        look: Callable[[Snapshot, Positions], T],
    ) -> tuple[int, T]:
        """How many rows there are, and what ``look`` makes of a sample of them.

        They are those of ``view``, or if that is None the first ones, as many as ``over`` says.

        It is given the places in the table of rows spread over the view, in the order of that.
        """
        await self._tables.prepare(table.id, whole=True, asker=asker)
        with (
            self._tables.use(table) as data,
            nullcontext() if view is None else self._views.hold(view),
        ):

            def find(_: Stop) -> tuple[int, T]:
                snapshot = data.snapshot()
                total = min(over.rows, snapshot.facts.rows) if view is None else view.count
                places = spread(total)
                return total, look(snapshot, places if view is None else view.ids_at(places))

            return await self._reading.run(asker, find)
