"""The table in a notebook: :class:`TSVShare` and its parts.

tsvshare   what users hold: opening, links, waiting, changing the table
contents   the part of it that reads the table: rows, DataFrames, profiles
saved_views  what both have of views with a name
familiar   what people type who know DataFrames: len(w), w.head(), w.to_csv()
base       how that is set up, displayed, and notified of changes
live_table   without a widget;  live_reading: what of it is read;  async_table: it is awaited
traits     what can be observed and assigned;  mistyped: names that nothing has
kernel     whether this is one that is live
warming    loads ahead, in a kernel, what the first table needs
live/      one shared document, as a notebook holds it
comm/      the talk with the front end
convert/   what users write and get, to and from what is sent
"""

from .tsvshare import TSVShare
from .warming import load_ahead

__all__ = ["TSVShare"]

load_ahead()
