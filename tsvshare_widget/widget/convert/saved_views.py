"""Saved views as people read them, and as they can be asked of the table that there is; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from tsvshare_widget.query import Filter, Query, SavedView, Sort

from .header import Header
from .query import write_filters, write_search, write_sort

PartT = TypeVar("PartT", Sort, Filter)


@dataclass(frozen=True)
class SavedHeader(Header):
    """The names that a saved view knows, of the table that it was saved of."""

    known: Mapping[int, str] = field(default_factory=dict)

    def label(self, position: int) -> str | int:
        """How a column is shown: by its name if it is the only one of it, else by its position."""
        name = self.known.get(position)
        return position if name is None or list(self.known.values()).count(name) > 1 else name


def write_view(view: SavedView) -> dict[str, Any]:
    """What a view asks, in the forms in which it is set."""
    known = dict(view.names)
    header = SavedHeader(None, 1 + max(columns_of(view.query), default=-1), known=known)
    return {
        "sort": write_sort(view.query.sort, header),
        "filters": write_filters(view.query.filters, header),
        "search": write_search(view.query.search, header),
    }


def columns_of(query: Query) -> list[int]:
    """The columns that a query is about, each once."""
    parts: Iterable[Sort | Filter] = (*query.sort, *query.filters)
    return list(dict.fromkeys(part.column for part in parts))


def names_in(query: Query, header: Header) -> tuple[tuple[int, str], ...]:
    """The columns that a query is about, with the names that they have."""
    names = header.names or []
    return tuple((column, names[column]) for column in columns_of(query) if column < len(names))


def resolve_view(view: SavedView, header: Header) -> tuple[Query, list[str]]:
    """What can be asked of the table of ``header``, and the names of columns that it lacks.

    A column is the one at its place if that has its name, else the only one of that name.  The
    front end does the same: ``resolveColumns`` in js/src/view/view-link.ts.
    """
    known = dict(view.names)
    places: dict[int, int] = {}
    lost = []
    for column in columns_of(view.query):
        place = _place_of(column, known.get(column), header)
        if place is None:
            lost.append(known.get(column, f"column {column + 1}"))
        else:
            places[column] = place
    query = Query(
        sort=tuple(_moved(key, places) for key in view.query.sort if key.column in places),
        filters=tuple(_moved(one, places) for one in view.query.filters if one.column in places),
        search=view.query.search,
    )
    return query, lost


def _place_of(column: int, name: str | None, header: Header) -> int | None:
    if name is None:
        return column if column < header.total else None
    same = [place for place, other in enumerate(header.names or []) if other == name]
    if column in same:
        return column
    return same[0] if len(same) == 1 else None


def _moved(part: PartT, places: Mapping[int, int]) -> PartT:
    return msgspec.structs.replace(part, column=places[part.column])
