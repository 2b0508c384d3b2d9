"""What a command says, and the exit code that goes with it."""

from __future__ import annotations

import sys

from tsvshare_widget.protocol import DocumentState, TableState
from tsvshare_widget.protocol.shown_text import clean_text
from tsvshare_widget.query import EVERYTHING, Query, count_in_words, count_parts

DONE = 0
FAILED = 1
INTERRUPTED = 130


def report_error(message: str) -> int:
    """Say what failed; the exit code.  A relay's words are cleaned: no terminal obeys them."""
    print(f"tsvshare: {clean_text(message)}", file=sys.stderr)
    return FAILED


def report_note(message: str) -> None:
    """Say what is worth knowing, and no failure."""
    print(f"tsvshare: {clean_text(message)}", file=sys.stderr)


def report_table(table: TableState) -> int:
    """Say what arrived; the exit code."""
    size = f"{_count(table.rows, 'row')}, {_count(table.columns, 'column')}"
    print(f"{clean_text(table.name)}: {size}", flush=True)
    if table.problem is not None:
        return report_error(f"the table is incomplete: {table.problem.message}")
    return DONE


def report_kept(before: Query, shown: DocumentState) -> None:
    """Say what of a sort, filters and a search everyone still has, and what they have no more."""
    after, view = shown.view.query, shown.view
    if after != EVERYTHING:
        rows = f"{view.n_rows:,} of {_count(view.of_rows, 'row')} show"
        print(f"kept for everyone: {count_in_words(after)}; {rows}", flush=True)
    if count_parts(after) < count_parts(before):
        print(f"before there was {count_in_words(before)}", flush=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
