"""Sizes, counts and seconds that viewers and relays of ``tsvshare.v1`` keep to."""

from __future__ import annotations

HEARTBEAT = 25.0
"""Seconds between two ``hb`` of the relay; a viewer that hears nothing for 10 s more reconnects."""


PAGE_COLUMNS = 100
"""Columns in a page that is broadcast; the rest of a wider table is asked for by ``look``."""


MAX_COLUMNS = 1000
"""Most columns one page ever carries."""


DEFAULT_PAGE_SIZE = 100
"""Rows on a page until somebody says otherwise."""


MAX_PAGE_SIZE = 1000
"""Most rows on a page."""


MAX_PEOPLE = 50
"""Most viewers that ``presence`` names."""


MAX_NAME = 60
"""Characters of a viewer's name."""


MAX_CID = 64
"""Characters of the ``cid`` that a viewer gives itself."""


MAX_DESCRIBED = 500
"""Most columns that one ``describe`` is about."""


DESCRIBED_CHARACTERS = 200
"""Characters after which a cell is cut in the answer to ``describe``."""


MAX_FOUND = 100
"""Most columns that one search for a name gives."""


MAX_MESSAGE = 64 * 1024
"""Bytes of the largest message a viewer may send; tables travel by ``PUT``."""


CELL_CHARACTERS = 10_000
"""Characters after which a cell is cut on the page."""


CELL_ANSWER = 10_000_000
"""Characters after which even the answer to ``cell`` is cut."""
