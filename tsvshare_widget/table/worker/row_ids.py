"""Files of row ids: the rows of a view, in its order."""

from __future__ import annotations

from collections.abc import Iterable
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


def read_all(ids: RowIds) -> Positions:
    """All ids of a view."""
    return RowIdsFile(ids).read_ids(0, ids.count)


def write_row_ids(path: Path, parts: Iterable[RowNumbers], of_rows: int) -> RowIds:
    """Write the rows of a view of the first ``of_rows`` rows of a table into a new file.

    They come in ``parts``; if these come to no good end, there is no file.
    """
    width, count = (4 if of_rows < 1 << 32 else 8), 0
    with path.open("xb") as file:
        try:
            for rows in parts:
                file.write(np.ascontiguousarray(rows, f"<u{width}").data.cast("B"))
                count += len(rows)
            file.flush()
        except BaseException:
            file.close()
            path.unlink(missing_ok=True)  # half of it would take up room that may be short
            raise
    return RowIds(path=str(path), count=count, of_rows=of_rows, width=width)
