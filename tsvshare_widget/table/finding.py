"""A text found in bytes, as it stands or case-folded; pure.

Case-folded text is found without folding all of it: each byte of what is looked for is one of a
few; and where characters stand that fold to something longer or shorter, all of a cell is folded.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from .places import Bytes, Flags, Positions, none, places

_CODE_POINTS = 0x20000  # no character beyond has a case
_TRIED = 4  # bytes that are looked for everywhere; others only where these are


class _Folds(NamedTuple):
    """Characters by what is in them when they are folded.

    ``alike`` become just that, of as many bytes; ``others`` become something else that has it.
    """

    alike: dict[str, list[str]]
    others: dict[str, list[str]]


@cache
def _folds() -> _Folds:
    found = _Folds({}, {})
    for code in range(_CODE_POINTS):
        character = chr(code)
        folded = character.casefold()
        if folded != character:
            alike = len(folded) == 1 and len(folded.encode()) == len(character.encode())
            for part in set(folded):
                (found.alike if alike else found.others).setdefault(part, []).append(character)
    return found


class _Character(NamedTuple):
    """A character of what is looked for: the bytes it may be, from a place on."""

    place: int
    options: list[bytes]


class Finder:
    """Finds a text in bytes; ``caseless``, in what they are when case-folded.

    ``text`` is what is looked for, folded then, of ``size`` bytes.
    """

    def __init__(self, text: str, *, caseless: bool) -> None:
        self.text = text.casefold() if caseless else text
        self.size = 0
        self._bytes: list[set[int]] = []  # for each byte, what it can be
        self._mixed: list[_Character] = []  # of which more is so far than what it can be
        self._others: list[bytes] = []
        for character in self.text:
            alike = [character, *(_folds().alike.get(character, ()) if caseless else ())]
            self._add([option.encode() for option in alike])
        if caseless:
            others = {other for sign in self.text for other in _folds().others.get(sign, ())}
            self._others = sorted(other.encode() for other in others)

    def places(self, data: Bytes) -> Positions:
        """Where it is, but for what :meth:`other_places` tells."""
        found = _places(data, self._bytes)
        for character in self._mixed:
            options = np.array([int.from_bytes(option, "little") for option in character.options])
            found = found[np.isin(_numbers_at(data, found, character), options)]
        return found

    def other_places(self, data: Bytes) -> Positions:
        """Where characters are that may become a part of it in some other way."""
        if not self._others or not (data >= 0x80).any():
            return none()
        found = [_places(data, [{byte} for byte in other]) for other in self._others]
        return np.sort(np.concatenate(found))

    def _add(self, options: list[bytes]) -> None:
        sets = [set(column) for column in zip(*options, strict=True)]
        if math.prod(map(len, sets)) > len(options):
            self._mixed.append(_Character(self.size, options))
        self._bytes += sets
        self.size += len(sets)


def _numbers_at(data: Bytes, places: Positions, character: _Character) -> Positions:
    """The bytes of a character, as one number each, the first byte the lowest."""
    numbers = np.zeros(len(places), np.int64)
    for byte in range(len(character.options[0])):
        numbers |= data[places + (character.place + byte)].astype(np.int64) << 8 * byte
    return numbers


def _places(data: Bytes, options: list[set[int]]) -> Positions:
    """Where some bytes stand one after the other, each of them one of a few."""
    room = len(data) - len(options) + 1
    if room <= 0:
        return none()
    mask = np.ones(room, np.bool_)
    for place in range(len(options))[:_TRIED]:
        mask &= _is_one_of(data[place : place + room], options[place])
        if not mask.any():
            return none()
    found = places(mask)
    for place in range(len(options))[_TRIED:]:
        found = found[_is_one_of(data[found + place], options[place])]
    return found


def _is_one_of(data: Bytes, options: set[int]) -> Flags:
    first, *more = sorted(options)
    if more and more == [first + 0x20] and chr(first).isupper():
        found: Flags = (data | 0x20) == more[0]
        return found
    found = data == first
    for other in more:
        found |= data == other
    return found
