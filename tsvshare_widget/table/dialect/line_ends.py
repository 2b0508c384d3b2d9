"""Line ends of a text, found in its beginning; pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from tsvshare_widget.read_options import LineEnds
from tsvshare_widget.table.lines.syntax import MOST_CRS, RowEnds, Syntax

from .sample import agreement, rows_of, usual_width

_CLEAR_SHARE = 0.02  # more of the rows have to agree where the usual line ends are given up
_several_crs = re.compile(rb"\r{2,%d}\n" % MOST_CRS)


class LineEndsFound(NamedTuple):
    """Line ends, and why."""

    line_ends: LineEnds
    why: str


def find_line_ends(text: bytes, *, whole: bool) -> LineEndsFound:
    """The line ends of a text; ``whole``: it is all there is, else its beginning."""
    if not whole and text[-1:] == b"\r":
        text = text[:-1]  # the next byte tells what it is
    if b"\r\r\n" in text:
        text = _several_crs.sub(b"\r\n", text)
    crlf = text.count(b"\r\n")
    lf, cr = text.count(b"\n") - crlf, text.count(b"\r") - crlf
    usual: LineEnds = "crlf" if crlf > lf else "lf"
    if not cr:
        return LineEndsFound(usual, f"{_several(lf, 'LF')} and {_several(crlf, 'CRLF')}")
    if not lf + crlf:
        return LineEndsFound("cr", f"{_several(cr, 'CR')} and no LF")
    candidates: dict[LineEnds, RowEnds] = {usual: "lf"}
    if cr > lf and not crlf:
        candidates["cr"] = "cr"
    candidates["mixed"] = "any"
    scores = {name: _line_end_score(text, ends) for name, ends in candidates.items()}
    best = max(candidates, key=lambda name: scores[name])
    if scores[best] <= scores[usual] + _CLEAR_SHARE:
        return LineEndsFound(usual, f"{_several(cr, 'CR')} inside cells")
    return LineEndsFound(best, "so more rows have the same number of cells")


def _line_end_score(text: bytes, ends: RowEnds) -> float:
    delimiter = b"\t" if b"\t" in text else b","
    rows = rows_of(text, Syntax(delimiter, "careful", ends))
    return agreement(rows) if usual_width(rows) > 1 else 0.0


def _several(count: int, what: str) -> str:
    return f"{count:,} {what}" if count else f"no {what}"
