"""Rows verbatim, as they stand in the text: not split into cells where that changes nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Positions, none, positions_of
from tsvshare_widget.table.lines.syntax import BACKSLASH, CR, LF, QUOTE, TAB, Syntax
from tsvshare_widget.table.storage.files import Text
from tsvshare_widget.table.storage.row_index import Bounds

from .pages import gathered


class Verbatim(NamedTuple):
    """Rows as they stand in the text, one after the other.

    All of them are valid UTF-8, and end at ``ends``.  Each ends with one line feed, and its cells
    are what stands between its tabs, except for the rows numbered in ``special``.
    """

    text: bytes
    ends: Positions
    special: Positions

    def between(self) -> list[bytes]:
        """The text before, between and after the special rows: one part more than these."""
        starts = np.concatenate(([0], self.ends[:-1]))[self.special].tolist()
        ends = self.ends[self.special].tolist()
        return [
            self.text[begin:end]
            for begin, end in zip([0, *ends], [*starts, len(self.text)], strict=True)
        ]


def read_verbatim(text: Text, bounds: Bounds, syntax: Syntax, *, valid: bool) -> Verbatim | None:
    """The rows at ``bounds``, in any order; None if they have to be read cell by cell.

    ``valid``: all of the text is known to be UTF-8.
    """
    if syntax.delimiter != bytes([TAB]) or syntax.ends == "cr" or not len(bounds.ends):
        return None
    block, ends = gathered(text, *bounds)
    if not (valid or _is_utf8(block)):
        return None
    if CR in block:
        block, ends = _with_line_feeds(block, ends)
    return Verbatim(block, ends, _special(block, ends, syntax))


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _with_line_feeds(block: bytes, ends: Positions) -> tuple[bytes, Positions]:
    """The rows with LF in place of CRLF, if all have CRLF and no CR or LF stands elsewhere."""
    counts = {block.count(structural) for structural in (b"\r\n", b"\r", b"\n")}
    if counts != {len(ends)}:
        return block, ends
    return block.replace(b"\r\n", b"\n"), ends - np.arange(1, len(ends) + 1)


def _special(block: bytes, ends: Positions, syntax: Syntax) -> Positions:
    structurals = {QUOTE, CR, *([BACKSLASH] if syntax.quotes == "backslash" else [])}
    if syntax.quoted:
        structurals |= {*syntax.quote, *syntax.escape}
    there = [structural for structural in structurals if structural in block]
    data = np.frombuffer(block, np.uint8)
    special = np.flatnonzero(data[ends - 1] != LF)
    for structural in there:
        rows = np.searchsorted(ends, positions_of(data == structural), side="right")
        special = np.union1d(special, rows)
    return special if len(special) else none()
