"""Limits: the most that a table may take, and how to hear that nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tsvshare_widget.errors import BadTable, TooLarge

MAX_COLUMNS = 1_000_000
"""Columns of the widest table, unless the caller says otherwise."""

_FREE_INDEX_BYTES = 1 << 20  # of an index, which are within any limit

Check = Callable[[], None]
"""Called before each piece of work; what it raises ends the work."""


def check_nothing() -> None:
    """The :data:`Check` of work that is to come to its end."""


class Limits(NamedTuple):
    """The most that a table may have.

    ``size`` is that of its text in bytes, decompressed, and that of its row index as well: each on
    its own, so that a file within the limit is refused only if its rows are shorter on average than
    the 8 bytes that the index takes for each.
    """

    size: int | None = None
    columns: int = MAX_COLUMNS

    def check_size(self, text: int, index: int) -> None:
        """Raise :class:`TooLarge` if a text or its index has more bytes than is allowed."""
        if self.size is None:
            return
        if text > self.size:
            raise TooLarge(f"the table is larger than {self.size:,} bytes, the most allowed")
        if index > max(self.size, _FREE_INDEX_BYTES):
            raise TooLarge(
                f"the rows of this table are so short that keeping their places takes more than "
                f"{self.size:,} bytes, the most allowed: leave out blank lines, or send it in parts"
            )

    def check_columns(self, widest: int) -> None:
        """Raise :class:`BadTable` if a row has more cells than is allowed."""
        if widest > self.columns:
            raise BadTable(
                f"a row has more than {self.columns:,} cells, the most columns that a table may "
                "have: see whether the delimiter is right, or turn the table so that these are rows"
            )


DEFAULT_LIMITS = Limits()
"""Those of a table of which nothing else is said."""
