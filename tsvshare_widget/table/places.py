"""Flags over bytes, and the places where they stand: small pieces of numpy, made fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

_ONE = np.uint64(1)


class Counts:
    """How many of the flagged positions stand before a given one, for many at once."""

    def __init__(self, flags: Flags) -> None:
        self._words = _words(flags)
        self._before = np.zeros(len(self._words) + 1, np.int64)
        np.cumsum(np.bitwise_count(self._words), out=self._before[1:])

    @property
    def total(self) -> int:
        """How many are flagged at all."""
        return int(self._before[-1])

    def before(self, positions: Positions) -> Positions:
        """For each position, how many flagged ones are smaller."""
        word, bit = positions >> 6, (positions & 63).astype(np.uint64)
        below = self._words[word] & ((_ONE << bit) - _ONE)
        found: Positions = self._before[word] + np.bitwise_count(below)
        return found

    def nth(self, numbers: Positions) -> Positions:
        """Where the flagged positions with these numbers, from 0, are; there must be so many."""
        word = np.searchsorted(self._before, numbers, side="right") - 1
        bits = np.unpackbits(self._words[word].view(np.uint8), bitorder="little").reshape(-1, 64)
        wanted = (numbers - self._before[word] + 1)[:, np.newaxis]
        found: Positions = word * 64 + (bits.cumsum(axis=1, dtype=np.uint8) == wanted).argmax(
            axis=1
        )
        return found


def none() -> Positions:
    """No positions."""
    return np.empty(0, np.int64)


def places(flags: Flags) -> Positions:
    """The flagged positions; about twice as fast as ``flatnonzero`` where they are sparse."""
    if len(flags) < 1 << 12:
        return np.flatnonzero(flags)
    words = _words(flags)
    some = np.flatnonzero(words)
    words, bases, found = words[some], some << 6, []
    while len(words):
        lowest = words & (~words + _ONE)
        found.append(bases + np.bitwise_count(lowest - _ONE))
        if len(found) == 8:  # not sparse after all
            return np.flatnonzero(flags)
        words = words ^ lowest
        more = words != 0
        words, bases = words[more], bases[more]
    together = np.concatenate(found) if found else none()
    together.sort()
    return together


def _words(flags: Flags) -> NDArray[np.uint64]:
    """The flags as bits of 64-bit words, at least one more than they fill."""
    packed = np.packbits(flags, bitorder="little")
    padded = np.zeros(len(flags) // 64 * 8 + 8, np.uint8)
    padded[: len(packed)] = packed
    return padded.view("<u8")


def bytes_at(data: Bytes, positions: Positions, *, outside: int) -> Bytes:
    """The bytes at some positions, with ``outside`` where ``data`` has none."""
    found = np.full(len(positions), outside, np.uint8)
    inside = (positions >= 0) & (positions < len(data))
    found[inside] = data[positions[inside]]
    return found


def every_other(flags: Flags) -> Flags:
    """The first, third, fifth... of each unbroken series of true flags."""
    numbers = np.arange(len(flags))
    last_false: Positions = np.maximum.accumulate(np.where(flags, -1, numbers))
    odd: Flags = (numbers - last_false) & 1 == 1
    return flags & odd
