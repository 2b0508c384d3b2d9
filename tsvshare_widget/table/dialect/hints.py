"""A first line that says what separates cells, as Excel reads it: ``sep=;``; pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_HINT = re.compile(rb'"?sep=([^\w\s"]|\\t|\t)"?[,;|\t]*(?:\r*\n|\r|\Z)', re.IGNORECASE)


class Hint(NamedTuple):
    """The delimiter that a text names in its first line, and the size of that line in bytes."""

    delimiter: str
    size: int


def find_hint(text: bytes) -> Hint | None:
    """The hint in the first line of a text, if there is one."""
    found = _HINT.match(text)
    if found is None:
        return None
    named = found[1].decode("ascii", "replace")
    delimiter = "\t" if named == "\\t" else named
    may_be = delimiter.isascii() and delimiter not in '\\"'
    return Hint(delimiter, found.end()) if may_be else None
