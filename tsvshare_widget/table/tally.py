"""How many different cells there are, and which are the most frequent ones.

Cells are told apart by 64-bit hashes with a key of chance: of ten million different cells, two have
the same one once in some 300,000 tables, and nobody can make cells that do.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .columns import Column, Words
from .places import Positions

Hashes = NDArray[np.uint64]

TOP = 10
"""The most frequent cells that are told."""

IN_MEMORY = 1 << 24
"""Numbers that are kept in memory; more of them are in a file without a name."""

PART = 1 << 22
"""Hashes that are sorted at once."""

_LONG = 256  # bytes from which on a cell is hashed on its own
_CHUNK = 1 << 16
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


def room_for(count: int, kind: str) -> NDArray[Any]:
    """Room for so many numbers of eight bytes."""
    if count <= IN_MEMORY:
        return np.empty(count, kind)
    with tempfile.TemporaryFile() as file:  # the map of it stays
        return np.memmap(file, kind, "w+", shape=(count,))


class Tally:
    """Counts cells.  ``rows`` is how many there will be, those that do not count included."""

    def __init__(self, rows: int) -> None:
        self._key = secrets.token_bytes(8)
        self._hashes: Hashes = room_for(rows, "<u8")  # 0: does not count
        self._known = 0

    def add(self, hashes: Hashes) -> None:
        """Take in what :meth:`hash` says of the next rows, 0 for those that do not count."""
        self._hashes[self._known : self._known + len(hashes)] = hashes
        self._known += len(hashes)

    def result(self) -> tuple[int, list[tuple[int, int]]]:
        """How many different cells there are; row and count of the most frequent ones.

        The row, from 0, is the first one that has this cell; of cells that are as frequent as each
        other, those that come first count.
        """
        bits = max(0, (self._known - 1) // PART).bit_length()
        distinct, top = 0, list[tuple[int, int]]()
        for part in range(1 << bits):
            keys, counts = _counted(self._part(part, bits))
            distinct += len(keys)
            top = sorted([*top, *self._top_of(keys, counts)], key=lambda one: (-one[1], one[0]))
        return distinct, top[:TOP]

    # --- hashes ---------------------------------------------------------------------------------

    def hash(self, column: Column, words: Words) -> Hashes:
        """A number for each cell, never 0; ``words`` are the first ones of the cells."""
        sizes = column.sizes
        hashes = _mixed(sizes.astype(np.uint64) + np.frombuffer(self._key, np.uint64))
        hashes = _mixed(hashes ^ words)
        rows, place = np.flatnonzero((sizes > 8) & (sizes <= _LONG)), 8
        while len(rows):
            hashes[rows] = _mixed(hashes[rows] ^ column.only(rows).words_at(place))
            place += 8
            rows = rows[sizes[rows] > place]
        for row in np.flatnonzero(sizes > _LONG).tolist():
            cell = column.data[column.starts[row] : column.ends[row]].data
            digest = hashlib.blake2b(cell, digest_size=8, key=self._key).digest()
            hashes[row] = int.from_bytes(digest, "little")
        hashes[hashes == 0] = 1
        return hashes

    def _part(self, part: int, bits: int) -> Hashes:
        """The hashes that begin with some bits, sorted."""
        shift, wanted, chunks = np.uint64(64 - bits), np.uint64(part), []
        for start in range(0, self._known, _CHUNK):
            chunk = self._hashes[start : min(start + _CHUNK, self._known)]
            is_part = chunk >> shift == wanted if bits else True
            chunks.append(chunk[(chunk != 0) & is_part])
        found = np.concatenate(chunks) if chunks else self._hashes[:0].copy()
        chunks.clear()
        found.sort()
        return found

    # --- the most frequent ----------------------------------------------------------------------

    def _top_of(self, keys: Hashes, counts: Positions) -> list[tuple[int, int]]:
        """First row and count of the most frequent cells out of these, which are sorted."""
        if not len(keys):
            return []
        least = int(np.partition(counts, -TOP)[-TOP]) if len(counts) > TOP else 0
        more, equal = counts > least, counts == least
        found = self._first(keys[more], counts[more], TOP)
        return found + self._first(keys[equal], counts[equal], TOP - len(found))

    def _first(self, keys: Hashes, counts: Positions, most: int) -> list[tuple[int, int]]:
        """First row and count of those of the cells that come first."""
        found = dict[int, int]()  # places in keys, by row
        most = min(most, len(keys))
        for start in range(0, self._known, _CHUNK):
            if len(found) == most:
                break
            chunk = self._hashes[start : min(start + _CHUNK, self._known)]
            places = np.minimum(np.searchsorted(keys, chunk), len(keys) - 1)
            hits = np.flatnonzero(keys[places] == chunk)
            _, first = np.unique(places[hits], return_index=True)
            for row in np.sort(hits[first]).tolist():
                if len(found) < most:
                    found.setdefault(int(places[row]), start + row)
        return [(row, int(counts[place])) for place, row in found.items()]


def _counted(hashes: Hashes) -> tuple[Hashes, Positions]:
    """The different ones of sorted hashes, and how often each one is there."""
    if not len(hashes):
        return hashes, np.empty(0, np.int64)
    first = np.concatenate(([0], np.flatnonzero(hashes[1:] != hashes[:-1]) + 1))
    return hashes[first], np.diff(first, append=len(hashes))


def _mixed(words: Hashes) -> Hashes:
    """Each word as another one, all bits of which depend on all of its bits."""
    words = (words ^ (words >> _SHIFTS[0])) * _MIX[0]
    words = (words ^ (words >> _SHIFTS[1])) * _MIX[1]
    mixed: Hashes = words ^ (words >> _SHIFTS[2])
    return mixed
