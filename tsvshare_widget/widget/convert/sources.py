"""What can be opened, and under which name; pure but for looking at the file."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, cast

from tsvshare_widget.read_options import NO_OPTIONS, ReadOptions

if TYPE_CHECKING:
    import pandas as pd

AS_WRITTEN = ReadOptions(
    encoding="utf-8",
    line_ends="lf",
    delimiter="\t",
    quoting="excel",
    header=True,
    skip=0,
    comments=False,
    format="",
)
"""How the text of a DataFrame is to be read."""

CELLS_AT_A_TIME = 100_000
"""Cells of a DataFrame written as text at a time, as pandas itself does it by default."""


@dataclass(frozen=True)
class Source:
    """A table to send: ``body`` as :func:`tsvshare_widget.client.upload` takes it.

    ``path`` is set where it is a local file.  ``options`` is how to read it.
    """

    body: Any
    name: str
    path: Path | None = None
    options: ReadOptions = NO_OPTIONS

    @property
    def size(self) -> int | None:
        """The bytes there will be, if that is known beforehand."""
        if self.path is not None:
            return self.path.stat().st_size
        return len(self.body) if isinstance(self.body, (bytes, bytearray)) else None


def is_link(source: object) -> bool:
    """Whether ``source`` is text that must be the link of a document."""
    return isinstance(source, str) and source.startswith(("http://", "https://"))


def recognise_source(source: object, *, name: str | None, options: ReadOptions) -> Source:
    """Understand what a user handed over: a path, bytes, a DataFrame or an open file.

    A DataFrame is read as it is written here, whatever ``options`` says.  Raises ``TypeError`` for
    anything else, and ``OSError`` for a path that cannot be read, so that it is said where the path
    was given.
    """
    if isinstance(source, (str, os.PathLike)):
        path = Path(cast("str | os.PathLike[str]", source)).expanduser()
        path.open("rb").close()
        return Source(path, name or path.name, path, options)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return Source(source, name or "table.tsv", options=options)
    if is_frame(source):
        frame = cast("pd.DataFrame", source)
        return Source(write_frame(frame), name or "dataframe.tsv", options=AS_WRITTEN)
    if hasattr(source, "read"):
        file = cast("IO[Any]", source)
        return Source(file, name or _file_name(file), options=options)
    raise TypeError(
        f"cannot open a {type(source).__name__}: give a path, the link of a document, a DataFrame, "
        "bytes or an open file"
    )


def is_frame(source: object) -> bool:
    """Whether it is a DataFrame; imports no pandas, as who has a DataFrame has done that."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.DataFrame)


def _file_name(file: IO[Any]) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) and name else "table.tsv"


def write_frame(frame: pd.DataFrame, *, header: bool = True) -> Iterator[bytes]:
    """A DataFrame as TSV text by pandas' own rules, index left out, piece by piece."""
    step = max(1, CELLS_AT_A_TIME // max(1, frame.shape[1]))
    for first in range(0, max(1, len(frame)), step):
        text = _write_part(frame.iloc[first : first + step], header=header and first == 0)
        yield text.encode("utf-8", "surrogatepass")


def _write_part(part: pd.DataFrame, *, header: bool) -> str:
    def write(quoting: Literal[0, 2]) -> str:
        return part.to_csv(
            sep="\t", index=False, header=header, lineterminator="\n", quoting=quoting
        )

    text = write(csv.QUOTE_MINIMAL)
    # A CR ends a line, too, but is nothing that pandas would put a cell in quotes for.
    return write(csv.QUOTE_NONNUMERIC) if "\r" in text else text
