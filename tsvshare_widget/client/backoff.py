"""When to try again after a lost connection; pure but for the dice."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

STEADY = 5.0
"""Seconds a connection must have lived for the next loss to count as the first."""


@dataclass
class Backoff:
    """Full jitter: the first retry is immediate, later ones are at random within a growing span.

    The span grows from ``first`` to ``most`` seconds.  Never gives up.
    """

    first: float = 0.5
    most: float = 30.0
    dice: random.Random = field(default_factory=random.Random)
    _losses: int = 0

    def delay(self, lived: float) -> float:
        """Seconds to wait now that a connection that lived for ``lived`` seconds was lost."""
        if lived >= STEADY:
            self._losses = 0
        self._losses += 1
        if self._losses == 1:
            return 0.0
        span = min(self.most, self.first * 2.0 ** min(self._losses - 2, 16))
        return self.dice.uniform(0.0, span)
