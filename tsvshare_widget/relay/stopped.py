"""What is said of a relay that has stopped."""

from __future__ import annotations

from tsvshare_widget.errors import Unavailable


def stopped() -> Unavailable:
    """The error of what cannot be done because the relay has stopped."""
    return Unavailable("the relay of this process has stopped")
