"""Sizes, counts and seconds that viewers and relays of ``tsvshare.v1`` keep to.

The front end's twin is js/src/protocol/limits.ts; tests/golden/limits.json has what both keep to.
"""

from __future__ import annotations

HEARTBEAT_SECONDS = 25.0
"""Between two ``hb`` of the relay."""


GRACE_SECONDS = 10.0
"""A viewer that hears nothing for so long after a heartbeat was due reconnects."""


BEAT_SECONDS = 10.0
"""Between two signs of life of a kernel; after its end no event reaches its front ends."""


ANSWER_SECONDS = 15.0
"""How long a view waits for an answer that needs no look at the whole table."""


REREAD_SECONDS = 900.0
"""How long a view waits for a table to be read anew; the relay has limits of its own."""


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


MAX_POINTED = 200
"""Most viewers of a document at which they are shown where editors point."""


MAX_SPOTS = 10
"""Most people who are shown pointing at a time."""


MAX_NAME = 60
"""Characters of a viewer's name."""


MAX_SAVED_VIEWS = 50
"""Views of a document that are saved for everyone, at most."""


MAX_SAVED_BYTES = 32_000
"""Of all of these as JSON: they are written with every change of the document."""


MAX_CID = 64
"""Characters of the ``cid`` that a viewer gives itself."""


MAX_ID = 128
"""Characters of the ``id`` of a request, which its answers repeat."""


MAX_DESCRIBED = 500
"""Most columns that one ``describe`` is about."""


DESCRIBED_CHARACTERS = 200
"""Characters after which a cell is cut in the answer to ``describe``."""


MAX_NAMED = 1000
"""Most names that are asked for at once, each as a whole."""

MAX_FOUND = 100
"""Most columns that one search for a name gives."""


MAX_MESSAGE = 64 * 1024
"""Bytes of the largest message a viewer may send; tables travel by ``PUT``."""


CELL_CHARACTERS = 10_000
"""Characters after which a cell is cut on the page."""


CELL_ANSWER = 10_000_000
"""Characters after which even the answer to ``cell`` is cut."""
