"""The current page as plain HTML, for where there is neither a kernel nor a script."""

from __future__ import annotations

from html import escape

from tsvshare_widget.number_syntax import is_numeric
from tsvshare_widget.protocol import DocumentState, Page
from tsvshare_widget.query import EVERYTHING

from .frames import column_labels
from .header import Header
from .query import describe_query

CELL_CHARACTERS = 200
"""Characters of a cell that are shown: a saved notebook should stay small."""

_TABLE = (
    "border-collapse:collapse;font:13px/1.4 system-ui,sans-serif;"
    "font-variant-numeric:tabular-nums;text-align:left"
)
_CELL = "border:1px solid rgba(128,128,128,.35);padding:2px 8px;white-space:pre;text-align:{}"
_HEAD = f"{_CELL};font-weight:600;background:rgba(128,128,128,.12)"
_NUMBER = "padding:2px 8px;text-align:right;opacity:.6;font-weight:400"
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
    labels = column_labels(page.columns.names, _width(page))
    sides = ["right" if _is_numeric(page.rows, i) else "left" for i in range(len(labels))]
    head = "".join(
        f'<th scope="col" style="{_HEAD.format(side)}">{_text(str(name))}</th>'
        for name, side in zip(labels, sides, strict=True)
    )
    rows = "".join(_row(page.first_row + i + 1, row, sides) for i, row in enumerate(page.rows))
    corner = f'<th style="{_NUMBER}"></th>'
    return (
        f'<p style="{_NOTE}">{LIVE}</p>'
        f'<div style="overflow:auto"><table style="{_TABLE}">'
        f'<caption style="{_CAPTION}">{_caption(state, page)}</caption>'
        f"<thead><tr>{corner}{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _width(page: Page) -> int:
    names = page.columns.names or []
    return max([len(names), *(len(row) for row in page.rows)])


def _is_numeric(rows: list[list[str]], column: int) -> bool:
    """Whether all cells of a column that say something are numbers, as far as the page shows."""
    return is_numeric(row[column] for row in rows if column < len(row)) is True


def _row(number: int, row: list[str], sides: list[str]) -> str:
    cells = "".join(
        f'<td style="{_CELL.format(side)}">{_text(cell)}</td>'
        for cell, side in zip(row, sides, strict=False)
    )
    missing = "<td></td>" * (len(sides) - len(row))
    return f'<tr><th scope="row" style="{_NUMBER}">{number:,}</th>{cells}{missing}</tr>'


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


def _caption(state: DocumentState, page: Page) -> str:
    name = state.table.name if state.table else "a table"
    query = describe_query(state.view.query, Header(page.columns.names, page.columns.total))
    hidden = page.columns.total - _width(page)
    parts = [
        f"page {page.page:,} of {page.n_pages:,}",
        count_rows(state),
        *([query] if query else []),
        *([f"{hidden:,} more columns"] if hidden > 0 else []),
    ]
    return f"<b>{escape(name)}</b> · {escape(' · '.join(parts))}"
