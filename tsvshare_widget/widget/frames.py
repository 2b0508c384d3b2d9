"""Cells as DataFrames; every row of the table is a row of the frame."""

from __future__ import annotations

import csv
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tsvshare_widget.protocol import MAX_COLUMNS, Page

if TYPE_CHECKING:
    import pandas as pd


def column_labels(names: list[str] | None, total: int) -> list[Any]:
    """What the columns of a frame are called: the header, and ``(4)`` for one beyond it.

    Without a header they are numbered from 0.
    """
    if names is None:
        return list(range(total))
    return [*names, *(f"({i + 1})" for i in range(len(names), total))]


def to_frame(
    rows: Iterable[list[str]],
    names: list[str] | None,
    total: int,
    *,
    dtype: Any,
    index: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Rows of cells as a DataFrame of ``total`` columns; without ``index`` they count from 0.

    With ``dtype=str`` the cells stay as they are, and a cell missing from a short row is NA.  Else
    they become text that pandas reads with ``dtype`` (None: it infers types), by its own rules for
    numbers and missing values.
    """
    import pandas as pd

    if dtype is str:
        padded = ([*row, *[None] * (total - len(row))] for row in rows)
        frame = pd.DataFrame(padded, columns=range(total))
    else:
        frame = _read_by_pandas(rows, total, dtype)
    frame.index = pd.RangeIndex(len(frame)) if index is None else pd.Index(index)
    frame.columns = pd.Index(column_labels(names, total))
    return frame


def _read_by_pandas(rows: Iterable[list[str]], total: int, dtype: Any) -> pd.DataFrame:
    import pandas as pd

    if total == 0:
        return pd.DataFrame(index=range(sum(1 for _ in rows)))
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as text:
        # A cell with either sign of the line end in it is quoted, so pandas breaks no row there.
        writer = csv.writer(text, delimiter="\t", lineterminator="\r\n")
        writer.writerows(row or [""] for row in rows)
        text.seek(0)
        return pd.read_csv(
            text,
            sep="\t",
            header=None,
            names=range(total),
            index_col=False,
            dtype=dtype,
            skip_blank_lines=False,
            low_memory=False,
        )


def warn_of_cuts(page: Page) -> None:
    """Warn who takes cells off a page that are not all of the table's, or not whole."""
    total = page.columns.total
    if total > MAX_COLUMNS:
        warnings.warn(
            f"these are the first {MAX_COLUMNS:,} of {total:,} columns; w.df has all of them",
            stacklevel=3,
        )
    if page.cut:
        warnings.warn(
            f"{len(page.cut):,} long cells are cut on this page; w.df has them whole",
            stacklevel=3,
        )
