"""Rows in which a text is found, fetched page by page."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class TextAsked:
    """The first ``limit`` rows that hold ``text`` in a view of a table of ``width`` columns.

    Each answer may take ``timeout`` seconds.
    """

    table: str
    text: str
    view: Query
    width: int
    limit: int
    timeout: float | None


def find_text(connection: Connection, asked: TextAsked) -> FoundRows:
    """The rows that are asked for, whole.

    Raises :class:`BadValue` if the text is empty, :class:`Stale` if the table was replaced.
    """
    if not asked.text:
        raise BadValue("there is nothing to find in an empty text")
    query = _searching(asked.view, asked.text)
    if query is None:
        return _find_one_by_one(connection, asked)
    found = FoundRows()
    size = max(1, min(asked.limit, MAX_PAGE_SIZE))
    number, pages = 1, 1
    while number <= pages and len(found.ids) < asked.limit:
        first = _add_page(found, connection, asked, query, (number, size))
        found.total, pages, number = first.n_rows, first.n_pages, number + 1
    del found.ids[asked.limit :], found.rows[asked.limit :]
    return found


def _searching(view: Query, text: str) -> Query | None:
    """The query of the rows of a view that hold a text; None if it would have to search for two."""
    one, other = view.search.casefold(), text.casefold()
    if other in one:
        return view
    return msgspec.structs.replace(view, search=text) if one in other else None


def _find_one_by_one(connection: Connection, asked: TextAsked) -> FoundRows:
    found, place, table = FoundRows(), 0, asked.table
    while len(found.ids) < asked.limit:
        hit = connection.find(
            asked.text, place, table=table, query=asked.view, timeout=asked.timeout
        )
        found.total = hit.total
        if hit.number <= len(found.ids):
            break  # there is none, or it begins anew
        found.ids.append(hit.row)
        place = hit.place + 1
    columns = list(range(asked.width))
    found.rows = fetch_rows(connection, table, found.ids, columns, asked.timeout)
    return found


def _add_page(
    found: FoundRows, connection: Connection, asked: TextAsked, query: Query, page: tuple[int, int]
) -> Page:
    """Fetch a page, number and size, in windows of its columns."""
    rows: list[list[str]] = []
    table, timeout, width = asked.table, asked.timeout, max(asked.width, 1)
    for start in range(0, width, MAX_COLUMNS):
        window = (start, min(start + MAX_COLUMNS, width))
        part = connection.look(*page, table=table, columns=window, query=query, timeout=timeout)
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
