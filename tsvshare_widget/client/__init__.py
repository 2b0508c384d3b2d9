"""The link to a relay, for the widget, the command line and scripts; no relay code in here.

:class:`Link` is where a document lives, :class:`Connection` keeps itself connected to one for
ever, :func:`describe` asks through it for many columns, :class:`Appender` adds rows, and
:func:`create_document`, :func:`upload` and :func:`download` are plain HTTP calls.
"""

from .appending import Appender
from .connection import Connection
from .describing import describe
from .http import create_document, download, upload
from .link import Link
from .session import Snapshot

__all__ = [
    "Appender",
    "Connection",
    "Link",
    "Snapshot",
    "create_document",
    "describe",
    "download",
    "upload",
]
