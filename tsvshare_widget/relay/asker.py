"""On whose behalf a relay works."""

from __future__ import annotations

from typing import NamedTuple


class Asker(NamedTuple):
    """A viewer (or request) of a document."""

    document: str
    viewer: object = None


NOBODY = Asker("")
"""Work for no document in particular."""
