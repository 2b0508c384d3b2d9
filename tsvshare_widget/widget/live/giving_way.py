"""Who reads on in a large table gives way to its first page.

Threads of Python share one lock, which one that computes keeps for five milliseconds whenever
another one wants it.  On its way to the screen a page goes from thread to thread ten times; so who
reads on meanwhile makes that twice as long.
"""

from __future__ import annotations

from collections.abc import Callable

from tsvshare_widget.client import Connection, Snapshot
from tsvshare_widget.errors import TimedOut

MOST_SECONDS = 0.3
"""A table is read on while a cell runs for longer."""


class GivingWay:
    """Holds up the thread that reads a table, until the cell that shows the table has ended."""

    def __init__(self, connection: Connection, seconds: float = MOST_SECONDS) -> None:
        self._connection = connection
        self._seconds = seconds
        self._is_over = False

    def hold(self, lacks_rows: Callable[[Snapshot], bool]) -> None:
        """Wait for :meth:`end`, but not for long, and not if a snapshot lacks rows of its page."""
        if self._is_over:
            return
        try:
            self._connection.wait(lambda known: self._is_over or lacks_rows(known), self._seconds)
        except TimedOut:
            self._is_over = True

    def end(self) -> None:
        """Let the table be read on: the cell has ended, or somebody waits for more of it."""
        if not self._is_over:
            self._is_over = True
            self._connection.recheck()
