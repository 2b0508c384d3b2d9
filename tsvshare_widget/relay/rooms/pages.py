"""Pages as the bytes of their JSON text, made once for everyone who looks at them.

A page is a pure function of the table as far as it was known, the view, and the window of columns;
so these together are the key under which its bytes are remembered.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from tsvshare_widget.document import rows_of_page
from tsvshare_widget.protocol import (
    CELL_CHARACTERS,
    MAX_COLUMNS,
    NO_PAGE,
    Columns,
    DocumentState,
    Page,
    TableState,
    ViewState,
    encode,
)
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.relay.asker import NOBODY, Asker
from tsvshare_widget.relay.queries.single_flight import SingleFlight
from tsvshare_widget.relay.queries.view_cache import Views
from tsvshare_widget.relay.storage.tables import TableStore
from tsvshare_widget.relay.threads import FairThreads, Stop
from tsvshare_widget.table import Table
from tsvshare_widget.table.export.json_rows import as_json_rows
from tsvshare_widget.table.export.row_set import RowSet

from .page_window import Window, shared_window
from .remembered import Remembered

INLINE_BYTES = 64 * 1024
"""Bytes of a page in the file, or of its header, that are read on the event loop, not in a thread.

A small page takes less time than handing it to a thread.
"""

INLINE_CELLS = 20_000
"""Cells of a page that is read on the event loop."""

SLICE_CELLS = 20_000
"""Cells that are read, and written as JSON text, at a time."""

CACHE_BYTES = 16 * 1024 * 1024
"""Bytes of pages, with their keys, that are remembered."""

CACHE_SECONDS = 60.0
"""After so many seconds in which nobody wanted a page it is forgotten."""

HEADERS_BYTES = 8 * 1024 * 1024
"""About how many bytes of headers of tables, or of windows of them, are remembered."""

HEADER_BYTES = 500
"""Bytes that a header takes beside its key and its names, about; many have no names."""

NAME_BYTES = 60
"""Bytes that a name in a header takes beside its characters, about."""

HEADER_CHARACTERS = 100_000
"""Characters of a header that is remembered; a longer one is read each time."""

PAGE_CHARACTERS = 8_000_000
"""Characters a page may have before its cells are cut shorter than elsewhere."""


class PlainPage(Struct, frozen=True, kw_only=True):
    """A page as scripts get it, by the plain protocol or by ``GET /d/UUID/page/N``."""

    uuid: str | UnsetType = UNSET
    page_no: int
    total_number: int
    columns: list[str]
    data: list[list[str]]


class Renderer:
    """Renders pages of the tables of one relay and remembers the latest ones.

    A page that takes longer is read by ``threads``, once for all who wait for it, and no longer
    than anybody does.  ``views`` are needed for pages of anything but a table as it is in the file.
    """

    def __init__(
        self, tables: TableStore, threads: FairThreads, views: Views | None = None
    ) -> None:
        self._tables = tables
        self._threads = threads
        self._views = views
        self._cache: Remembered[bytes, bytes] = Remembered(CACHE_BYTES, CACHE_SECONDS)
        self._headers: Remembered[bytes, Columns] = Remembered(HEADERS_BYTES)
        self._running: SingleFlight[bytes, bytes] = SingleFlight()

    def is_ready(self, state: DocumentState) -> bool:
        """Whether the page everyone is on can be read without its rows being found first."""
        table, view = state.table, state.view
        if table is None or view.query == EVERYTHING or self._views is None:
            return True
        return self._views.kept(table, view.query, view.of_rows) is not None

    async def shared(self, state: DocumentState, asker: Asker) -> bytes:
        """The page everyone is on, as ``tsvshare.v1`` carries it; ``null`` without a table."""
        if state.table is None:
            return bytes(NO_PAGE)
        return await self.page(state.table, shared_window(state.view), asker)

    async def plain(self, state: DocumentState, uuid: str, asker: Asker) -> bytes:
        """The page everyone is on, as the plain protocol carries it."""
        if state.table is None:
            return encode(PlainPage(uuid=uuid, page_no=1, total_number=0, columns=[], data=[]))
        wire = shared_window(state.view)
        window = msgspec.structs.replace(wire, stop=MAX_COLUMNS, shape="plain", uuid=uuid)
        return await self.page(state.table, window, asker)

    async def page(self, table: TableState, window: Window, asker: Asker = NOBODY) -> bytes:
        """The page in ``window`` of ``table``; waits until the rows of its view are found.

        Raises :class:`NotFound` if its bytes are gone, :class:`Stale` if they have been read
        anew since ``table`` was so, and as :meth:`Views.find` does.
        """
        key = encode((table.id, table.rows, table.columns, table.dialect.rules, window))
        if (kept := self._cache.get(key)) is not None:
            return kept
        rows = await self._rows(table, window.view)
        await self._tables.prepare(table.id, asker=asker)
        if key not in self._running and self._tables.is_here(table.id):
            with self._tables.use(table) as data:
                if self._is_quick(data, table, window, rows):
                    columns = self._columns(data, table, window)
                    page = read_page(data, table, window, rows, columns, Stop())
                    return self._remember(key, page)
        return await self._running.get(
            key, lambda _: self._read_aside(key, table, window, rows, asker), lambda _: None
        )

    async def size(self, table: TableState, window: Window) -> int:
        """About how many bytes the page in ``window`` has, at most.  Raises as :meth:`page`."""
        rows = await self._rows(table, window.view)
        n_cells = rows.count * (min(window.stop, table.columns) - window.start)
        await self._tables.prepare(table.id)
        with self._tables.use(table) as data:
            if self._tables.is_here(table.id):
                span = rows.span(data)
            else:
                threads = self._tables.threads_for(table.id, self._threads)
                span = await threads.run(NOBODY, lambda _: rows.span(data))
        return min(2 * span, 4 * PAGE_CHARACTERS) + 8 * max(0, n_cells)

    async def _read_aside(
        self, key: bytes, table: TableState, window: Window, rows: RowSet, asker: Asker
    ) -> bytes:
        await self._tables.prepare(table.id, asker=asker)
        with self._tables.use(table) as data:

            def read(stop: Stop) -> tuple[Columns, bytes]:
                columns = known or read_columns(data, table, window)
                return columns, read_page(data, table, window, rows, columns, stop)

            known = self._headers.get(_header_key(table, window))
            threads = self._tables.threads_for(table.id, self._threads)
            columns, page = await threads.run(asker, read)
        self._remember_header(table, window, columns)
        return self._remember(key, page)

    def _is_quick(self, data: Table, table: TableState, window: Window, rows: RowSet) -> bool:
        """Whether reading a page takes so little that the event loop does not notice."""
        if rows.count * (window.stop - window.start) > INLINE_CELLS:
            return False
        known = _header_key(table, window) in self._headers
        return rows.span(data) <= INLINE_BYTES and (known or data.header_bytes <= INLINE_BYTES)

    def _columns(self, data: Table, table: TableState, window: Window) -> Columns:
        """What :func:`read_columns` says, which is the same for most pages of a table."""
        found = self._headers.get(_header_key(table, window))
        if found is None:
            found = read_columns(data, table, window)
            self._remember_header(table, window, found)
        return found

    def _remember_header(self, table: TableState, window: Window, columns: Columns) -> None:
        names = columns.names or ()
        characters = sum(map(len, names))
        if characters <= HEADER_CHARACTERS:
            key = _header_key(table, window)
            size = HEADER_BYTES + len(key) + characters + NAME_BYTES * len(names)
            self._headers.put(key, columns, size)

    async def _rows(self, table: TableState, view: ViewState) -> RowSet:
        first, stop = rows_of_page(view.page, view.page_size, view.n_rows)
        count = stop - first
        if view.query == EVERYTHING or self._views is None:
            return RowSet(first, count)
        found = await self._views.find(table, view.query, view.of_rows)
        return RowSet(first, count, found.ids(first, count))

    def _remember(self, key: bytes, page: bytes) -> bytes:
        self._cache.put(key, page, len(key) + len(page))
        return page


def read_columns(data: Table, table: TableState, window: Window) -> Columns:
    """The columns in ``window`` and their names; pure but for the file."""
    stop = min(window.stop, table.columns)
    start = min(window.start, stop)
    names = data.names(start, stop)
    return Columns(start=start, total=table.columns, names=names, named_by=data.named_by)


def read_page(
    data: Table, table: TableState, window: Window, shown: RowSet, columns: Columns, stop: Stop
) -> bytes:
    """Read the cells in ``window`` and write them as JSON text; pure but for the file.

    ``shown`` are the rows of the page, ``columns`` what :func:`read_columns` said.  Raises
    :class:`Cancelled` once ``stop`` is set.
    """
    view = window.view
    rows, cut = _read_rows(data, table, window, shown, stop)
    if window.shape == "plain":
        plain = PlainPage(
            uuid=window.uuid,
            page_no=view.page,
            total_number=view.n_rows,
            columns=columns.names if columns.names and columns.named_by == "file" else [],
            data=rows,
        )
        return encode(plain)
    page = Page(
        table=table.id,
        page=view.page,
        n_pages=view.n_pages,
        page_size=view.page_size,
        n_rows=view.n_rows,
        first_row=shown.first,
        columns=columns,
        rows=rows,
        cut=cut,
        lines=shown.line_numbers(data),
        ids=shown.row_ids(),
        of_rows=view.of_rows,
    )
    return encode(page)


def _read_rows(
    data: Table, table: TableState, window: Window, shown: RowSet, stop: Stop
) -> tuple[Any, list[tuple[int, int, int]]]:
    """The rows of a page as JSON text, and which of the cells are cut."""
    last = min(window.stop, table.columns)
    first = min(window.start, last)
    span = shown.span(data)
    if not first and last == table.columns and span <= INLINE_BYTES:
        text = as_json_rows(data, shown, last, CELL_CHARACTERS)
        if text is not None:
            return msgspec.Raw(text), []
    most = CELL_CHARACTERS
    if span > PAGE_CHARACTERS:
        most = longest_cell(shown.count * (last - first))
    return _read_slices(data, shown, (first, last, most), stop)


def _read_slices(
    data: Table, shown: RowSet, cells: tuple[int, int, int], stop: Stop
) -> tuple[msgspec.Raw, list[tuple[int, int, int]]]:
    """Some rows at a time, so that this can be stopped, and others get Python's lock."""
    first, last, most = cells
    step = max(1, SLICE_CELLS // max(1, last - first))
    pieces: list[bytes] = []
    cut: list[tuple[int, int, int]] = []
    for start in range(0, shown.count, step):
        stop.check()
        read = shown.slice(start, step).read_cells(data, first, last, most)
        pieces.append(encode(read.cells)[1:-1])
        cut += [(start + row, column, size) for row, column, size in read.cut]
    return msgspec.Raw(b"[" + b",".join(filter(None, pieces)) + b"]"), cut


def longest_cell(n_cells: int) -> int:
    """The characters a cell may have on a page of ``n_cells`` so that the page stays bounded."""
    return max(100, min(CELL_CHARACTERS, PAGE_CHARACTERS // max(1, n_cells)))


def _header_key(table: TableState, window: Window) -> bytes:
    return encode((table.id, table.columns, table.dialect.rules, window.start, window.stop))
