"""What a command says, and the exit code that goes with it."""

from __future__ import annotations

import sys

from tsvshare_widget.protocol import TableState
from tsvshare_widget.protocol.shown_text import clean_text

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


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
