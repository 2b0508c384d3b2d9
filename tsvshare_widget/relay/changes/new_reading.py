"""What a new reading of a table keeps of the old one: the row on top, and the shared query."""

from __future__ import annotations

from functools import cache

from tsvshare_widget.document import Moved
from tsvshare_widget.table import Table


def moved(old: Table, new: Table) -> Moved:
    """Where the rows of one reading of a file are in another one: on the same lines of it.

    To find one takes reading the file, to find it again does not.
    """

    @cache
    def row_of(row: int) -> int:
        if not old.facts.rows:
            return 0
        return new.row_at_line(old.line_number(min(row, old.facts.rows - 1)))

    return row_of
