"""Groups of rows: what is asked for in Python, and the DataFrame that it comes as; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsvshare_widget.errors import BadValue
from tsvshare_widget.query import Groups, check_grouping

from .header import Header

if TYPE_CHECKING:
    import pandas as pd

FIGURES = ("sum", "mean", "median")
"""What can be asked of the numbers of a group, beside how many rows it has."""

Wanted = list[tuple[str, int]]
"""Figures, each of a column."""


def read_by(by: Any, header: Header) -> tuple[int, ...]:
    """The columns that rows are grouped by.  Raises :class:`BadValue`."""
    columns = by if isinstance(by, (list, tuple)) else [by]
    found = tuple(header.position(column) for column in columns)
    check_grouping(found, None, header.total)
    return found


def read_figures(figures: dict[str, Any], header: Header) -> Wanted:
    """The figures that are wanted, as ``{"mean": column}`` or ``{"mean": [columns]}``."""
    wanted: Wanted = []
    for name, columns in figures.items():
        if columns is None:
            continue
        if name not in FIGURES:
            raise BadValue(f"a figure is one of {', '.join(FIGURES)}, not {name!r}")
        some = columns if isinstance(columns, (list, tuple)) else [columns]
        wanted.extend((name, header.position(column)) for column in some)
    return wanted


def groups_frame(
    by: tuple[int, ...], wanted: Wanted, found: dict[int | None, Groups], header: Header
) -> pd.DataFrame:
    """Groups as a DataFrame with a row for each, the largest first.

    ``found`` are the answers by the column whose numbers they add up.
    """
    import pandas as pd

    first = next(iter(found.values()))
    rows: dict[str, list[Any]] = {
        str(header.label(column)): [group.cells[place] for group in first.groups]
        for place, column in enumerate(by)
    }
    rows["count"] = [group.count for group in first.groups]
    for name, column in wanted:
        groups = {tuple(group.cells): group for group in found[column].groups}
        numbers = [getattr(groups.get(tuple(one.cells)), name, None) for one in first.groups]
        rows[f"{header.label(column)}_{name}"] = [
            float("nan") if number is None else number for number in numbers
        ]
    frame = pd.DataFrame(rows)
    frame.attrs["groups"] = first.total
    return frame
