"""Where a table is kept besides its folder: what is read of it can come from there."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Part(Protocol):
    """A file of which only parts are here, in a file that has its size already."""

    def need(self, starts: list[int], sizes: list[int]) -> None:
        """Have these bytes in the file, as far as it goes; returns when they are.

        Any thread may call it.  Raises :class:`Unavailable` if they cannot be had.
        """


class Elsewhere(Protocol):
    """Another place that keeps a table."""

    def part(self, path: Path) -> Part | None:
        """What is to be asked before a file of the table is read; None if all of it is here."""

    def keep(self, meta: bytes, sizes: dict[str, int]) -> None:
        """Keep the table as it is now in its folder: files of these sizes, by name, and metadata.

        It is called in the thread that changes the table, before the change counts.  What it raises
        undoes the change.
        """


class _Nowhere:
    def part(self, path: Path) -> Part | None:
        return None

    def keep(self, meta: bytes, sizes: dict[str, int]) -> None:
        return None


NOWHERE: Elsewhere = _Nowhere()
"""A table is in its folder alone."""
