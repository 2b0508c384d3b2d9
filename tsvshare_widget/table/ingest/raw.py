"""The raw file of a table, to be read once more."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .limits import Check, Limits, check_nothing


class Raw(NamedTuple):
    """The raw file in a table's ``folder``; ``name`` is what the file is called elsewhere.

    ``check`` is called before each piece of it is read.
    """

    folder: Path
    name: str
    limits: Limits
    check: Check = check_nothing

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / "raw"
