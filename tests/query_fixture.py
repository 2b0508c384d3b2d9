"""Tables for the tests of what is asked of them, and their cells read the slow way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from tsvshare_widget.table import Table, Told
from tsvshare_widget.table.columns import Column

EVERYTHING = 10**9

DIALECTS = {
    "none": Told(quoting="none"),
    "careful": Told(quoting="excel", strict=False),
    "strict": Told(quoting="excel", strict=True),
    "backslash": Told(quoting="backslash"),
    "comma": Told(quoting="excel", strict=False, delimiter=","),
    "wrapped": Told(quoting="none", delimiter="\t|\t"),
    "mixed": Told(quoting="excel", strict=False, line_ends="mixed"),
    "cr": Told(quoting="none", line_ends="cr"),
    "comments": Told(quoting="excel", strict=False, comments=("#",)),
}


def told(dialect: str, *, header: bool = False) -> Told:
    """A reading of which nothing is left to be found out."""
    chosen = DIALECTS[dialect]
    return Told(
        encoding="utf-8",
        line_ends=chosen.line_ends or "lf",
        delimiter=chosen.delimiter or "\t",
        quoting=chosen.quoting,
        strict=chosen.strict or False,
        header=header,
        comments=chosen.comments or False,
        format="",
    )


def fill(folder: Path, data: bytes, dialect: str = "careful", *, header: bool = False) -> Table:
    """A finished table in a new folder inside ``folder``."""
    table = Table.create(
        folder / f"table{len(list(folder.iterdir()))}", told=told(dialect, header=header)
    )
    table.feed(data)
    table.finish()
    return table


def cells_of(table: Table) -> list[list[str]]:
    """All cells, through pages."""
    return table.rows(0, EVERYTHING, 0, EVERYTHING, EVERYTHING).cells


def column_of(table: Table, number: int) -> list[str | None]:
    """A column of them; None where a row has no such cell."""
    return [row[number] if number < len(row) else None for row in cells_of(table)]


marks = st.sampled_from(
    [b'"', b'""', b'"a"', b"\\", b"\\\\", b"\t", b",", b"\t|", b"|\t", b"\n", b"\r", b"\r\n", b"#"]
)
texts = st.sampled_from(
    [b"a", b"bcd", b"7", "é".encode(), "東".encode(), b"\xff", b"\xc3", b" ", b"\0x", b"\\N"]
)
any_bytes = st.lists(marks | texts, max_size=40).map(b"".join)
"""Bytes with everything that separates cells, quotes and escapes, well formed or not."""


def as_column(cells: list[str | None]) -> Column:
    """These cells as those of a column; None is a missing one."""
    missing = np.array([cell is None for cell in cells], np.bool_)
    return Column.of([(cell or "").encode() for cell in cells], missing)
