"""Views as files: the places of their rows, in their order."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.query.order import RowNumbers
from tsvshare_widget.table.storage.files import ReadFile

from .jobs import RowIds


class RowIdsFile:
    """A view that was written by :func:`write_row_ids`; any thread may read it."""

    def __init__(self, ids: RowIds) -> None:
        self._ids = ids
        self._file = ReadFile(Path(ids.path))

    def read_ids(self, first: int, count: int) -> Positions:
        """The rows ``first`` to before ``first + count`` of the view; fewer where it ends."""
        first = max(0, min(first, self._ids.count))
        count = max(0, min(count, self._ids.count - first))
        width = self._ids.width
        return np.frombuffer(self._file.read(width * first, width * count), f"<u{width}").astype(
            np.int64
        )


def write_row_ids(path: Path, rows: RowNumbers, of_rows: int) -> RowIds:
    """Write a view of the first ``of_rows`` rows of a table into a new file."""
    width = 4 if of_rows < 1 << 32 else 8
    with path.open("xb") as file:
        file.write(np.ascontiguousarray(rows, f"<u{width}").data.cast("B"))
    return RowIds(path=str(path), count=len(rows), of_rows=of_rows, width=width)
