"""Cells as DataFrames; every row of the table is a row of the frame."""

from __future__ import annotations

import csv
import functools
import itertools
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

from tsvshare_widget.protocol import MAX_COLUMNS, Page, TableState
from tsvshare_widget.read_options import Dialect, column_type, missing_words

from .header import Header

if TYPE_CHECKING:
    import pandas as pd


PANDAS_WORDS = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
"""What pandas takes for missing by itself."""


class PandasRules(NamedTuple):
    """What is told of columns, for pandas: their words for missing, by place, and which are text.

    ``words`` None: nothing is told, so that pandas has its own.
    """

    words: dict[int, list[str]] | None = None
    text: tuple[int, ...] = ()


NO_RULES = PandasRules()


def pandas_rules(
    dialect: Dialect, names: Sequence[str] | None, columns: Sequence[int]
) -> PandasRules:
    """What is told of these columns of a table, whose columns have the ``names``, if any."""
    text = [place for place, column in enumerate(columns) if column_type(dialect, column) == "text"]
    if dialect.missing is None and not dialect.missing_in:
        return PandasRules(text=tuple(text))
    words = {}
    for place, column in enumerate(columns):
        name = names[column] if names is not None and column < len(names) else None
        told = missing_words(dialect, column, name)
        words[place] = list(PANDAS_WORDS if told is None else _any_case(told))
    return PandasRules(words, tuple(text))


def _any_case(words: tuple[str, ...]) -> set[str]:
    return {"", *words, *map(str.lower, words), *map(str.upper, words)}


def column_labels(names: list[str] | None, total: int) -> list[Any]:
    """What the columns of a frame are called: the header, and ``(4)`` for one beyond it.

    Without a header they are numbered from 0.
    """
    if names is None:
        return list(range(total))
    return [*names, *(f"({i + 1})" for i in range(len(names), total))]


def dtype_by_position(dtype: Any, header: Header) -> Any:
    """``dtype`` as pandas takes it of columns without names: a mapping has their positions.

    Columns are meant by name, as the frame has it, or by position.  Raises :class:`BadValue` for
    one that is not there.
    """
    if not isinstance(dtype, Mapping):
        return dtype
    beyond = {f"({i + 1})": i for i in range(len(header.names or ()), header.total)}
    found = {
        beyond[column]
        if column in beyond and column not in (header.names or ())
        else header.position(column): kind
        for column, kind in dtype.items()
    }
    if isinstance(dtype, defaultdict) and dtype.default_factory is not None:
        return {i: dtype.default_factory() for i in range(header.total)} | found
    return found


def to_frame(
    rows: Iterable[list[str]],
    names: list[str] | None,
    total: int,
    *,
    dtype: Any,
    index: Sequence[int] | None = None,
    rules: PandasRules = NO_RULES,
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
        frame = _read_by_pandas(rows, total, dtype, rules)
    frame.index = pd.RangeIndex(len(frame)) if index is None else pd.Index(index)
    frame.columns = pd.Index(column_labels(names, total))
    return frame


def _read_by_pandas(
    rows: Iterable[list[str]], total: int, dtype: Any, rules: PandasRules
) -> pd.DataFrame:
    import pandas as pd

    if total == 0:
        return pd.DataFrame(index=range(sum(1 for _ in rows)))
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as text:
        # A cell with either sign of the line end in it is quoted, so pandas breaks no row there;
        # and one at the start, where what looks like a byte order mark would be taken for one.
        lines = (row or [""] for row in rows)
        write = functools.partial(csv.writer, text, delimiter="\t", lineterminator="\r\n")
        write(quoting=csv.QUOTE_ALL).writerows(itertools.islice(lines, 1))
        write(quoting=csv.QUOTE_MINIMAL).writerows(lines)
        text.seek(0)
        return _read_csv(text, total, dtype, rules)


def read_text(
    text: IO[bytes],
    header: Header,
    *,
    dtype: Any,
    skip: int,
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL,
    rules: PandasRules = NO_RULES,
) -> pd.DataFrame:
    """Text with tabs between cells as a DataFrame; its first ``skip`` rows are left out."""
    import pandas as pd

    if header.total == 0:
        return to_frame([], None, 0, dtype=dtype)
    options = {"skiprows": skip, "quoting": quoting, "lineterminator": "\n"}
    try:
        frame = _read_csv(text, header.total, dtype, rules, **options)
    except pd.errors.EmptyDataError:
        return to_frame([], header.names, header.total, dtype=dtype)
    frame.columns = pd.Index(column_labels(header.names, header.total))
    return frame


def _read_csv(
    text: IO[Any], total: int, dtype: Any, rules: PandasRules, **options: Any
) -> pd.DataFrame:
    import pandas as pd

    if rules.words is not None:
        options |= {"na_values": rules.words, "keep_default_na": False}
    if rules.text and (dtype is None or isinstance(dtype, Mapping)):
        dtype = dict.fromkeys(rules.text, str) | dict(dtype or {})
    if pd.__version__.startswith("2."):  # later ones read numbers exactly by themselves
        options["float_precision"] = "round_trip"
    frame: pd.DataFrame = pd.read_csv(
        text,
        sep="\t",
        header=None,
        names=range(total),
        index_col=False,
        dtype=dtype,
        skip_blank_lines=False,
        low_memory=False,
        **options,
    )
    return frame


def warn_of_end(table: TableState) -> None:
    """Warn who takes all of a table that is not all of its file."""
    if table.status == "incomplete":
        why = f": {table.problem.message}" if table.problem is not None else ""
        warnings.warn(
            f"{table.name} is incomplete, so this is what came of it ({table.rows:,} rows){why}",
            stacklevel=3,
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
