"""JSON: rows as JSON text, without a Python object for each cell where that is possible."""

from __future__ import annotations

import msgspec
import numpy as np

from tsvshare_widget.table.table import Table

from .row_set import RowSet

_encode = msgspec.json.Encoder().encode

_ESCAPED = bytes(byte for byte in range(32) if byte not in b"\t\n") + b'"\\'
"""Bytes that JSON escapes, except for tab and line feed, which separate cells and rows."""


def as_json_rows(data: Table, rows: RowSet, columns: int, most: int) -> bytes | None:
    """Rows of up to ``columns`` columns as JSON text; None if they have to be split into cells.

    That is so if a cell has to be escaped, or may have to be cut: if a row is longer than ``most``
    bytes.  Most rows stand in the file nearly as they do in JSON, so this costs half of splitting.
    """
    found = rows.verbatim(data)
    if found is None or int(np.diff(found.ends, prepend=0).max()) > most:
        return None
    before, *others = found.between()
    plain = b"".join([before, *others])
    if len(plain.translate(None, _ESCAPED)) < len(plain):
        return None
    pieces = [_as_json_array(before)]
    if others:
        special = rows.only(found.special).read_cells(data, 0, columns, most).cells
        for row, after in zip(special, others, strict=True):
            pieces += [_encode(row), _as_json_array(after)]
    return b"[" + b",".join(filter(None, pieces)) + b"]"


def _as_json_array(text: bytes) -> bytes:
    if not text:
        return b""
    return b'["' + text[:-1].replace(b"\t", b'","').replace(b"\n", b'"],["') + b'"]'
