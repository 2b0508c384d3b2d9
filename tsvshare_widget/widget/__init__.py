"""The table in a notebook: :class:`TSVShare` and its parts.

tsvshare.py      what users hold: opening, properties, upload
sources.py       what can be opened
wishes.py        what was set here and not yet confirmed by the relay
front_end.py     the comm: traits down, messages up
observers.py     the thread that calls users' observers
frames.py        cells -> DataFrame
static_html.py   the page as HTML for saved notebooks
"""

from .tsvshare import TSVShare

__all__ = ["TSVShare"]
