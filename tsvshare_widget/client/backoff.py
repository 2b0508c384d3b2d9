"""Backoff: how long to wait before connecting again; pure.

The front end's twin is js/src/link/backoff.ts; tests/golden/session.json has cases for both.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_NAMED_SECONDS = 3600.0
"""However long a relay says to stay away, somebody looks again after this."""


@dataclass
class Backoff:
    """Exponential backoff with full jitter: each wait is at random within a span that doubles.

    The span grows from ``first`` to ``most`` seconds, and starts anew at a welcome.  ``at_once``
    leaves out the first wait, where no crowd could come back at the same moment: at the relay of
    one's own kernel.  A wait that the relay named replaces the next one.  Never gives up.
    """

    first: float = 0.5
    most: float = 30.0
    at_once: bool = False
    _losses: int = 0
    _named: float | None = None

    def start_anew(self) -> None:
        """Take in that the relay has said welcome."""
        self._losses, self._named = 0, None

    def name_wait(self, seconds: float) -> None:
        """Take in when the relay wants to be tried again."""
        self._named = min(max(0.0, seconds), LONGEST_NAMED_SECONDS)

    def next_wait(self, random: float) -> float:
        """Seconds to wait now that a connection, or a try at one, was lost.

        ``random`` is from 0 to 1.
        """
        losses, self._losses = self._losses, self._losses + 1
        named, self._named = self._named, None
        if named is not None:
            return named
        if self.at_once and losses == 0:
            return 0.0
        return random * min(self.most, self.first * 2.0 ** min(losses, 16))
