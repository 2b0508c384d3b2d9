"""Where editors point: the newest of each, shown to the others for a moment and kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import (
    MAX_POINTED,
    MAX_SPOTS,
    Point,
    Pointing,
    Spot,
    TableState,
    encode,
)

from .broadcast import for_each_viewer
from .viewers import Viewer
from .wire_frames import text_frame

POINTING_SECONDS = 0.1
"""Seconds between two messages of where people point, however many do."""


def spot_of(point: Point, by: str, table: TableState | None) -> Spot | None:
    """The spot that somebody points at; None if it is of a table that is not there any more.

    Raises :class:`BadValue` for one that cannot be.
    """
    if table is None or table.id != point.table:
        return None
    column = 0 if point.column is None else point.column
    if not (0 <= point.row < max(table.rows, 1) and 0 <= column < max(table.columns, 1)):
        raise BadValue("who points does so at a row and a column of the table, counted from 0")
    return Spot(by=by, row=point.row, column=point.column)


class PointingBoard:
    """Shows the live viewers of a room where the others point.

    There is a task only while somebody does, and nothing for each viewer; ``count`` is how many
    look on in all.
    """

    def __init__(self, live: Collection[Viewer], count: Callable[[], int]) -> None:
        self._live = live
        self._count = count
        self._table = ""
        self._spots: dict[str, Spot] = {}
        self._showing: asyncio.Task[None] | None = None

    def point(self, table: str, spot: Spot) -> None:
        """Show a spot soon, and no longer an older one of the same person."""
        if table != self._table:
            self._table = table
            self._spots.clear()
        self._spots.pop(spot.by, None)
        if len(self._spots) >= MAX_SPOTS:
            del self._spots[next(iter(self._spots))]
        self._spots[spot.by] = spot
        if self._showing is None or self._showing.done():
            self._showing = asyncio.create_task(self._show())

    async def _show(self) -> None:
        while self._spots:
            spots, self._spots = list(self._spots.values()), {}
            if self._count() <= MAX_POINTED:
                await self._send(spots)
            await asyncio.sleep(POINTING_SECONDS)

    async def _send(self, spots: list[Spot]) -> None:
        frame = text_frame(encode(Pointing(table=self._table, spots=spots)))
        alone = spots[0].by if len(spots) == 1 else None
        await for_each_viewer(self._live, lambda viewer: viewer.show_pointing(frame, alone))
