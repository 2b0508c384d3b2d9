"""What the first table needs beside the widget, loaded while the user writes the next cell."""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress

from .kernel import is_live_kernel

RELAY = "tsvshare_widget.relay.embedded"
"""Brings numpy and Tornado's server, which take longer to load than to open a table with."""

NEEDED = (RELAY, "tsvshare_widget.relay.server", "tsvshare_widget.relay.local_files")


def load_ahead() -> None:
    """Begin to load what is needed, in a live kernel and nowhere else; nothing is started."""
    loaded = all(name in sys.modules for name in NEEDED)
    if is_live_kernel() and not loaded:
        threading.Thread(target=_load, name="tsvshare-loading", daemon=True).start()


def _load() -> None:
    with suppress(Exception):  # who needs it hears of it when it is needed
        importlib.import_module(RELAY).prepare()
