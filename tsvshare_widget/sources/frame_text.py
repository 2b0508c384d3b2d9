"""A DataFrame as text: its index and the levels of its columns as columns with one name each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from .cells import BYTE_ORDER_MARK, CELLS_AT_A_TIME

if TYPE_CHECKING:
    import pandas as pd


def has_meaning(index: pd.Index[Any]) -> bool:
    """Whether an index says something: it has a name, or is other than 0, 1, 2..."""
    import pandas as pd

    if index.nlevels > 1 or index.name is not None:
        return True
    return len(index) > 0 and not index.equals(pd.RangeIndex(len(index)))


def flatten(frame: pd.DataFrame, *, index: bool) -> pd.DataFrame:
    """The frame with one name for each column, and its ``index`` as the first columns, if wanted.

    The name of several levels is ``a / b``; that of a level of the index without a name is empty,
    as pandas writes it.
    """
    import pandas as pd

    if not index and frame.columns.nlevels == 1:
        return frame
    flat = frame.copy(deep=False)
    if frame.columns.nlevels > 1:
        labels: list[Any] = [*frame.columns]
        flat.columns = pd.Index([*map(_joined, labels)], dtype="object")
    flat.index = pd.RangeIndex(len(frame))
    if index:
        flat.columns = flat.columns.astype(object)
        for level, name in enumerate(frame.index.names):
            label = "" if name is None else _joined(name) if isinstance(name, tuple) else name
            values = frame.index.get_level_values(level)
            flat.insert(level, label, values.array, allow_duplicates=True)
    return flat


def _joined(label: tuple[Any, ...]) -> str:
    """The parts of a label that say something, as one name."""
    return " / ".join(str(part) for part in label if part == part and part not in ("", None))


def write_frame(
    frame: pd.DataFrame, *, header: bool = True, index: bool | None = None
) -> Iterator[bytes]:
    """A DataFrame as TSV text by pandas' own rules, piece by piece.

    ``index`` says whether its index is among the columns; None: if it says something.
    """
    frame = flatten(frame, index=has_meaning(frame.index) if index is None else index)
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
    # A CR ends a line, too, but is nothing that pandas would put a cell in quotes for; nor is what
    # would be taken for the mark of an encoding at the start of a file.
    is_doubtful = "\r" in text or text.startswith(BYTE_ORDER_MARK)
    return write(csv.QUOTE_NONNUMERIC) if is_doubtful else text
