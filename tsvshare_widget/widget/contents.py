"""What is in the shared table, as users read it: rows, DataFrames, profiles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsvshare_widget.client import describe_columns
from tsvshare_widget.errors import NotYet
from tsvshare_widget.protocol import MAX_COLUMNS
from tsvshare_widget.query import EVERYTHING

from .base import SharedWidget
from .convert.frames import NO_RULES, pandas_rules, to_frame, warn_of_cuts, warn_of_end
from .convert.libraries import to_arrow, to_polars
from .convert.profile import ColumnProfile, describe_profile, profiles_frame
from .convert.reading import Reading, describe_reading
from .convert.selection import fetch_rows, is_scattered
from .familiar import Familiar
from .live.asking import find_in, group_rows, query_asked
from .live.progress_bars import fraction_bar
from .live.shared_table import TIMEOUT_SECONDS
from .saved_views import SavedViews

if TYPE_CHECKING:
    import pandas as pd

PROFILE_TIMEOUT_SECONDS = 120.0
"""Seconds that a column may take to be summarised."""


class TableContents(Familiar, SavedViews, SharedWidget):
    """The part of :class:`TSVShare` that reads the table, and changes nothing."""

    _LISTED = ("observe", "unobserve", "unobserve_all", "layout")

    @property
    def columns(self) -> list[str]:
        """The header of the table; empty without one.  Waits for the table."""
        return list(self._shared.current_header(TIMEOUT_SECONDS).names or [])

    @property
    def rows(self) -> list[list[str]]:
        """The cells of the page everyone is on, exactly as in the file.

        A short row is shorter, a long one longer.  At most 1,000 columns; cells over 10,000
        characters are cut as on the screen: a warning says so, and :attr:`df` has everything.
        Waits for what was set before, and for the page if it is still coming.
        """
        page = self._shared.page(TIMEOUT_SECONDS)
        if page is None:
            return []
        warn_of_cuts(page)
        return page.rows

    @property
    def lines(self) -> list[int]:
        """The lines of the file in which :attr:`rows` start, from 1."""
        page = self._shared.page(TIMEOUT_SECONDS)
        return page.lines if page is not None else []

    @property
    def reading(self) -> Reading | None:
        """How the table was read, what is unusual in it, and why; None without a table.

        Displayed, it is a short report.  Waits until the table has come in full.
        """
        table = self._shared.wait_until_whole(TIMEOUT_SECONDS)
        return describe_reading(table) if table is not None else None

    @property
    def page_df(self) -> pd.DataFrame:
        """The page everyone is on as a DataFrame; its index has the rows' positions in the table.

        Types are inferred from the cells of this page alone, by pandas' rules: ``007`` becomes 7,
        ``NA`` and an empty cell become NaN.  :attr:`rows` has the cells as they are.
        """
        page = self._shared.page(TIMEOUT_SECONDS)
        if page is None:
            return to_frame([], None, 0, dtype=None)
        warn_of_cuts(page)
        total = min(page.columns.total, MAX_COLUMNS)
        index = page.ids or range(page.first_row, page.first_row + len(page.rows))
        table, names = self._snapshot.state.table, page.columns.names
        rules = NO_RULES if table is None else pandas_rules(table.dialect, names, range(total))
        return to_frame(page.rows, names, total, dtype=None, index=index, rules=rules)

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

    def to_arrow(self, *, view: bool = False, dtype: Any = None) -> Any:
        """The whole table, or the view, as a pyarrow Table, read as by :meth:`to_pandas`.

        Raises :class:`BadValue` where pyarrow is not installed.
        """
        return to_arrow(self.to_pandas(view=view, dtype=dtype))

    def to_polars(self, *, view: bool = False, dtype: Any = None) -> Any:
        """The whole table, or the view, as a polars DataFrame, read as by :meth:`to_pandas`.

        Raises :class:`BadValue` where polars or pyarrow is not installed.
        """
        return to_polars(self.to_pandas(view=view, dtype=dtype))

    def to_dask(
        self,
        *,
        view: bool = True,
        folder: str | os.PathLike[str] | None = None,
        timeout: float | None = TIMEOUT_SECONDS,
    ) -> Any:
        """The current view, or the whole table, as a DataFrame of Dask, in its order.

        All columns are of text, every cell as it is in the file, as ``w.to_pandas(dtype=str)`` has
        them: what a column is of, one partition does not tell.  The rows are copied into ``folder``
        (by default a temporary one) and read from there, a partition when it is needed; workers on
        other computers need one that all of them have.  The copy goes with the DataFrame.

        Raises :class:`BadValue` where ``dask[dataframe]`` is not installed.
        """
        from .convert.partitions import to_dask

        table = self._shared.wait_until_whole(timeout)
        if table is None:
            raise NotYet("there is no table yet that could become a DataFrame of Dask")
        warn_of_end(table)
        known = self._shared.wait_for_view(timeout) if view else self._snapshot
        query = known.state.view.query if view else EVERYTHING
        header = self._shared.header(known, timeout)
        where = None if folder is None else Path(folder)
        return to_dask(self._document, table, header, query, folder=where, timeout=timeout)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The whole table for libraries that take an Arrow stream; needs pyarrow."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_pandas(
        self, *, view: bool = False, dtype: Any = None, timeout: float | None = TIMEOUT_SECONDS
    ) -> pd.DataFrame:
        """The whole table as a DataFrame, every row of the file a row of it, read as it shows.

        With ``view`` only the rows of the current view, in its order.  By default pandas infers
        types from the cells by its rules for numbers and missing values; ``dtype=str`` keeps every
        cell as it is in the file, and any other ``dtype`` is for pandas, such as ``{"id": str}``
        for the columns that are named so (or meant by position).  A cell that a short row lacks is
        NA.  Waits until the table has come in full; warns if that is not all of the file.
        """
        from .convert.whole import download_frame

        table = self._shared.wait_until_whole(timeout)
        if table is None:
            return to_frame([], None, 0, dtype=dtype)
        warn_of_end(table)
        known = self._shared.wait_for_view(timeout) if view else self._snapshot
        query = known.state.view.query if view else EVERYTHING
        header = self._shared.header(known, timeout)
        return download_frame(self._document, table, header, query, dtype=dtype, timeout=timeout)

    @property
    def selected_df(self) -> pd.DataFrame:
        """The cells selected in a view of this notebook as a DataFrame, whole.

        Its index has the rows' positions in the table; columns are in the table's order.  Types as
        in :attr:`page_df`.  Empty if nothing is selected.
        """
        known = self._snapshot
        selection, table = self._selection_in(known), known.state.table
        if table is None or not selection:
            return to_frame([], None, 0, dtype=None)
        header = self._shared.header(known, TIMEOUT_SECONDS)
        columns = sorted(header.position(column) for column in selection.columns)
        if is_scattered(selection.rows):
            from .convert.whole import download_rows

            rows = download_rows(
                self._document, table, selection.rows, columns, timeout=TIMEOUT_SECONDS
            )
        else:
            connection = self._shared.connection
            rows = fetch_rows(connection, table.id, selection.rows, columns, TIMEOUT_SECONDS)
        names = [str(header.label(column)) for column in columns]
        rules, index = pandas_rules(table.dialect, header.names, columns), selection.rows
        return to_frame(rows, names, len(columns), dtype=None, index=index, rules=rules)

    def find(
        self,
        text: str,
        *,
        view: bool = False,
        limit: int = 1000,
        timeout: float | None = PROFILE_TIMEOUT_SECONDS,
    ) -> pd.DataFrame:
        """The rows of the table with ``text`` in any cell, in any case, as a DataFrame of text.

        Nothing is filtered and no page is turned; for that there is :attr:`search`.  With ``view``
        only the rows of the current view are looked through, in its order.  The index has the rows'
        positions in the table.  Of more than ``limit`` rows the first are given, with a
        warning that says how many there are.
        """
        return find_in(self._shared, text, view=view, limit=limit, timeout=timeout)

    # --- profiles ---

    def profile(
        self,
        column: str | int,
        *,
        view: bool = False,
        timeout: float | None = PROFILE_TIMEOUT_SECONDS,
        progress: bool = True,
    ) -> ColumnProfile:
        """What the cells of a column are like: missing, distinct, range, histogram, top values.

        ``column`` is its name or its position from 0; with ``view`` only the rows of the current
        view count.  Displayed, it is a small picture.  Raises :class:`BadValue` for a column that
        is not there.
        """
        known = self._shared.wait_until_known(timeout)
        header = self._shared.header(known, timeout)
        position = header.position(column)
        with fraction_bar(f"profile of {column}", is_shown=progress) as update:
            answer = self._shared.connection.profile(
                position,
                table=known.table_id or "",
                query=query_asked(known, view),
                timeout=timeout,
                on_fraction=update,
            )
        return describe_profile(answer.profile, header)

    def group_by(
        self,
        by: str | int | list[str | int],
        *,
        sum: Any = None,
        mean: Any = None,
        median: Any = None,
        view: bool = False,
        timeout: float | None = PROFILE_TIMEOUT_SECONDS,
        progress: bool = True,
    ) -> pd.DataFrame:
        """Rows put together by the cells of one or two columns, as a DataFrame, largest first.

        ``w.group_by("chrom", mean="score")`` has the columns ``chrom``, ``count`` and
        ``score_mean``; ``sum``, ``mean`` and ``median`` take a column or a list of them, whose
        cells that are no numbers do not count.  Cells by which rows are grouped are texts, None
        where they are missing.  With ``view`` only the rows of the current view count.  Up to 1,000
        groups are given; ``.attrs["groups"]`` says how many there are.  Raises :class:`BadValue`.
        """
        figures = {"sum": sum, "mean": mean, "median": median}
        with fraction_bar(f"groups by {by}", is_shown=progress) as update:
            return group_rows(
                self._shared, by, figures, view=view, timeout=timeout, on_fraction=update
            )

    def describe(
        self,
        *,
        view: bool = False,
        timeout: float | None = PROFILE_TIMEOUT_SECONDS,
        progress: bool = True,
    ) -> pd.DataFrame:
        """What all columns are like, as a DataFrame with a row for each.

        It has what :meth:`profile` says, but for the histogram: ``kind``, ``rows``, ``missing``,
        ``empty``, ``na``, ``fitting``, ``distinct``, ``minimum``, ``maximum``, ``mean`` and
        ``median`` (of dates, in ISO 8601); ``top`` is the most frequent cell, and ``freq`` how
        often it is there.  Cells are cut after 200 characters.  With ``view`` only the rows of the
        current view count.  ``timeout`` is for each part of a wide table.
        """
        known = self._shared.wait_until_known(timeout)
        header, table = self._shared.header(known, timeout), known.state.table
        assert table is not None
        with fraction_bar("profile of all columns", is_shown=progress) as update:
            profiles = describe_columns(
                self._shared.connection,
                table,
                query=query_asked(known, view),
                timeout=timeout,
                on_fraction=update,
            )
        return profiles_frame(profiles, header)
