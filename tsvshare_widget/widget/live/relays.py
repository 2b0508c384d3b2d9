"""Finding the relay that a new document is made on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from tsvshare_widget.client.link import check_base

if TYPE_CHECKING:
    from tsvshare_widget.relay.embedded import EmbeddedRelay


class FoundRelay(NamedTuple):
    """A relay by its base URL, and the relay itself where it is embedded in this process."""

    base: str
    embedded: EmbeddedRelay | None = None


def find_relay(named: str | None) -> FoundRelay:
    """The relay to use: the one named, ``TSVSHARE_RELAY``, or one embedded in this process.

    A relay found elsewhere, such as the Jupyter Server's own, would come before the last of them.
    Raises :class:`BadValue` for what cannot be an address.
    """
    address = named or os.environ.get("TSVSHARE_RELAY")
    return FoundRelay(check_base(address)) if address else _embedded_relay()


def _embedded_relay() -> FoundRelay:
    from tsvshare_widget.relay.embedded import get_relay

    embedded = get_relay()
    return FoundRelay(check_base(embedded.url), embedded)
