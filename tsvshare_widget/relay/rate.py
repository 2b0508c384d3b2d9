"""How often something may be done; pure."""

from __future__ import annotations


class Rate:
    """So many times a second, and twice as many at once after a pause; 0: as often as is asked."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left = self._most = max(1.0, 2 * per_second)
        self._since = 0.0

    def take(self, now: float) -> float:
        """The seconds until it may be tried again; 0 if it may be done now, which is counted."""
        wait = self._wait(now)
        if not wait:
            self._left -= 1
        return wait

    def queue(self, now: float) -> float:
        """The seconds until it may be done, which is counted now: after all that were before it."""
        wait = self._wait(now)
        self._left -= 1
        return wait

    def _wait(self, now: float) -> float:
        if not self._per_second:
            return 0.0
        self._left = min(self._most, self._left + (now - self._since) * self._per_second)
        self._since = now
        return max(0.0, (1 - self._left) / self._per_second)
