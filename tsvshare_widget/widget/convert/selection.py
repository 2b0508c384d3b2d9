"""The selection: what is selected in a view of this notebook, and the cells of it."""

from __future__ import annotations

from collections.abc import Container

from msgspec import Struct

from tsvshare_widget.client import Connection
from tsvshare_widget.protocol import MAX_COLUMNS, MAX_PAGE_SIZE, Page

from .header import Header

MAX_PAGES = 20
"""Most pages that are fetched one by one; for rows on more of them all of the table is."""


class Selection(Struct, frozen=True):
    """The selected cells: ``rows`` by their position in the table, and ``columns``.

    Rows count from 0 and are in the order of the screen, as in the index of ``w.page_df``.
    Columns are names, or positions from 0 where a name is not there or not the only one.
    """

    rows: list[int] = []
    columns: list[str | int] = []

    def __bool__(self) -> bool:
        return bool(self.rows)


NOTHING = Selection()


def describe_selection(ids: list[int], columns: list[int] | None, header: Header) -> Selection:
    """The selection of these rows and columns, None for all of them."""
    positions = range(header.total) if columns is None else columns
    labels = [header.label(position) for position in positions if position < header.total]
    return Selection(list(ids), labels if ids else [])


def is_scattered(ids: list[int]) -> bool:
    """Whether rows are on so many pages that all of the table is fetched sooner than they."""
    return len(_pages(ids)) > MAX_PAGES


def fetch_rows(
    connection: Connection, table: str, ids: list[int], columns: list[int], timeout: float | None
) -> list[list[str]]:
    """The cells of the rows at ``ids`` in ``columns``, whole; each row as far as it goes.

    Columns are in ascending order.  Raises :class:`Stale` if the table was replaced.
    """
    if not columns:
        return [[] for _ in ids]
    first, end = columns[0], columns[-1] + 1
    cells: dict[int, list[str]] = {id: [] for id in ids}
    for number in _pages(ids):
        for start in range(first, end, MAX_COLUMNS):
            window = (start, min(start + MAX_COLUMNS, end))
            page = connection.look(
                number + 1, MAX_PAGE_SIZE, table=table, columns=window, timeout=timeout
            )
            _complete_cells(connection, page, cells.keys(), timeout)
            for id, row in enumerate(page.rows, page.first_row):
                if id in cells:
                    cells[id] += row
    return [pick_cells(cells[id], columns, first) for id in ids]


def pick_cells(row: list[str], columns: list[int], first: int = 0) -> list[str]:
    """The cells of ``columns``, ascending, in a row whose cells begin with column ``first``."""
    return [row[column - first] for column in columns if column - first < len(row)]


def _pages(ids: list[int]) -> list[int]:
    return sorted({id // MAX_PAGE_SIZE for id in ids})


def _complete_cells(
    connection: Connection, page: Page, wanted: Container[int], timeout: float | None
) -> None:
    """Put whole cells where those on the page are cut."""
    for row, column, _ in page.cut:
        id = page.first_row + row
        if id in wanted:
            answer = connection.cell(id, column, table=page.table, timeout=timeout)
            page.rows[row][column - page.columns.start] = answer.text
