"""Normal forms: text that reads the same though it is written in other code points; pure.

``é`` is one character or a letter and an accent, by Unicode's normal forms NFC and NFD.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_LAST_UNSTABLE = 0x30000  # code points from here on have no other form
_ASCII_TWINS = {";": ["\u037e"], "K": ["\u212a"], "`": ["\u1fef"]}


def normal_form(text: str, *, caseless: bool) -> str:
    """The text in composed characters, as the rule for canonical matches has it."""
    if text.isascii():
        return text.casefold() if caseless else text
    if caseless:
        text = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFC", text)


def signs_of_other_forms(normal: str) -> set[str]:
    """Characters of which a text has one if it holds ``normal`` in another form only."""
    twins = _ASCII_TWINS if normal.isascii() else _twins()
    found = set[str]()
    for character in normal:
        decomposed = unicodedata.normalize("NFD", character)
        found.update(decomposed[1:])
        if unicodedata.combining(character):
            found.add(character)
        for part in {character, *decomposed}:
            found.update(twins.get(part, ()))
    return found


@cache
def _twins() -> dict[str, list[str]]:
    """Characters that no normal form has, by those that stand for them."""
    found: dict[str, list[str]] = {}
    for code in range(0x80, _LAST_UNSTABLE):
        character = chr(code)
        normal = unicodedata.normalize("NFC", character)
        if normal != character:
            for part in set(normal):
                found.setdefault(part, []).append(character)
    return found
