"""Pagination: views as pages of rows, and how settings and growth change them; pure.

The front end's twin is js/src/view/paging.ts; tests/golden/pages.json has cases for both.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tsvshare_widget.errors import BadValue, NoSuchPage
from tsvshare_widget.protocol import MAX_PAGE_SIZE, ViewState


def count_pages(n_rows: int, page_size: int) -> int:
    """How many pages ``n_rows`` rows make; an empty view has one."""
    return max(1, -(-n_rows // page_size))


def rows_of_page(page: int, page_size: int, n_rows: int) -> tuple[int, int]:
    """The first row of a page within its view, from 0, and the one after its last."""
    first = (page - 1) * page_size
    return first, max(first, min(first + page_size, n_rows))


def page_of_row(row: int, page_size: int) -> int:
    """The page that a row of a view, from 0, is on."""
    return row // page_size + 1


def resolve_page(page: int, n_pages: int) -> int:
    """A page asked for, from 1 or -1 for the last.  Raises :class:`NoSuchPage` outside the view."""
    if page == -1:
        return n_pages
    if not 1 <= page <= n_pages:
        pages = "page 1 only" if n_pages == 1 else f"pages 1 to {n_pages:,}"
        raise NoSuchPage(f"there is no page {page:,}: this table has {pages}")
    return page


def check_page_size(page_size: int) -> int:
    """A page size within the limits.  Raises :class:`BadValue` otherwise."""
    if not 1 <= page_size <= MAX_PAGE_SIZE:
        raise BadValue(f"a page has 1 to {MAX_PAGE_SIZE:,} rows; {page_size:,} was asked for")
    return page_size


def top_row_of(view: ViewState) -> int:
    """The first row in sight, from 0."""
    return rows_of_page(view.page, view.page_size, view.n_rows)[0]


def paginate(view: ViewState, page: int | None = None, **changes: Any) -> ViewState:
    """``view`` with ``changes``, on ``page`` or the one it was on; or the last, if it sticks."""
    changed = msgspec.structs.replace(view, **changes)
    n_pages = count_pages(changed.n_rows, changed.page_size)
    wanted = n_pages if changed.stick else min(page or changed.page, n_pages)
    return msgspec.structs.replace(changed, page=wanted, n_pages=n_pages)


def resize_pages(view: ViewState, page_size: int) -> ViewState:
    """``view`` with another page size: the top row stays in sight, or the end if it sticks."""
    size = check_page_size(page_size)
    return paginate(view, page_of_row(top_row_of(view), size), page_size=size)


def turn_page(view: ViewState, page: int) -> ViewState:
    """``view`` at another page; -1 is the last one, to which it sticks from then on."""
    return paginate(view, resolve_page(page, view.n_pages), stick=page == -1)
