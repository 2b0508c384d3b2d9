"""What has changed between two moments of a table, by the names that users have for it; pure."""

from __future__ import annotations

from typing import Any

from tsvshare_widget.client import Snapshot


def facts_of(known: Snapshot) -> dict[str, Any]:
    """What everyone sees of a table, by its public names.

    ``table`` is which table it is and how it is read; ``n_total`` grows with it.
    """
    table, view = known.state.table, known.state.view
    return {
        "table": (table.id, table.dialect) if table is not None else None,
        "n_total": table.rows if table is not None else 0,
        "page": view.page,
        "page_size": view.page_size,
        "sort": view.query.sort,
        "filters": view.query.filters,
        "search": view.query.search,
        "heatmap": view.heatmap,
        "n_rows": view.n_rows,
        "n_pages": view.n_pages,
        "viewers": known.viewers,
        "status": (known.status, table.status if table is not None else None),
    }


def names_of_changes(before: dict[str, Any], now: dict[str, Any]) -> frozenset[str]:
    """The names of what is not as it was."""
    return frozenset(name for name, value in now.items() if value != before[name])
