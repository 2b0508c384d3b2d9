"""Rows in which a text is found, fetched page by page."""

from __future__ import annotations

import msgspec

from tsvshare_widget.client import Connection
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_COLUMNS, MAX_PAGE_SIZE, Page
from tsvshare_widget.query import Query

from .selection import fetch_rows


class FoundRows:
    """Rows of a table that hold a text: their places in it and their cells, out of ``total``."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.rows: list[list[str]] = []
        self.total = 0


def find_rows(
    connection: Connection,
    table: str,
    text: str,
    view: Query,
    width: int,
    limit: int,
    timeout: float | None,
) -> FoundRows:
    """The first ``limit`` rows of a view of ``width`` columns that hold ``text``, whole.

    Raises :class:`BadValue` if the text is empty, :class:`Stale` if the table was replaced.
    """
    if not text:
        raise BadValue("there is nothing to find in an empty text")
    query = _searching(view, text)
    if query is None:
        return _find_one_by_one(connection, table, text, view, width, limit, timeout)
    found = FoundRows()
    size = max(1, min(limit, MAX_PAGE_SIZE))
    number, pages = 1, 1
    while number <= pages and len(found.ids) < limit:
        first = _add_page(found, connection, table, query, (number, size), width, timeout)
        found.total, pages, number = first.n_rows, first.n_pages, number + 1
    del found.ids[limit:], found.rows[limit:]
    return found


def _searching(view: Query, text: str) -> Query | None:
    """The query of the rows of a view that hold a text; None if it would have to search for two."""
    one, other = view.search.casefold(), text.casefold()
    if other in one:
        return view
    return msgspec.structs.replace(view, search=text) if one in other else None


def _find_one_by_one(
    connection: Connection,
    table: str,
    text: str,
    view: Query,
    width: int,
    limit: int,
    timeout: float | None,
) -> FoundRows:
    found, place = FoundRows(), 0
    while len(found.ids) < limit:
        hit = connection.find(text, place, table=table, query=view, timeout=timeout)
        found.total = hit.total
        if hit.number <= len(found.ids):
            break  # there is none, or it begins anew
        found.ids.append(hit.row)
        place = hit.place + 1
    found.rows = fetch_rows(connection, table, found.ids, list(range(width)), timeout)
    return found


def _add_page(
    found: FoundRows,
    connection: Connection,
    table: str,
    query: Query,
    page: tuple[int, int],
    width: int,
    timeout: float | None,
) -> Page:
    rows: list[list[str]] = []
    number, size = page
    for start in range(0, max(width, 1), MAX_COLUMNS):
        window = (start, min(start + MAX_COLUMNS, max(width, 1)))
        part = connection.look(
            number, size, table=table, columns=window, query=query, timeout=timeout
        )
        ids = part.ids or list(range(part.first_row, part.first_row + len(part.rows)))
        for row, column, _ in part.cut:
            answer = connection.cell(ids[row], column, table=table, timeout=timeout)
            part.rows[row][column - part.columns.start] = answer.text
        rows = (
            [one + more for one, more in zip(rows, part.rows, strict=True)] if rows else part.rows
        )
    found.ids += ids
    found.rows += rows
    return part
