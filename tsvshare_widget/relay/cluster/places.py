"""Where documents of other relays are, as that was asked for last; pure."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

MOST_KNOWN = 10_000
"""Documents of other relays of which it is remembered where they are."""

KNOWN_SECONDS = 10.0
"""Seconds for which that is remembered: a relay that lets go of a document tells only those relays
that are speaking to it just then.
"""


class _Place(NamedTuple):
    address: str
    asked: float


class Places:
    """The addresses of relays by document; times are those of a monotonic clock."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Place] = OrderedDict()

    def __contains__(self, uuid: str) -> bool:
        return uuid in self._known

    def last(self, uuid: str) -> str | None:
        """Where a document was when that was asked last."""
        place = self._known.get(uuid)
        return place.address if place is not None else None

    def newest(self, uuid: str, now: float) -> str | None:
        """The same, if that was just now."""
        place = self._known.get(uuid)
        is_old = place is None or now - place.asked > KNOWN_SECONDS
        return None if place is None or is_old else place.address

    def take(self, uuid: str, address: str | None, now: float) -> None:
        """Take in what was answered; None: it is at no other relay."""
        self.forget(uuid)
        if address is not None:
            self._known[uuid] = _Place(address, now)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def forget(self, uuid: str) -> None:
        """A document is not where it was."""
        self._known.pop(uuid, None)

    def forget_all_at(self, address: str) -> None:
        """No relay is at ``address`` any more."""
        for uuid in [uuid for uuid, place in self._known.items() if place.address == address]:
            del self._known[uuid]
