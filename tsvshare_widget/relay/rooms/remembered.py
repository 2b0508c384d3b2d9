"""What is remembered up to so much, and what is wanted least is forgotten."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import inf
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Kept(NamedTuple, Generic[V]):
    value: V
    size: int
    wanted: float


class Remembered(Generic[K, V]):
    """Values by key, of ``limit`` in size all in all.

    One that nobody has wanted for ``seconds`` is forgotten with the next that comes; ``now`` says
    what time it is.
    """

    def __init__(
        self, limit: int, seconds: float = inf, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit, self._seconds, self._now = limit, seconds, now
        self._kept: OrderedDict[K, _Kept[V]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: K) -> bool:
        return key in self._kept

    def get(self, key: K) -> V | None:
        """What is remembered for ``key``; it has been wanted just now."""
        kept = self._kept.pop(key, None)
        if kept is None:
            return None
        self._kept[key] = kept._replace(wanted=self._now())
        return kept.value

    def put(self, key: K, value: V, size: int) -> None:
        """Remember ``value``; what is too much by that is forgotten, be it this one."""
        self._forget(key)
        self._kept[key] = _Kept(value, size, self._now())
        self.size += size
        while self._kept and self._is_too_much():
            self._forget(next(iter(self._kept)))

    def _is_too_much(self) -> bool:
        oldest = next(iter(self._kept.values()))
        return self.size > self._limit or self._now() - oldest.wanted > self._seconds

    def _forget(self, key: K) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.size -= kept.size
