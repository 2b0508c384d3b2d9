"""The table in a notebook: :class:`TSVShare` and its parts.

tsvshare.py      what users hold: opening, properties, upload
base.py          how that is set up, shown, and told of changes
traits.py        what can be observed and assigned
shared.py        one document: its newest state, waiting, pages
wishes.py        what was set here and not yet confirmed by the relay
asking.py        sort, filters and search as people write them
header.py        what the columns are called
profile.py       what a column is like
selection.py     what is marked on the screen
sources.py       what can be opened; opening.py brings it to a relay
appending.py     what can be appended
reading.py       how a table is read
front_end.py     the comm: traits down, messages up
observers.py     the thread that calls users' observers
frames.py        cells -> DataFrame; whole.py downloads them
static_html.py   the page as HTML for saved notebooks
"""

from .tsvshare import TSVShare

__all__ = ["TSVShare"]
