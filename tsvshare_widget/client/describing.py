"""What many columns are like, asked in parts."""

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

from .connection import Advance, Connection

AT_ONCE = 2
"""Parts that are asked for at the same time: a relay has a process for each."""

MOST_CELLS = 1 << 25
"""Cells of one part of several columns: a relay gives each part only so much time."""

_Window = tuple[int, int]


def describe(
    connection: Connection,
    table: TableState,
    *,
    query: Query,
    timeout: float | None,
    on_advance: Advance,
) -> list[Profile]:
    """What all columns of a table are like, over the rows of ``query``.

    ``timeout`` is how many seconds one part may take.  Raises what the relay objects, and
    :class:`TimedOut`; what is still asked then is given up.
    """
    asked: deque[_Part] = deque()
    found: list[Profile] = []
    windows = _windows(table)
    done = dict.fromkeys(windows, 0.0)

    def advance(window: _Window, share: float) -> None:
        done[window] = share
        on_advance(sum(done.values()) / len(done))

    try:
        while windows or asked:
            while windows and len(asked) < AT_ONCE:
                window = windows.pop(0)
                request = GetDescription(
                    id=connection.next_id(), table=table.id, columns=window, query=query
                )
                answer = connection.request(request, timeout, partial(advance, window))
                asked.append(_Part(request, answer))
            found += asked[0].profiles()
            advance(asked.popleft().request.columns, 1.0)
    finally:
        for part in asked:
            connection.cancel(part.request.id)
    return found


def _windows(table: TableState) -> list[_Window]:
    """The columns of each part."""
    shares = (MAX_DESCRIBED, -(-table.columns // AT_ONCE), MOST_CELLS // max(1, table.rows))
    size = max(1, min(shares))
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
