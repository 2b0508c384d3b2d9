"""The raw file of a table, to be read once more."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tsvshare_widget.table.storage.elsewhere import NOWHERE, Elsewhere

from .limits import Check, Limits, check_nothing

_FETCHED_BYTES = 64 * 1024 * 1024  # between two checks


class Raw(NamedTuple):
    """The raw file in a table's ``folder``; ``name`` is what the file is called elsewhere.

    ``check`` is called before each piece of it is read.
    """

    folder: Path
    name: str
    limits: Limits
    check: Check = check_nothing
    elsewhere: Elsewhere = NOWHERE

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / "raw"

    def fetch(self) -> None:
        """Have all of it here, if it is kept elsewhere: who reads it knows only the file."""
        part = self.elsewhere.part(self.path)
        size = self.path.stat().st_size
        for start in range(0, size if part is not None else 0, _FETCHED_BYTES):
            self.check()
            assert part is not None
            part.need([start], [min(_FETCHED_BYTES, size - start)])
