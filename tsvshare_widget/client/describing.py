"""Profiles of many columns, fetched in parts."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import NamedTuple

from tsvshare_widget.errors import BadRequest
from tsvshare_widget.protocol import (
    MAX_DESCRIBED,
    Answer,
    DescriptionAnswer,
    GetDescription,
    TableState,
)
from tsvshare_widget.query import Profile, Query

from .connection import Connection
from .in_flight import OnFraction

MAX_PARTS_IN_FLIGHT = 2
"""Parts that are in flight at the same time: a relay has a process for each."""

MAX_PART_CELLS = 1 << 25
"""Cells of one part of several columns: a relay gives each part only so much time."""

_Window = tuple[int, int]


def describe_columns(
    connection: Connection,
    table: TableState,
    *,
    query: Query,
    timeout: float | None,
    on_fraction: OnFraction,
) -> list[Profile]:
    """The profiles of all columns of a table, over the rows of ``query``.

    ``timeout`` is how many seconds one part may take.  Raises what the relay objects, and
    :class:`TimedOut`; parts still in flight then are cancelled.
    """
    parts: deque[_Part] = deque()
    profiles: list[Profile] = []
    windows = _windows(table)
    fractions = dict.fromkeys(windows, 0.0)

    def report(window: _Window, fraction: float) -> None:
        fractions[window] = fraction
        on_fraction(sum(fractions.values()) / len(fractions))

    try:
        while windows or parts:
            while windows and len(parts) < MAX_PARTS_IN_FLIGHT:
                window = windows.pop(0)
                request = GetDescription(
                    id=connection.next_id(), table=table.id, columns=window, query=query
                )
                answer = connection.send_request(request, timeout, partial(report, window))
                parts.append(_Part(request, answer))
            profiles += parts[0].profiles()
            report(parts.popleft().request.columns, 1.0)
    finally:
        for part in parts:
            connection.cancel(part.request.id)
    return profiles


def _windows(table: TableState) -> list[_Window]:
    """The columns of each part."""
    limits = (
        MAX_DESCRIBED,
        -(-table.columns // MAX_PARTS_IN_FLIGHT),
        MAX_PART_CELLS // max(1, table.rows),
    )
    size = max(1, min(limits))
    starts = range(0, table.columns, size)
    return [(start, min(start + size, table.columns)) for start in starts]


class _Part(NamedTuple):
    """A request, and what will be its answer."""

    request: GetDescription
    answer: Future[Answer]

    def profiles(self) -> list[Profile]:
        answer = self.answer.result()
        if not isinstance(answer, DescriptionAnswer):
            kind = type(answer).__name__
            raise BadRequest(f"the relay answered {self.request.id} with {kind}")
        return answer.profiles
