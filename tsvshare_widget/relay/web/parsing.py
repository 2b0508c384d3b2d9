"""Numbers and column ranges out of addresses."""

from __future__ import annotations

import re

from tsvshare_widget.errors import BadValue
from tsvshare_widget.protocol import MAX_COLUMNS


def parse_number(text: str, what: str) -> int:
    """A whole number out of an address or a message.  Raises :class:`BadValue`."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text.strip()):
        shown = text if len(text) <= 40 else text[:40] + "..."
        raise BadValue(f"{what} is a whole number, not {shown!r}")
    return int(text)


def parse_columns(text: str | None) -> tuple[int, int]:
    """``A-B``, from 1 and inclusive, as a window from 0, half-open.  Raises :class:`BadValue`."""
    if text is None:
        return 0, MAX_COLUMNS
    match = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise BadValue(f"columns are given as A-B, from 1 and inclusive, not {text[:40]!r}")
    return int(match[1]) - 1, int(match[2])
