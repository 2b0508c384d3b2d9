"""Files of row ids: the rows of a view, in its order."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions
from tsvshare_widget.table.query.order import RowNumbers
from tsvshare_widget.table.storage.files import ReadFile

from .jobs import RowIds


class RowIdsFile:
    """Row ids in a file that :func:`write_row_ids` has written; any thread may read it."""

    def __init__(self, ids: RowIds) -> None:
        self._ids = ids
        self._file = ReadFile(Path(ids.path))

    def read_ids(self, first: int, count: int) -> Positions:
        """The ids of ``count`` rows of the view from ``first`` on; fewer at its end."""
        first = max(0, min(first, self._ids.count))
        count = max(0, min(count, self._ids.count - first))
        width = self._ids.width
        return np.frombuffer(self._file.read(width * first, width * count), f"<u{width}").astype(
            np.int64
        )


def write_row_ids(path: Path, rows: RowNumbers, of_rows: int) -> RowIds:
    """Write the rows of a view of the first ``of_rows`` rows of a table into a new file."""
    width = 4 if of_rows < 1 << 32 else 8
    with path.open("xb") as file:
        try:
            file.write(np.ascontiguousarray(rows, f"<u{width}").data.cast("B"))
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)  # half of it would take up room that is short
            raise
    return RowIds(path=str(path), count=len(rows), of_rows=of_rows, width=width)
