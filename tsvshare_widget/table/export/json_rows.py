"""TODO."""

from __future__ import annotations

import numpy as np

from tsvshare_widget.protocol import (
    CELL_CHARACTERS,
    encode,
)
from tsvshare_widget.table import Table
from tsvshare_widget.table.export.row_set import Selection

_ESCAPED = bytes(sign for sign in range(32) if sign not in b"\t\n") + b'"\\'
"""What JSON writes in another way than it is, but for what separates cells and rows."""


def _as_json(data: Table, shown: Selection, columns: int) -> bytes | None:
    """Rows of up to so many columns as JSON text; None if it takes splitting them into cells.

    A cell may have to be cut then, or to be written in another way than it stands there.  Most rows
    stand in the file nearly as they do in JSON, which costs half of what splitting does.
    """
    found = shown.verbatim(data)
    if found is None or int(np.diff(found.ends, prepend=0).max()) > CELL_CHARACTERS:
        return None
    before, *others = found.between()
    plain = b"".join([before, *others])
    if len(plain.translate(None, _ESCAPED)) < len(plain):
        return None
    pieces = [_as_json_rows(before)]
    if others:
        rows = shown.only(found.special).read(data, 0, columns, CELL_CHARACTERS).cells
        for row, after in zip(rows, others, strict=True):
            pieces += [encode(row), _as_json_rows(after)]
    return b"[" + b",".join(filter(None, pieces)) + b"]"


def _as_json_rows(text: bytes) -> bytes:
    if not text:
        return b""
    return b'["' + text[:-1].replace(b"\t", b'","').replace(b"\n", b'"],["') + b'"]'
