"""Hashes of cells, of 64 bits: different cells have different ones, as good as always; pure.

They depend on a random key: of ten million different cells, two have the same hash once in some
300,000 tables, and nobody can make cells that do.
"""

from __future__ import annotations

import hashlib
import secrets

import numpy as np
from numpy.typing import NDArray

from .column import Column, Words

Hashes = NDArray[np.uint64]

_LONG_BYTES = 256  # bytes from which on a cell is hashed on its own
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


class Hasher:
    """Hashes cells with a random key of its own, or with that of others: eight random bytes."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(8)

    def hash(self, column: Column, words: Words) -> Hashes:
        """The hashes of the cells, never 0; ``words`` are the first eight bytes of each."""
        sizes = column.sizes
        hashes = _mixed(sizes.astype(np.uint64) + np.frombuffer(self._key, np.uint64))
        hashes = _mixed(hashes ^ words)
        rows, place = np.flatnonzero((sizes > 8) & (sizes <= _LONG_BYTES)), 8
        while len(rows):
            hashes[rows] = _mixed(hashes[rows] ^ column.only(rows).words_at(place))
            place += 8
            rows = rows[sizes[rows] > place]
        for row in np.flatnonzero(sizes > _LONG_BYTES).tolist():
            cell = column.data[column.starts[row] : column.ends[row]].data
            digest = hashlib.blake2b(cell, digest_size=8, key=self._key).digest()
            hashes[row] = int.from_bytes(digest, "little")
        hashes[hashes == 0] = 1
        return hashes


def _mixed(words: Hashes) -> Hashes:
    """Mix the bits of each word, so that each depends on all others."""
    mixed = words >> _SHIFTS[0]
    mixed ^= words
    mixed *= _MIX[0]
    more = mixed >> _SHIFTS[1]
    mixed ^= more
    mixed *= _MIX[1]
    np.right_shift(mixed, _SHIFTS[2], out=more)
    mixed ^= more
    return mixed
