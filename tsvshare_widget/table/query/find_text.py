"""Substring search: a text found in bytes, as it is or case-folded, in any normal form; pure.

Case-folded text is found without folding the bytes: each byte of the match is one of a few.  Only
cells with characters whose folding has another size, or that are not in composed form, are folded
as a whole.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from tsvshare_widget.table.lines.bitmaps import Bytes, Flags, Positions, none, positions_of

from .normal_form import normal_form, signs_of_other_forms

_LAST_CASED = 0x20000  # code points from here on have no case
_CASE_BIT = 0x20  # by which small letters differ from capitals
_FREQUENT = bytes(range(0xE0, 0xF5)) + b"98765qzjxk43vbpygfwmucdlhrsnio2at10e "
"""Bytes, with that bit set, by how frequent they are in tables and text: the most frequent last."""


class _Folds(NamedTuple):
    """Characters whose case-folding holds a given character.

    ``alike`` fold to just that one, of the same size in bytes; ``others`` to something else.
    """

    alike: dict[str, list[str]]
    others: dict[str, list[str]]


@cache
def _folds() -> _Folds:
    found = _Folds({}, {})
    for code in range(_LAST_CASED):
        character = chr(code)
        folded = character.casefold()
        if folded != character:
            alike = len(folded) == 1 and len(folded.encode()) == len(character.encode())
            for part in set(folded):
                (found.alike if alike else found.others).setdefault(part, []).append(character)
    return found


class _Character(NamedTuple):
    """A character of the text: its offset in bytes, and the bytes that it may be."""

    place: int
    options: list[bytes]


class _Pattern:
    """A text, folded if ``caseless``, as the bytes that it may be in."""

    def __init__(self, text: str, *, caseless: bool) -> None:
        self.size = 0
        self._bytes: list[set[int]] = []  # for each byte, what it can be
        self._mixed: list[_Character] = []  # of which more is so far than what it can be
        for character in text:
            alike = [character, *(_folds().alike.get(character, ()) if caseless else ())]
            self._add_character([option.encode() for option in alike])

    def places(self, data: Bytes) -> Positions:
        """The positions of the text."""
        found = _places(data, self._bytes)
        for character in self._mixed:
            options = np.array([int.from_bytes(option, "little") for option in character.options])
            found = found[np.isin(_numbers_at(data, found, character), options)]
        return found

    def _add_character(self, options: list[bytes]) -> None:
        sets = [set(column) for column in zip(*options, strict=True)]
        if math.prod(map(len, sets)) > len(options):
            self._mixed.append(_Character(self.size, options))
        self._bytes += sets
        self.size += len(sets)


class Finder:
    """Finds a text in bytes, whatever its normal form; ``caseless``: without regard to case."""

    def __init__(self, text: str, *, caseless: bool) -> None:
        self._caseless = caseless
        self._text = text.casefold() if caseless else text
        self._normal = normal_form(text, caseless=caseless)
        texts = dict.fromkeys((self._text, self._normal))
        self._patterns = [_Pattern(one, caseless=caseless) for one in texts]
        others = signs_of_other_forms(self._normal)
        if caseless:
            parts = set(self._text + self._normal)
            others |= {other for part in parts for other in _folds().others.get(part, ())}
        self._others = sorted(other.encode() for other in others)

    @property
    def is_empty(self) -> bool:
        """Whether the text is, which every cell holds."""
        return not self._text

    def is_in(self, cell: str) -> bool:
        """Whether a cell holds the text."""
        folded = cell.casefold() if self._caseless else cell
        if self._text in folded or self._normal in folded:
            return True
        return not cell.isascii() and self._normal in normal_form(cell, caseless=self._caseless)

    def places(self, data: Bytes) -> list[tuple[Positions, int]]:
        """The positions of the text in its forms, and the bytes that it has in each.

        Without matches that need :meth:`other_places`.
        """
        return [(pattern.places(data), pattern.size) for pattern in self._patterns]

    def other_places(self, data: Bytes) -> Positions:
        """The positions of characters that may be part of the text in another form or size."""
        found = [none()]
        for lead in sorted({other[0] for other in self._others}):
            if (data == lead).any():
                here = [other for other in self._others if other[0] == lead]
                found += [_places(data, [{byte} for byte in other]) for other in here]
        return np.sort(np.concatenate(found))


def _numbers_at(data: Bytes, places: Positions, character: _Character) -> Positions:
    """The bytes at the place of a character, as one number each, low byte first."""
    numbers = np.zeros(len(places), np.int64)
    for byte in range(len(character.options[0])):
        numbers |= data[places + (character.place + byte)].astype(np.int64) << 8 * byte
    return numbers


def _places(data: Bytes, options: list[set[int]]) -> Positions:
    """The positions of a series of bytes, each of which is one of a few ``options``.

    The two that are probably rarest are looked for everywhere; the others only where these are.
    """
    room = len(data) - len(options) + 1
    if room <= 0 or not options:
        return np.arange(max(0, room))
    order = sorted(range(len(options)), key=lambda place: _frequency(options[place]))
    small = data | np.uint8(_CASE_BIT)
    mask = _is_one_of(data, small, options[order[0]], order[0], room)
    for place in order[1:2]:
        mask &= _is_one_of(data, small, options[place], place, room)
    found = positions_of(mask)
    for place in order[2:]:
        found = found[np.isin(data[found + place], list(options[place]))]
    return found


def _frequency(options: set[int]) -> int:
    """The rank of the most frequent of these bytes."""
    return max(_FREQUENT.find(bytes([option | _CASE_BIT])) for option in options)


def _is_one_of(data: Bytes, small: Bytes, options: set[int], place: int, room: int) -> Flags:
    """Flags of positions where the byte ``place`` further on is one of a few.

    ``small`` is ``data`` in lower case.
    """
    first, *more = sorted(options)
    if more == [first | _CASE_BIT]:
        both: Flags = small[place : place + room] == more[0]
        return both
    part = data[place : place + room]
    found: Flags = part == first
    for other in more:
        found |= part == other
    return found
