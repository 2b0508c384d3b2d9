"""What many columns are like, asked in parts."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from functools import partial

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
    shares = (MAX_DESCRIBED, -(-table.columns // AT_ONCE), MOST_CELLS // max(1, table.rows))
    size = max(1, min(shares))
    starts = range(0, table.columns, size)
    done = [0.0] * len(starts)
    asked: deque[tuple[int, GetDescription, Future[Answer]]] = deque()
    found: list[Profile] = []

    def advance(part: int, share: float) -> None:
        done[part] = share
        on_advance(sum(done) / len(done))

    def take_first() -> None:
        part, request, future = asked[0]
        answer = future.result()
        if not isinstance(answer, DescriptionAnswer):
            raise BadRequest(f"the relay answered {request.id} with {type(answer).__name__}")
        found.extend(answer.profiles)
        asked.popleft()
        advance(part, 1.0)

    try:
        for part, start in enumerate(starts):
            if len(asked) == AT_ONCE:
                take_first()
            window = (start, min(start + size, table.columns))
            request = GetDescription(
                id=connection.next_id(), table=table.id, columns=window, query=query
            )
            answer = connection.request(request, timeout, partial(advance, part))
            asked.append((part, request, answer))
        while asked:
            take_first()
    finally:
        for _, request, _ in asked:
            connection.cancel(request.id)
    return found
