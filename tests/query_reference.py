"""What is asked of a table, answered once more: slowly, cell by cell, with Python's own means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tsvshare_widget.query import Filter, Query, Sort
from tsvshare_widget.table.dates import TICKS

NUMBER = re.compile(r" *[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)? *", re.ASCII)
NA_WORDS = {"NA", "NaN", "null", ".", "-", "\\N"}

Cell = str | None

START = datetime(1970, 1, 1, tzinfo=UTC)
DATE = re.compile(
    r"\d{4}(-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?[0-5]\d)?)?)?)?)?",
    re.ASCII,
)


def ticks(cell: str) -> int | None:
    """The ticks of a date, or None."""
    if not DATE.fullmatch(cell):
        return None
    more = re.search(r"[.,]\d{6}(\d)", cell)
    text = cell + {4: "-01-01", 7: "-01"}.get(len(cell), "")
    leap = re.search(r":60(?=[Z+.,-]|$)", text[16:])
    if leap:
        text = text[:16] + ":59" + text[19:]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    passed = (found - START) // timedelta(microseconds=1) * (TICKS // 10**6)
    return passed + (int(more[1]) if more else 0) + (TICKS if leap else 0)


def number(cell: Cell) -> Decimal | None:
    fits = cell is not None and NUMBER.fullmatch(cell)
    return Decimal(cell.strip(" ")) if cell is not None and fits else None


def date(cell: Cell, *, years: bool = True) -> int | None:
    return ticks(cell) if cell is not None and (years or len(cell) > 4) else None


def natural(cell: str) -> list[tuple[str, int]]:
    """Text piece by piece; a run of digits stands where a 0 does, and then counts as a number."""
    pieces = re.findall(r"[0-9]+|[^0-9]", cell)
    return [("0", int(one)) if one[0] in "0123456789" else (one, 0) for one in pieces]


def kind(cells: list[Cell]) -> str:
    some = [cell for cell in cells if cell and cell not in NA_WORDS]
    if all(number(cell) is not None for cell in some):
        return "number"
    return "date" if all(date(cell, years=False) is not None for cell in some) else "text"


def key(cells: list[Cell], by: str) -> list[Any]:
    """What the cells are compared by; None for those that come last."""
    if by == "auto":
        by = kind(cells)
        if by == "date":
            return [date(cell, years=False) for cell in cells]
    how: dict[str, Callable[[Any], Any]] = {
        "number": number,
        "date": date,
        "text": lambda cell: cell or None,
        "caseless": lambda cell: cell.casefold() if cell else None,
        "natural": lambda cell: natural(cell) if cell else None,
    }
    return [how[by](cell) for cell in cells]


def sorted_rows(rows: list[int], columns: Callable[[int], list[Cell]], sort: Sort) -> list[int]:
    keys = key(columns(sort.column), sort.by)
    fitting = [row for row in rows if keys[row] is not None]
    fitting.sort(key=lambda row: keys[row], reverse=sort.direction == "desc")
    return fitting + [row for row in rows if keys[row] is None]


def passes(cell: Cell, wanted: Filter) -> bool:
    value, op = wanted.value, wanted.op
    if op == "missing":
        return cell is None
    if op == "present":
        return cell is not None
    if op == "!=":
        return not _compares(cell, wanted, value, "==")
    if cell is None:
        return False
    if isinstance(value, tuple):
        return any(_compares(cell, wanted, one, "==") for one in value)
    if op in ("==", "<", "<=", ">", ">="):
        return _compares(cell, wanted, value, op)
    assert isinstance(value, str)
    if op == "matches":
        return re.search(value, cell, re.IGNORECASE if wanted.caseless else 0) is not None
    if wanted.caseless:
        cell, value = cell.casefold(), value.casefold()
    tests = {"contains": value in cell, "startswith": cell.startswith(value)}
    return tests.get(op, cell.endswith(value))


def _compares(cell: Cell, wanted: Filter, value: Any, op: str) -> bool:
    left: Any
    right: Any
    if wanted.by == "date":
        left, right = date(cell), date(str(value))
    elif wanted.by == "number" or not isinstance(value, str):
        left, right = number(cell), Decimal(str(value))
    elif wanted.caseless and cell is not None:
        left, right = cell.casefold(), value.casefold()
    else:
        left, right = cell, value
    if left is None:
        return False
    return {
        "==": left == right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[op]


def view(table: list[list[str]], query: Query) -> list[int]:
    """The rows of a view, in its order."""

    def column(number: int) -> list[Cell]:
        return [row[number] if number < len(row) else None for row in table]

    rows = list(range(len(table)))
    for wanted in query.filters:
        cells = column(wanted.column)
        rows = [row for row in rows if passes(cells[row], wanted)]
    if query.search:
        text = query.search.casefold()
        rows = [row for row in rows if any(text in cell.casefold() for cell in table[row])]
    for sort in reversed(query.sort):
        rows = sorted_rows(rows, column, sort)
    return rows
