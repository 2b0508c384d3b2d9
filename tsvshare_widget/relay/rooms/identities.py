"""Who is who: a viewer is known to the others by an id that nobody else can take."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Set

MOST_KNOWN = 10_000
"""Ids of viewers of one document that are remembered; those that came first are forgotten first."""


class Identities:
    """The ids of the viewers of one document while anybody looks at it.

    A viewer chooses its id, and gets a token that proves on a later connection that it is the same
    one.  Who says an id that is known, without its token, is given another one.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(16)
        self._known: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def count_without(self, own: Set[str]) -> int:
        """How many there are that are not ``own``."""
        return sum(cid not in own for cid in self._known)

    def identify(self, cid: str, token: str | None) -> str:
        """The id by which the others are to know a viewer that says it is ``cid``."""
        proven = token is not None and hmac.compare_digest(token.encode(), self.token(cid).encode())
        if cid in self._known and not proven:
            cid = secrets.token_hex(6)
        self._known[cid] = None
        self._known.move_to_end(cid)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return cid

    def token(self, cid: str) -> str:
        """What proves that ``cid`` is theirs."""
        return hmac.new(self._secret, cid.encode(), hashlib.sha256).hexdigest()[:32]
