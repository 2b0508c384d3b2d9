"""The current page as plain HTML, for where there is neither a kernel nor a script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tsvshare_widget.number_syntax import USUAL_WORDS, is_numeric, nothing_words
from tsvshare_widget.protocol import DocumentState, Page
from tsvshare_widget.query import EVERYTHING
from tsvshare_widget.read_options import NOT_READ, column_type, missing_words

from .frames import column_labels
from .header import Header
from .query import describe_query

CELL_CHARACTERS = 200
"""Characters of a cell that are shown: a saved notebook should stay small."""

HEADER_BYTES = 16_000
"""Of the names of columns; those that do not fit are left out, as the columns are."""

PICTURE_BYTES = 95_000
"""Of all of it; rows that do not fit are left out."""

# Hosts have rules for each cell, which only a style of its own overrides; the rest is said once.
_TABLE = (
    "border-collapse:collapse;font:13px/1.4 system-ui,sans-serif;"
    "font-variant-numeric:tabular-nums;text-align:left"
)
_ROW = "border-bottom:1px solid rgba(128,128,128,.35)"
_HEAD = f"{_ROW};font-weight:600;background:rgba(128,128,128,.12)"
_CELL = "white-space:pre;text-align:{}"
_NUMBER = "text-align:right;opacity:.6;font-weight:400"
_NOTE = "font:12px/1.4 system-ui,sans-serif;opacity:.75;margin:6px 0"
_CAPTION = "caption-side:top;text-align:left;padding:2px 8px 6px;white-space:nowrap"

LIVE = (
    "A picture of a live table: run its cell, and it can be turned, sorted and searched, here and "
    "by everyone who has its link. If somebody else has just run it, reload this notebook."
)


def render(state: DocumentState, page: Page | None) -> str:
    """An HTML fragment with inline styles and no script; everything from the file is escaped."""
    if page is None:
        return f'<p style="{_NOTE}">No table yet. Run this notebook and drop a file in.</p>'
    labels = [str(name) for name in column_labels(page.columns.names, _width(page))]
    sides = [_side(state, page, column) for column in range(len(labels))]
    head = _within(HEADER_BYTES, map(_header_cell, labels, sides))
    cells = [f'<td style="{_CELL.format(side)}">' for side in sides[: len(head)]]
    numbered = enumerate(page.rows, page.first_row + 1)
    rows = _within(PICTURE_BYTES - HEADER_BYTES, (_row(at, row, cells) for at, row in numbered))
    corner = f'<th style="{_NUMBER}"></th>'
    return (
        f'<p style="{_NOTE}">{LIVE}</p>'
        f'<div style="overflow:auto"><table cellpadding="4" style="{_TABLE}">'
        f'<caption style="{_CAPTION}">{_caption(state, page, len(rows), len(head))}</caption>'
        f'<thead><tr style="{_HEAD}">{corner}{"".join(head)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _within(limit: int, parts: Iterable[str]) -> list[str]:
    """As many of the parts, from the first on, as have so many bytes together."""
    taken, size = [], 0
    for part in parts:
        size += len(part.encode("utf-8", "surrogatepass"))
        if size > limit:
            break
        taken.append(part)
    return taken


def _header_cell(name: str, side: str) -> str:
    return f'<th scope="col" style="{_CELL.format(side)}">{_text(name)}</th>'


def _width(page: Page) -> int:
    names = page.columns.names or []
    return max([len(names), *(len(row) for row in page.rows)])


def _side(state: DocumentState, page: Page, column: int) -> str:
    """The side at which a column is aligned: that of numbers if it is said to be of these.

    Else if all its cells are that say something, as far as the page shows.
    """
    dialect = state.table.dialect if state.table is not None else NOT_READ
    names, type = page.columns.names or [], column_type(dialect, column)
    told = missing_words(dialect, column, names[column] if column < len(names) else None)
    cells = (row[column] for row in page.rows if column < len(row))
    words = USUAL_WORDS if told is None else nothing_words(told)
    numeric = is_numeric(cells, words) is True if type == "auto" else type == "number"
    return "right" if numeric else "left"


def _row(number: int, row: list[str], begins: list[str]) -> str:
    """A row; ``begins`` is how the cells of each column begin."""
    texts = zip(begins, map(_text, row), strict=False)
    cells = "".join(f"{begin}{text}</td>" for begin, text in texts)
    missing = "<td></td>" * (len(begins) - len(row))
    corner = f'<th scope="row" style="{_NUMBER}">{number:,}</th>'
    return f'<tr style="{_ROW}">{corner}{cells}{missing}</tr>'


def _text(cell: str) -> str:
    if len(cell) <= CELL_CHARACTERS:
        return escape(cell)
    return f"{escape(cell[:CELL_CHARACTERS])}…"


def count_rows(state: DocumentState) -> str:
    """How many rows the view has, and of how many if these are not all."""
    view = state.view
    if view.query == EVERYTHING:
        return f"{view.n_rows:,} rows"
    return f"{view.n_rows:,} of {view.of_rows:,} rows"


def _caption(state: DocumentState, page: Page, shown_rows: int, shown_columns: int) -> str:
    table = state.table
    name = table.name if table else "a table"
    query = describe_query(state.view.query, Header(page.columns.names, page.columns.total))
    hidden = page.columns.total - shown_columns
    parts = [
        f"page {page.page:,} of {page.n_pages:,}",
        count_rows(state) + (" so far" if table and table.status == "receiving" else ""),
        *([query] if query else []),
        *([f"{hidden:,} more columns"] if hidden > 0 else []),
        *([f"the first {shown_rows:,} rows of the page"] if shown_rows < len(page.rows) else []),
    ]
    return f"<b>{escape(name)}</b> · {escape(' · '.join(parts))}"
