"""What a snapshot says of its table; pure."""

from __future__ import annotations

import msgspec

from tsvshare_widget.client import Snapshot
from tsvshare_widget.document import count_pages
from tsvshare_widget.protocol import TableState
from tsvshare_widget.query import EVERYTHING


def with_rows(known: Snapshot, table: TableState | None) -> Snapshot:
    """``known`` with the rows of a newer ``table``, if it shows an older state of that.

    Of a query it is not known what came of it in the new rows.
    """
    shown, view = known.state.table, known.state.view
    # Not by rows: a new reading of the same bytes may have fewer.
    if table is None or shown is None or shown.id != table.id or shown.bytes >= table.bytes:
        return known
    if view.query == EVERYTHING:
        n_pages = count_pages(table.rows, view.page_size)
        view = msgspec.structs.replace(view, n_rows=table.rows, of_rows=table.rows, n_pages=n_pages)
    state = msgspec.structs.replace(known.state, table=table, view=view)
    return msgspec.structs.replace(known, state=state)


def is_known(known: Snapshot) -> bool:
    """Whether there is a table that is not coming in, or has rows and no end that is known."""
    table = known.state.table
    if table is None or table.status != "receiving":
        return table is not None
    return table.total_bytes is None and table.rows > 0


def is_whole(known: Snapshot) -> bool:
    """Whether no table is coming in."""
    return known.state.table is None or known.state.table.status != "receiving"
