"""The same table awaited, and how either is opened: :func:`connect`."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from tsvshare_widget.client import OnBytes, Snapshot
from tsvshare_widget.errors import from_code

from .convert.reading import ReadKeywords
from .live.awaiting import in_thread
from .live.changes import facts_of, names_of_changes
from .live.shared_table import TIMEOUT_SECONDS
from .live_table import LEFT, LiveTable
from .traits import Status

if TYPE_CHECKING:
    import pandas as pd

ResultT = TypeVar("ResultT")


class AsyncTable:
    """A :class:`LiveTable` of which everything is awaited: ``await t.rows``, ``await t.append(x)``.

    What an assignment does there, ``await t.set(page=3)`` does here.  The loop goes on meanwhile:
    what blocks does so in threads of its own.  An ``await`` that is cancelled is waited for no
    longer; an upload ends then, and the table is as it was.
    """

    def __init__(self, table: LiveTable) -> None:
        self._table = table
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        table.listen(self._tell)

    async def __aenter__(self) -> AsyncTable:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<AsyncTable {self.view_url}: {self.status}>"

    def close(self) -> None:
        """Leave; the document lives on."""
        self._table.close()

    def _tell(self) -> None:
        with contextlib.suppress(RuntimeError):  # that loop has ended
            self._loop.call_soon_threadsafe(self._news.set)

    def _get(self, name: str) -> Awaitable[Any]:
        return in_thread(lambda: getattr(self._table, name))

    # --- what everyone sees ---

    @property
    def url(self) -> str:
        """The full link, if this has the key; nothing to await."""
        return self._table.url

    @property
    def view_url(self) -> str:
        """The link that lets people look; nothing to await."""
        return self._table.view_url

    @property
    def status(self) -> Status:
        """How the connection is, and what there is of a table; nothing to await."""
        return self._table.status

    @property
    def viewers(self) -> Awaitable[int]:
        """How many look at it, this one included."""
        return self._get("viewers")

    @property
    def n_rows(self) -> Awaitable[int]:
        """Rows of the view."""
        return self._get("n_rows")

    @property
    def n_total(self) -> Awaitable[int]:
        """Rows of the table."""
        return self._get("n_total")

    @property
    def n_pages(self) -> Awaitable[int]:
        """Pages of the view."""
        return self._get("n_pages")

    @property
    def columns(self) -> Awaitable[list[str]]:
        """The header of the table; empty without one."""
        return self._get("columns")

    @property
    def rows(self) -> Awaitable[list[list[str]]]:
        """The cells of the page everyone is on, exactly as in the file."""
        return self._get("rows")

    @property
    def page(self) -> Awaitable[int]:
        """The page everyone is on."""
        return self._get("page")

    @property
    def page_size(self) -> Awaitable[int]:
        """Rows on a page."""
        return self._get("page_size")

    @property
    def sort(self) -> Awaitable[Any]:
        """How the view is sorted."""
        return self._get("sort")

    @property
    def filters(self) -> Awaitable[Any]:
        """Which rows are in the view."""
        return self._get("filters")

    @property
    def search(self) -> Awaitable[str]:
        """What rows of the view have in some cell."""
        return self._get("search")

    async def read_page(self, page: int, page_size: int | None = None) -> list[list[str]]:
        """The cells of another page of the view, while everyone stays where they are."""
        return await in_thread(lambda: self._table.read_page(page, page_size))

    async def to_pandas(self, *, view: bool = False, dtype: Any = None) -> pd.DataFrame:
        """The whole table, or the view, as a DataFrame."""
        return await in_thread(lambda: self._table.to_pandas(view=view, dtype=dtype))

    async def to_arrow(self, *, view: bool = False, dtype: Any = None) -> Any:
        """The whole table, or the view, as a pyarrow Table."""
        return await in_thread(lambda: self._table.to_arrow(view=view, dtype=dtype))

    async def to_polars(self, *, view: bool = False, dtype: Any = None) -> Any:
        """The whole table, or the view, as a DataFrame of polars."""
        return await in_thread(lambda: self._table.to_polars(view=view, dtype=dtype))

    async def find(self, text: str, *, view: bool = False, limit: int = 1000) -> pd.DataFrame:
        """The rows with ``text`` in any cell, as a DataFrame of text."""
        return await in_thread(lambda: self._table.find(text, view=view, limit=limit))

    async def group_by(
        self,
        by: str | int | list[str | int],
        *,
        sum: Any = None,
        mean: Any = None,
        median: Any = None,
        view: bool = False,
    ) -> pd.DataFrame:
        """Rows put together by the cells of one or two columns."""
        figures = {"sum": sum, "mean": mean, "median": median}
        return await in_thread(lambda: self._table.group_by(by, view=view, **figures))

    # --- saved views ---

    @property
    def views(self) -> Awaitable[dict[str, dict[str, Any]]]:
        """The views that are saved for everyone, by name, each with what it asks."""
        return self._get("views")

    async def save_view(
        self, name: str, *, sort: Any = None, filters: Any = None, search: str | None = None
    ) -> None:
        """Save a view for everyone; as :meth:`LiveTable.save_view`."""
        asked: dict[str, Any] = {"sort": sort, "filters": filters, "search": search}
        await in_thread(lambda: self._table.save_view(name, **asked))

    async def show_view(self, name: str) -> None:
        """Show a saved view to everyone."""
        await in_thread(lambda: self._table.show_view(name))

    async def rename_view(self, name: str, new_name: str) -> None:
        """Give a saved view another name."""
        await in_thread(lambda: self._table.rename_view(name, new_name))

    async def delete_view(self, name: str) -> None:
        """Delete a saved view, for everyone."""
        await in_thread(lambda: self._table.delete_view(name))

    # --- setting it ---

    async def set(
        self,
        *,
        page: int | None = None,
        page_size: int | None = None,
        sort: Any = LEFT,
        filters: Any = LEFT,
        search: Any = LEFT,
    ) -> None:
        """Set one thing or several, for everyone: see :meth:`LiveTable.set`."""
        values = {"sort": sort, "filters": filters, "search": search}
        await in_thread(partial(self._table.set, page=page, page_size=page_size, **values))

    async def append(self, rows: Any) -> None:
        """Put rows at the end of the table, for everyone; as :meth:`LiveTable.append`."""
        await in_thread(lambda: self._table.append(rows))

    async def upload(
        self,
        source: Any,
        *,
        name: str | None = None,
        index: bool | None = None,
        member: str | None = None,
        on_progress: OnBytes | None = None,
        **options: Unpack[ReadKeywords],
    ) -> None:
        """Replace the table, for everyone; as :meth:`LiveTable.upload`, ended by a cancellation.

        ``on_progress`` is called on the thread that sends.
        """
        cancelled = threading.Event()

        def send() -> None:
            self._table.upload(
                source,
                name=name,
                index=index,
                member=member,
                on_progress=on_progress,
                cancelled=cancelled,
                **options,
            )

        try:
            await in_thread(send)
        except asyncio.CancelledError:
            cancelled.set()
            self._table.stop_growing()
            raise

    # --- waiting ---

    async def wait_for_change(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109
        """Wait until something has changed since the last call; whether it has in this time."""
        seen = self._table.seen
        known = await self._wait_until(lambda known: known.position != seen, timeout)
        if known is None:
            return False
        self._table.seen = known.position
        return True

    def changes(self, timeout: float | None = None) -> AsyncIterator[frozenset[str]]:
        """What has changed, each time something has from now on: see :meth:`LiveTable.changes`."""
        return self._changes_since(facts_of(self._table.snapshot), timeout)

    async def _changes_since(
        self,
        before: dict[str, Any],
        timeout: float | None,  # noqa: ASYNC109
    ) -> AsyncIterator[frozenset[str]]:
        while (known := await self._next_after(before, timeout)) is not None:
            now = facts_of(known)
            yield names_of_changes(before, now)
            before = now

    async def _next_after(
        self,
        before: dict[str, Any],
        timeout: float | None,  # noqa: ASYNC109
    ) -> Snapshot | None:
        return await self._wait_until(lambda known: facts_of(known) != before, timeout)

    async def _wait_until(
        self,
        is_so: Callable[[Snapshot], bool],
        timeout: float | None,  # noqa: ASYNC109
    ) -> Snapshot | None:
        """The first state of which something is so; None if there is none in time, and after it.

        Raises that the document is no more.
        """
        try:
            async with asyncio.timeout(timeout):
                while not self._has(is_so):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        known = self._table.snapshot
        if known.status == "closed":
            return None
        if known.status == "gone" and known.problem is not None:
            raise from_code(known.problem.code, known.problem.message)
        return known

    def _has(self, is_so: Callable[[Snapshot], bool]) -> bool:
        known = self._table.snapshot
        is_over = known.status in ("gone", "closed")
        return is_over or (known.position is not None and is_so(known))


class OpeningTable(LiveTable):
    """A :class:`LiveTable` that can also be awaited, where an :class:`AsyncTable` is wanted."""

    def __await__(self) -> Generator[Any, None, AsyncTable]:
        return self._open().__await__()

    async def __aenter__(self) -> AsyncTable:
        return await self._open()

    async def __aexit__(self, *_: object) -> None:
        self.close()

    async def _open(self) -> AsyncTable:
        await in_thread(self.__enter__)
        return AsyncTable(self)


def connect(
    url: str,
    *,
    on_change: Callable[[LiveTable], object] | None = None,
    timeout: float | None = TIMEOUT_SECONDS,
) -> OpeningTable:
    """The document behind a link, without a widget.

    ``with connect(url) as t`` and ``t = connect(url)`` give a :class:`LiveTable`, ``async with
    connect(url) as t`` and ``t = await connect(url)`` an :class:`AsyncTable`.  Where an event loop
    runs, as in a notebook, this returns at once, and what uses it first waits for the relay.
    ``timeout`` is how many seconds each call may wait.

    Raises :class:`BadValue` for what is no link, :class:`NotFound` if the document is no more,
    :class:`Revoked`, and :class:`TimedOut`.
    """
    return OpeningTable(url, on_change=on_change, timeout=timeout, wait=not is_in_loop())


def is_in_loop() -> bool:
    """Whether an event loop runs in this thread, which waiting would hold up."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
