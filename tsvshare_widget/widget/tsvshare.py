"""The live table in a notebook: what users hold."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Unpack

import msgspec

from tsvshare_widget.client import Link, create_document, describe
from tsvshare_widget.document import check_page_size
from tsvshare_widget.errors import BadValue, NotFound
from tsvshare_widget.protocol import MAX_COLUMNS, Settings
from tsvshare_widget.query import EVERYTHING

from .base import TIMEOUT, SharedWidget
from .convert.frames import to_frame, warn_of_cuts
from .convert.profile import ColumnProfile, describe_profile, profiles_frame
from .convert.reading import HowToRead, Reading, read_options
from .convert.reading import describe as describe_reading
from .convert.rows import read_rows
from .convert.selection import fetch_rows, is_scattered
from .convert.sources import Source, is_link, recognise
from .live.opening import choose_relay, percent_bar
from .live.pending import check_right

if TYPE_CHECKING:
    import pandas as pd

REREAD_TIMEOUT = 600.0
"""Seconds that reading a table anew may take."""

PROFILE_TIMEOUT = 120.0
"""Seconds that a column may take to be summarised."""


class TSVShare(SharedWidget):
    """A table in a notebook that everyone with its link sees and turns, live.

    ``source`` is a path, the link of a document, a DataFrame, bytes, an open file, or nothing: then
    a file can be dropped in.  ``relay`` is the address of a relay elsewhere; else the one named by
    ``TSVSHARE_RELAY`` is used, else one embedded in this process.  ``page_size`` is the rows on a
    page, 100 unless told.  ``timeout`` is how many seconds the relay may be silent while the table
    is sent.

    How to read the table is found out, and any of it can be told: ``header`` (whether there is a
    header line, or which line it is), ``quoting`` (``"excel"``, ``"none"``, ``"backslash"``),
    ``delimiter``, ``encoding``, ``comments`` (what such lines start with, or False) and ``skip``
    (lines before the header).  :attr:`reading` says what came of it, :meth:`reread` changes it.

    A local path on the embedded relay is read in the background; everything else is sent before
    this returns.  Raises :class:`~tsvshare_widget.errors.TSVShareError` of one kind or another, and
    ``OSError`` for a path that cannot be read.

    ``page``, ``page_size``, ``sort``, ``filters``, ``search``, ``n_rows`` (of the view),
    ``n_total`` (of the table), ``n_pages``, ``viewers``, ``people``, ``selection`` and ``status``
    are traits.  Assign the first five to change what everyone sees; ``page = -1`` is the end, also
    as it grows; :mod:`.asking` has the forms of the next three.  Nonsense raises at once; what the
    relay refuses later is undone, and raised by what waits next.  Observers hear of what everyone
    shares, once for each change, on a thread of their own.
    """

    def __init__(
        self,
        source: Any = None,
        *,
        name: str | None = None,
        relay: str | None = None,
        page_size: int | None = None,
        timeout: float | None = TIMEOUT,
        **options: Unpack[HowToRead],
    ) -> None:
        how = read_options(options)
        if page_size is not None:
            check_page_size(page_size)
        self._embedded = None
        table: Source | None = None
        if is_link(source):
            _refuse_beside_link({"name": name, "relay": relay, **options})
            self._document = Link.parse(source)
        else:
            if source is not None:
                table = recognise(source, name=name, options=how)
            base, self._embedded = choose_relay(relay)
            self._document = create_document(base, timeout=timeout)
        super().__init__()
        self._connect()
        try:
            self._begin(table, page_size, timeout)
        except BaseException:
            self.close()
            raise

    @classmethod
    def join(cls, url: str, *, timeout: float | None = TIMEOUT) -> TSVShare:
        """Open the document behind a link.  Raises :class:`NotFound` if it is no more."""
        if not is_link(url):
            raise BadValue(f"{url!r} is not a link; one looks like https://host/d/UUID#k=KEY")
        return cls(url, timeout=timeout)

    # --- links and what is known ---

    @property
    def url(self) -> str:
        """The full link, which lets people turn pages and upload, if this widget has the key."""
        return self._document.url

    @property
    def view_url(self) -> str:
        """The link that lets people look."""
        return self._document.view_url

    @property
    def columns(self) -> list[str]:
        """The header of the table; empty without one.  Waits for the table."""
        return list(self._shared.current_header(TIMEOUT).names or [])

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the page everyone is on, exactly as in the file.

        A short row is shorter, a long one longer.  At most 1,000 columns; cells over 10,000
        characters are cut as on the screen: a warning says so, and :attr:`df` has everything.
        Waits for what was set before, and for the page if it is still coming.
        """
        page = self._shared.page(TIMEOUT)
        if page is None:
            return []
        warn_of_cuts(page)
        return page.rows

    @property
    def lines(self) -> list[int]:
        """The lines of the file in which :attr:`rows` start, from 1."""
        page = self._shared.page(TIMEOUT)
        return page.lines if page is not None else []

    @property
    def reading(self) -> Reading | None:
        """How the table was read, what is unusual in it, and why; None without a table.

        Displayed, it is a short report.  Waits until the table has come in full.
        """
        table = self._shared.wait_until_whole(TIMEOUT)
        return describe_reading(table) if table is not None else None

    @property
    def page_df(self) -> pd.DataFrame:
        """The page everyone is on as a DataFrame; its index has the rows' positions in the table.

        Types are inferred from the cells of this page alone, by pandas' rules: ``007`` becomes 7,
        ``NA`` and an empty cell become NaN.  :attr:`rows` has the cells as they are.
        """
        page = self._shared.page(TIMEOUT)
        if page is None:
            return to_frame([], None, 0, dtype=None)
        warn_of_cuts(page)
        total = min(page.columns.total, MAX_COLUMNS)
        index = page.ids or range(page.first_row, page.first_row + len(page.rows))
        return to_frame(page.rows, page.columns.names, total, dtype=None, index=index)

    @property
    def df(self) -> pd.DataFrame:
        """The whole table as a DataFrame, every row of the file a row of it.

        Types are inferred by pandas: ``007`` becomes 7, ``NA`` and an empty cell become NaN.
        ``w.to_pandas(dtype=str)`` keeps every cell as it is in the file.
        """
        return self.to_pandas()

    @property
    def view_df(self) -> pd.DataFrame:
        """The current view as a DataFrame: its rows in its order.  Types as in :attr:`df`."""
        return self.to_pandas(view=True)

    def to_pandas(
        self, *, view: bool = False, dtype: Any = None, timeout: float | None = TIMEOUT
    ) -> pd.DataFrame:
        """The whole table as a DataFrame, every row of the file a row of it, read as it shows.

        With ``view`` only the rows of the current view, in its order.  By default pandas infers
        types from the cells by its rules for numbers and missing values; ``dtype=str`` keeps every
        cell as it is in the file, and any other ``dtype`` is for pandas.  A cell that a short row
        lacks is NA.  Waits until the table has come in full.
        """
        from .convert.whole import download_frame

        table = self._shared.wait_until_whole(timeout)
        if table is None:
            return to_frame([], None, 0, dtype=dtype)
        known = self._shared.wait_for_view(timeout) if view else self._snapshot
        query = known.state.view.query if view else EVERYTHING
        header = self._shared.header(known, timeout)
        return download_frame(self._document, table, header, query, dtype=dtype, timeout=timeout)

    @property
    def selected_df(self) -> pd.DataFrame:
        """The cells marked on a screen of this notebook as a DataFrame, whole.

        Its index has the rows' positions in the table; columns are in the table's order.  Types as
        in :attr:`page_df`.  Empty if nothing is marked.
        """
        known = self._snapshot
        selection, table = self._selected(known), known.state.table
        if table is None or not selection:
            return to_frame([], None, 0, dtype=None)
        header = self._shared.header(known, TIMEOUT)
        columns = sorted(header.position(column) for column in selection.columns)
        if is_scattered(selection.rows):
            from .convert.whole import download_rows

            rows = download_rows(self._document, table, selection.rows, columns, timeout=TIMEOUT)
        else:
            connection = self._shared.connection
            rows = fetch_rows(connection, table.id, selection.rows, columns, TIMEOUT)
        names = [str(header.label(column)) for column in columns]
        return to_frame(rows, names, len(columns), dtype=None, index=selection.rows)

    # --- what is in a column, and who is here ---

    def profile(
        self,
        column: str | int,
        *,
        view: bool = False,
        timeout: float | None = PROFILE_TIMEOUT,
        progress: bool = True,
    ) -> ColumnProfile:
        """What the cells of a column are like: missing, distinct, range, histogram, top values.

        ``column`` is its name or its position from 0; with ``view`` only the rows of the current
        view count.  Displayed, it is a small picture.  Raises :class:`BadValue` for a column that
        is not there.
        """
        header = self._shared.current_header(timeout)
        position = header.position(column)
        known = self._shared.wait_for(lambda known: known.table_id is not None, timeout)
        with percent_bar(f"profile of {column}", is_shown=progress) as show:
            answer = self._shared.connection.profile(
                position,
                table=known.table_id or "",
                query=known.state.view.query if view else EVERYTHING,
                timeout=timeout,
                on_advance=show,
            )
        return describe_profile(answer.profile, header)

    def describe(
        self,
        *,
        view: bool = False,
        timeout: float | None = PROFILE_TIMEOUT,
        progress: bool = True,
    ) -> pd.DataFrame:
        """What all columns are like, as a DataFrame with a row for each.

        It has what :meth:`profile` says, but for the histogram: ``kind``, ``rows``, ``missing``,
        ``empty``, ``na``, ``fitting``, ``distinct``, ``minimum``, ``maximum``, ``mean`` and
        ``median`` (of dates, in ISO 8601); ``top`` is the most frequent cell, and ``freq`` how
        often it is there.  Cells are cut after 200 characters.  With ``view`` only the rows of the
        current view count.  ``timeout`` is for each part of a wide table.
        """
        known = self._shared.wait_for(lambda known: known.table_id is not None, timeout)
        header, table = self._shared.header(known, timeout), known.state.table
        assert table is not None
        with percent_bar("profile of all columns", is_shown=progress) as show:
            profiles = describe(
                self._shared.connection,
                table,
                query=known.state.view.query if view else EVERYTHING,
                timeout=timeout,
                on_advance=show,
            )
        return profiles_frame(profiles, header)

    @property
    def me(self) -> str | None:
        """What the others know you by, if you say so: assign a name, or None."""
        return self._shared.connection.me.name

    @me.setter
    def me(self, name: str | None) -> None:
        connection = self._shared.connection
        connection.introduce(msgspec.structs.replace(connection.me, name=name))

    # --- waiting ---

    def wait(self, timeout: float | None = TIMEOUT) -> TSVShare:
        """Wait until the widget is connected, and what it opens and sets has taken effect.

        Returns itself.  Raises the error of an opening or a setting that failed, and
        :class:`TimedOut` if the relay has nothing to say for ``timeout`` seconds; what it says to
        be working on is waited for.
        """
        self._shared.wait_until_opened(timeout)
        return self

    async def ready(
        self,
        timeout: float | None = TIMEOUT,  # noqa: ASYNC109 - as everywhere in this class
    ) -> TSVShare:
        """:meth:`wait`, for cells that await."""
        return await asyncio.to_thread(self.wait, timeout)

    # --- changing ---

    def upload(
        self,
        source: Any,
        *,
        name: str | None = None,
        timeout: float | None = TIMEOUT,
        progress: bool = True,
        **options: Unpack[HowToRead],
    ) -> None:
        """Replace the table, for everyone; returns when it has been read.

        ``source`` is a path, a DataFrame, bytes or an open file.  ``timeout`` is how many seconds
        the relay may be silent; ``progress`` shows a bar where it takes over a second.  How to read
        it can be told by ``header``, ``quoting``... as for :class:`TSVShare`.
        """
        table = recognise(source, name=name, options=read_options(options))
        self._shared.wait_until_connected(timeout)
        check_right(self._snapshot)
        self._shared.check_size(table.size, table.name)
        self._upload(table, timeout, progress=progress)

    def append(self, rows: Any, *, timeout: float | None = TIMEOUT) -> None:
        """Put rows at the end of the table, for everyone; returns when they are there.

        ``rows`` is a DataFrame, whose columns are matched by name where the table has a header and
        by order where it has none; a list of rows, each a list of cells, or a dictionary with them
        by column; one such dictionary; or text, or bytes, as they would stand in the file.  Open
        last pages, totals and views take them in.  ``timeout`` is how many seconds a relay that
        does not answer is tried again.  Raises :class:`BadValue` for rows that do not fit, and
        :class:`NotYet` while the table is still coming in.
        """
        table = self._snapshot.state.table
        if table is None or table.status == "receiving":
            table = self._shared.wait_until_whole(timeout)
        known = self._snapshot
        check_right(known)
        if table is None:
            raise NotFound("there is no table yet to append to; w.upload(...) brings one")
        more = read_rows(rows, self._shared.header(known, timeout), table)
        if more:
            self._shared.append(more, table.id, timeout)

    def reread(
        self, *, timeout: float | None = REREAD_TIMEOUT, **options: Unpack[HowToRead]
    ) -> None:
        """Read the table anew, for everyone; returns when it shows.

        What is told, by ``header``, ``quoting``... as for :class:`TSVShare`, is all that is told:
        what is left out is found out again, and without any of it everything is.  The file itself
        is never touched.  ``timeout`` is how many seconds all of it may take.  Raises
        :class:`BadValue` or :class:`BadTable` if the table cannot be read like this, and
        :class:`Superseded` if somebody's newer reading took the place of this one.
        """
        how = read_options(options)
        self._shared.wait_until_whole(timeout)
        check_right(self._snapshot)
        self._shared.set_alone(Settings(options=how), timeout)

    def undo(self, *, timeout: float | None = TIMEOUT) -> None:
        """Bring back the table that the last upload replaced, and its view, for everyone.

        A second undo returns to what was shown before the first.  Raises :class:`NotFound` if
        there is nothing to bring back any more: a relay keeps that table for some minutes.
        """
        known = self._shared.wait_for(lambda _: True, timeout)
        check_right(known)
        if known.state.undo is None:
            raise NotFound("there is no earlier table that could be brought back")
        self._shared.set_alone(Settings(undo=known.state.undo.table), timeout)

    def bring(self, *, timeout: float | None = TIMEOUT) -> None:
        """Bring everyone to the shared page, also those who look around by themselves."""
        check_right(self._shared.wait_for(lambda _: True, timeout))
        self._shared.set_alone(Settings(bring=True), timeout)


def _refuse_beside_link(options: dict[str, Any]) -> None:
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise TypeError(f"{given[0]}= goes with a table to open, not with the link of a document")
