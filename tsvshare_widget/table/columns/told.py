"""What is told of single columns: their words for nothing, and their types."""

from __future__ import annotations

from functools import cached_property

from tsvshare_widget.read_options import ColumnType, column_type, missing_words
from tsvshare_widget.table.names import names_at
from tsvshare_widget.table.state import Snapshot

from .nothing import USUAL, Nothing, nothing_told


class ToldColumns:
    """What options, or a line of the file, say of the columns of a table."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._dialect = snapshot.facts.dialect

    def nothing_in(self, column: int) -> Nothing:
        """The words for nothing that count in a column."""
        if not self._dialect.missing_in and self._dialect.missing is None:
            return USUAL
        names = self._names
        name = names[column] if column < len(names) else None
        return nothing_told(missing_words(self._dialect, column, name))

    def type_of(self, column: int) -> ColumnType:
        """What a column is said to be."""
        return column_type(self._dialect, column)

    @cached_property
    def _names(self) -> list[str]:
        if not any(isinstance(told.column, str) for told in self._dialect.missing_in):
            return []
        return names_at(self._snapshot, 0, self._snapshot.facts.columns) or []
