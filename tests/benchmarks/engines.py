"""What people ask of a table, asked of other engines: from the file to the first page, loading it.

Each is a function from a file and a question to the rows of the first page.  They read T5, which is
ragged and quoted, as well as they can; one that cannot read a table raises.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

PAGE = 100
WINDOW = 100
"""Rows and columns of a page."""


class Question(NamedTuple):
    """``sort`` by a column, or find ``text`` or numbers ``above`` in one; in all without one."""

    column: str | None
    sort: bool = False
    number: bool = False
    text: str = ""
    above: float = 0


QUOTED = {"T5"}


def _page(rows: Any) -> list[tuple[Any, ...]]:
    return [tuple(row)[:WINDOW] for row in rows]


def polars(path: Path, asked: Question) -> list[tuple[Any, ...]]:
    import polars as pl

    column = asked.column or ""
    frame = pl.read_csv(
        path,
        separator="\t",
        quote_char='"' if path.stem in QUOTED else None,
        null_values=["NA", ""],
        infer_schema_length=10_000,
        truncate_ragged_lines=False,
    )
    if asked.sort:
        by = column if asked.number else pl.col(column).cast(pl.String)
        found = frame.sort(by, nulls_last=True, maintain_order=True)
    elif asked.column is None:
        every = [pl.col(name).cast(pl.String) for name in frame.columns]
        contains = [one.str.contains("(?i)" + asked.text).fill_null(False) for one in every]
        found = frame.filter(pl.any_horizontal(contains))
    elif asked.text:
        found = frame.filter(pl.col(column).str.contains(asked.text, literal=True))
    else:
        found = frame.filter(pl.col(column) > asked.above)
    return _page(found.head(PAGE)[:, :WINDOW].rows())


def duckdb(path: Path, asked: Question) -> list[tuple[Any, ...]]:
    import duckdb

    connection = duckdb.connect()
    _load_duckdb(connection, path)
    column = f'"{asked.column}"'
    if asked.sort:
        where, order = "true", (column if asked.number else f"{column}::varchar") + " nulls last,"
    elif asked.column is None:
        names = [row[0] for row in connection.execute("describe t").fetchall()]
        joined = ", ".join(f'"{name}"' for name in names)
        where, order = f"concat_ws('\t', {joined}) ilike '%{asked.text}%'", ""
    elif asked.text:
        where, order = f"contains({column}, '{asked.text}')", ""
    else:
        where, order = f"{column} > {asked.above}", ""
    # all of the view, as we know it too, not only its first page
    connection.execute(
        f"create table v as select t.rowid r from t where {where} order by {order} rowid"
    )
    first = "select r from v order by rowid limit 100"
    numbers = [row[0] for row in connection.execute(first).fetchall()]
    listed = ", ".join(map(str, numbers)) or "null"
    rows = connection.execute(f"select rowid, * from t where rowid in ({listed})").fetchall()
    by_number = {row[0]: row[1:] for row in rows}
    return _page(by_number[number] for number in numbers)


def summarize(path: Path) -> int:
    """DuckDB's summary of all columns, loading included."""
    import duckdb

    connection = duckdb.connect()
    _load_duckdb(connection, path)
    return len(connection.execute("summarize t").fetchall())


def _load_duckdb(connection: Any, path: Path) -> None:
    if path.stem in QUOTED:
        how = "parallel=false, null_padding=true, quote='\"', strict_mode=false"
    else:
        how = "quote='', escape=''"
    connection.execute("set preserve_insertion_order = true")
    connection.execute(
        f"create table t as select * from read_csv('{path}', delim='\t', header=true, "
        f"nullstr=['NA', ''], max_line_size=10000000, {how})"
    )


def pandas(path: Path, asked: Question) -> list[tuple[Any, ...]]:
    import pandas as pd

    frame = pd.read_csv(
        path, sep="\t", quoting=0 if path.stem in QUOTED else 3, keep_default_na=True
    )
    column = asked.column or ""
    if asked.sort:
        key = None if asked.number else lambda series: series.astype(str)
        found = frame.sort_values(column, kind="stable", na_position="last", key=key)
    elif asked.column is None:
        hits = [
            frame[name].astype(str).str.contains(asked.text, case=False, regex=False)
            for name in frame.columns
        ]
        found = frame[pd.concat(hits, axis=1).any(axis=1)]
    elif asked.text:
        found = frame[frame[column].str.contains(asked.text, regex=False, na=False)]
    else:
        found = frame[frame[column] > asked.above]
    return _page(found.head(PAGE).iloc[:, :WINDOW].itertuples(index=False))


ENGINES: dict[str, Callable[[Path, Question], list[tuple[Any, ...]]]] = {
    "polars": polars,
    "duckdb": duckdb,
    "pandas": pandas,
}

MODULES = {"polars": "polars", "duckdb": "duckdb", "pandas": "pandas", "summarize": "duckdb"}
