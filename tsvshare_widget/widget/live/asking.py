"""Questions to a shared table whose answers are DataFrames: what is found, groups of rows."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from tsvshare_widget.client import Snapshot
from tsvshare_widget.client.in_flight import OnFraction
from tsvshare_widget.query import EVERYTHING, Query
from tsvshare_widget.widget.convert.finding import TextAsked, find_text
from tsvshare_widget.widget.convert.frames import to_frame
from tsvshare_widget.widget.convert.groups import groups_frame, read_by, read_figures

from .shared_table import SharedTable

if TYPE_CHECKING:
    import pandas as pd


def query_asked(known: Snapshot, view: bool) -> Query:
    """What a question is about: the rows of the view everyone sees, or all of the table."""
    return known.state.view.query if view else EVERYTHING


def find_in(
    shared: SharedTable, text: str, *, view: bool, limit: int, timeout: float | None
) -> pd.DataFrame:
    """The rows that hold a text, as :meth:`.TableContents.find` gives them."""
    known = shared.wait_until_known(timeout)
    header = shared.header(known, timeout)
    query = query_asked(known, view)
    table = known.table_id or ""
    asked = TextAsked(table, text, query, header.total, limit, timeout)
    found = find_text(shared.connection, asked)
    if found.total > len(found.ids):
        warnings.warn(
            f"{found.total:,} rows hold {text!r}, and the first {len(found.ids):,} are here; "
            "find(..., limit=...) gives more",
            stacklevel=3,
        )
    names = [str(header.label(column)) for column in range(header.total)]
    return to_frame(found.rows, names, header.total, dtype=str, index=found.ids)


def group_rows(
    shared: SharedTable,
    by: str | int | list[str | int],
    figures: dict[str, Any],
    *,
    view: bool,
    timeout: float | None,
    on_fraction: OnFraction | None = None,
) -> pd.DataFrame:
    """Groups of rows, as :meth:`.TableContents.group_by` gives them."""
    known = shared.wait_until_known(timeout)
    header = shared.header(known, timeout)
    columns = read_by(by, header)
    wanted = read_figures(figures, header)
    found = {}
    for value in dict.fromkeys(column for _, column in wanted) or (None,):
        answer = shared.connection.groups(
            columns,
            value,
            table=known.table_id or "",
            query=query_asked(known, view),
            timeout=timeout,
            on_fraction=on_fraction,
        )
        found[value] = answer.groups
    return groups_frame(columns, wanted, found, header)
