"""Excel workbooks: one sheet, written row by row; where xlsxwriter is installed."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

from tsvshare_widget.errors import TooLarge
from tsvshare_widget.table.table import Table

from .cells import batches_of_cells, header_of
from .kinds import as_shown
from .row_set import RowOrder

MOST_ROWS = 1_048_576

MOST_COLUMNS = 16_384

MOST_CHARACTERS = 32_767
"""What a sheet has room for, its first row included; of characters, in a cell."""


def write_workbook(table: Table, view: RowOrder | None, path: Path) -> Generator[None]:
    """Write the header, if the file has one, and the rows to ``path``, step by step.

    Cells that are shown as they are stay numbers, all others are text: no formula, no link, no
    ``007`` that becomes 7.  Raises :class:`TooLarge` for what no sheet has room for.
    """
    header = header_of(table)
    rows = table.facts.rows if view is None else view.count
    _check_room(rows + (header is not None), table.facts.columns)
    book = _new_book(path)
    is_whole = False
    try:
        sheet, line = book.add_worksheet(), 0
        if header is not None:
            _write_row(sheet, line, header, book.add_format({"bold": True}))
            sheet.freeze_panes(1, 0)
            line += 1
        for batch in batches_of_cells(table, view):
            for cells in batch:
                _write_row(sheet, line, cells, None)
                line += 1
            yield
        book.close()
        is_whole = True
    finally:
        if not is_whole:
            _drop(book)


def _drop(book: Any) -> None:
    """Let go of the files of a workbook that nobody wants any more; closing it would write it."""
    for sheet in book.worksheets():
        with contextlib.suppress(AttributeError, OSError):
            sheet.row_data_fh.close()


def _new_book(path: Path) -> Any:
    xlsxwriter = importlib.import_module("xlsxwriter")
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    book = xlsxwriter.Workbook(str(path), options)
    book.use_zip64()
    return book


def _write_row(sheet: Any, line: int, cells: list[str], style: Any) -> None:
    for place, cell in enumerate(cells):
        if not cell:
            continue
        number = as_shown(cell) if style is None else None
        if number is not None:
            sheet.write_number(line, place, number)
        else:
            sheet.write_string(line, place, _checked(cell), style)


def _checked(cell: str) -> str:
    if len(cell) > MOST_CHARACTERS:
        raise TooLarge(
            f"a cell has {len(cell):,} characters, and one of Excel up to {MOST_CHARACTERS:,}: "
            "download the rows as TSV or CSV instead"
        )
    return cell


def _check_room(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise TooLarge(
            f"these are {rows:,} rows of {columns:,} columns, and a sheet of Excel has up to "
            f"{MOST_ROWS:,} of {MOST_COLUMNS:,}: download them as TSV or CSV instead"
        )
