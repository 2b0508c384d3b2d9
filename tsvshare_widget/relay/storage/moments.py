"""An open table as it was at several moments, for documents that speak of it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tsvshare_widget.errors import Stale
from tsvshare_widget.protocol import TableState
from tsvshare_widget.table import Table


class Moments:
    """The moments of one table that may be read, the newest last; none: as it is just now."""

    def __init__(self) -> None:
        self._kept: list[Table] = []

    def begin(self, moment: Table) -> None:
        """Have ``moment`` be read, and no other, while the table is changed."""
        self._kept = [moment]

    def clear(self) -> None:
        """Let the table be read as it is."""
        self._kept.clear()

    @contextmanager
    def offer(self, moment: Table) -> Iterator[None]:
        """Let ``moment`` be read as well; if the block succeeds, no earlier one is any more."""
        self._kept.append(moment)
        try:
            yield
        except BaseException:
            with suppress(ValueError):  # a later one has taken its place
                self._kept.remove(moment)
            raise
        if moment in self._kept:
            del self._kept[: self._kept.index(moment)]

    def of(self, table: Table, state: TableState) -> Table:
        """The moment of ``table`` that ``state`` speaks of.  Raises :class:`Stale`."""
        for moment in reversed(self._kept or [table.frozen()]):
            facts = moment.facts
            if facts.rows >= state.rows and facts.dialect.rules == state.dialect.rules:
                return moment
        raise Stale("the table has just been read anew; look again")
