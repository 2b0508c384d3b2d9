"""A source as a value: a table to be sent, with its name and how it is to be read."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

AS_WRITTEN = ReadOptions(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    quote='"',
    escape="",
    header=True,
    row_names=False,
    skip=0,
    comments=False,
    format="",
)
"""How the text of a table is to be read that is written here, with its names as the first line."""

AS_CELLS = replace(AS_WRITTEN, header=None)
"""The same, where it is found out whether the first row is names, as of a file."""

AS_NUMBERS = replace(AS_WRITTEN, header=False)
"""The same, without names."""


@dataclass(frozen=True)
class Source:
    """A table to send: ``body`` as :func:`tsvshare_widget.client.upload` takes it.

    ``path`` is set where it is a local file.  ``options`` is how to read it, ``total`` how many
    bytes there will be where that is known otherwise than by ``body``.  One that is ``growing``
    comes as it is made: what has come stays if the rest does not.
    """

    body: Any
    name: str
    path: Path | None = None
    options: ReadOptions = NO_OPTIONS
    total: int | None = None
    growing: bool = False

    @property
    def size(self) -> int | None:
        """The bytes there will be, if that is known beforehand."""
        if self.path is not None:
            return self.path.stat().st_size
        if self.total is not None:
            return self.total
        return memoryview(self.body).nbytes if isinstance(self.body, BYTES) else None

    def renamed(self, name: str | None) -> Source:
        """The same under another name, if one is given."""
        return self if name is None else dataclasses.replace(self, name=name)


BYTES = (bytes, bytearray, memoryview)


def options_of_lists(given: ReadOptions) -> tuple[list[str] | None, ReadOptions]:
    """The names, and how to read rows that have none of themselves, by what was said of them.

    With ``names`` these are the first line; with ``header`` it is said whether the first row is;
    else it is found out, as of a file.
    """
    if given.names is not None:
        return list(given.names), AS_WRITTEN
    return None, replace(AS_CELLS, header=given.header)
