"""Excel workbooks: the rows of a sheet; where openpyxl is installed."""

from __future__ import annotations

import contextlib
import datetime
import warnings
from collections.abc import Callable, Iterator
from typing import IO, Any

from tsvshare_widget.errors import BadTable, BadValue, TSVShareError

from .cells import in_batches, write_cell
from .libraries import load

Opener = Callable[[], IO[bytes]]


def read_workbook(open: Opener, sheet: str | None) -> Iterator[list[list[str]]]:
    """The rows of a sheet, by default the first, as far as there is something in them.

    Of formulas there is what they came to when it was saved.  A warning names the other sheets if
    none was chosen.  Raises :class:`BadValue` for a sheet that is not there, or where openpyxl is
    not installed, and :class:`BadTable` for what is broken, also later.
    """
    openpyxl = load("openpyxl", "an Excel file")
    with _opened(openpyxl, open) as book:
        names = [one.title for one in book.worksheets]
    if not names:
        raise BadTable("there is no sheet with cells in this Excel file")
    if sheet is None and len(names) > 1:
        others = ", ".join(map(repr, names[1:20]))
        said = f"this is the sheet {names[0]!r}; FILE!{names[1]} or member= chooses {others}"
        warnings.warn(said, stacklevel=5)
    if sheet is not None and sheet not in names:
        raise BadValue(f"there is no sheet {sheet!r}; there are {', '.join(map(repr, names))}")
    return _batches(openpyxl, open, sheet or names[0])


@contextlib.contextmanager
def _opened(openpyxl: Any, open: Opener) -> Iterator[Any]:
    with open() as file:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what else is in it, such as rules for input
                book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            with contextlib.closing(book):
                yield book
        except (TSVShareError, GeneratorExit, MemoryError):
            raise
        except Exception as error:  # of openpyxl, by what it finds
            raise BadTable(f"this Excel file cannot be read: {error}") from error


def _batches(openpyxl: Any, open: Opener, sheet: str) -> Iterator[list[list[str]]]:
    with _opened(openpyxl, open) as book:
        rows = book[sheet].iter_rows(values_only=True)
        yield from in_batches(_without_empty_ends(map(_cells, rows)), book[sheet].max_column or 1)


def _cells(row: tuple[Any, ...]) -> list[str]:
    cells = [*map(_cell, row)]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(value: Any) -> str:
    """A value as text: a date at midnight is a day, for Excel has no other days."""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return write_cell(value)


def _without_empty_ends(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows without the empty ones in the end, each as long as the first where it is shorter."""
    empty, width = 0, 0
    for row in rows:
        if not row:
            empty += 1
            continue
        width = width or len(row)
        yield from ([""] * width for _ in range(empty))
        empty = 0
        yield row + [""] * (width - len(row))
