"""Pages as the bytes of their JSON text, made once for everyone who looks at them.

A page is a pure function of the table as far as it was known, the view, and the window of columns;
so these together are the key under which its bytes are remembered.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from tsvshare_widget.document import check_page_size, count_pages, resolve_page
from tsvshare_widget.errors import BadValue, Stale
from tsvshare_widget.protocol import (
    CELL_CHARACTERS,
    MAX_COLUMNS,
    NO_PAGE,
    PAGE_COLUMNS,
    Columns,
    DocumentState,
    Page,
    TableState,
    ViewState,
    encode,
)
from tsvshare_widget.table import Table

from .states import as_json
from .store import TableStore

INLINE_BYTES = 256 * 1024
"""A page of more bytes of the file than this is read in another thread."""

CACHE_BYTES = 32 * 1024 * 1024

PAGE_CHARACTERS = 8_000_000
"""Characters a page may have before its cells are cut shorter than elsewhere."""

Shape = Literal["wire", "plain"]
"""How a page is written: as a :class:`Page` of ``tsvshare.v1``, or as a :class:`PlainPage`."""


class PlainPage(Struct, frozen=True, kw_only=True):
    """A page as scripts get it, by the plain protocol or by ``GET /d/UUID/page/N``."""

    uuid: str | UnsetType = UNSET
    page_no: int
    total_number: int
    columns: list[str]
    data: list[list[str]]


class Window(Struct, frozen=True, kw_only=True):
    """What one page shows: which page of which view, the columns from ``start`` before ``stop``."""

    view: ViewState
    start: int = 0
    stop: int = PAGE_COLUMNS
    shape: Shape = "wire"
    uuid: str | UnsetType = UNSET


def window_of(
    table: TableState, page: int, page_size: int, columns: tuple[int, int] | None
) -> Window:
    """The window somebody asks for privately.

    Raises :class:`NoSuchPage` and :class:`BadValue`; ``columns`` may reach beyond the last one.
    """
    size = check_page_size(page_size)
    n_pages = count_pages(table.rows, size)
    start, stop = columns or (0, PAGE_COLUMNS)
    if not 0 <= start <= stop <= start + MAX_COLUMNS:
        raise BadValue(
            f"columns {start:,} to {stop:,} were asked for: a page carries up to {MAX_COLUMNS:,}"
        )
    view = ViewState(
        page=resolve_page(page, n_pages), page_size=size, n_pages=n_pages, n_rows=table.rows
    )
    return Window(view=view, start=start, stop=stop)


class Renderer:
    """Renders pages of the tables in one store and remembers the latest ones."""

    def __init__(self, store: TableStore) -> None:
        self._store = store
        self._cache: OrderedDict[bytes, bytes] = OrderedDict()
        self._cached_bytes = 0
        self._running: dict[bytes, asyncio.Task[bytes]] = {}

    async def shared(self, state: DocumentState) -> bytes:
        """The page everyone is on, as ``tsvshare.v1`` carries it; ``null`` without a table."""
        if state.table is None:
            return bytes(NO_PAGE)
        return await self.page(state.table, Window(view=state.view))

    async def plain(self, state: DocumentState, uuid: str) -> bytes:
        """The page everyone is on, as the plain protocol carries it."""
        if state.table is None:
            return encode(PlainPage(uuid=uuid, page_no=1, total_number=0, columns=[], data=[]))
        window = Window(view=state.view, stop=MAX_COLUMNS, shape="plain", uuid=uuid)
        return await self.page(state.table, window)

    async def page(self, table: TableState, window: Window) -> bytes:
        """The page in ``window`` of ``table``.

        Raises :class:`NotFound` if its bytes are gone, and :class:`Stale` if they have been read
        anew since ``table`` was so.
        """
        key = encode((table.id, table.rows, table.columns, table.reading, window))
        if key in self._cache:
            self._cache.move_to_end(key)
            return self._cache[key]
        if key not in self._running:
            task = asyncio.create_task(self._render(table, window))
            task.add_done_callback(lambda done: self._remember(key, done))
            self._running[key] = task
        # Shielded: the others who wait for this page need it even if this one has gone.
        return await asyncio.shield(self._running[key])

    async def _render(self, table: TableState, window: Window) -> bytes:
        with self._store.use(table.id, name=table.name) as data:
            if as_json(data.facts.reading) != table.reading:
                raise Stale("the table has just been read anew; look again")
            if data.span(*_rows_in(window.view)) <= INLINE_BYTES:
                return read_page(data, table, window)
            return await asyncio.to_thread(read_page, data, table, window)

    def _remember(self, key: bytes, done: asyncio.Task[bytes]) -> None:
        del self._running[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._cache[key] = done.result()
        self._cached_bytes += len(done.result())
        while self._cached_bytes > CACHE_BYTES:
            _, oldest = self._cache.popitem(last=False)
            self._cached_bytes -= len(oldest)


def read_page(data: Table, table: TableState, window: Window) -> bytes:
    """Read the cells in ``window`` and write them as JSON text; pure but for the file."""
    stop = min(window.stop, table.columns)
    start = min(window.start, stop)
    view = window.view
    first, count = _rows_in(view)
    most = CELL_CHARACTERS
    if data.span(first, count) > PAGE_CHARACTERS:
        most = longest_cell(count * (stop - start))
    read = data.rows(first, count, start, stop, most)
    names, named_by = data.names(start, stop), data.named_by
    if window.shape == "plain":
        plain = PlainPage(
            uuid=window.uuid,
            page_no=view.page,
            total_number=view.n_rows,
            columns=names if names and named_by == "file" else [],
            data=read.cells,
        )
        return encode(plain)
    page = Page(
        table=table.id,
        page=view.page,
        n_pages=view.n_pages,
        page_size=view.page_size,
        n_rows=view.n_rows,
        first_row=first,
        columns=Columns(start=start, total=table.columns, names=names, named_by=named_by),
        rows=read.cells,
        cut=read.cut,
        lines=data.line_numbers(first, count),
    )
    return encode(page)


def longest_cell(n_cells: int) -> int:
    """The characters a cell may have on a page of ``n_cells`` so that the page stays bounded."""
    return max(100, min(CELL_CHARACTERS, PAGE_CHARACTERS // max(1, n_cells)))


def _rows_in(view: ViewState) -> tuple[int, int]:
    first = (view.page - 1) * view.page_size
    return first, max(0, min(view.page_size, view.n_rows - first))
