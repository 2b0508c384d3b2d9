"""The files of the built front end."""

from __future__ import annotations

import functools
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"


@functools.cache
def read_static(name: str) -> str:
    """A file of the built front end; one text for all widgets.  Raises OSError."""
    return (STATIC / name).read_text(encoding="utf-8")
