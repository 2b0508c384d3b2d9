"""Row names: a header one cell shorter than all rows, as R writes tables; pure."""

from __future__ import annotations

from .sample import Row


def has_row_names(rows: list[Row]) -> bool:
    """Whether the first row names the columns from the second one on.

    All others have one cell more than it then, and not for a delimiter at the end of each line.
    """
    if not rows or rows[0][0].startswith("#"):
        return False
    below = [row for row in rows[1:] if row != [""]]
    more = len(rows[0]) + 1
    return bool(below) and all(len(row) == more for row in below) and any(row[-1] for row in below)


def with_row_names(rows: list[Row]) -> list[Row]:
    """The rows, with an empty name before those of the header."""
    return [["", *rows[0]], *rows[1:]]
