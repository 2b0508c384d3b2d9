"""What one page shows: which rows of which view, and which columns; pure."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tsvshare_widget.document import Found, check_page_size, count_pages, resolve_page
from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import (
    MAX_COLUMNS,
    PAGE_COLUMNS,
    TableState,
    ViewState,
)
from tsvshare_widget.query import EVERYTHING

Shape = Literal["wire", "plain"]
"""How a page is written: as a :class:`Page` of ``tsvshare.v1``, or as a :class:`PlainPage`."""


class Window(Struct, frozen=True, kw_only=True):
    """What one page shows: which page of which view, the columns from ``start`` before ``stop``."""

    view: ViewState
    start: int = 0
    stop: int = PAGE_COLUMNS
    shape: Shape = "wire"
    uuid: str | UnsetType = UNSET


def window_of(
    table: TableState,
    page: int,
    page_size: int,
    columns: tuple[int, int] | None,
    found: Found | None = None,
) -> Window:
    """The window somebody asks for privately: of the table as it is in the file, or of a view.

    ``found`` is what came of the view's query.  Raises :class:`NoSuchPage` and :class:`BadValue`;
    ``columns`` may reach beyond the last one.
    """
    size = check_page_size(page_size)
    found = found or Found(query=EVERYTHING, n_rows=table.rows, of_rows=table.rows)
    n_pages = count_pages(found.n_rows, size)
    start, stop = columns or (0, PAGE_COLUMNS)
    if not 0 <= start <= stop <= start + MAX_COLUMNS:
        raise BadValue(
            f"columns {start:,} to {stop:,} were asked for: a page carries up to {MAX_COLUMNS:,}"
        )
    view = ViewState(
        page=resolve_page(page, n_pages),
        page_size=size,
        n_pages=n_pages,
        n_rows=found.n_rows,
        query=found.query,
        of_rows=found.of_rows,
    )
    return Window(view=view, start=start, stop=stop)


def shared_window(view: ViewState) -> Window:
    """The window that everyone sees; how they came there makes no difference to its page."""
    return Window(view=msgspec.structs.replace(view, stick=False, brought=0))
