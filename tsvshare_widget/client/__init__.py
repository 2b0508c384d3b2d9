"""The link to a relay, for the widget, the command line and scripts; no relay code in here.

:class:`Link` is where a document lives, :class:`Connection` keeps itself connected to one for
ever, :func:`describe_columns` fetches through it the profiles of many columns, :class:`Appender`
adds rows, and :func:`create_document`, :func:`upload` and :func:`download` are plain HTTP calls.

uploading   uploads that go on after a loss;  parts: the requests of that;  http: all others
access      links taken back, documents deleted, kept, moved
connection  what the others use; on it stand:
session     a viewer's protocol, as a state machine;  snapshot: what it knows
effects     what it wants to be done;  pending_requests: what it asked for, and has no answer to
in_flight   requests and their callbacks;  socket: one WebSocket after the other
proxies     ways through a company's proxy;  peeking: what came unasked
trust       which certificates count
backoff     when to connect again;  thread: the thread all of this runs on
"""

from .access import (
    delete_document,
    fetch_state,
    keep_document,
    move_document,
    renew_links,
    set_look,
)
from .appending import Appender
from .connection import Connection
from .describing import describe_columns
from .http import OnBytes, check_reached, create_document, download
from .in_flight import Callbacks
from .link import Link
from .snapshot import Snapshot
from .uploading import upload

__all__ = [
    "Appender",
    "Callbacks",
    "Connection",
    "Link",
    "OnBytes",
    "Snapshot",
    "check_reached",
    "create_document",
    "delete_document",
    "describe_columns",
    "download",
    "fetch_state",
    "keep_document",
    "move_document",
    "renew_links",
    "set_look",
    "upload",
]
