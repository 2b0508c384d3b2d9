"""What the first table needs beside the widget, loaded while the user writes the next cell."""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress

from .kernel import is_live_kernel

NEEDED = "tsvshare_widget.relay.embedded"
"""Brings numpy and Tornado's server, which take longer to load than to open a table with."""


def load_ahead() -> None:
    """Begin to load what is needed, in a live kernel and nowhere else; nothing is started."""
    if is_live_kernel() and NEEDED not in sys.modules:
        threading.Thread(target=_load, name="tsvshare-loading", daemon=True).start()


def _load() -> None:
    with suppress(Exception):  # who needs it hears of it when it is needed
        importlib.import_module(NEEDED)
