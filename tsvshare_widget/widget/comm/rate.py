"""How many updates a second a server takes."""

from __future__ import annotations

UPDATES_PER_SECOND = 20.0
BURST_UPDATES = 20
"""Updates a second in the long run, and at once: a server silently drops what comes too fast."""


class RateLimit:
    """A token bucket: so many a second in the long run, up to ``burst`` of them at once; pure."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._step = 1.0 / per_second
        self._slack = self._step * (burst - 1)
        self._used_until = float("-inf")

    def next(self, now: float) -> float:
        """When the next one may go, which is counted: now, or later."""
        at = max(now, self._used_until - self._slack)
        self._used_until = max(self._used_until, at) + self._step
        return at
